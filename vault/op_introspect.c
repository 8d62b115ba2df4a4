/*
 * INTROSPECT (RFC 7662): is this access token good, and for what? Answered from a snapshot, at once, and
 * never written down (I12). A resource server that asks for it gets the answer signed (RFC 9701), with a
 * `typ` of its own and no sub or exp beside it, so that it passes for no other kind of token.
 */
#include "proto/introspection.h"
#include "vault/grant.h"
#include "vault/jws.h"
#include "vault/scope.h"

#define INTROSPECTION_TYP "token-introspection+jwt"
#define CLAIMS_MAX 8192

static struct span granted_scope(struct op *op, const struct access *access)
{
    size_t start = op->text.len;

    scope_put(&op->text, access->grant.scope, access->token.scopes);
    return span_of(op->text.ptr + start, op->text.len - start);
}

static enum outcome introspect(struct op *op, struct rep_introspect *reply)
{
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
    reply->acr = access.grant.acr;
    reply->auth_time = access.grant.auth_time_s;
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/*
 * RFC 9701 5: for this resource server and about this moment; what is said of the token is one claim among
 * them.
 */
static enum outcome sign(struct op *op, const struct rep_introspect *said, struct span *ret_jwt)
{
    enum jws_alg alg = op->client.signing_alg ? (enum jws_alg)op->client.signing_alg : JWS_ES256;
    uint8_t room[CLAIMS_MAX];
    struct buf claims = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&claims);

    json_object_open(&json, NULL);
    json_text(&json, "iss", span_of_text(op->vault->config.issuer));
    json_text(&json, "aud", op->client_id);
    json_u64(&json, "iat", op->now_s);
    introspection_put(&json, "token_introspection", said);
    json_object_close(&json);
    if (!buf_ok(&claims))
        return OUTCOME_INTERNAL;
    return jws_sign(op, alg, INTROSPECTION_TYP, buf_span(&claims), ret_jwt);
}

static enum outcome introspect_signed(struct op *op, struct span *ret_jwt)
{
    struct rep_introspect said = {0};
    enum outcome rc = introspect(op, &said);

    return rc == OUTCOME_OK ? sign(op, &said, ret_jwt) : rc;
}

enum outcome op_introspect(struct op *op)
{
    struct rep_introspect *reply = &op->reply->introspect;

    return op->request->introspect.as_jwt ? introspect_signed(op, &reply->jwt) : introspect(op, reply);
}
