/*
 * CODE_REDEEM and REFRESH (RFC 6749 4.1.3, 6): the client is authenticated by the dispatcher; what remains is
 * whether this code or refresh token is good, once, for this client.
 */
#include "vault/grant.h"
#include "vault/pkce.h"
#include "vault/scope.h"

static enum outcome name_grant(struct op *op, const struct token *token, const struct grant_record *grant)
{
    uint8_t room[LIMIT_GRANT_ID > TOKEN_ID_MAX ? LIMIT_GRANT_ID : TOKEN_ID_MAX];

    op->audit.grant_id = op_keep(op, grant_id_text(span_of(token->grant_id, GRANT_ID_LEN), room));
    op->audit.token_id = op_keep(op, token_id(token, room));
    op->audit.subject = grant->subject;
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/* Open a code or refresh token and its grant, and see that both are this client's. Burns nothing. */
static enum outcome open_own(struct op *op, struct secret_ref text, enum token_kind kind,
                             struct token *ret_token, struct grant_record *ret_grant)
{
    enum outcome rc = token_open(op->bench, secret_ref_reveal(text), ret_token);

    if (rc != OUTCOME_OK)
        return rc;
    if (ret_token->kind != kind)
        return OUTCOME_TOKEN_WRONG_KIND;
    rc = grant_load(op, span_of(ret_token->grant_id, GRANT_ID_LEN), ret_grant);
    if (rc == OUTCOME_OK)
        rc = name_grant(op, ret_token, ret_grant);
    if (rc != OUTCOME_OK)
        return rc;
    if (!ct_equal(ret_grant->salt, span_of(ret_token->salt, GRANT_SALT_LEN)))
        return OUTCOME_TOKEN_FORGED;
    if (!span_equal(ret_grant->client_id, op->client_id) ||
        !span_equal(ret_grant->registration, op->client.registration))
        return OUTCOME_TOKEN_OF_OTHER_CLIENT;
    return OUTCOME_OK;
}

/* End the grant for what was tried with it, and say why. */
static enum outcome burn(struct op *op, struct span id, struct grant_record *grant, enum outcome why)
{
    enum outcome rc = grant_revoke(op->txn, id, grant, outcome_name(why), op->now_s);

    return rc == OUTCOME_OK ? why : rc;
}

/* Revoked, over, client or customer gone. The client is proved already, so a copy of its record is set aside. */
static enum outcome check_stands(struct op *op, const struct grant_record *grant)
{
    struct client_record client;

    return grant_stands(op, grant, &client, &op->user);
}

/* ---- a code ------------------------------------------------------------------------------------------ */

static enum outcome check_code_binding(const struct req_code_redeem *request,
                                       const struct grant_record *grant)
{
    /* Equal to the one used at authorize, byte for byte (RFC 6749 4.1.3). */
    if (!span_equal(grant->redirect_uri, request->redirect_uri))
        return OUTCOME_CODE_REDIRECT_WRONG;
    return pkce_verify(grant->code_challenge, secret_ref_reveal(request->code_verifier));
}

enum outcome op_code_redeem(struct op *op)
{
    const struct req_code_redeem *request = &op->request->code_redeem;
    struct grant_record grant;
    struct token code;
    struct span id;
    enum outcome rc = open_own(op, request->code, TOKEN_CODE, &code, &grant);

    if (rc != OUTCOME_OK)
        return rc;
    id = span_of(code.grant_id, GRANT_ID_LEN);
    op->audit.scope = grant.scope;
    if (grant.revoked_at_s)
        return OUTCOME_GRANT_REVOKED;
    if (grant.generation > 0) {
        if (grant.generation == 1 && grant_is_repeat(op, &grant) &&
            check_code_binding(request, &grant) == OUTCOME_OK)
            return grant_tokens(op, id, &grant, &op->reply->code_redeem);
        return burn(op, id, &grant, OUTCOME_CODE_REPLAYED);
    }
    if (grant.code_ends_at_s <= op->now_s)
        return OUTCOME_CODE_EXPIRED;
    rc = check_code_binding(request, &grant);
    if (rc == OUTCOME_CODE_REDIRECT_WRONG || rc == OUTCOME_CODE_VERIFIER_WRONG)
        return burn(op, id, &grant, rc);
    if (rc == OUTCOME_OK)
        rc = check_stands(op, &grant);
    if (rc == OUTCOME_OK)
        rc = grant_advance(op, id, &grant, scope_all_bits(grant.scope));
    return rc == OUTCOME_OK ? grant_tokens(op, id, &grant, &op->reply->code_redeem) : rc;
}

/* ---- a refresh token --------------------------------------------------------------------------------- */

/*
 * The predecessor of the current generation comes again. The very request that spent it gets the same tokens
 * (I10). A client that was given a grace gets the same successor too, as long as that has not been used; the
 * generation shows it. Anything else is reuse.
 */
static bool may_have_successor(const struct op *op, const struct grant_record *grant)
{
    if (grant_is_repeat(op, grant))
        return true;
    return op->client.refresh_grace_s && grant->spent_at_s + op->client.refresh_grace_s > op->now_s;
}

static enum outcome check_refresh(struct op *op, const struct token *token, const struct grant_record *grant)
{
    if (token->generation > grant->generation)
        return OUTCOME_TOKEN_FROM_THE_FUTURE;
    if (token->generation + 1 == grant->generation && may_have_successor(op, grant))
        return OUTCOME_OK;
    if (token->generation < grant->generation)
        return OUTCOME_REFRESH_REUSED;
    return token->expires_at_s <= op->now_s ? OUTCOME_TOKEN_ENDED : OUTCOME_OK;
}

enum outcome op_refresh(struct op *op)
{
    const struct req_refresh *request = &op->request->refresh;
    /* Both replies have the same fields in the same places: REP_TOKENS. */
    struct rep_code_redeem *reply = (struct rep_code_redeem *)&op->reply->refresh;
    struct grant_record grant;
    struct token token;
    struct span id;
    uint32_t scopes;
    enum outcome rc = open_own(op, request->refresh_token, TOKEN_REFRESH, &token, &grant);

    if (rc != OUTCOME_OK)
        return rc;
    id = span_of(token.grant_id, GRANT_ID_LEN);
    if (grant.revoked_at_s)
        return OUTCOME_GRANT_REVOKED;
    rc = check_refresh(op, &token, &grant);
    if (rc == OUTCOME_REFRESH_REUSED)
        return burn(op, id, &grant, rc);
    if (rc == OUTCOME_OK)
        rc = check_stands(op, &grant);
    if (rc != OUTCOME_OK)
        return rc;
    scopes = scope_all_bits(grant.scope);
    if (request->scope.len)
        rc = scope_bits(grant.scope, request->scope, &scopes);
    if (rc == OUTCOME_OK && token.generation + 1 == grant.generation)
        return scopes == grant.spent_scopes ? grant_tokens(op, id, &grant, reply) : OUTCOME_SCOPE_NOT_GRANTED;
    if (rc == OUTCOME_OK)
        rc = grant_advance(op, id, &grant, scopes);
    return rc == OUTCOME_OK ? grant_tokens(op, id, &grant, reply) : rc;
}
