/*
 * A session: the browser's login. The store knows it by a keyed hash of its cookie (I3).
 */
#ifndef STRONGROOM_VAULT_SESSION_H
#define STRONGROOM_VAULT_SESSION_H

#include "vault/op.h"

/* The key under which the session of this cookie is stored. */
MUST_CHECK enum outcome session_key(struct op *op, struct secret_ref cookie, uint8_t ret_key[MAC_LEN]);

/*
 * Find the session of a cookie and its customer: there, not over, not idle too long, not older than the
 * customer's last change of password, customer enabled. OK or SESSION_ENDED.
 */
MUST_CHECK enum outcome session_find(struct op *op, struct secret_ref cookie, uint8_t ret_key[MAC_LEN],
                                     struct session_record *ret_session, struct user_record *ret_user);

/*
 * Begin one, at the level of authentication that the configuration gives a password (acr). The cookie is
 * derived from the request id and what was proved, so that a request that is repeated begins the same session
 * and not a second one (I10). Appends the cookie to op->text.
 */
MUST_CHECK enum outcome session_begin(struct op *op, struct span subject, struct secret_ref *ret_cookie);

/*
 * What a client may know the session by: the `sid` of its ID tokens (OpenID Connect Front-Channel Logout 3).
 * A keyed hash of its key, so that nobody finds the session, or its cookie, by it.
 */
#define SESSION_SID_LEN 16
MUST_CHECK enum outcome session_sid(struct op *op, const uint8_t session_key[MAC_LEN],
                                    uint8_t ret_sid[SESSION_SID_LEN]);

/*
 * Did the customer sign in at that time or later? To the millisecond: whoever wants a new login does not get
 * one of the second in which it was asked for.
 */
bool session_is_since(const struct session_record *session, uint64_t since_s, uint64_t since_ms);

/* It was used: move its idle end. */
MUST_CHECK enum outcome session_touch(struct op *op, struct span key, struct session_record *session);

#endif
