/*
 * One connection: bytes come in, requests are cut out of them one at a time, answers go out in their order.
 * Everything that a client can drag out has a deadline here, and everything it can pile up stops being read.
 */
#ifndef STRONGROOM_FRONTEND_CONNECTION_H
#define STRONGROOM_FRONTEND_CONNECTION_H

#include "frontend/exchange.h"
#include "frontend/server.h"
#include "frontend/wire.h"

enum connection_state {
    CONNECTION_SHAKING_HANDS, /* TLS */
    CONNECTION_READING,       /* waits for a request or the rest of it */
    CONNECTION_ANSWERING,     /* a request is with its endpoint */
    CONNECTION_FLUSHING,      /* the client is slow to take the answer; nothing is read meanwhile */
    CONNECTION_LINGERING,     /* our side is closed; what still comes is thrown away */
    CONNECTION_CLOSED,        /* waits for the loop to let go of its handle */
};

struct connection {
    struct wire wire;
    uv_shutdown_t shutdown;
    struct server *server;
    struct link link; /* on server->connections or ->spare_connections */
    struct deadline deadline;
    enum connection_state state;
    enum http_phase awaited; /* what the deadline is for while reading: DONE means the next request */
    bool is_reading;
    bool is_processing;
    bool has_ended; /* the client has said that it sends no more */
    bool closes_after_answer;
    bool is_turned_away; /* beyond the bound */

    uint8_t *in;        /* a buffer of the server's, NULL while idle */
    size_t start, len;  /* the bytes that have not been answered yet: in[start .. start + len) */
    size_t dirty;       /* the end of what has ever been written into `in` since it was taken */
    size_t request_len; /* of the request that is being answered */
    uint8_t *kept;      /* a buffer of the server's for connection_keep(), NULL: nothing is kept */
    size_t kept_len;

    struct http_parser parser;
    struct exchange exchange;
    char peer[LIMIT_PEER];
};

/*
 * Accept from a listener, or turn the client away if there are too many. For want of memory it has to wait:
 * call again later for a listener that `has_waiting`.
 */
void connection_accept(struct server_listener *listener);

/*
 * Copy what a reply of the vault refers to, to where it stays until the request at hand has been answered:
 * one call may need what the last one brought. False for want of memory.
 */
MUST_CHECK bool connection_keep(struct connection *connection, struct span text, struct span *ret_kept);

/* The answer to the request at hand: all of it, in one piece. The bytes are the caller's again on return. */
void connection_answer(struct connection *connection, struct span bytes, bool keep_alive);

/* Close without a word: a call that is in flight is detached. Fine if it is closed already. */
void connection_close(struct connection *connection);

/* A deadline has passed. */
void connection_time_out(struct connection *connection);

/* Say goodbye to a client that waits for us to take a request of which nothing has come; else do nothing. */
void connection_end_idle(struct connection *connection);

#endif
