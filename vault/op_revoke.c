/*
 * REVOKE (RFC 7009): a client gives a token back. A refresh token or a code takes its grant with it, an access
 * token goes alone. What is unknown, ended or another client's gets the same answer as success.
 */
#include "vault/grant.h"

static enum outcome revoke_own(struct op *op, const struct token *token)
{
    struct span id = span_of(token->grant_id, GRANT_ID_LEN);
    uint8_t room[TOKEN_ID_MAX];
    struct grant_record grant;
    enum outcome rc = grant_load(op, id, &grant);

    if (rc != OUTCOME_OK)
        return rc;
    op->audit.grant_id = op_keep(op, grant_id_text(id, room));
    op->audit.token_id = op_keep(op, token_id(token, room));
    op->audit.subject = grant.subject;
    if (!ct_equal(grant.salt, span_of(token->salt, GRANT_SALT_LEN)))
        return OUTCOME_TOKEN_FORGED;
    if (!span_equal(grant.client_id, op->client_id) ||
        !span_equal(grant.registration, op->client.registration))
        return OUTCOME_TOKEN_OF_OTHER_CLIENT;
    if (token->kind != TOKEN_ACCESS)
        return grant_revoke(op->txn, id, &grant, "revoked_by_client", op->now_s);
    if (token->expires_at_s <= op->now_s)
        return OUTCOME_TOKEN_ENDED;
    return access_revoke(op->txn, token);
}

enum outcome op_revoke(struct op *op)
{
    struct token token;
    enum outcome rc = token_open(op->bench, secret_ref_reveal(op->request->revoke.token), &token);

    if (rc == OUTCOME_OK)
        rc = revoke_own(op, &token);
    switch (outcome_answer(rc)) {
    case ANSWER_INVALID_GRANT: /* nothing to revoke: 200 all the same (RFC 7009 2.2), and the audit knows why */
        op->recorded = rc;
        return OUTCOME_OK;
    default: return rc;
    }
}
