/*
 * PKCE (RFC 7636), S256 only (RFC 9700 2.1.1).
 */
#ifndef STRONGROOM_VAULT_PKCE_H
#define STRONGROOM_VAULT_PKCE_H

#include "common/outcome.h"

/* The seed's minimum is 32; an S256 value has 43 characters, and another length can never be redeemed. */
#define PKCE_CHALLENGE_MIN 32
#define PKCE_CHALLENGE_MAX 128
#define PKCE_VERIFIER_MIN 43
#define PKCE_VERIFIER_MAX 128

/* 32 to 128 characters of A-Z a-z 0-9 - . _ ~ */
MUST_CHECK bool pkce_challenge_is_valid(struct span challenge);

/*
 * Check the verifier that a client presents with its code (RFC 7636 4.6). Constant time in the verifier's
 * hash. OK, or CODE_VERIFIER_WRONG also for one that is malformed.
 */
MUST_CHECK enum outcome pkce_verify(struct span challenge, struct span verifier);

#endif
