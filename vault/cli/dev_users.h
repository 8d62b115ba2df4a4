/*
 * Who the daemons of a development cell run as. Started by an ordinary user, all of it is that user's. Started
 * by root where the users strongroom-vault and strongroom-front exist (deploy/quickstart makes them), each
 * daemon becomes its own, as in production, provided that both can reach the cell's directory.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_USERS_H
#define STRONGROOM_VAULT_CLI_DEV_USERS_H

#include "vault/cli/dev_cell.h"

#define DEV_VAULT_USER "strongroom-vault"
#define DEV_FRONTEND_USER "strongroom-front"

/* True if the daemons can and should become users of their own. */
bool dev_users_apart(const struct dev_cell *cell);

/* Give the vault's user what it writes to, and let both through to the sockets. */
MUST_CHECK enum exit_code dev_users_hand_over(const struct dev_cell *cell);

#endif
