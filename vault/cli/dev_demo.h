/*
 * What a development cell is shown with: two clients, a resource server and a customer, registered through
 * the admin socket like any other, and quickstart.json, which tells scripts of them (SPEC 7).
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_DEMO_H
#define STRONGROOM_VAULT_CLI_DEV_DEMO_H

#include "vault/cli/dev_cell.h"

#include <jansson.h>

/* Register what is missing, write quickstart.json; the document becomes the caller's. */
MUST_CHECK enum exit_code dev_demo_register(const struct dev_cell *cell, json_t **ret_quickstart);

#endif
