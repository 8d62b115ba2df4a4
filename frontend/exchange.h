/*
 * One request on its way through the front end: what was asked, what came of it so far, and the call to the
 * vault that it waits for. A connection has one, since it answers one request at a time; it begins when the
 * request is whole and ends with exactly one respond_*().
 *
 * An endpoint is a function that gets the exchange and either answers it or makes a vault call whose
 * continuation goes on with it. Spans of the request and of the form stay valid until it is answered; those
 * of a reply only during the continuation.
 */
#ifndef STRONGROOM_FRONTEND_EXCHANGE_H
#define STRONGROOM_FRONTEND_EXCHANGE_H

#include "frontend/credentials.h"
#include "frontend/form.h"
#include "frontend/http.h"
#include "frontend/lane.h"

struct connection;
struct worker;

struct exchange {
    struct worker *worker;
    struct connection *connection;
    const struct http_request *request;
    const struct route *route;
    unsigned serves; /* of the listener: enum frontend_serves, or-ed */
    bool has_tls;
    struct form form;
    struct credentials client;
    struct call call;
    uint8_t trace_id[LIMIT_TRACE_ID];

    /* What an endpoint keeps for the continuation of its call. */
    enum answer then;      /* the answer once the client has proved to be one */
    const char *fault;     /* what is wrong with its request, a literal; NULL: nothing */
    enum answer message;   /* what the login page says of the attempt before; OK: there was none */
    unsigned message_kind; /* enum page_message_kind */
    unsigned page_status;
    uint64_t retry_after_s;
};

/* The trace id as an error page and a log line show it. */
static inline struct span exchange_trace_id(const struct exchange *x)
{
    return span_of(x->trace_id, sizeof(x->trace_id));
}

/*
 * Accept-Language as a message takes it: as much of the list as fits, so that a long one is no fault, and
 * none that is not ASCII, which no language range is (RFC 9110 12.5.4).
 */
static inline struct span exchange_accept_language(const struct exchange *x)
{
    struct span list = x->request->accept_language;

    if (!span_is_printable(list))
        return SPAN_NONE;
    if (list.len > LIMIT_HINT)
        for (list.len = LIMIT_HINT; list.len && list.ptr[list.len] != ','; list.len--)
            ;
    return list;
}

#endif
