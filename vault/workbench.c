#include "vault/workbench.h"

#include <stdlib.h>

struct seal *workbench_mint(struct workbench *bench, uint16_t number)
{
    for (size_t i = 0; i < bench->mints_len; i++)
        if (bench->mint_numbers[i] == number)
            return bench->mints[i];
    return NULL;
}

static bool has_mint(const struct keyring *ring, uint16_t number)
{
    for (size_t i = 0; i < ring->mints_len; i++)
        if (ring->mints[i].number == number)
            return true;
    return false;
}

static void drop_mints(struct workbench *bench, const struct keyring *ring)
{
    size_t kept = 0;

    for (size_t i = 0; i < bench->mints_len; i++) {
        if (has_mint(ring, bench->mint_numbers[i])) {
            bench->mints[kept] = bench->mints[i];
            bench->mint_numbers[kept++] = bench->mint_numbers[i];
        } else {
            seal_free(&bench->mints[i]);
        }
    }
    bench->mints_len = kept;
}

/* A number stands for one key for ever, so a seal that is there already is the right one. */
static bool take_mints(struct workbench *bench, const struct keyring *ring)
{
    drop_mints(bench, ring);
    for (size_t i = 0; i < ring->mints_len; i++) {
        const struct mint_key *mint = &ring->mints[i];

        if (!workbench_mint(bench, mint->number)) {
            struct seal *seal = seal_new(&mint->key);

            if (!seal)
                return false;
            bench->mints[bench->mints_len] = seal;
            bench->mint_numbers[bench->mints_len++] = mint->number;
        }
        if (mint->state == KEY_CURRENT)
            bench->mint_current = mint->number;
    }
    return true;
}

bool workbench_init(struct workbench *bench, struct keyring_place *place)
{
    *bench = (struct workbench){.place = place, .keys = keyring_place_take(place)};
    bench->text = malloc(WORKBENCH_TEXT);
    bench->handle = seal_new(&bench->keys->handle);
    bench->hash = mac_new(&bench->keys->hash);
    if (bench->text && bench->handle && bench->hash && take_mints(bench, bench->keys))
        return true;
    workbench_fini(bench);
    return false;
}

void workbench_fini(struct workbench *bench)
{
    for (size_t i = 0; i < bench->mints_len; i++)
        seal_free(&bench->mints[i]);
    seal_free(&bench->handle);
    mac_free(&bench->hash);
    free(bench->text);
    keyring_release(&bench->keys);
    *bench = (struct workbench){0};
}

void workbench_refresh(struct workbench *bench)
{
    struct keyring *ring;

    if (bench->keys &&
        bench->keys->generation == atomic_load_explicit(&bench->place->generation, memory_order_acquire))
        return;
    ring = keyring_place_take(bench->place);
    if (!take_mints(bench, ring) && bench->keys) {
        keyring_release(&ring); /* tried again before the next request */
        return;
    }
    keyring_release(&bench->keys);
    bench->keys = ring;
}

void workbench_rest(struct workbench *bench)
{
    keyring_release(&bench->keys);
}
