/*
 * The vault's keys, open. They rest in the store, each in a box under the master key (vault/key_record.h),
 * and are open in locked memory while the vault runs. The store without the master key opens none of them;
 * the master key without the store is none of them (I3).
 *
 *   MINT    seals access tokens, refresh tokens and codes; its number stands in each token
 *   HANDLE  seals authorization requests on their way through login and consent
 *   ROOT    what keyed hashes and the pepper of the passwords are derived from
 *   SIGN    signs ID tokens and introspection as JWT, with one algorithm each (vault/key_life.h)
 *
 * A keyring is a snapshot: made whole from the records, changed by nobody, counted by its users, and wiped
 * when the last of them lets go. When records of keys have changed, the writer puts a new one in its place;
 * each workbench takes the newer one when its next request begins.
 */
#ifndef STRONGROOM_VAULT_KEYRING_H
#define STRONGROOM_VAULT_KEYRING_H

#include "proto/limits.h"
#include "vault/key_record.h"
#include "vault/sign_key.h"

#include <pthread.h>
#include <stdatomic.h>

#define KEYRING_PROBLEM_MAX 512
#define KEYRING_MINTS_MAX 8
#define KEYRING_SIGNS_PER_ALG 16 /* so that the JWK set has its bound */
#define KEYRING_SIGNS_MAX (3 * KEYRING_SIGNS_PER_ALG)

struct mint_key {
    uint16_t number;
    enum key_state state;
    struct secret key; /* SEAL_KEY_LEN */
};

/*
 * Times as in the record: 0 is never. An older store's key has no current_at_s: it has signed since it was
 * made.
 */
struct sign_key {
    uint32_t number;
    enum jws_alg alg;
    enum key_state state;
    uint64_t created_at_s, current_at_s, retired_at_s, scheduled_at_s;
    char kid[SIGN_KEY_KID_LEN + 1]; /* RFC 7638 thumbprint */
    EVP_PKEY *pkey;                 /* of a retired key the public half only */
};

struct keyring {
    atomic_uint references;
    uint64_t generation; /* set when it is put in place: 1, 2, ... */
    struct mint_key mints[KEYRING_MINTS_MAX];
    size_t mints_len;
    struct secret handle; /* SEAL_KEY_LEN */
    struct secret hash;   /* MAC_KEY_LEN: secrets, sessions, cookies */
    struct secret pepper; /* MAC_KEY_LEN: goes into every password hash */
    struct sign_key signs[KEYRING_SIGNS_MAX];
    size_t signs_len;
    char jwks[LIMIT_JWKS + 1]; /* the public halves as a document (RFC 7517), those that sign first */
};

/* Open every key that the transaction sees. On failure writes a sentence to `problem`. */
MUST_CHECK bool keyring_load(struct store_txn *txn, const struct secret *master, struct keyring **ret_ring,
                             char *problem);

/* One more user; and one less, which leaves NULL. Any thread. NULL is fine. */
struct keyring *keyring_hold(struct keyring *ring);
void keyring_release(struct keyring **ring);

/* The key that signs with this algorithm now, the one that is to, or NULL if there is none. */
const struct sign_key *keyring_signer(const struct keyring *ring, enum jws_alg alg);
const struct sign_key *keyring_next(const struct keyring *ring, enum jws_alg alg);

/* A sign key by its name, NULL if there is none. */
const struct sign_key *keyring_by_kid(const struct keyring *ring, struct span kid);

/* ---- the place where the newest one is ----------------------------------------------------------------- */

struct keyring_place {
    pthread_mutex_t lock;
    struct keyring *ring;
    _Atomic uint64_t generation; /* of that ring; to be looked at without the lock */
};

/*
 * Make the keys that a new store needs at once (one of each purpose, ES256 signs), open all there are, and
 * put them in place. On failure writes a sentence to `problem`; the place is to be finished all the same.
 */
MUST_CHECK bool keyring_place_init(struct keyring_place *place, struct store *store,
                                   const struct secret *master, uint64_t now_s, char *problem);
void keyring_place_fini(struct keyring_place *place);

/* The newest, held for the caller. */
struct keyring *keyring_place_take(struct keyring_place *place);

/* From now on this one. Takes the caller's hold. */
void keyring_place_put(struct keyring_place *place, struct keyring **ring);

#endif
