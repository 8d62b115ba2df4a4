/*
 * USERINFO (OpenID Connect Core 5.3): what the customer allowed the client to know, as far as the scopes of
 * this token open it. The vault composes the JSON from its own record; `sub` is the one of the client's ID
 * tokens, so that the client can see that both are about the same customer (5.3.2).
 */
#include "vault/bearer.h"
#include "vault/claims.h"
#include "vault/scope.h"
#include "vault/subject.h"

static enum outcome compose(struct op *op, const struct access *access, struct span *ret_json)
{
    struct json_writer json;
    struct span sub;
    size_t start;
    enum outcome rc = subject_for(op, &access->client, access->grant.subject, &sub);

    if (rc != OUTCOME_OK)
        return rc;
    start = op->text.len;
    json = json_begin(&op->text);
    json_object_open(&json, NULL);
    json_text(&json, "sub", sub);
    claims_put(&json, &op->vault->config, access->grant.scope, access->token.scopes, &access->user);
    json_object_close(&json);
    *ret_json = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

enum outcome op_userinfo(struct op *op)
{
    static const struct span openid = SPAN_LITERAL("openid");
    struct rep_userinfo *reply = &op->reply->userinfo;
    struct access access;
    enum outcome rc = bearer_open(op, op->request->userinfo.token, &access);

    if (rc != OUTCOME_OK)
        return rc;
    /*
     * Which API the token is for does not matter here: whoever it was issued to may ask us who the customer
     * is.
     */
    if (!scope_has(access.grant.scope, access.token.scopes, openid)) {
        reply->required_scope = openid;
        return OUTCOME_SCOPE_TOO_SMALL;
    }
    return compose(op, &access, &reply->json);
}
