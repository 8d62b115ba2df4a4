/*
 * A pair of keys that signs with one algorithm: made, opened, and described to the world (RFC 7517, RFC 7518
 * 6).
 */
#ifndef STRONGROOM_VAULT_SIGN_KEY_H
#define STRONGROOM_VAULT_SIGN_KEY_H

#include "common/buf.h"
#include "common/secret.h"
#include "vault/jws.h"

#include <openssl/evp.h>

#define SIGN_KEY_KID_LEN 43
#define SIGN_KEY_RSA_BITS 2048

/*
 * A new pair as PKCS 8: P-256 for ES256, RSA for PS256 and RS256. RSA takes some hundred milliseconds, so
 * never on the writer's thread (vault/key_keeper.h). Safe from any thread.
 */
MUST_CHECK enum outcome sign_key_make(enum jws_alg alg, struct secret *ret_pair);

/*
 * The pair, or its public half from SubjectPublicKeyInfo, for OpenSSL; NULL unless it is of the kind and the
 * size that the algorithm wants. The private half is on the secure heap.
 */
EVP_PKEY *sign_key_open_pair(enum jws_alg alg, const struct secret *pair);
EVP_PKEY *sign_key_open_public(enum jws_alg alg, const struct secret *public_half);

/* The public half of a pair as SubjectPublicKeyInfo: all that is left of a key that has been retired. */
MUST_CHECK enum outcome sign_key_public(enum jws_alg alg, const struct secret *pair,
                                        struct secret *ret_public);

/* Its name, the RFC 7638 thumbprint, and its public half as an element of a JWK set, appended. */
MUST_CHECK bool sign_key_describe(enum jws_alg alg, EVP_PKEY *key, char ret_kid[SIGN_KEY_KID_LEN + 1],
                                  struct buf *jwk);

#endif
