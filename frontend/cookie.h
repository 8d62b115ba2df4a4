/*
 * Our two cookies (RFC 6265): the browser's, which a request handle is bound to, and the session's.
 *
 * On a TLS listener they are called __Host-..., so that no other host and no plain connection can plant one.
 * A listener without TLS (loopback, development) uses the names without prefix and without Secure.
 */
#ifndef STRONGROOM_FRONTEND_COOKIE_H
#define STRONGROOM_FRONTEND_COOKIE_H

#include "common/buf.h"
#include "proto/message.h"

#define COOKIE_PREFIX "__Host-"
#define COOKIE_BROWSER "sr_browser"
#define COOKIE_SESSION "sr_session"

/*
 * The value of our cookie `name` (without the prefix) in a Cookie header. Absent if it is not there, is empty,
 * is longer than LIMIT_COOKIE, or comes twice: then somebody has planted one, and neither is to be trusted.
 */
struct secret_ref cookie_find(struct span header, const char *name, bool has_tls);

/* Append what goes behind "Set-Cookie: ". max_age_s 0: until the browser is closed. */
void cookie_put(struct buf *out, const char *name, struct secret_ref value, uint64_t max_age_s, bool has_tls);

/* The same for a cookie that the browser is to forget; what names it and guards it has to be as it was set. */
void cookie_put_ended(struct buf *out, const char *name, bool has_tls);

#endif
