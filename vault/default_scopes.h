/*
 * The scopes that apply where the configuration names none: the five of SPEC 2 with their words in every
 * language of common/language.def. What they are is default_scopes.def.
 */
#ifndef STRONGROOM_VAULT_DEFAULT_SCOPES_H
#define STRONGROOM_VAULT_DEFAULT_SCOPES_H

#include "vault/vault_config.h"

/* On the heap as if the file had said them; the configuration has no scopes yet. */
void default_scopes_put(struct vault_config *config);

#endif
