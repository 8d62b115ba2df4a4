#include "frontend/server.h"

#include <stdlib.h>

#include "common/log.h"
#include "frontend/connection.h"
#include "frontend/worker.h"

/*
 * Room in a buffer beyond the largest head and body: what comes behind a request, and the wire's side of a
 * chunked body. Requests that fit into it are cut out one after the other without moving what is behind.
 */
#define BUFFER_SLACK 16384
#define LISTEN_BACKLOG 1024
#define LINGER_MS 2000
/* Longer than a request takes from a client or a proxy that has not seen us stop listening yet. */
#define DRAIN_IDLE_MS 300

static void on_connection(uv_stream_t *stream, int status)
{
    if (status < 0) {
        log_limited(LOG_WARN, 1, "accept_failed", log_cstr("reason", uv_strerror(status)));
        return;
    }
    connection_accept(LINK_OWNER(stream, struct server_listener, tcp));
}

static bool listen_on(struct server *server, const struct server_socket *socket)
{
    struct server_listener *listener = &server->listeners[server->listener_count];
    int failure;

    listener->server = server;
    listener->socket = *socket;
    failure = uv_tcp_init(server->loop, &listener->tcp);
    if (failure == 0)
        server->listener_count++;
    if (failure == 0)
        failure = uv_tcp_open(&listener->tcp, socket->fd);
    if (failure == 0)
        failure = uv_listen((uv_stream_t *)&listener->tcp, LISTEN_BACKLOG, on_connection);
    if (failure)
        log_event(LOG_ERROR, "listen_failed", log_cstr("reason", uv_strerror(failure)));
    return failure == 0;
}

bool server_init(struct server *server, struct worker *worker, const struct server_socket *sockets,
                 size_t socket_count, size_t connection_bound)
{
    const struct frontend_config_limits *limits = &worker->config->limits;

    *server = (struct server){
        .worker = worker,
        .loop = &worker->loop,
        .http_limits = {limits->header_bytes, limits->body_bytes, (unsigned)limits->headers},
        .bound = connection_bound,
        .buffer_size = limits->header_bytes + limits->body_bytes + BUFFER_SLACK,
        .scratch = malloc(SERVER_SCRATCH_SIZE),
    };
    link_init(&server->connections);
    link_init(&server->spare_connections);
    deadline_queue_init(&server->head, limits->header_timeout_s * 1000);
    deadline_queue_init(&server->body, limits->body_timeout_s * 1000);
    deadline_queue_init(&server->idle, limits->idle_timeout_s * 1000);
    deadline_queue_init(&server->flush, limits->body_timeout_s * 1000);
    deadline_queue_init(&server->linger, LINGER_MS);
    if (!server->scratch) {
        log_event(LOG_ERROR, "out_of_memory");
        return false;
    }
    for (size_t i = 0; i < socket_count; i++)
        if (!listen_on(server, &sockets[i]))
            return false;
    return true;
}

static void tick_queue(struct server *server, struct deadline_queue *queue)
{
    struct deadline *passed;

    while ((passed = deadline_take_passed(queue, uv_now(server->loop))))
        connection_time_out(LINK_OWNER(passed, struct connection, deadline));
}

static void accept_waiting(struct server *server)
{
    for (size_t i = 0; i < server->listener_count; i++)
        if (server->listeners[i].has_waiting && !uv_is_closing((uv_handle_t *)&server->listeners[i].tcp))
            connection_accept(&server->listeners[i]);
}

static void end_idle(struct server *server)
{
    /* A connection stays on the list until the loop has let go of its handle, so the walk is safe. */
    for (struct link *link = server->connections.next; link != &server->connections; link = link->next)
        connection_end_idle(LINK_OWNER(link, struct connection, link));
}

void server_tick(struct server *server)
{
    accept_waiting(server);
    if (server_ends_idle(server))
        end_idle(server);
    tick_queue(server, &server->head);
    tick_queue(server, &server->body);
    tick_queue(server, &server->idle);
    tick_queue(server, &server->flush);
    tick_queue(server, &server->linger);
}

static void stop_listening(struct server *server)
{
    for (size_t i = 0; i < server->listener_count; i++)
        if (!uv_is_closing((uv_handle_t *)&server->listeners[i].tcp))
            uv_close((uv_handle_t *)&server->listeners[i].tcp, NULL);
}

void server_drain(struct server *server)
{
    server->is_draining = true;
    server->idle_until_ms = uv_now(server->loop) + DRAIN_IDLE_MS;
    stop_listening(server);
}

bool server_ends_idle(const struct server *server)
{
    return server->is_draining && uv_now(server->loop) >= server->idle_until_ms;
}

void server_close(struct server *server)
{
    stop_listening(server);
    for (struct link *link = server->connections.next; link != &server->connections; link = link->next)
        connection_close(LINK_OWNER(link, struct connection, link));
}

void server_fini(struct server *server)
{
    uint8_t *buffer;
    struct link *link;

    while (server->spare_buffers) {
        buffer = server_take_buffer(server);
        free(buffer);
    }
    while ((link = link_first(&server->spare_connections))) {
        link_remove(link);
        free(LINK_OWNER(link, struct connection, link));
    }
    free(server->scratch);
}

uint8_t *server_take_buffer(struct server *server)
{
    uint8_t *buffer = server->spare_buffers;

    if (!buffer)
        return malloc(server->buffer_size);
    memcpy(&server->spare_buffers, buffer, sizeof(server->spare_buffers));
    server->spare_buffer_count--;
    return buffer;
}

void server_give_buffer(struct server *server, uint8_t *buffer)
{
    if (server->spare_buffer_count >= SERVER_SPARE_BUFFERS_MAX) {
        free(buffer);
        return;
    }
    memcpy(buffer, &server->spare_buffers, sizeof(server->spare_buffers));
    server->spare_buffers = buffer;
    server->spare_buffer_count++;
}

struct connection *server_take_connection(struct server *server)
{
    struct link *spare = link_first(&server->spare_connections);

    if (!spare)
        return calloc(1, sizeof(struct connection));
    link_remove(spare);
    return LINK_OWNER(spare, struct connection, link);
}

void server_give_connection(struct server *server, struct connection *connection)
{
    link_remove(&connection->link);
    link_append(&server->spare_connections, &connection->link);
}
