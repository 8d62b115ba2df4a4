/*
 * The few things we do with URIs and form data (RFC 3986, WHATWG urlencoded as RFC 6749 appendix B uses
 * it). Redirect URIs are compared byte for byte and never normalised (RFC 9700 2.1).
 */
#ifndef STRONGROOM_COMMON_URI_H
#define STRONGROOM_COMMON_URI_H

#include "common/buf.h"

/*
 * Decode `%XX` and `+` in place: the result is never longer than the text. Returns false for an
 * incomplete or malformed escape, for NUL and for what is not UTF-8 when decoded; the text is spoilt then.
 */
MUST_CHECK bool uri_form_decode_in_place(uint8_t *text, size_t len, size_t *ret_len);

/* Append with everything but unreserved characters escaped; space becomes %20. */
void uri_put_escaped(struct buf *out, struct span text);

/*
 * What a registered redirect URI has to be (RFC 6749 3.1.2, RFC 9700 2.6, RFC 8252 7): absolute, without
 * fragment, user information, space or control character; https, or http on a loopback literal, or a
 * private-use scheme with a dot in it.
 * Returns NULL if it is one, else a sentence that says what is wrong.
 */
const char *uri_redirect_problem(struct span uri);

/*
 * The source that a Content-Security-Policy form-action must name so that a browser follows a redirect
 * to it: "https://host:port", or "scheme:" for a private-use scheme.
 */
struct span uri_csp_source(struct span uri);

/*
 * Equal byte for byte, or both an http URI on the same loopback IP literal that differ in the port only
 * (RFC 8252 7.3).
 */
bool uri_redirect_equal(struct span registered, struct span presented);

/* The host of an http or https URI without its port (an IPv6 literal in brackets); absent if it has none. */
struct span uri_host(struct span uri);

/* True if it is a host as a redirect URI may have it: a name or an IP literal, without a port. */
bool uri_is_host(struct span text);

/* 127.0.0.1, [::1] or localhost: every machine's own, so nobody's in particular. */
bool uri_is_loopback_host(struct span host);

/* True if it is an https URI, or http on a loopback host, without query and fragment (RFC 8414 2). */
bool uri_is_issuer(struct span uri);

#endif
