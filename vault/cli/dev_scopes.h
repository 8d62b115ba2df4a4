/*
 * The scopes of a development cell: those that the vault has by itself, and OpenID Connect's `profile` and
 * `email` beside them, so that there is something for UserInfo to say. They are written out into the cell's
 * vault.yaml, where they can be changed.
 */
#ifndef STRONGROOM_VAULT_CLI_DEV_SCOPES_H
#define STRONGROOM_VAULT_CLI_DEV_SCOPES_H

#include "common/buf.h"

/* Append the key `scopes` of a vault's configuration. */
void dev_scopes_put(struct buf *out);

#endif
