/*
 * The vault's keys. They rest in the store, each in a box under the master key, and are open in locked
 * memory while the vault runs. The store without the master key opens none of them; the master key without
 * the store is none of them (I3).
 *
 *   MINT    seals access tokens, refresh tokens and codes; its number stands in each token
 *   HANDLE  seals authorization requests on their way through login and consent
 *   ROOT    what keyed hashes and the pepper of the passwords are derived from
 *   SIGN    signs ID tokens and introspection as JWT, with one algorithm each
 */
#ifndef STRONGROOM_VAULT_KEYRING_H
#define STRONGROOM_VAULT_KEYRING_H

#include "vault/jws.h"
#include "vault/seal.h"
#include "vault/store.h"

#include <openssl/evp.h>

#define KEYRING_PROBLEM_MAX 512
#define KEYRING_MINTS_MAX 8
#define KEYRING_SIGNS_MAX 48
#define KEYRING_KID_LEN 43

enum key_purpose { KEY_MINT = 1, KEY_HANDLE = 2, KEY_ROOT = 3, KEY_SIGN = 4 };
enum key_state { KEY_NEXT = 1, KEY_CURRENT = 2, KEY_RETIRED = 3 };

struct mint_key {
    uint16_t number;
    enum key_state state;
    struct secret key; /* SEAL_KEY_LEN */
};

struct sign_key {
    uint32_t number;
    enum jws_alg alg;
    enum key_state state;
    char kid[KEYRING_KID_LEN + 1]; /* RFC 7638 thumbprint */
    EVP_PKEY *pkey;
};

/* Filled at start, read by every thread, changed by none while the vault runs. */
struct keyring {
    struct mint_key mints[KEYRING_MINTS_MAX];
    size_t mints_len;
    struct secret handle;   /* SEAL_KEY_LEN */
    struct secret hash;     /* MAC_KEY_LEN: secrets, sessions, cookies */
    struct secret pepper;   /* MAC_KEY_LEN: goes into every password hash */
    struct sign_key signs[KEYRING_SIGNS_MAX];
    size_t signs_len;
    char jwks[512];         /* the public keys as a document (RFC 7517) */
};

/*
 * Read the master key (64 hexadecimal digits or 32 bytes, in a file that only its owner can read), open the
 * keys of the store and make those that are missing. On failure writes a sentence to `problem`.
 */
MUST_CHECK bool keyring_open(struct store *store, const char *master_key_file, uint64_t now_s, struct keyring *ret_ring,
                             char *problem);
void keyring_close(struct keyring *ring);

/* The key that signs with this algorithm now, NULL if there is none. */
const struct sign_key *keyring_signer(const struct keyring *ring, enum jws_alg alg);

#endif
