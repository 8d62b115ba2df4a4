/*
 * ID tokens (OpenID Connect Core 2), composed from the grant's record. No operation signs bytes that it is
 * given (I2).
 */
#ifndef STRONGROOM_VAULT_ID_TOKEN_H
#define STRONGROOM_VAULT_ID_TOKEN_H

#include "vault/op.h"

/* What the dispatcher and others ask an ID token for. */
struct id_token_claims {
    struct span subject;   /* as this client knows the customer (vault/subject.h) */
    struct span client_id; /* aud */
    struct span sid;       /* base64url, as it stands in the token; absent if it has none */
};

/*
 * Append an ID token for the grant's current generation to op->text, signed as op->client wants it: iss, sub,
 * aud, exp, iat, auth_time, at_hash over `access_token`, acr, amr, sid, and the nonce where the code's
 * redemption made this generation (OpenID Connect Core 12.2: none on a refresh). KEY_MISSING if there is no
 * key of the client's algorithm (yet).
 */
MUST_CHECK enum outcome id_token_compose(struct op *op, const struct grant_record *grant,
                                         struct span access_token, struct span *ret_token);

/*
 * Is there a key of op->client's algorithm? There may be none in the first seconds of an algorithm, and is
 * none of one that was taken out of the configuration. To be asked before anything is written.
 */
bool id_token_has_key(const struct op *op);

/*
 * Open an ID token that this vault issued. An expired one is as good, and so is one of a key that has been
 * retired but is not gone yet (OpenID Connect Core 3.1.2.2, RP-Initiated Logout 1.0 2: id_token_hint). The
 * claims point into op->text. TOKEN_FORGED if it is anything else.
 */
MUST_CHECK enum outcome id_token_open(struct op *op, struct span token, struct id_token_claims *ret_claims);

/* The subject of an ID token that was issued to this client; TOKEN_FORGED if it was not. */
MUST_CHECK enum outcome id_token_subject(struct op *op, struct span token, struct span client_id,
                                         struct span *ret_subject);

/*
 * A session's id as the claim sid has it for this client. A pairwise client has one of its sector's own: one
 * that clients share would tell them who is who (vault/subject.h). Appended to op->text; absent for an absent
 * one.
 */
MUST_CHECK enum outcome id_token_sid(struct op *op, const struct client_record *client, struct span sid,
                                     struct span *ret_sid);

#endif
