#include "vault/keyring.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

static bool complain(char *problem, const char *what, const char *name, const char *why)
{
    snprintf(problem, KEYRING_PROBLEM_MAX, "%s %s: %s", what, name, why);
    return false;
}

/* ---- what a new store needs ------------------------------------------------------------------------- */

static enum outcome random_key(size_t len, struct secret *ret_key)
{
    enum outcome rc = secret_new(ret_key, len);

    if (rc == OUTCOME_OK && RAND_priv_bytes(ret_key->ptr, (int)len) != 1)
        rc = OUTCOME_NO_RANDOM;
    return rc;
}

static enum outcome make_key(struct store_txn *txn, const struct secret *master, uint32_t number,
                             enum key_purpose purpose, uint64_t now_s)
{
    struct key_record record = {.purpose = purpose, .state = KEY_CURRENT, .created_at_s = now_s};
    struct secret key = SECRET_NONE;
    enum outcome rc;

    if (purpose == KEY_SIGN) {
        record.algorithm = JWS_ES256;
        record.current_at_s = now_s;
        rc = sign_key_make(JWS_ES256, &key);
    } else {
        rc = random_key(purpose == KEY_ROOT ? MAC_KEY_LEN : SEAL_KEY_LEN, &key);
    }
    if (rc == OUTCOME_OK)
        rc = key_record_put(txn, master, number, &record, &key);
    secret_wipe(&key);
    return rc;
}

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

/* ---- opening ---------------------------------------------------------------------------------------- */

static bool place_mint(struct keyring *ring, uint32_t number, const struct key_record *record,
                       struct secret *key)
{
    if (ring->mints_len == KEYRING_MINTS_MAX || key->len != SEAL_KEY_LEN || number > UINT16_MAX)
        return false;
    ring->mints[ring->mints_len++] = (struct mint_key){(uint16_t)number, (enum key_state)record->state,
                                                       secret_take(key)};
    return true;
}

static bool place_sign(struct keyring *ring, uint32_t number, const struct key_record *record,
                       const struct secret *key)
{
    struct sign_key *sign = &ring->signs[ring->signs_len];

    if (ring->signs_len == KEYRING_SIGNS_MAX || record->algorithm >= JWS_ALG_COUNT)
        return false;
    *sign = (struct sign_key){
        .number = number,
        .alg = record->algorithm ? (enum jws_alg)record->algorithm
                                 : JWS_ES256, /* a store that knew no other */
        .state = (enum key_state)record->state,
        .created_at_s = record->created_at_s,
        .current_at_s = record->current_at_s,
        .retired_at_s = record->retired_at_s,
        .scheduled_at_s = record->scheduled_at_s,
    };
    sign->pkey = sign->state == KEY_RETIRED ? sign_key_open_public(sign->alg, key)
                                            : sign_key_open_pair(sign->alg, key);
    ring->signs_len++;
    return sign->pkey != NULL;
}

/* Put an open key where it is used; what is not taken stays the caller's to wipe. */
static bool place_key(struct keyring *ring, uint32_t number, const struct key_record *record,
                      struct secret *key)
{
    if (record->state < KEY_NEXT || record->state > KEY_RETIRED)
        return false;
    switch ((enum key_purpose)record->purpose) {
    case KEY_MINT: return place_mint(ring, number, record, key);
    case KEY_HANDLE:
        if (ring->handle.ptr || key->len != SEAL_KEY_LEN)
            return false;
        ring->handle = secret_take(key);
        return true;
    case KEY_ROOT:
        return !ring->hash.ptr &&
               secret_derive(key, "strongroom keyed hashes", MAC_KEY_LEN, &ring->hash) == OUTCOME_OK &&
               secret_derive(key, "strongroom password pepper", MAC_KEY_LEN, &ring->pepper) == OUTCOME_OK;
    case KEY_SIGN: return place_sign(ring, number, record, key);
    }
    return false;
}

static bool open_key(struct keyring *ring, const struct secret *master, uint32_t number, struct span value,
                     char *problem)
{
    struct secret key = SECRET_NONE;
    struct key_record record;
    bool ok = false;

    if (record_decode(value, &key_fields, &record) != OUTCOME_OK)
        return complain(problem, "the store's", "keys", "a key record is damaged; restore a backup");
    if (!key_record_open(master, number, &record, &key))
        complain(problem, "the master key", "does not fit",
                 "it does not open the keys of this store; give the one that the store was made with");
    else if (!place_key(ring, number, &record, &key))
        complain(problem, "the store's", "keys",
                 "a key is of an unknown kind or size, or there are too many");
    else
        ok = true;
    secret_wipe(&key);
    return ok;
}

static bool open_keys(struct keyring *ring, struct store_txn *txn, const struct secret *master, char *problem)
{
    uint32_t number = 0;
    struct span value;
    enum store_result result = STORE_OK;

    while (result == STORE_OK) {
        result = key_record_seek(txn, number, &number, &value);
        if (result == STORE_OK && !open_key(ring, master, number, value, problem))
            return false;
        if (number++ == UINT32_MAX)
            break;
    }
    if (result != STORE_NOT_FOUND)
        return complain(problem, "the store's", "keys", "a key record is damaged; restore a backup");
    if (ring->mints_len == 0 || !ring->handle.ptr || !ring->hash.ptr || !keyring_signer(ring, JWS_ES256))
        return complain(problem, "the store's", "keys", "some are missing; restore a backup");
    return true;
}

