#include "vault/keyring.h"

#include "common/b64url.h"
#include "common/json_write.h"
#include "vault/records.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MASTER_KEY_LEN 32

static bool complain(char *problem, const char *what, const char *name, const char *why)
{
    snprintf(problem, KEYRING_PROBLEM_MAX, "%s %s: %s", what, name, why);
    return false;
}

/* ---- the master key --------------------------------------------------------------------------------- */

static int hex_value(uint8_t c)
{
    return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* 32 raw bytes, or 64 hexadecimal digits with or without a line end. */
static bool master_from_text(struct span text, uint8_t ret_key[MASTER_KEY_LEN])
{
    if (text.len == MASTER_KEY_LEN) {
        memcpy(ret_key, text.ptr, MASTER_KEY_LEN);
        return true;
    }
    if (text.len == 2 * MASTER_KEY_LEN + 1 && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (text.len != 2 * MASTER_KEY_LEN)
        return false;
    for (size_t i = 0; i < MASTER_KEY_LEN; i++) {
        int high = hex_value(text.ptr[2 * i]);
        int low = hex_value(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        ret_key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_master(const char *path, struct secret *ret_key, char *problem)
{
    uint8_t text[2 * MASTER_KEY_LEN + 2];
    uint8_t key[MASTER_KEY_LEN];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    ssize_t n;
    bool ok = false;

    if (fd < 0)
        return complain(problem, "cannot open the master key", path, strerror(errno));
    n = read(fd, text, sizeof(text));
    if (n < 0 || fstat(fd, &st) != 0)
        complain(problem, "cannot read the master key", path, strerror(errno));
    else if (st.st_mode & (S_IRWXG | S_IRWXO))
        complain(problem, "the master key", path, "others can read it; chmod it to 0400");
    else if (!master_from_text(span_of(text, (size_t)n), key))
        complain(problem, "the master key", path, "it must be 64 hexadecimal digits or 32 bytes");
    else
        ok = secret_copy(ret_key, span_of(key, sizeof(key))) == OUTCOME_OK ||
             complain(problem, "the master key", path, "no locked memory for it");
    wipe(text, sizeof(text));
    wipe(key, sizeof(key));
    close(fd);
    return ok;
}

/* ---- keys in the store ------------------------------------------------------------------------------ */

/* What a box is bound to: a key that was moved to another number or purpose does not open. */
static struct span box_header(uint32_t number, uint64_t purpose, uint8_t room[8])
{
    for (int i = 0; i < 4; i++)
        room[i] = (uint8_t)(number >> (24 - 8 * i));
    memset(room + 4, 0, 3);
    room[7] = (uint8_t)purpose;
    return span_of(room, 8);
}

static enum outcome key_put(struct store_txn *txn, const struct secret *master, uint32_t number,
                            enum key_purpose purpose, uint64_t now_s, const struct secret *key)
{
    uint8_t box[BOX_OVERHEAD + 1024];
    uint8_t header[8];
    struct span bound = box_header(number, purpose, header);
    struct span plain = secret_reveal(key);
    struct key_record record = {.purpose = purpose, .state = KEY_CURRENT, .created_at_s = now_s};

    if (plain.len > sizeof(box) - BOX_OVERHEAD || !box_close(master, bound, plain, box))
        return OUTCOME_INTERNAL;
    record.sealed = span_of(box, plain.len + BOX_OVERHEAD);
    return record_put(txn, TABLE_KEYS, span_of(header, 4), &key_fields, &record);
}

static enum outcome random_key(size_t len, struct secret *ret_key)
{
    enum outcome rc = secret_new(ret_key, len);

    if (rc == OUTCOME_OK && RAND_priv_bytes(ret_key->ptr, (int)len) != 1)
        rc = OUTCOME_NO_RANDOM;
    return rc;
}

/* A P-256 key as unencrypted PKCS 8, in a secret. */
static enum outcome sign_key(struct secret *ret_key)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    PKCS8_PRIV_KEY_INFO *info = pkey ? EVP_PKEY2PKCS8(pkey) : NULL;
    unsigned char *der = NULL;
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
    enum outcome rc = len > 0 ? secret_copy(ret_key, span_of(der, (size_t)len)) : OUTCOME_INTERNAL;

    OPENSSL_clear_free(der, len > 0 ? (size_t)len : 0);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pkey);
    return rc;
}

static enum outcome make_key(struct store_txn *txn, const struct secret *master, uint32_t number,
                             enum key_purpose purpose, uint64_t now_s)
{
    struct secret key = SECRET_NONE;
    enum outcome rc = purpose == KEY_SIGN
                          ? sign_key(&key)
                          : random_key(purpose == KEY_ROOT ? MAC_KEY_LEN : SEAL_KEY_LEN, &key);

    if (rc == OUTCOME_OK)
        rc = key_put(txn, master, number, purpose, now_s, &key);
    secret_wipe(&key);
    return rc;
}

/* A new store gets one key for each purpose. */
static enum outcome make_missing(struct store *store, const struct secret *master, uint64_t now_s)
{
    static const enum key_purpose purposes[] = {KEY_MINT, KEY_HANDLE, KEY_ROOT, KEY_SIGN};
    struct store_txn *txn = NULL;
    enum outcome rc = store_outcome(store_write_begin(store, &txn));

    if (rc == OUTCOME_OK && store_count(txn, TABLE_KEYS) == 0) {
        for (size_t i = 0; rc == OUTCOME_OK && i < sizeof(purposes) / sizeof(purposes[0]); i++)
            rc = make_key(txn, master, (uint32_t)i + 1, purposes[i], now_s);
        if (rc == OUTCOME_OK)
            rc = store_outcome(store_commit(&txn));
    }
    store_abort(&txn);
    return rc;
}

/* ---- the public half of the signing key ------------------------------------------------------------- */

static bool coordinate(EVP_PKEY *key, const char *name, char ret_text[KEYRING_KID_LEN + 1])
{
    BIGNUM *number = NULL;
    uint8_t bytes[32];
    struct buf text = buf_over(ret_text, KEYRING_KID_LEN);
    bool ok = EVP_PKEY_get_bn_param(key, name, &number) == 1 && BN_bn2binpad(number, bytes, 32) == 32;

    BN_free(number);
    b64url_encode(&text, span_of(bytes, sizeof(bytes)));
    ret_text[KEYRING_KID_LEN] = '\0';
    return ok && buf_ok(&text);
}

static bool describe_sign_key(struct keyring *ring, struct sign_key *key)
{
    char x[KEYRING_KID_LEN + 1], y[KEYRING_KID_LEN + 1], canonical[160];
    uint8_t digest[32];
    struct buf kid = buf_over(key->kid, KEYRING_KID_LEN);
    struct buf out = buf_over(ring->jwks, sizeof(ring->jwks) - 1);

    if (!coordinate(key->pkey, OSSL_PKEY_PARAM_EC_PUB_X, x) ||
        !coordinate(key->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, y))
        return false;
    /* RFC 7638 3.2: the required members in lexical order, without white space. */
    snprintf(canonical, sizeof(canonical), "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x,
             y);
    if (EVP_Digest(canonical, strlen(canonical), digest, NULL, EVP_sha256(), NULL) != 1)
        return false;
    b64url_encode(&kid, span_of(digest, sizeof(digest)));
    buf_printf(&out,
               "{\"keys\":[{\"kty\":\"EC\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"%s\",\"crv\":\"P-"
               "256\",\"x\":\"%s\","
               "\"y\":\"%s\"}]}",
               key->kid, x, y);
    return buf_ok(&kid) && buf_ok(&out);
}

static bool take_sign_key(struct keyring *ring, uint32_t number, const struct key_record *record,
                          const struct secret *der)
{
    const unsigned char *at = secret_reveal(der).ptr;
    struct sign_key *key = &ring->signs[ring->signs_len];

    if (ring->signs_len == KEYRING_SIGNS_MAX)
        return false;
    *key = (struct sign_key){
        .number = number, .state = (enum key_state)record->state, .alg = record->algorithm ? record->algorithm : JWS_ES256};
    key->pkey = d2i_AutoPrivateKey(NULL, &at, (long)secret_reveal(der).len);
    ring->signs_len++;
    return key->pkey && describe_sign_key(ring, key);
}

/* ---- opening ---------------------------------------------------------------------------------------- */

/* Put an open key where it is used. Takes the secret. */
static bool place_key(struct keyring *ring, uint32_t number, const struct key_record *record,
                      struct secret *key)
{
    struct mint_key *mint;

    switch ((enum key_purpose)record->purpose) {
    case KEY_MINT:
        if (ring->mints_len == KEYRING_MINTS_MAX || key->len != SEAL_KEY_LEN || number > UINT16_MAX)
            return false;
        mint = &ring->mints[ring->mints_len++];
        *mint = (struct mint_key){(uint16_t)number, (enum key_state)record->state, secret_take(key)};
        return true;
    case KEY_HANDLE: ring->handle = secret_take(key); return ring->handle.len == SEAL_KEY_LEN;
    case KEY_ROOT:
        return secret_derive(key, "strongroom keyed hashes", MAC_KEY_LEN, &ring->hash) == OUTCOME_OK &&
               secret_derive(key, "strongroom password pepper", MAC_KEY_LEN, &ring->pepper) == OUTCOME_OK;
    case KEY_SIGN: return take_sign_key(ring, number, record, key);
    }
    return false;
}

static bool open_key(struct keyring *ring, const struct secret *master, struct span store_key,
                     struct span value, char *problem)
{
    struct secret key = SECRET_NONE;
    struct key_record record;
    uint8_t header[8];
    uint32_t number;
    bool ok = false;

    if (store_key.len != 4 || record_decode(value, &key_fields, &record) != OUTCOME_OK)
        return complain(problem, "the store's", "keys", "a key record is damaged; restore a backup");
    number = (uint32_t)store_key.ptr[0] << 24 | (uint32_t)store_key.ptr[1] << 16 |
             (uint32_t)store_key.ptr[2] << 8 | store_key.ptr[3];
    if (!box_open(master, box_header(number, record.purpose, header), record.sealed, &key))
        complain(problem, "the master key", "does not fit",
                 "it does not open the keys of this store; give the one that the store was made with");
    else if (!place_key(ring, number, &record, &key))
        complain(problem, "the store's", "keys", "a key is of an unknown kind or size");
    else
        ok = true;
    secret_wipe(&key);
    return ok;
}

static bool open_keys(struct keyring *ring, struct store *store, const struct secret *master, char *problem)
{
    struct store_txn *txn = NULL;
    uint8_t from[5] = {0};
    size_t from_len = 4;
    struct span key, value;
    bool ok = store_read_begin(store, &txn) == STORE_OK;

    while (ok && store_seek(txn, TABLE_KEYS, span_of(from, from_len), &key, &value) == STORE_OK) {
        ok = open_key(ring, master, key, value, problem);
        if (ok) {
            memcpy(from, key.ptr, 4);
            from_len = 5; /* the next key after this one */
        }
    }
    store_abort(&txn);
    if (ok && (ring->mints_len == 0 || !ring->handle.ptr || !ring->hash.ptr || !ring->signs_len))
        ok = complain(problem, "the store's", "keys", "some are missing; restore a backup");
    return ok;
}

bool keyring_open(struct store *store, const char *master_key_file, uint64_t now_s, struct keyring *ret_ring,
                  char *problem)
{
    struct keyring ring = {0};
    struct secret master = SECRET_NONE;
    enum outcome rc;
    bool ok = read_master(master_key_file, &master, problem);

    if (ok) {
        rc = make_missing(store, &master, now_s);
        ok = rc == OUTCOME_OK || complain(problem, "cannot make", "keys", outcome_name(rc));
    }
    ok = ok && open_keys(&ring, store, &master, problem);
    secret_wipe(&master);
    if (ok)
        *ret_ring = ring;
    else
        keyring_close(&ring);
    return ok;
}

void keyring_close(struct keyring *ring)
{
    for (size_t i = 0; i < ring->mints_len; i++)
        secret_wipe(&ring->mints[i].key);
    secret_wipe(&ring->handle);
    secret_wipe(&ring->hash);
    secret_wipe(&ring->pepper);
    for (size_t i = 0; i < ring->signs_len; i++)
        EVP_PKEY_free(ring->signs[i].pkey);
    *ring = (struct keyring){0};
}

const struct sign_key *keyring_signer(const struct keyring *ring, enum jws_alg alg)
{
    for (size_t i = 0; i < ring->signs_len; i++)
        if (ring->signs[i].alg == alg && ring->signs[i].state == KEY_CURRENT)
            return &ring->signs[i];
    return NULL;
}
