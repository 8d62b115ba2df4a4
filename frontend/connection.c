#include "frontend/connection.h"

#include <stdlib.h>

#include "common/log.h"
#include "common/secret.h"
#include "frontend/respond.h"
#include "frontend/route.h"
#include "frontend/worker.h"

/* So many of those beyond the bound are given time to read why. */
#define TURNED_AWAY_LINGERING 64

static const struct span continue_line = SPAN_LITERAL("HTTP/1.1 100 Continue\r\n\r\n");

static void process(struct connection *c);
static void update_reading(struct connection *c);

static uint64_t now_ms(const struct connection *c)
{
    return uv_now(c->server->loop);
}

/* ---- closing ---------------------------------------------------------------------------------------- */

/* Credentials have been here; nothing of them goes back into the pool. */
static void release_buffer(struct connection *c)
{
    if (!c->in)
        return;
    wipe(c->in, c->dirty);
    server_give_buffer(c->server, c->in);
    c->in = NULL;
    c->start = c->len = c->dirty = 0;
}

static void release_kept(struct connection *c)
{
    if (!c->kept)
        return;
    wipe(c->kept, c->kept_len);
    server_give_buffer(c->server, c->kept);
    c->kept = NULL;
    c->kept_len = 0;
}

static struct connection *connection_of(void *handle)
{
    return LINK_OWNER(handle, struct connection, wire.tcp);
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = connection_of(handle);

    /* Not before: a write that was under way when we closed has used it until now. */
    wire_drop_rest(&c->wire);
    c->server->open--;
    c->server->turned_away -= c->is_turned_away;
    server_give_connection(c->server, c);
}

void connection_close(struct connection *c)
{
    if (c->state == CONNECTION_CLOSED)
        return;
    lane_detach(c->server->worker->lane, &c->exchange.call);
    c->state = CONNECTION_CLOSED;
    deadline_disarm(&c->deadline);
    release_buffer(c);
    release_kept(c);
    wire_drop_tls(&c->wire);
    uv_close((uv_handle_t *)&c->wire.tcp, on_closed);
}

static void on_shut_down(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status;
}

/*
 * Close our side only, and throw away what still comes until the client has closed too or its time is up: a
 * socket that is closed over unread bytes sends a reset, and that may overtake the answer.
 */
static void linger(struct connection *c)
{
    if (c->has_ended) {
        connection_close(c);
        return;
    }
    wire_say_goodbye(&c->wire);
    c->state = CONNECTION_LINGERING;
    release_buffer(c);
    deadline_arm(&c->server->linger, &c->deadline, now_ms(c));
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->wire.tcp, on_shut_down))
        connection_close(c);
    else
        update_reading(c);
}

/* ---- answering --------------------------------------------------------------------------------------- */

/* The next request starts behind this one. What the answered one has left in memory is wiped. */
static void forget_request(struct connection *c)
{
    struct server *server = c->server;
    size_t wanted = server->http_limits.header_bytes + server->http_limits.body_bytes + 1024;

    wipe(c->in + c->start, c->request_len);
    c->start += c->request_len;
    c->len -= c->request_len;
    c->request_len = 0;
    if (c->len == 0) {
        wipe(c->in + c->start, c->dirty - c->start);
        c->start = c->dirty = 0;
    } else if (c->start + wanted > server->buffer_size) {
        memmove(c->in, c->in + c->start, c->len);
        wipe(c->in + c->len, c->dirty - c->len);
        c->start = 0;
        c->dirty = c->len;
    }
    http_parser_init(&c->parser, &server->http_limits);
}

static void answered(struct connection *c)
{
    if (c->closes_after_answer) {
        linger(c);
        return;
    }
    forget_request(c);
    c->state = CONNECTION_READING;
    c->awaited = HTTP_PHASE_DONE;
    if (!c->is_processing)
        process(c);
}

static void on_flushed(struct wire *wire, bool is_good)
{
    struct connection *c = LINK_OWNER(wire, struct connection, wire);

    if (c->state == CONNECTION_CLOSED)
        return;
    wire_drop_rest(wire);
    if (is_good)
        answered(c);
    else
        connection_close(c);
}

bool connection_keep(struct connection *c, struct span text, struct span *ret_kept)
{
    if (!c->kept && !(c->kept = server_take_buffer(c->server)))
        return false;
    if (text.len > c->server->buffer_size - c->kept_len)
        return false;
    if (text.len)
        memcpy(c->kept + c->kept_len, text.ptr, text.len);
    *ret_kept = span_of(c->kept + c->kept_len, text.len);
    c->kept_len += text.len;
    return true;
}

