/*
 * What the endpoints of clients have in common: a form, and credentials by HTTP Basic (SPEC 3). Who may not
 * prove to be a client learns only that: any other fault of his request is named only after the vault has
 * found his credentials good.
 */
#ifndef STRONGROOM_FRONTEND_CLIENT_REQUEST_H
#define STRONGROOM_FRONTEND_CLIENT_REQUEST_H

#include "frontend/vault_call.h"

/* The first rows of each such endpoint's table of parameters. */
enum { CLIENT_REQUEST_ID, CLIENT_REQUEST_SECRET, CLIENT_REQUEST_OWN };
/* clang-format off */
#define CLIENT_REQUEST_FIELDS {"client_id", LIMIT_CLIENT_ID}, {"client_secret", 0}
/* clang-format on */

/* Fill x->form and x->client. False if there are no usable credentials: 401 has been answered. */
MUST_CHECK bool client_request_parse(struct exchange *x, const struct form_field *fields, size_t field_count);

/*
 * NULL if the form is well-formed, does not name another client than the header does, and does not try a
 * second method of authentication (RFC 6749 2.3). Else a sentence for the developer; it echoes nothing.
 */
const char *client_request_fault(const struct exchange *x);

/* Answer invalid_request with that sentence, once the vault has found the client to be who it says. */
void client_request_refuse(struct exchange *x, const char *fault);

/* Answer invalid_request at once, to a client that has proved to be one. */
void client_request_send_fault(struct exchange *x);

/*
 * Ask the vault whether the client is who it says, and answer `then` if so; ANSWER_OK is an empty 200. If
 * not, or if the vault cannot say, that is answered.
 */
void client_request_finish(struct exchange *x, enum answer then);

#endif
