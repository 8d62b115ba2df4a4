/*
 * ID tokens (OpenID Connect Core 2), composed from the grant's record and signed with ES256. No operation
 * signs bytes that it is given (I2).
 */
#ifndef STRONGROOM_VAULT_ID_TOKEN_H
#define STRONGROOM_VAULT_ID_TOKEN_H

#include "vault/op.h"

/*
 * Append an ID token for the grant's current generation to op->text: iss, sub, aud, exp, iat, auth_time,
 * at_hash over `access_token`, amr, and the nonce where the code's redemption made this generation (OpenID
 * Connect Core 12.2: none on a refresh).
 */
MUST_CHECK enum outcome id_token_compose(struct op *op, const struct grant_record *grant, struct span access_token,
                                         struct span *ret_token);

#endif
