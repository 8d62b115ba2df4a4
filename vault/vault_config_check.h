/* What the vault's schema cannot say: the second half of vault/vault_config.c, used by it only. */
#ifndef STRONGROOM_VAULT_VAULT_CONFIG_CHECK_H
#define STRONGROOM_VAULT_VAULT_CONFIG_CHECK_H

#include "vault/vault_config.h"

/*
 * Note every contradiction and fill in what follows from other keys: the audience from the issuer.
 * Copes with what a file that has other problems leaves NULL or zero.
 */
void vault_config_check(struct config_file *file, struct vault_config *config);

#endif
