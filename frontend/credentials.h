/*
 * Lifts credentials out of an Authorization header; never judges them, that is the vault's (I1).
 * Decoding happens in place: the header is spoilt, and the spans point into it.
 */
#ifndef STRONGROOM_FRONTEND_CREDENTIALS_H
#define STRONGROOM_FRONTEND_CREDENTIALS_H

#include "proto/message.h"

enum credentials_state {
    CREDENTIALS_ABSENT, /* no Authorization header */
    CREDENTIALS_USABLE,
    CREDENTIALS_UNUSABLE, /* another scheme, or not well-formed: nobody's */
};

struct credentials {
    enum credentials_state state;
    struct span client_id;
    struct secret_ref client_secret;
};

/*
 * HTTP Basic (RFC 7617) with both halves form-encoded before they were joined (RFC 6749 2.3.1), so that a
 * client_id may hold a colon, a blank or a letter beyond ASCII.
 */
void credentials_take_basic(struct span authorization, struct credentials *ret_credentials);

/* A bearer token (RFC 6750 2.1). *ret_token is written for USABLE only; it may be longer than any of ours. */
enum credentials_state credentials_take_bearer(struct span authorization, struct span *ret_token);

#endif
