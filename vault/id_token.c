#include "vault/id_token.h"

#include "common/b64url.h"
#include "common/json_write.h"
#include "vault/jws.h"
#include "vault/session.h"
#include "vault/subject.h"
#include "vault/workbench.h"

#include <openssl/evp.h>

#define TYP "JWT"
#define CLAIMS_MAX 8192

/* The left half of the hash over the access token's text (OpenID Connect Core 3.1.3.6). */
static bool put_at_hash(struct json_writer *json, struct span access_token)
{
    uint8_t digest[32];
    uint8_t text[B64URL_LEN(16)];
    struct buf out = buf_over(text, sizeof(text));

    if (EVP_Digest(access_token.ptr, access_token.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    b64url_encode(&out, span_of(digest, 16));
    json_text(json, "at_hash", buf_span(&out));
    return true;
}

static bool put_claims(struct buf *out, struct op *op, const struct grant_record *grant, struct span subject,
                       struct span sid, struct span access_token)
{
    struct json_writer json = json_begin(out);
    bool ok;

    json_object_open(&json, NULL);
    json_text(&json, "iss", span_of_text(op->vault->config.issuer));
    json_text(&json, "sub", subject);
    json_text(&json, "aud", grant->client_id);
    json_u64(&json, "exp", grant->spent_at_s + op->client.access_token_s);
    json_u64(&json, "iat", grant->spent_at_s);
    json_u64(&json, "auth_time", grant->auth_time_s);
    if (grant->generation == 1)
        json_text(&json, "nonce", grant->nonce);
    json_text(&json, "acr", grant->acr);
    json_array_open(&json, "amr");
    json_text(&json, NULL, SPAN_LITERAL("pwd"));
    json_array_close(&json);
    json_text(&json, "sid", sid);
    ok = put_at_hash(&json, access_token);
    json_object_close(&json);
    return ok && buf_ok(out);
}

static enum jws_alg alg_of(const struct client_record *client)
{
    return client->signing_alg ? (enum jws_alg)client->signing_alg : JWS_ES256;
}

bool id_token_has_key(const struct op *op)
{
    return keyring_signer(op->bench->keys, alg_of(&op->client)) != NULL;
}

enum outcome id_token_compose(struct op *op, const struct grant_record *grant, struct span access_token,
                              struct span *ret_token)
{
    uint8_t room[CLAIMS_MAX];
    struct buf claims = buf_over(room, sizeof(room));
    struct span subject, sid;
    enum outcome rc = subject_for(op, &op->client, grant->subject, &subject);

    if (rc == OUTCOME_OK)
        rc = id_token_sid(op, &op->client, grant->sid, &sid);
    if (rc != OUTCOME_OK)
        return rc;
    if (!put_claims(&claims, op, grant, subject, sid, access_token))
        return OUTCOME_INTERNAL;
    return jws_sign(op, alg_of(&op->client), TYP, buf_span(&claims), ret_token);
}

enum outcome id_token_sid(struct op *op, const struct client_record *client, struct span sid,
                          struct span *ret_sid)
{
    struct span parts[] = {client->sector, sid};
    uint8_t hash[MAC_LEN];
    size_t start = op->text.len;

    *ret_sid = SPAN_NONE;
    if (sid.len == 0)
        return OUTCOME_OK;
    if (client->is_pairwise && !mac_compute(op->bench->hash, "pairwise sid", parts, 2, hash))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, client->is_pairwise ? span_of(hash, SESSION_SID_LEN) : sid);
    *ret_sid = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/* ---- reading one that comes back as a hint ------------------------------------------------------------ */

/* Up to the quote that ends a text. False if there is none: not what json_write wrote. */
static bool text_end(struct span text, size_t *ret_len)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            *ret_len = i;
            return true;
        }
        if (text.ptr[i] == '\\')
            i++;
    }
    return false;
}

/* A subject, a client_id and a sid hold no control characters, so these two are all that was escaped. */
static struct span unescape(struct op *op, struct span text)
{
    size_t start = op->text.len;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len && (text.ptr[i + 1] == '"' || text.ptr[i + 1] == '\\'))
            i++;
        buf_put_u8(&op->text, text.ptr[i]);
    }
    return span_of(op->text.ptr + start, op->text.len - start);
}

/*
 * A text among claims that we wrote and signed. Quotes inside values are escaped, so what looks like the
 * member's name is the name, not something that a client put into its nonce.
 */
static struct span member(struct op *op, struct span claims, const char *name)
{
    char quoted[16];
    struct buf label = buf_over(quoted, sizeof(quoted));
    const uint8_t *at;
    struct span rest;
    size_t len;

    buf_put_u8(&label, '"');
    buf_put_text(&label, name);
    buf_put_text(&label, "\":\"");
    at = memmem(claims.ptr, claims.len, label.ptr, label.len);
    if (!at)
        return SPAN_NONE;
    rest = span_from(claims, (size_t)(at - claims.ptr) + label.len);
    return text_end(rest, &len) ? unescape(op, span_of(rest.ptr, len)) : SPAN_NONE;
}

enum outcome id_token_open(struct op *op, struct span token, struct id_token_claims *ret_claims)
{
    struct id_token_claims found;
    struct span claims;
    enum outcome rc = jws_open(op, token, TYP, &claims);

    if (rc != OUTCOME_OK)
        return rc;
    found.subject = member(op, claims, "sub");
    found.client_id = member(op, claims, "aud");
    found.sid = member(op, claims, "sid");
    if (found.subject.len == 0 || found.subject.len > LIMIT_SUBJECT || found.client_id.len == 0 ||
        found.client_id.len > LIMIT_CLIENT_ID || !buf_ok(&op->text))
        return OUTCOME_TOKEN_FORGED;
    *ret_claims = found;
    return OUTCOME_OK;
}

enum outcome id_token_subject(struct op *op, struct span token, struct span client_id,
                              struct span *ret_subject)
{
    struct id_token_claims claims;
    enum outcome rc = id_token_open(op, token, &claims);

    if (rc != OUTCOME_OK)
        return rc;
    if (!span_equal(claims.client_id, client_id))
        return OUTCOME_TOKEN_FORGED;
    *ret_subject = claims.subject;
    return OUTCOME_OK;
}
