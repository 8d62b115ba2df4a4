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

/*
 * The subject of an ID token that this vault issued to this client: the signature is ours, the audience is the
 * client. An expired one is as good (OpenID Connect Core 3.1.2.2: id_token_hint). ret_subject points into
 * op->text. TOKEN_FORGED if it is anything else.
 */
MUST_CHECK enum outcome id_token_subject(struct op *op, struct span token, struct span client_id,
                                         struct span *ret_subject);

#endif
