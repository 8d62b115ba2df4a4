/*
 * A handle: an authorization request that the vault has checked and sealed, on its way through login and
 * consent in the browser's hands (I7). Nothing is stored for it. It is bound to the browser by a cookie.
 */
#ifndef STRONGROOM_VAULT_HANDLE_H
#define STRONGROOM_VAULT_HANDLE_H

#include "common/language.h"
#include "vault/op.h"

#define BROWSER_BYTES 16
#define BROWSER_COOKIE_LEN 22 /* base64url of BROWSER_BYTES */

/* Seal. `browser` is the cookie's text; its keyed hash goes into the handle. Appends to op->text. */
MUST_CHECK enum outcome handle_close(struct op *op, const struct handle_record *handle,
                                     struct span *ret_text);

/*
 * Open and check: ours, not older than its lifetime, made for the browser with this cookie.
 * OK, HANDLE_INVALID, HANDLE_EXPIRED or HANDLE_FOREIGN_BROWSER. Spans point into op->text.
 */
MUST_CHECK enum outcome handle_open(struct op *op, struct span text, struct secret_ref browser,
                                    struct handle_record *ret_handle);

/* The keyed hash by which a handle knows its browser. */
MUST_CHECK enum outcome handle_browser_hash(struct op *op, struct span browser,
                                            uint8_t ret_hash[BROWSER_BYTES]);

/* A new browser's cookie, appended to op->text. */
MUST_CHECK enum outcome handle_browser_new(struct op *op, struct secret_ref *ret_browser);

/* The language of the pages: what the client asked for, else the browser's wish, else the first of ours. */
enum language handle_language(const struct handle_record *handle, struct span accept_language);

/*
 * The anti-forgery value of a form: bound to the step, the handle, and through it to the browser's cookie; on
 * the consent page to the session too, so that nobody approves in the name of who logged in meanwhile.
 */
MUST_CHECK enum outcome handle_csrf(struct op *op, const char *step, const struct handle_record *handle,
                                    struct span session_key, struct span *ret_csrf);
MUST_CHECK enum outcome handle_csrf_check(struct op *op, const char *step, const struct handle_record *handle,
                                          struct span session_key, struct span presented);

#endif
