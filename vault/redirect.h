/*
 * Where the browser goes with an authorization response (RFC 6749 4.1.2): composed here, from the vault's own
 * data, so that a front end only carries it. Every response, errors too, has `iss` (RFC 9207).
 */
#ifndef STRONGROOM_VAULT_REDIRECT_H
#define STRONGROOM_VAULT_REDIRECT_H

#include "vault/op.h"

/* Append redirect_uri?error=...&error_description=...&error_uri=...&state=...&iss=... to op->text. */
MUST_CHECK enum outcome redirect_error(struct op *op, struct span redirect_uri, struct span state,
                                       const char *error, const char *description, struct span *ret_location);

/* Append redirect_uri?code=...&state=...&iss=... to op->text. */
MUST_CHECK enum outcome redirect_code(struct op *op, struct span redirect_uri, struct span state,
                                      struct secret_ref code, struct span *ret_location);

/* Append post_logout_redirect_uri?state=... to op->text: no authorization response, so without `iss`. */
MUST_CHECK enum outcome redirect_logout(struct op *op, struct span uri, struct span state,
                                        struct span *ret_location);

#endif
