/*
 * Bearer tokens of requests (RFC 6750), for the gateway's check and for UserInfo: where one may stand, and
 * how it is refused. Whether it is good, the vault says (I1). A token in the query is never looked at:
 * queries end up in logs and histories.
 */
#ifndef STRONGROOM_FRONTEND_BEARER_H
#define STRONGROOM_FRONTEND_BEARER_H

#include "common/buf.h"
#include "common/outcome.h"
#include "frontend/exchange.h"

enum bearer_state {
    BEARER_ABSENT, /* there is none, or the header speaks of another scheme */
    BEARER_USABLE,
    BEARER_UNUSABLE,  /* it is none of ours, by its looks alone */
    BEARER_AMBIGUOUS, /* in two places, twice, or in a form that cannot be read */
};

/* From the Authorization header (RFC 6750 2.1). *ret_token is written for USABLE only. */
enum bearer_state bearer_take(const struct http_request *request, struct span *ret_token);

/*
 * From the header or, where a form is posted, from its `access_token` (2.2), never from both. Other bodies
 * are not looked at. Fills *form, which the token may point into.
 */
enum bearer_state bearer_take_posted(const struct http_request *request, struct form *form,
                                     struct span *ret_token);

/*
 * Append a WWW-Authenticate value (3): bare for OK, which stands for a request that has not tried, else with
 * the answer's error and description. `scope` names what would do; absent: left out. A scope that is none
 * spoils the buffer.
 */
void bearer_put_challenge(struct buf *out, enum answer answer, struct span scope);

/*
 * Answer 400, 401 or 403 with the challenge; OK is a 401 without an error. What is no bearer's fault goes to
 * respond_error().
 */
void bearer_refuse(struct exchange *x, enum answer answer, struct span scope);

/* The answer for a state that is not USABLE. */
void bearer_refuse_state(struct exchange *x, enum bearer_state state);

#endif
