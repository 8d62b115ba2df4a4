/*
 * CHECK: may this bearer token do this to that resource? Answered from a snapshot, at once, and never written
 * down (I12).
 */
#include "vault/bearer.h"
#include "vault/scope.h"

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
    size_t start;
    enum outcome rc = bearer_open(op, request->token, &access);

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
    start = op->text.len;
    scope_put(&op->text, access.grant.scope, access.token.scopes);
    reply->scope = span_of(op->text.ptr + start, op->text.len - start);
    reply->grant_id = op_keep(op, grant_id_text(span_of(access.token.grant_id, GRANT_ID_LEN), room));
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}
