/*
 * What one thread or one connection works with: keyed crypto contexts that are not shared, and room for the
 * text that a reply refers to until it has been encoded. Made once, used for every request.
 */
#ifndef STRONGROOM_VAULT_WORKBENCH_H
#define STRONGROOM_VAULT_WORKBENCH_H

#include "common/buf.h"
#include "vault/keyring.h"
#include "vault/seal.h"

#define WORKBENCH_TEXT (512 * 1024) /* holds the largest records several times over; touched as needed */

struct workbench {
    struct seal *mints[KEYRING_MINTS_MAX];
    uint16_t mint_numbers[KEYRING_MINTS_MAX];
    size_t mints_len;
    uint16_t mint_current;
    struct seal *handle;
    struct mac *hash;
    const struct keyring *keys;
    uint8_t *text; /* WORKBENCH_TEXT bytes, the reply's until it is encoded */
};

MUST_CHECK bool workbench_init(struct workbench *bench, const struct keyring *keys);
void workbench_fini(struct workbench *bench);

/* The seal of a minting key, NULL if there is none with that number (any more). */
struct seal *workbench_mint(struct workbench *bench, uint16_t number);

#endif
