/*
 * The discovery document (OpenID Connect Discovery 1.0 3, RFC 8414 2): what a client has to know of this
 * server to configure itself. Every member is true of it, and what a specification would otherwise take for
 * true is said to be false. It depends on the configuration alone, and is the same at both well-known
 * addresses.
 */
#ifndef STRONGROOM_VAULT_DISCOVERY_H
#define STRONGROOM_VAULT_DISCOVERY_H

#include "common/buf.h"
#include "vault/vault_config.h"

/* Append the document, at most LIMIT_DISCOVERY bytes for any configuration that was accepted. */
void discovery_put(struct buf *out, const struct vault_config *config);

/*
 * How long others may keep what we publish, in seconds: minutes, but never so long that someone still holds
 * the key set from before a key's announcement when that key begins to sign.
 */
uint64_t discovery_max_age_s(const struct vault_config *config);

#endif
