/*
 * A worker's listeners and the connections that they gave it: how many there may be, how long each may take
 * over what, and the buffers that those in use share.
 *
 * Deadlines (SPEC 6): a coarse tick looks at the oldest of each kind, so a connection costs no timer. A
 * connection that is idle holds no buffer; the buffers are large, but a page that nobody has written to is
 * not there.
 */
#ifndef STRONGROOM_FRONTEND_SERVER_H
#define STRONGROOM_FRONTEND_SERVER_H

#include <uv.h>

#include "frontend/deadline.h"
#include "frontend/frontend_config.h"
#include "frontend/http.h"
#include "frontend/tls.h"

struct connection;
struct worker;

/* A listening socket as the master made it. */
struct server_socket {
    int fd;
    unsigned serves;         /* enum frontend_serves, or-ed */
    struct tls_context *tls; /* NULL: plain */
};

struct server_listener {
    uv_tcp_t tcp;
    struct server *server;
    struct server_socket socket;
    bool has_waiting; /* a client could not be accepted for want of memory; libuv is silent until it is */
};

struct server {
    struct worker *worker;
    uv_loop_t *loop;
    struct server_listener listeners[FRONTEND_LISTENERS_MAX];
    size_t listener_count;
    struct http_limits http_limits;
    size_t bound; /* connections that are served at the most */
    size_t open;  /* connections that are there, those included that are being turned away */
    size_t turned_away;
    struct link connections;
    struct link spare_connections;
    bool is_draining;
    uint64_t idle_until_ms; /* while draining: until then what is idle may still be used */

    struct deadline_queue head;   /* from a request's first byte to the end of its head; the TLS handshake */
    struct deadline_queue body;   /* from there to the body's end */
    struct deadline_queue idle;   /* between requests */
    struct deadline_queue flush;  /* for the client to take an answer */
    struct deadline_queue linger; /* for the client to close after we have */

    size_t buffer_size;
    void *spare_buffers; /* each begins with the address of the next */
    size_t spare_buffer_count;
    uint8_t *scratch;    /* what is read only to be decrypted or thrown away */
};

#define SERVER_SCRATCH_SIZE 65536

/* So many buffers are kept for the next requests; what a flood took beyond them goes back to the system. */
#define SERVER_SPARE_BUFFERS_MAX 256

/* The listeners take over the sockets. False, logged, if one cannot be used. */
MUST_CHECK bool server_init(struct server *server, struct worker *worker, const struct server_socket *sockets,
                            size_t socket_count, size_t connection_bound);

/* Look at the deadlines, and accept who had to wait for memory. */
void server_tick(struct server *server);

/*
 * Stop listening, and answer what has begun with Connection: close. An idle connection is left open for a
 * moment: its next request may be on the way already, and is answered in the same manner. The worker is done
 * when `open` is 0.
 */
void server_drain(struct server *server);

/* True once the moment for idle connections is over. */
bool server_ends_idle(const struct server *server);

/* Close everything that is still open; when the loop has let go of all handles, server_fini() may follow. */
void server_close(struct server *server);
void server_fini(struct server *server);

/* A buffer of `buffer_size` bytes, NULL for want of memory; and back, wiped by who had it. */
uint8_t *server_take_buffer(struct server *server);
void server_give_buffer(struct server *server, uint8_t *buffer);

/* For connections: a spare one or a new one, NULL for want of memory; and back. */
struct connection *server_take_connection(struct server *server);
void server_give_connection(struct server *server, struct connection *connection);

#endif
