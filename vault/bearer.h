/*
 * A bearer token as a resource is shown it (RFC 6750): by the gateway in CHECK, by a client in USERINFO.
 * Unlike a caller of the token endpoint its bearer is not known, so what is wrong with it is not told apart.
 */
#ifndef STRONGROOM_VAULT_BEARER_H
#define STRONGROOM_VAULT_BEARER_H

#include "vault/grant.h"

/*
 * An access token of ours that is good now. OK, BEARER_MISSING, BEARER_INVALID, or what kept us from looking.
 * Whom it is for (`audience`) and what it allows (`scope`) is the caller's to judge.
 */
MUST_CHECK enum outcome bearer_open(struct op *op, struct secret_ref token, struct access *ret_access);

#endif
