/*
 * Passwords under Argon2id (RFC 9106) with a pepper that only the keyring has: a leaked store alone cannot
 * even be guessed at. The cost stands in each record, so that it can be raised without losing anybody.
 */
#ifndef STRONGROOM_VAULT_PASSWORD_H
#define STRONGROOM_VAULT_PASSWORD_H

#include "vault/keyring.h"

#define PASSWORD_HASH_LEN 32
#define PASSWORD_SALT_LEN 16
#define PASSWORD_MIN 8 /* characters that a new password needs at the least */

struct password_cost {
    uint64_t memory_kib;
    uint64_t iterations;
};

/* Takes tens of milliseconds and `memory_kib` of memory: for the slow lane only. */
MUST_CHECK enum outcome password_hash(const struct keyring *keys, struct span password, struct span salt,
                                      struct password_cost cost, uint8_t ret_hash[PASSWORD_HASH_LEN]);

#endif
