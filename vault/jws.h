/*
 * JSON Web Signatures (RFC 7515) over what the vault has composed itself; no operation signs bytes that it is
 * given (I2). Every token is typed (RFC 8725 3.11), so that none passes for another kind.
 */
#ifndef STRONGROOM_VAULT_JWS_H
#define STRONGROOM_VAULT_JWS_H

#include "common/outcome.h"
#include "common/span.h"

struct op;

/* Stored in records of keys and clients: numbers are never reused. 0 in a client's record is ES256. */
enum jws_alg { JWS_NONE = 0, JWS_ES256 = 1, JWS_PS256 = 2, JWS_RS256 = 3 };
#define JWS_ALG_COUNT 4

/* "ES256", and back; NONE if it is none of them. */
const char *jws_alg_name(enum jws_alg alg);
enum jws_alg jws_alg_by_name(struct span name);

/*
 * Append header.payload.signature to op->text, signed with the current key of that algorithm. `typ` is a literal
 * of ours; `claims` a JSON object. KEY_MISSING if there is no key of that algorithm (yet).
 */
MUST_CHECK enum outcome jws_sign(struct op *op, enum jws_alg alg, const char *typ, struct span claims,
                                 struct span *ret_text);

/*
 * Open one of ours: signed with a key that is current or retired, by the key's own algorithm, of that `typ`.
 * The claims are decoded into op->text. TOKEN_FORGED if it is anything else.
 */
MUST_CHECK enum outcome jws_open(struct op *op, struct span text, const char *typ, struct span *ret_claims);

#endif
