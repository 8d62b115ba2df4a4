/*
 * INTROSPECT (RFC 7662) and CHECK: is this access token good, and for what? Answered from a snapshot, at
 * once, and never written down (I12).
 */
#include "vault/grant.h"
#include "vault/scope.h"

static struct span granted_scope(struct op *op, const struct access *access)
{
    size_t start = op->text.len;

    scope_put(&op->text, access->grant.scope, access->token.scopes);
    return span_of(op->text.ptr + start, op->text.len - start);
}

enum outcome op_introspect(struct op *op)
{
    struct rep_introspect *reply = &op->reply->introspect;
    struct access access;
    uint8_t room[TOKEN_ID_MAX];
    enum outcome rc = access_open(op, secret_ref_reveal(op->request->introspect.token), &access);

    /* Whatever is wrong with the token, the answer is "inactive" and no more (RFC 7662 2.2). */
    if (outcome_answer(rc) == ANSWER_INVALID_GRANT)
        return OUTCOME_OK;
    if (rc != OUTCOME_OK)
        return rc;
    if (!span_equal(access.grant.audience, op->client.audience))
        return OUTCOME_OK;
    reply->active = true;
    reply->scope = granted_scope(op, &access);
    reply->client_id = access.grant.client_id;
    reply->username = access.user.username;
    reply->exp = access.token.expires_at_s;
    reply->iat = access.token.issued_at_s;
    reply->sub = access.grant.subject;
    reply->aud = access.grant.audience;
    reply->iss = span_of_text(op->vault->config.issuer);
    reply->jti = op_keep(op, token_id(&access.token, room));
    reply->grant_id = op_keep(op, grant_id_text(span_of(access.token.grant_id, GRANT_ID_LEN), room));
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/* The name of the first scope that would open the resource: what the client has to ask for. */
static struct span first_scope(const struct vault_config *config, uint32_t opening)
{
    for (size_t i = 0; i < config->scope_count && i < 32; i++)
        if (opening & (UINT32_C(1) << i))
            return span_of_text(config->scopes[i].name);
    return SPAN_NONE;
}

static bool is_allowed(const struct vault_config *config, uint32_t opening, const struct access *access)
{
    for (size_t i = 0; i < config->scope_count && i < 32; i++)
        if ((opening & (UINT32_C(1) << i)) &&
            scope_has(access->grant.scope, access->token.scopes, span_of_text(config->scopes[i].name)))
            return true;
    return false;
}

enum outcome op_check(struct op *op)
{
    const struct vault_config *config = &op->vault->config;
    const struct req_check *request = &op->request->check;
    struct rep_check *reply = &op->reply->check;
    struct access access;
    uint8_t room[LIMIT_GRANT_ID];
    uint32_t opening;
    enum outcome rc;

    if (request->token.len == 0)
        return OUTCOME_BEARER_MISSING;
    rc = access_open(op, secret_ref_reveal(request->token), &access);
    if (outcome_answer(rc) == ANSWER_INVALID_GRANT)
        return OUTCOME_BEARER_INVALID;
    if (rc != OUTCOME_OK)
        return rc;
    if (!span_equal_text(access.grant.audience, config->audience))
        return OUTCOME_BEARER_INVALID;
    opening = scope_opening(config, request->method, request->uri);
    if (!is_allowed(config, opening, &access)) {
        reply->required_scope = first_scope(config, opening);
        return OUTCOME_SCOPE_TOO_SMALL;
    }
    reply->sub = access.grant.subject;
    reply->client_id = access.grant.client_id;
    reply->scope = granted_scope(op, &access);
    reply->grant_id = op_keep(op, grant_id_text(span_of(access.token.grant_id, GRANT_ID_LEN), room));
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}