/* The keys of one state after the other. Descriptions also give the keys their names. */
static bool describe(struct keyring *ring)
{
    static const enum key_state order[] = {KEY_CURRENT, KEY_NEXT, KEY_RETIRED};
    struct buf out = buf_over(ring->jwks, sizeof(ring->jwks) - 1);
    bool ok = true;

    buf_put_text(&out, "{\"keys\":[");
    for (size_t state = 0; state < sizeof(order) / sizeof(order[0]); state++)
        for (size_t i = 0; i < ring->signs_len; i++) {
            struct sign_key *key = &ring->signs[i];

            if (key->state != order[state])
                continue;
            if (out.ptr[out.len - 1] != '[')
                buf_put_u8(&out, ',');
            ok = ok && sign_key_describe(key->alg, key->pkey, key->kid, &out);
        }
    buf_put_text(&out, "]}");
    return ok && buf_ok(&out);
}

bool keyring_load(struct store_txn *txn, const struct secret *master, struct keyring **ret_ring,
                  char *problem)
{
    struct keyring *ring = calloc(1, sizeof(*ring));
    bool ok;

    if (!ring)
        return complain(problem, "the store's", "keys", "out of memory");
    atomic_init(&ring->references, 1);
    ok = open_keys(ring, txn, master, problem) &&
         (describe(ring) || complain(problem, "the store's", "keys", "they cannot be described"));
    if (ok)
        *ret_ring = ring;
    else
        keyring_release(&ring);
    return ok;
}

/* ---- users ------------------------------------------------------------------------------------------ */

struct keyring *keyring_hold(struct keyring *ring)
{
    if (ring)
        atomic_fetch_add_explicit(&ring->references, 1, memory_order_relaxed);
    return ring;
}

void keyring_release(struct keyring **held)
{
    struct keyring *ring = *held;

    *held = NULL;
    /* Whoever is last must see all that the others did with it before. */
    if (!ring || atomic_fetch_sub_explicit(&ring->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < ring->mints_len; i++)
        secret_wipe(&ring->mints[i].key);
    secret_wipe(&ring->handle);
    secret_wipe(&ring->hash);
    secret_wipe(&ring->pepper);
    for (size_t i = 0; i < ring->signs_len; i++)
        EVP_PKEY_free(ring->signs[i].pkey); /* clears what is on the secure heap */
    free(ring);
}

/* ---- looking ---------------------------------------------------------------------------------------- */

static const struct sign_key *in_state(const struct keyring *ring, enum jws_alg alg, enum key_state state)
{
    for (size_t i = 0; i < ring->signs_len; i++)
        if (ring->signs[i].alg == alg && ring->signs[i].state == state)
            return &ring->signs[i];
    return NULL;
}

const struct sign_key *keyring_signer(const struct keyring *ring, enum jws_alg alg)
{
    return in_state(ring, alg, KEY_CURRENT);
}

const struct sign_key *keyring_next(const struct keyring *ring, enum jws_alg alg)
{
    return in_state(ring, alg, KEY_NEXT);
}

const struct sign_key *keyring_by_kid(const struct keyring *ring, struct span kid)
{
    for (size_t i = 0; i < ring->signs_len; i++)
        if (span_equal_text(kid, ring->signs[i].kid))
            return &ring->signs[i];
    return NULL;
}

/* ---- the place -------------------------------------------------------------------------------------- */

bool keyring_place_init(struct keyring_place *place, struct store *store, const struct secret *master,
                        uint64_t now_s, char *problem)
{
    struct store_txn *txn = NULL;
    struct keyring *ring = NULL;
    enum outcome rc = make_missing(store, master, now_s);
    bool ok;

    pthread_mutex_init(&place->lock, NULL);
    place->ring = NULL;
    atomic_init(&place->generation, 0);
    if (rc != OUTCOME_OK)
        return complain(problem, "cannot make", "keys", outcome_name(rc));
    ok = store_read_begin(store, &txn) == STORE_OK
             ? keyring_load(txn, master, &ring, problem)
             : complain(problem, "cannot read", "keys", "the store fails");
    store_abort(&txn);
    if (ok)
        keyring_place_put(place, &ring);
    return ok;
}

void keyring_place_fini(struct keyring_place *place)
{
    if (!place->ring)
        return;
    keyring_release(&place->ring);
    pthread_mutex_destroy(&place->lock);
}

struct keyring *keyring_place_take(struct keyring_place *place)
{
    struct keyring *ring;

    pthread_mutex_lock(&place->lock);
    ring = keyring_hold(place->ring);
    pthread_mutex_unlock(&place->lock);
    return ring;
}

void keyring_place_put(struct keyring_place *place, struct keyring **ring)
{
    struct keyring *old;

    pthread_mutex_lock(&place->lock);
    old = place->ring;
    place->ring = *ring;
    place->ring->generation = (old ? old->generation : 0) + 1;
    atomic_store_explicit(&place->generation, place->ring->generation, memory_order_release);
    pthread_mutex_unlock(&place->lock);
    *ring = NULL;
    keyring_release(&old);
}
