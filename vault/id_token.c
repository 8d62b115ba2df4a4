#include "vault/id_token.h"

#include "common/b64url.h"
#include "common/json_write.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <stdio.h>

#define SIGNATURE_LEN 64 /* r and s, 32 bytes each (RFC 7518 3.4) */
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

static bool put_claims(struct buf *out, struct op *op, const struct grant_record *grant,
                       struct span access_token)
{
    struct json_writer json = json_begin(out);
    bool ok;

    json_object_open(&json, NULL);
    json_text(&json, "iss", span_of_text(op->vault->config.issuer));
    json_text(&json, "sub", grant->subject);
    json_text(&json, "aud", grant->client_id);
    json_u64(&json, "exp", grant->spent_at_s + op->client.access_token_s);
    json_u64(&json, "iat", grant->spent_at_s);
    json_u64(&json, "auth_time", grant->auth_time_s);
    if (grant->generation == 1)
        json_text(&json, "nonce", grant->nonce);
    json_array_open(&json, "amr");
    json_text(&json, NULL, SPAN_LITERAL("pwd"));
    json_array_close(&json);
    ok = put_at_hash(&json, access_token);
    json_object_close(&json);
    return ok && buf_ok(out);
}

/* OpenSSL signs in DER; JWS wants r and s side by side. */
static bool signature_from_der(struct span der, uint8_t ret_signature[SIGNATURE_LEN])
{
    const unsigned char *at = der.ptr;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
    bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret_signature, 32) == 32 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret_signature + 32, 32) == 32;

    ECDSA_SIG_free(sig);
    return ok;
}

static bool sign(EVP_PKEY *key, struct span input, uint8_t ret_signature[SIGNATURE_LEN])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    uint8_t der[128];
    size_t der_len = sizeof(der);
    bool ok = ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(ctx, der, &der_len, input.ptr, input.len) == 1 &&
              signature_from_der(span_of(der, der_len), ret_signature);

    EVP_MD_CTX_free(ctx);
    return ok;
}

enum outcome id_token_compose(struct op *op, const struct grant_record *grant, struct span access_token,
                              struct span *ret_token)
{
    char header[160];
    uint8_t room[CLAIMS_MAX];
    uint8_t signature[SIGNATURE_LEN];
    struct buf claims = buf_over(room, sizeof(room));
    size_t start = op->text.len;

    snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"%s\"}",
             op->bench->keys->sign_kid);
    if (!put_claims(&claims, op, grant, access_token))
        return OUTCOME_INTERNAL;
    b64url_encode(&op->text, span_of_text(header));
    buf_put_u8(&op->text, '.');
    b64url_encode(&op->text, buf_span(&claims));
    if (!buf_ok(&op->text) ||
        !sign(op->bench->keys->sign, span_of(op->text.ptr + start, op->text.len - start), signature))
        return OUTCOME_INTERNAL;
    buf_put_u8(&op->text, '.');
    b64url_encode(&op->text, span_of(signature, sizeof(signature)));
    *ret_token = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/* ---- reading one that comes back as a hint ------------------------------------------------------------ */

static bool signature_to_der(const uint8_t signature[SIGNATURE_LEN], uint8_t *ret_der, size_t *ret_len)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    int len = -1;

    if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = s = NULL; /* the signature's own now */
        len = i2d_ECDSA_SIG(sig, &ret_der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    *ret_len = len > 0 ? (size_t)len : 0;
    return len > 0;
}

static bool is_signed_by(EVP_PKEY *key, struct span input, struct span signature_text)
{
    EVP_MD_CTX *ctx = NULL;
    uint8_t signature[SIGNATURE_LEN];
    uint8_t der[128];
    struct buf out = buf_over(signature, sizeof(signature));
    size_t der_len;
    bool ok = b64url_decode(signature_text, &out) && out.len == SIGNATURE_LEN &&
              signature_to_der(signature, der, &der_len);

    if (ok)
        ctx = EVP_MD_CTX_new();
    ok = ok && ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
         EVP_DigestVerify(ctx, der, der_len, input.ptr, input.len) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

/* What stands between a literal of ours and the next quote. Quotes inside values are escaped, so only we wrote it. */
static struct span member_after(struct span claims, const char *literal)
{
    const uint8_t *at = memmem(claims.ptr, claims.len, literal, strlen(literal));
    const uint8_t *end;

    if (!at)
        return SPAN_NONE;
    at += strlen(literal);
    end = memchr(at, '"', claims.len - (size_t)(at - claims.ptr));
    return end ? span_of(at, (size_t)(end - at)) : SPAN_NONE;
}

static bool has_audience(struct span claims, struct span client_id)
{
    uint8_t room[6 * LIMIT_CLIENT_ID + 16];
    struct buf out = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&out);

    json_text(&json, "aud", client_id);
    return buf_ok(&out) && memmem(claims.ptr, claims.len, out.ptr, out.len) != NULL;
}

enum outcome id_token_subject(struct op *op, struct span token, struct span client_id, struct span *ret_subject)
{
    const uint8_t *first = memchr(token.ptr, '.', token.len);
    const uint8_t *last = memrchr(token.ptr, '.', token.len);
    size_t start = op->text.len;
    struct span input, claims;

    if (!first || first == last)
        return OUTCOME_TOKEN_FORGED;
    input = span_of(token.ptr, (size_t)(last - token.ptr));
    if (!is_signed_by(op->bench->keys->sign, input, span_from(token, input.len + 1)) ||
        !b64url_decode(span_of(first + 1, (size_t)(last - first - 1)), &op->text))
        return OUTCOME_TOKEN_FORGED;
    claims = span_of(op->text.ptr + start, op->text.len - start);
    *ret_subject = member_after(claims, "\"sub\":\"");
    if (ret_subject->len == 0 || ret_subject->len > LIMIT_SUBJECT || !has_audience(claims, client_id))
        return OUTCOME_TOKEN_FORGED;
    return OUTCOME_OK;
}
