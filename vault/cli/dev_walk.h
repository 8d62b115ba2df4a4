/*
 * The walk-through of a development cell: what a customer, an app, a gateway and the operator do, as commands that
 * can be copied and work, with the values of this cell in them.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_WALK_H
#define STRONGROOM_VAULT_CLI_DEV_WALK_H

#include "vault/cli/dev_cell.h"

#include <jansson.h>

/* `quickstart` is what dev_demo_register() made. */
void dev_walk_print(const struct dev_cell *cell, const json_t *quickstart);

#endif
