#include "vault/workbench.h"

#include <stdlib.h>

bool workbench_init(struct workbench *bench, const struct keyring *keys)
{
    *bench = (struct workbench){.keys = keys};
    bench->text = malloc(WORKBENCH_TEXT);
    bench->handle = seal_new(&keys->handle);
    bench->hash = mac_new(&keys->hash);
    for (size_t i = 0; i < keys->mints_len; i++) {
        bench->mints[i] = seal_new(&keys->mints[i].key);
        bench->mint_numbers[i] = keys->mints[i].number;
        bench->mints_len++;
        if (keys->mints[i].state == KEY_CURRENT)
            bench->mint_current = keys->mints[i].number;
        if (!bench->mints[i])
            break;
    }
    if (bench->text && bench->handle && bench->hash && bench->mints_len && bench->mints[bench->mints_len - 1])
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
    *bench = (struct workbench){0};
}

struct seal *workbench_mint(struct workbench *bench, uint16_t number)
{
    for (size_t i = 0; i < bench->mints_len; i++)
        if (bench->mint_numbers[i] == number)
            return bench->mints[i];
    return NULL;
}
