#include "vault/seal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <stdlib.h>

#define BOX_NONCE_LEN 12
#define BOX_TAG_LEN 16

struct seal {
    EVP_MAC_CTX *mac;
    EVP_CIPHER_CTX *cipher;
};

struct mac {
    EVP_MAC_CTX *ctx;
};

/* A keyed HMAC-SHA-256 context, or NULL. */
static EVP_MAC_CTX *hmac_new(struct span key)
{
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
                           OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;

    EVP_MAC_free(mac);
    if (ctx && EVP_MAC_init(ctx, key.ptr, key.len, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }
    return ctx;
}

struct seal *seal_new(const struct secret *key)
{
    struct span bytes = secret_reveal(key);
    struct seal *seal = calloc(1, sizeof(*seal));

    if (!seal || bytes.len != SEAL_KEY_LEN)
        goto failed;
    seal->mac = hmac_new(span_of(bytes.ptr, MAC_KEY_LEN));
    seal->cipher = EVP_CIPHER_CTX_new();
    if (!seal->mac || !seal->cipher)
        goto failed;
    if (EVP_EncryptInit_ex2(seal->cipher, EVP_aes_256_ctr(), bytes.ptr + MAC_KEY_LEN, NULL, NULL) != 1)
        goto failed;
    return seal;
failed:
    seal_free(&seal);
    return NULL;
}

void seal_free(struct seal **seal)
{
    if (!*seal)
        return;
    EVP_MAC_CTX_free((*seal)->mac);
    EVP_CIPHER_CTX_free((*seal)->cipher);
    free(*seal);
    *seal = NULL;
}

static bool seal_tag(struct seal *seal, struct span header, struct span plaintext,
                     uint8_t ret_tag[SEAL_TAG_LEN])
{
    uint8_t full[MAC_LEN];
    uint8_t header_len = (uint8_t)header.len;
    size_t len;

    if (header.len > UINT8_MAX || EVP_MAC_init(seal->mac, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(seal->mac, &header_len, 1) != 1 ||
        EVP_MAC_update(seal->mac, header.ptr, header.len) != 1 ||
        EVP_MAC_update(seal->mac, plaintext.ptr, plaintext.len) != 1 ||
        EVP_MAC_final(seal->mac, full, &len, sizeof(full)) != 1)
        return false;
    memcpy(ret_tag, full, SEAL_TAG_LEN);
    return true;
}

/* CTR is its own inverse. */
static bool seal_crypt(struct seal *seal, const uint8_t iv[SEAL_TAG_LEN], struct span in, uint8_t *out)
{
    int len;

    return EVP_EncryptInit_ex2(seal->cipher, NULL, NULL, iv, NULL) == 1 &&
           EVP_EncryptUpdate(seal->cipher, out, &len, in.ptr, (int)in.len) == 1 && (size_t)len == in.len;
}

bool seal_close(struct seal *seal, struct span header, struct span plaintext, uint8_t *ret_sealed)
{
    return seal_tag(seal, header, plaintext, ret_sealed) &&
           seal_crypt(seal, ret_sealed, plaintext, ret_sealed + SEAL_TAG_LEN);
}

bool seal_open(struct seal *seal, struct span header, struct span sealed, uint8_t *ret_plaintext)
{
    uint8_t tag[SEAL_TAG_LEN];
    size_t len;

    if (sealed.len < SEAL_TAG_LEN)
        return false;
    len = sealed.len - SEAL_TAG_LEN;
    if (seal_crypt(seal, sealed.ptr, span_from(sealed, SEAL_TAG_LEN), ret_plaintext) &&
        seal_tag(seal, header, span_of(ret_plaintext, len), tag) &&
        ct_equal(span_of(tag, sizeof(tag)), span_of(sealed.ptr, SEAL_TAG_LEN)))
        return true;
    wipe(ret_plaintext, len);
    return false;
}

bool seal_self_test(void)
{
    static const uint8_t known[] = {
        0xd3, 0xb1, 0xed, 0xbb, 0x5a, 0xed, 0xad, 0x1b, 0x4a, 0x7e, 0x11, 0x13, 0x6d,
        0x45, 0x2c, 0xb3, 0xba, 0x6b, 0x7d, 0x51, 0x4f, 0xbe, 0xd5, 0x06, 0xba, 0x3a,
    };
    struct span header = SPAN_LITERAL("\x01");
    struct span plain = SPAN_LITERAL("strongroom");
    struct secret key = SECRET_NONE;
    struct seal *seal = NULL;
    uint8_t sealed[sizeof(known)];
    uint8_t opened[sizeof(known) - SEAL_TAG_LEN];
    bool ok = secret_new(&key, SEAL_KEY_LEN) == OUTCOME_OK;

    for (uint8_t i = 0; ok && i < SEAL_KEY_LEN; i++)
        key.ptr[i] = i;
    seal = ok ? seal_new(&key) : NULL;
    ok = seal && seal_close(seal, header, plain, sealed) && memcmp(sealed, known, sizeof(known)) == 0 &&
         seal_open(seal, header, span_of(sealed, sizeof(sealed)), opened) &&
         memcmp(opened, plain.ptr, plain.len) == 0;
    sealed[sizeof(sealed) - 1] ^= 1;
    ok = ok && !seal_open(seal, header, span_of(sealed, sizeof(sealed)), opened);
    seal_free(&seal);
    secret_wipe(&key);
    return ok;
}

struct mac *mac_new(const struct secret *key)
{
    struct mac *mac = calloc(1, sizeof(*mac));

    if (mac)
        mac->ctx = hmac_new(secret_reveal(key));
    if (mac && !mac->ctx) {
        free(mac);
        mac = NULL;
    }
    return mac;
}

void mac_free(struct mac **mac)
{
    if (!*mac)
        return;
    EVP_MAC_CTX_free((*mac)->ctx);
    free(*mac);
    *mac = NULL;
}

static bool mac_part(EVP_MAC_CTX *ctx, struct span part)
{
    uint8_t len[4] = {(uint8_t)(part.len >> 24), (uint8_t)(part.len >> 16), (uint8_t)(part.len >> 8),
                      (uint8_t)part.len};

    return EVP_MAC_update(ctx, len, sizeof(len)) == 1 &&
           (part.len == 0 || EVP_MAC_update(ctx, part.ptr, part.len) == 1);
}

bool mac_compute(struct mac *mac, const char *purpose, const struct span *parts, size_t parts_len,
                 uint8_t ret_mac[MAC_LEN])
{
    size_t len;

    if (EVP_MAC_init(mac->ctx, NULL, 0, NULL) != 1 || !mac_part(mac->ctx, span_of_text(purpose)))
        return false;
    for (size_t i = 0; i < parts_len; i++)
        if (!mac_part(mac->ctx, parts[i]))
            return false;
    return EVP_MAC_final(mac->ctx, ret_mac, &len, MAC_LEN) == 1;
}

enum outcome secret_derive(const struct secret *from, const char *purpose, size_t len,
                           struct secret *ret_secret)
{
    struct secret derived = SECRET_NONE;
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    struct span key = secret_reveal(from);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key.ptr, key.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)purpose, strlen(purpose)),
        OSSL_PARAM_construct_end(),
    };
    enum outcome rc = ctx ? secret_new(&derived, len) : OUTCOME_NO_MEMORY;

    if (rc == OUTCOME_OK && EVP_KDF_derive(ctx, derived.ptr, len, params) != 1)
        rc = OUTCOME_INTERNAL;
    if (rc == OUTCOME_OK)
        *ret_secret = secret_take(&derived);
    secret_wipe(&derived);
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return rc;
}

