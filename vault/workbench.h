/*
 * What one thread or one connection works with: keyed crypto contexts that are not shared, the keys that they
 * come from, and room for the text that a reply refers to until it has been encoded. Made once, used for
 * every request.
 */
#ifndef STRONGROOM_VAULT_WORKBENCH_H
#define STRONGROOM_VAULT_WORKBENCH_H

#include "common/buf.h"
#include "vault/keyring.h"
#include "vault/seal.h"

#define WORKBENCH_TEXT (512 * 1024) /* holds the largest records several times over; touched as needed */

struct workbench {
    struct keyring_place *place;
    struct keyring *keys; /* held; stays the same as long as a request is worked on */
    struct seal *mints[KEYRING_MINTS_MAX];
    uint16_t mint_numbers[KEYRING_MINTS_MAX];
    size_t mints_len;
    uint16_t mint_current;
    struct seal *handle;
    struct mac *hash;
    uint8_t *text; /* WORKBENCH_TEXT bytes, the reply's until it is encoded */
};

MUST_CHECK bool workbench_init(struct workbench *bench, struct keyring_place *place);
void workbench_fini(struct workbench *bench);

/*
 * Take newer keys if there are some: before each request, at the cost of one comparison where there are none.
 * Without memory for them it goes on with those it has.
 */
void workbench_refresh(struct workbench *bench);

/*
 * Nothing to do for a long while: let the keys go, so that retired ones are not kept from being wiped.
 * workbench_refresh() takes the newest again.
 */
void workbench_rest(struct workbench *bench);

/* The seal of a minting key, NULL if there is none with that number (any more). */
struct seal *workbench_mint(struct workbench *bench, uint16_t number);

#endif