void connection_answer(struct connection *c, struct span bytes, bool keep_alive)
{
    if (c->state == CONNECTION_CLOSED)
        return;
    release_kept(c);
    c->closes_after_answer = !keep_alive;
    switch (wire_send(&c->wire, bytes)) {
    case WIRE_TAKEN: answered(c); break;
    case WIRE_GONE: connection_close(c); break;
    case WIRE_WAITS:
        c->state = CONNECTION_FLUSHING;
        deadline_arm(&c->server->flush, &c->deadline, now_ms(c));
        update_reading(c);
        break;
    }
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static bool is_idle(const struct connection *c)
{
    return c->state == CONNECTION_READING && c->len == 0;
}

void connection_end_idle(struct connection *c)
{
    if (is_idle(c))
        linger(c);
}

static size_t room_in_buffer(const struct connection *c)
{
    return c->in ? c->server->buffer_size - c->start - c->len : c->server->buffer_size;
}

/* A request is there, or what should have been one: its endpoint's turn, or the refusal's. */
static bool begin_exchange(struct connection *c)
{
    struct exchange *x = &c->exchange;

    c->state = CONNECTION_ANSWERING;
    deadline_disarm(&c->deadline);
    x->request = &c->parser.request;
    x->route = NULL;
    if (random_pool_take(&x->worker->random, x->trace_id, sizeof(x->trace_id)))
        return true;
    log_limited(LOG_ERROR, 1, "no_randomness");
    connection_close(c);
    return false;
}

static void refuse(struct connection *c)
{
    if (!begin_exchange(c))
        return;
    c->request_len = c->len;
    respond_refusal(&c->exchange, c->parser.refusal);
}

/* Start the clock of the phase that the request is in; it runs from the phase's start, not from the last byte. */
static void await(struct connection *c, enum http_phase phase)
{
    struct server *server = c->server;

    if (c->awaited == phase && deadline_is_armed(&c->deadline))
        return;
    c->awaited = phase;
    deadline_arm(phase == HTTP_PHASE_HEAD   ? &server->head
                 : phase == HTTP_PHASE_BODY ? &server->body
                                            : &server->idle,
                 &c->deadline, now_ms(c));
}

static bool await_more(struct connection *c)
{
    await(c, c->parser.phase);
    if (!c->parser.continue_is_due)
        return true;
    c->parser.continue_is_due = false;
    return wire_send_aside(&c->wire, continue_line);
}

static void note_bytes(struct connection *c, size_t len)
{
    c->len += len;
    if (c->start + c->len > c->dirty)
        c->dirty = c->start + c->len;
}

/* Decrypt into the buffer what has come. True if that brought anything. */
static bool decrypt(struct connection *c)
{
    size_t len;

    if (!c->wire.tls || c->has_ended)
        return false;
    if (!c->in && !(c->in = server_take_buffer(c->server)))
        return false;
    len = wire_decrypt(&c->wire, c->in + c->start + c->len, room_in_buffer(c), &c->has_ended);
    note_bytes(c, len);
    return len > 0;
}

/* Cut requests out of what is there, until one has to wait for the vault or for more bytes. */
static void process(struct connection *c)
{
    c->is_processing = true;
    while (c->state == CONNECTION_READING) {
        enum http_result result = HTTP_MORE;

        if (c->len > 0)
            result = http_parser_feed(&c->parser, c->in + c->start, &c->len, &c->request_len);
        if (result == HTTP_WHOLE) {
            if (begin_exchange(c))
                route_run(&c->exchange);
        } else if (result == HTTP_REFUSED) {
            refuse(c);
        } else if (!decrypt(c)) {
            if (c->has_ended)
                connection_close(c);
            else if (c->len == 0 && server_ends_idle(c->server))
                linger(c);
            else if (c->len == 0)
                await(c, HTTP_PHASE_DONE);
            else if (!await_more(c))
                connection_close(c);
            break;
        }
    }
    c->is_processing = false;
    if (c->state == CONNECTION_CLOSED)
        return;
    if (is_idle(c))
        release_buffer(c);
    update_reading(c);
}

static void shake_hands(struct connection *c)
{
    enum tls_result result = tls_handshake(c->wire.tls);

    if (!wire_send_aside(&c->wire, SPAN_NONE) || result == TLS_FAILED || result == TLS_CLOSED) {
        connection_close(c);
        return;
    }
    if (result != TLS_DONE)
        return;
    c->state = CONNECTION_READING;
    c->awaited = HTTP_PHASE_DONE;
    deadline_disarm(&c->deadline);
    process(c);
}

static void take_ciphertext(struct connection *c, struct span bytes)
{
    if (!tls_feed(c->wire.tls, bytes)) {
        connection_close(c);
        return;
    }
    if (c->state == CONNECTION_SHAKING_HANDS)
        shake_hands(c);
    else if (c->state == CONNECTION_READING)
        process(c);
    else if (decrypt(c))
        update_reading(c);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct connection *c = connection_of(handle);

    (void)suggested;
    if (c->wire.tls || c->state == CONNECTION_LINGERING) {
        *room = uv_buf_init((char *)c->server->scratch, SERVER_SCRATCH_SIZE);
        return;
    }
    if (!c->in)
        c->in = server_take_buffer(c->server);
    *room = uv_buf_init(NULL, 0);
    if (c->in)
        *room = uv_buf_init((char *)c->in + c->start + c->len, (unsigned)room_in_buffer(c));
}

static void on_end(struct connection *c, ssize_t reason)
{
    /* Only our reading has ended; a client that has closed its half of the connection still gets its answer. */
    c->has_ended = true;
    if (reason != UV_EOF || (c->state != CONNECTION_ANSWERING && c->state != CONNECTION_FLUSHING))
        connection_close(c);
    else
        update_reading(c);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
    struct connection *c = connection_of(stream);

    if (len < 0) {
        on_end(c, len);
        return;
    }
    if (c->state == CONNECTION_LINGERING) {
        wipe(room->base, (size_t)len); /* The rest of a body that was refused is a body all the same. */
        return;
    }
    if (len == 0) {
        if (is_idle(c))
            release_buffer(c);
        return;
    }
    if (c->wire.tls) {
        take_ciphertext(c, span_of(room->base, (size_t)len));
        return;
    }
    note_bytes(c, (size_t)len);
    if (c->state == CONNECTION_READING)
        process(c);
    else
        update_reading(c);
}

/* Read as long as there is a place for it: what a client sends too early waits in its own socket. */
static void update_reading(struct connection *c)
{
    bool wanted = !c->has_ended && (c->state == CONNECTION_SHAKING_HANDS || c->state == CONNECTION_READING ||
                                    c->state == CONNECTION_LINGERING ||
                                    (c->state == CONNECTION_ANSWERING && room_in_buffer(c) > 0));

    if (c->state == CONNECTION_CLOSED || wanted == c->is_reading)
        return;
    c->is_reading = wanted;
    if (!wanted)
        (void)uv_read_stop((uv_stream_t *)&c->wire.tcp);
    else if (uv_read_start((uv_stream_t *)&c->wire.tcp, on_room, on_read))
        connection_close(c);
}

/* ---- beginning and ending -------------------------------------------------------------------------- */

/* The address for the vault's audit, in which it counts as what it is: our word. */
static void note_peer(struct connection *c)
{
    struct sockaddr_storage address;
    int len = sizeof(address);

    c->peer[0] = '\0';
    if (uv_tcp_getpeername(&c->wire.tcp, (struct sockaddr *)&address, &len) == 0)
        (void)uv_ip_name((struct sockaddr *)&address, c->peer, sizeof(c->peer));
    c->exchange.call.peer = span_of(c->peer, strlen(c->peer));
}

static void turn_away(struct connection *c)
{
    log_limited(LOG_WARN, 1, "connection_turned_away", log_u64("connections", c->server->bound));
    c->is_turned_away = true;
    c->server->turned_away++;
    /* Neither a handshake nor the wait for a client to close is owed to a crowd. */
    if (c->exchange.has_tls || !wire_send_aside(&c->wire, respond_turned_away) ||
        c->server->turned_away > TURNED_AWAY_LINGERING)
        connection_close(c);
    else
        linger(c);
}

static struct connection *begin(struct server_listener *listener)
{
    struct server *server = listener->server;
    struct connection *c = server_take_connection(server);

    if (!c)
        return NULL;
    memset(c, 0, offsetof(struct connection, parser));
    c->server = server;
    c->exchange.worker = server->worker;
    c->exchange.connection = c;
    c->exchange.serves = listener->socket.serves;
    c->exchange.has_tls = listener->socket.tls != NULL;
    c->exchange.call.id = 0;
    http_parser_init(&c->parser, &server->http_limits);
    wire_init(&c->wire, server->loop, on_flushed);
    link_append(&server->connections, &c->link);
    server->open++;
    return c;
}

void connection_accept(struct server_listener *listener)
{
    struct server *server = listener->server;
    struct connection *c = begin(listener);

    /* Not accepted, it keeps libuv from asking the listener again: the next tick has to. */
    listener->has_waiting = c == NULL;
    if (!c) {
        log_limited(LOG_ERROR, 1, "out_of_memory");
        return;
    }
    if (uv_accept((uv_stream_t *)&listener->tcp, (uv_stream_t *)&c->wire.tcp)) {
        connection_close(c);
        return;
    }
    if (server->open - server->turned_away > server->bound) {
        turn_away(c);
        return;
    }
    if (listener->socket.tls && !wire_use_tls(&c->wire, listener->socket.tls)) {
        connection_close(c);
        return;
    }
    /* An answer is one write; waiting to fill a packet only delays it. */
    (void)uv_tcp_nodelay(&c->wire.tcp, 1);
    note_peer(c);
    if (c->wire.tls) {
        c->state = CONNECTION_SHAKING_HANDS;
        deadline_arm(&server->head, &c->deadline, now_ms(c));
    } else {
        c->state = CONNECTION_READING;
        await(c, HTTP_PHASE_DONE);
    }
    update_reading(c);
}

void connection_time_out(struct connection *c)
{
    bool is_owed_an_answer = c->state == CONNECTION_READING && c->awaited != HTTP_PHASE_DONE;

    if (!is_owed_an_answer) {
        connection_close(c);
        return;
    }
    c->parser.refusal = 408;
    refuse(c);
}