bool box_close(const struct secret *key, struct span header, struct span plaintext, uint8_t *ret_box)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t *text = ret_box + BOX_NONCE_LEN;
    int len;
    bool ok = ctx && RAND_bytes(ret_box, BOX_NONCE_LEN) == 1 &&
              EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), secret_reveal(key).ptr, ret_box, NULL) == 1 &&
              EVP_EncryptUpdate(ctx, NULL, &len, header.ptr, (int)header.len) == 1 &&
              EVP_EncryptUpdate(ctx, text, &len, plaintext.ptr, (int)plaintext.len) == 1 &&
              EVP_EncryptFinal_ex(ctx, text + len, &len) == 1 &&
              EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, BOX_TAG_LEN, text + plaintext.len) == 1;

    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

bool box_open(const struct secret *key, struct span header, struct span box, struct secret *ret_plaintext)
{
    struct secret plain = SECRET_NONE;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    size_t plain_len = box.len - BOX_OVERHEAD;
    int len;
    bool ok;

    if (box.len < BOX_OVERHEAD || secret_new(&plain, plain_len) != OUTCOME_OK) {
        EVP_CIPHER_CTX_free(ctx);
        return false;
    }
    ok = ctx && EVP_DecryptInit_ex2(ctx, EVP_aes_256_gcm(), secret_reveal(key).ptr, box.ptr, NULL) == 1 &&
         EVP_DecryptUpdate(ctx, NULL, &len, header.ptr, (int)header.len) == 1 &&
         EVP_DecryptUpdate(ctx, plain.ptr, &len, box.ptr + BOX_NONCE_LEN, (int)plain_len) == 1 &&
         EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, BOX_TAG_LEN,
                             (void *)(box.ptr + BOX_NONCE_LEN + plain_len)) == 1 &&
         EVP_DecryptFinal_ex(ctx, plain.ptr + len, &len) == 1;
    if (ok)
        *ret_plaintext = secret_take(&plain);
    secret_wipe(&plain);
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}
