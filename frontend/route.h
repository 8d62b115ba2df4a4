/*
 * The endpoints: which method and path, what kind of body, which listeners, which function. A feature is a
 * row here, an ep_<endpoint>.c and a test.
 */
#ifndef STRONGROOM_FRONTEND_ROUTE_H
#define STRONGROOM_FRONTEND_ROUTE_H

#include "frontend/exchange.h"

enum route_body {
    ROUTE_BODY_IGNORED,
    ROUTE_BODY_FORM, /* application/x-www-form-urlencoded, else 415 */
};

enum route_errors { ROUTE_ERRORS_JSON, ROUTE_ERRORS_PAGE };

struct route {
    enum http_method method; /* GET also serves HEAD */
    const char *path; /* below the base path, where there is one */
    enum route_body body;
    enum route_errors errors;
    unsigned serves; /* listeners: enum frontend_serves, or-ed */
    void (*run)(struct exchange *x);
};

/* The rows in order; NULL behind the last one. */
const struct route *route_at(size_t index);

enum route_found { ROUTE_FOUND, ROUTE_NOT_FOUND, ROUTE_METHOD_NOT_ALLOWED };

/*
 * Look for a row. An issuer with a path has what belongs to it, that is the rows for public listeners
 * alone, below `base_path`; "" for none. Its well-known documents are there too, where OpenID Connect
 * Discovery 4 looks, and where RFC 8414 3.1 does: at /.well-known/name/tenant. Probes and the gateway's
 * question, which come from inside, stay where they are. *ret_route is written for FOUND, *ret_allow, a
 * list of methods, for METHOD_NOT_ALLOWED.
 */
enum route_found route_find(const struct http_request *request, const char *base_path, unsigned serves,
                            const struct route **ret_route, const char **ret_allow);

/* Answer the exchange's request: find its row, check what the row says, run its function. */
void route_run(struct exchange *x);

/* An answer in the style of the route: a page for a browser, JSON for a program. */
void route_refuse(struct exchange *x, enum answer answer);

#endif
