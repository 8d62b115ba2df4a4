#include "vault/jws.h"

#include "common/b64url.h"
#include "vault/op.h"
#include "vault/workbench.h"

#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#define HEADER_MAX 160
#define ES256_LEN 64      /* r and s, 32 bytes each (RFC 7518 3.4) */
#define SIGNATURE_MAX 512 /* RSA of 4096 bits */

static const char *const names[JWS_ALG_COUNT] = {"none", "ES256", "PS256", "RS256"};

const char *jws_alg_name(enum jws_alg alg)
{
    return names[alg];
}

enum jws_alg jws_alg_by_name(struct span name)
{
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (span_equal_text(name, names[alg]))
            return (enum jws_alg)alg;
    return JWS_NONE;
}

/* The one way we write a header, encoded. */
static void put_header(struct buf *out, const struct sign_key *key, const char *typ)
{
    char text[HEADER_MAX];
    struct buf header = buf_over(text, sizeof(text));

    buf_put_text(&header, "{\"alg\":\"");
    buf_put_text(&header, names[key->alg]);
    buf_put_text(&header, "\",\"typ\":\"");
    buf_put_text(&header, typ);
    buf_put_text(&header, "\",\"kid\":\"");
    buf_put_text(&header, key->kid);
    buf_put_text(&header, "\"}");
    out->overflow |= header.overflow;
    b64url_encode(out, buf_span(&header));
}

/* ---- signatures --------------------------------------------------------------------------------------- */

/* PSS as RFC 7518 3.5 has it: MGF1 with the same hash, a salt as long as the hash. */
static bool set_padding(EVP_PKEY_CTX *ctx, enum jws_alg alg)
{
    return alg != JWS_PS256 || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
                                EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
                                EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/* OpenSSL signs in DER; JWS wants r and s side by side. */
static bool es256_from_der(struct span der, uint8_t ret_signature[ES256_LEN])
{
    const unsigned char *at = der.ptr;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der.len);
    bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret_signature, 32) == 32 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret_signature + 32, 32) == 32;

    ECDSA_SIG_free(sig);
    return ok;
}

static bool sign(const struct sign_key *key, struct span input, uint8_t ret_signature[SIGNATURE_MAX],
                 size_t *ret_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_ctx = NULL;
    uint8_t made[SIGNATURE_MAX];
    size_t len = sizeof(made);
    bool ok = ctx && EVP_DigestSignInit(ctx, &key_ctx, EVP_sha256(), NULL, key->pkey) == 1 &&
              set_padding(key_ctx, key->alg) && EVP_DigestSign(ctx, made, &len, input.ptr, input.len) == 1;

    EVP_MD_CTX_free(ctx);
    if (ok && key->alg == JWS_ES256) {
        *ret_len = ES256_LEN;
        return es256_from_der(span_of(made, len), ret_signature);
    }
    if (ok) {
        memcpy(ret_signature, made, len);
        *ret_len = len;
    }
    return ok;
}

static bool es256_to_der(const uint8_t signature[ES256_LEN], uint8_t ret_der[SIGNATURE_MAX], size_t *ret_len)
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

static bool is_signed_by(const struct sign_key *key, struct span input, struct span signature_text)
{
    EVP_MD_CTX *ctx = NULL;
    EVP_PKEY_CTX *key_ctx = NULL;
    uint8_t given[SIGNATURE_MAX], der[SIGNATURE_MAX];
    struct buf out = buf_over(given, sizeof(given));
    struct span signature;
    size_t der_len;
    bool ok = b64url_decode(signature_text, &out);

    signature = buf_span(&out);
    if (ok && key->alg == JWS_ES256) {
        ok = signature.len == ES256_LEN && es256_to_der(given, der, &der_len);
        signature = span_of(der, der_len);
    }
    if (ok)
        ctx = EVP_MD_CTX_new();
    ok = ok && ctx && EVP_DigestVerifyInit(ctx, &key_ctx, EVP_sha256(), NULL, key->pkey) == 1 &&
         set_padding(key_ctx, key->alg) &&
         EVP_DigestVerify(ctx, signature.ptr, signature.len, input.ptr, input.len) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

/* ---- tokens -------------------------------------------------------------------------------------------- */

enum outcome jws_sign(struct op *op, enum jws_alg alg, const char *typ, struct span claims,
                      struct span *ret_text)
{
    const struct sign_key *key = keyring_signer(op->bench->keys, alg);
    uint8_t signature[SIGNATURE_MAX];
    size_t start = op->text.len;
    size_t len;

    if (!key)
        return OUTCOME_KEY_MISSING;
    put_header(&op->text, key, typ);
    buf_put_u8(&op->text, '.');
    b64url_encode(&op->text, claims);
    if (!buf_ok(&op->text) ||
        !sign(key, span_of(op->text.ptr + start, op->text.len - start), signature, &len))
        return OUTCOME_INTERNAL;
    buf_put_u8(&op->text, '.');
    b64url_encode(&op->text, span_of(signature, len));
    *ret_text = span_of(op->text.ptr + start, op->text.len - start);
    return buf_ok(&op->text) ? OUTCOME_OK : OUTCOME_INTERNAL;
}

/*
 * Whose header this is: byte for byte what we write for one of our keys that sign or did, with that key's own
 * algorithm (RFC 8725 3.1). So nothing that a stranger wrote is ever parsed, and no header chooses anything.
 */
static const struct sign_key *key_of(const struct keyring *ring, struct span header, const char *typ)
{
    for (size_t i = 0; i < ring->signs_len; i++) {
        uint8_t room[B64URL_LEN(HEADER_MAX)];
        struct buf ours = buf_over(room, sizeof(room));

        if (ring->signs[i].state == KEY_NEXT)
            continue;
        put_header(&ours, &ring->signs[i], typ);
        if (buf_ok(&ours) && span_equal(buf_span(&ours), header))
            return &ring->signs[i];
    }
    return NULL;
}

enum outcome jws_open(struct op *op, struct span text, const char *typ, struct span *ret_claims)
{
    const uint8_t *first = text.len ? memchr(text.ptr, '.', text.len) : NULL;
    const uint8_t *last = first ? memrchr(text.ptr, '.', text.len) : NULL;
    const struct sign_key *key;
    size_t start = op->text.len;

    if (!first || first == last)
        return OUTCOME_TOKEN_FORGED;
    key = key_of(op->bench->keys, span_of(text.ptr, (size_t)(first - text.ptr)), typ);
    /* A dot more than two is between them, and no character of base64url. */
    if (!key ||
        !is_signed_by(key, span_of(text.ptr, (size_t)(last - text.ptr)),
                      span_from(text, (size_t)(last + 1 - text.ptr))) ||
        !b64url_decode(span_of(first + 1, (size_t)(last - first - 1)), &op->text))
        return OUTCOME_TOKEN_FORGED;
    *ret_claims = span_of(op->text.ptr + start, op->text.len - start);
    return OUTCOME_OK;
}
