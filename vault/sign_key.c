#include "vault/sign_key.h"

#include "common/b64url.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define P256_LEN 32
#define RSA_LEN_MAX 512
#define NUMBER_TEXT B64URL_LEN(RSA_LEN_MAX)

/* ---- making and opening ------------------------------------------------------------------------------ */

static EVP_PKEY *make(enum jws_alg alg)
{
    switch (alg) {
    case JWS_ES256: return EVP_EC_gen("P-256");
    case JWS_PS256:
    case JWS_RS256: return EVP_RSA_gen((size_t)SIGN_KEY_RSA_BITS);
    case JWS_NONE: break;
    }
    return NULL;
}

enum outcome sign_key_make(enum jws_alg alg, struct secret *ret_pair)
{
    EVP_PKEY *pkey = make(alg);
    PKCS8_PRIV_KEY_INFO *info = pkey ? EVP_PKEY2PKCS8(pkey) : NULL;
    unsigned char *der = NULL;
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
    enum outcome rc = len > 0 ? secret_copy(ret_pair, span_of(der, (size_t)len)) : OUTCOME_INTERNAL;

    OPENSSL_clear_free(der, len > 0 ? (size_t)len : 0);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    return rc;
}

static bool is_right_kind(enum jws_alg alg, EVP_PKEY *key)
{
    char curve[32] = "";

    if (alg != JWS_ES256)
        return EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= SIGN_KEY_RSA_BITS &&
               EVP_PKEY_get_bits(key) <= 8 * RSA_LEN_MAX;
    return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 &&
           strcmp(curve, "prime256v1") == 0;
}

static EVP_PKEY *only_right(enum jws_alg alg, EVP_PKEY *key)
{
    if (key && is_right_kind(alg, key))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

EVP_PKEY *sign_key_open_pair(enum jws_alg alg, const struct secret *pair)
{
    struct span der = secret_reveal(pair);
    const unsigned char *at = der.ptr;

    return only_right(alg, d2i_AutoPrivateKey(NULL, &at, (long)der.len));
}

EVP_PKEY *sign_key_open_public(enum jws_alg alg, const struct secret *public_half)
{
    struct span der = secret_reveal(public_half);
    const unsigned char *at = der.ptr;

    return only_right(alg, d2i_PUBKEY(NULL, &at, (long)der.len));
}

enum outcome sign_key_public(enum jws_alg alg, const struct secret *pair, struct secret *ret_public)
{
    EVP_PKEY *key = sign_key_open_pair(alg, pair);
    unsigned char *der = NULL;
    int len = key ? i2d_PUBKEY(key, &der) : -1;
    enum outcome rc = len > 0 ? secret_copy(ret_public, span_of(der, (size_t)len)) : OUTCOME_INTERNAL;

    OPENSSL_free(der);
    EVP_PKEY_free(key);
    return rc;
}

/* ---- describing -------------------------------------------------------------------------------------- */

/*
 * A number of the public half in base64url, as JWK has it: a coordinate padded to the curve's size, RSA's
 * not.
 */
static bool number_text(EVP_PKEY *key, const char *name, size_t pad_to, char ret_text[NUMBER_TEXT + 1])
{
    BIGNUM *number = NULL;
    uint8_t bytes[RSA_LEN_MAX];
    struct buf text = buf_over(ret_text, NUMBER_TEXT);
    size_t len = 0;
    bool ok = EVP_PKEY_get_bn_param(key, name, &number) == 1;

    if (ok)
        len = pad_to ? pad_to : (size_t)BN_num_bytes(number);
    ok = ok && len <= sizeof(bytes) && BN_bn2binpad(number, bytes, (int)len) == (int)len;
    BN_free(number);
    if (ok)
        b64url_encode(&text, span_of(bytes, len));
    ret_text[text.len] = '\0';
    return ok && buf_ok(&text);
}

/* RFC 7638 3.2: the required members in lexical order, without white space. */
static bool put_members(enum jws_alg alg, EVP_PKEY *key, struct buf *out)
{
    char first[NUMBER_TEXT + 1], second[NUMBER_TEXT + 1];

    if (alg == JWS_ES256) {
        if (!number_text(key, OSSL_PKEY_PARAM_EC_PUB_X, P256_LEN, first) ||
            !number_text(key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_LEN, second))
            return false;
        buf_printf(out, "\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"", first, second);
    } else {
        if (!number_text(key, OSSL_PKEY_PARAM_RSA_E, 0, first) ||
            !number_text(key, OSSL_PKEY_PARAM_RSA_N, 0, second))
            return false;
        buf_printf(out, "\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"", first, second);
    }
    return buf_ok(out);
}

bool sign_key_describe(enum jws_alg alg, EVP_PKEY *key, char ret_kid[SIGN_KEY_KID_LEN + 1], struct buf *jwk)
{
    char text[2 * NUMBER_TEXT + 64];
    uint8_t digest[32];
    struct buf canonical = buf_over(text, sizeof(text));
    struct buf kid = buf_over(ret_kid, SIGN_KEY_KID_LEN);
    struct span members;

    buf_put_u8(&canonical, '{');
    if (!put_members(alg, key, &canonical))
        return false;
    members = span_of(canonical.ptr + 1, canonical.len - 1);
    buf_put_u8(&canonical, '}');
    if (!buf_ok(&canonical) ||
        EVP_Digest(canonical.ptr, canonical.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    b64url_encode(&kid, span_of(digest, sizeof(digest)));
    ret_kid[SIGN_KEY_KID_LEN] = '\0';
    buf_printf(jwk, "{\"use\":\"sig\",\"alg\":\"%s\",\"kid\":\"%s\",", jws_alg_name(alg), ret_kid);
    buf_put_span(jwk, members);
    buf_put_u8(jwk, '}');
    return buf_ok(&kid) && buf_ok(jwk);
}
