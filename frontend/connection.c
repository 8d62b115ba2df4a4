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

static void release_output(struct connection *c)
{
    if (c->out)
        wipe(c->out, c->out_len);
    free(c->out);
    c->out = NULL;
}

static void on_closed(uv_handle_t *handle)
{
    struct connection *c = LINK_OWNER(handle, struct connection, tcp);

    /* Not before: a write that was under way when we closed has used it until now. */
    release_output(c);
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
    tls_session_free(&c->tls);
    uv_close((uv_handle_t *)&c->tcp, on_closed);
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
    struct span goodbye;

    if (c->has_ended) {
        connection_close(c);
        return;
    }
    if (c->tls) {
        tls_say_goodbye(c->tls);
        goodbye = tls_output(c->tls);
        if (goodbye.len) {
            uv_buf_t bytes = uv_buf_init((char *)(uintptr_t)goodbye.ptr, (unsigned)goodbye.len);

            (void)uv_try_write((uv_stream_t *)&c->tcp, &bytes, 1);
            tls_output_forget(c->tls);
        }
    }
    c->state = CONNECTION_LINGERING;
    release_buffer(c);
    deadline_arm(&c->server->linger, &c->deadline, now_ms(c));
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shut_down))
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

static void on_flushed(uv_write_t *write, int status)
{
    struct connection *c = LINK_OWNER(write, struct connection, write);

    if (c->state == CONNECTION_CLOSED)
        return;
    release_output(c);
    if (status < 0)
        connection_close(c);
    else
        answered(c);
}

/* The client is slow to take it: keep a copy, and read nothing until it has. */
static void flush_rest(struct connection *c, struct span rest)
{
    uv_buf_t bytes;

    c->out = malloc(rest.len);
    if (!c->out) {
        connection_close(c);
        return;
    }
    memcpy(c->out, rest.ptr, rest.len);
    c->out_len = rest.len;
    c->state = CONNECTION_FLUSHING;
    deadline_arm(&c->server->flush, &c->deadline, now_ms(c));
    bytes = uv_buf_init((char *)c->out, (unsigned)rest.len);
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, &bytes, 1, on_flushed))
        connection_close(c);
    else
        update_reading(c);
}

/* Bytes for the network. Returns how many of them it took, or an error that says that nobody is there. */
static ssize_t put_on_wire(struct connection *c, struct span bytes)
{
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes.ptr, (unsigned)bytes.len);
    int taken = uv_try_write((uv_stream_t *)&c->tcp, &buffer, 1);

    return taken == UV_EAGAIN ? 0 : taken;
}

void connection_answer(struct connection *c, struct span bytes, bool keep_alive)
{
    ssize_t taken;

    if (c->state == CONNECTION_CLOSED)
        return;
    c->closes_after_answer = !keep_alive;
    if (c->tls) {
        if (!tls_write(c->tls, bytes)) {
            connection_close(c);
            return;
        }
        bytes = tls_output(c->tls);
    }
    taken = put_on_wire(c, bytes);
    if (taken < 0)
        connection_close(c);
    else if ((size_t)taken < bytes.len)
        flush_rest(c, span_from(bytes, (size_t)taken));
    if (c->tls)
        tls_output_forget(c->tls);
    if (taken >= 0 && (size_t)taken == bytes.len)
        answered(c);
}

/* What goes out beside answers: handshakes, alerts and 100 Continue. Short, so it fits or the client is no good. */
static bool send_aside(struct connection *c, struct span plain)
{
    struct span bytes = plain;
    bool sent;

    if (c->tls) {
        if (!tls_write(c->tls, plain))
            return false;
        bytes = tls_output(c->tls);
    }
    sent = bytes.len == 0 || put_on_wire(c, bytes) == (ssize_t)bytes.len;
    if (c->tls)
        tls_output_forget(c->tls);
    return sent;
}

/* ---- reading ------------------------------------------------------------------------------------------ */

bool connection_is_idle(const struct connection *c)
{
    return c->state == CONNECTION_READING && c->len == 0;
}

static size_t room_in_buffer(const struct connection *c)
{
    return c->in ? c->server->buffer_size - c->start - c->len : c->server->buffer_size;
}

static void run_exchange(struct connection *c)
{
    struct exchange *x = &c->exchange;

    c->state = CONNECTION_ANSWERING;
    deadline_disarm(&c->deadline);
    x->request = &c->parser.request;
    x->route = NULL;
    route_run(x);
}

static void refuse(struct connection *c)
{
    c->state = CONNECTION_ANSWERING;
    deadline_disarm(&c->deadline);
    c->exchange.request = &c->parser.request;
    c->exchange.route = NULL;
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
    return send_aside(c, continue_line);
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
    bool brought = false;
    size_t len;

    if (!c->tls || c->has_ended)
        return false;
    if (!c->in && !(c->in = server_take_buffer(c->server)))
        return false;
    while (room_in_buffer(c) > 0) {
        enum tls_result result = tls_read(c->tls, c->in + c->start + c->len, room_in_buffer(c), &len);

        if (result == TLS_DONE) {
            note_bytes(c, len);
            brought = true;
            continue;
        }
        if (result != TLS_MORE)
            c->has_ended = true;
        break;
    }
    return brought;
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
            run_exchange(c);
        } else if (result == HTTP_REFUSED) {
            refuse(c);
        } else if (!decrypt(c)) {
            if (c->has_ended || (c->len == 0 && c->server->is_draining))
                connection_close(c);
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
    if (c->len == 0 && c->state == CONNECTION_READING)
        release_buffer(c);
    update_reading(c);
}

static void shake_hands(struct connection *c)
{
    enum tls_result result = tls_handshake(c->tls);

    if (!send_aside(c, SPAN_NONE) || result == TLS_FAILED || result == TLS_CLOSED) {
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
    if (!tls_feed(c->tls, bytes)) {
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
    struct connection *c = LINK_OWNER(handle, struct connection, tcp);

    (void)suggested;
    if (c->tls || c->state == CONNECTION_LINGERING) {
        *room = uv_buf_init((char *)c->server->scratch, SERVER_SCRATCH_SIZE);
        return;
    }
    if (!c->in)
        c->in = server_take_buffer(c->server);
    *room = c->in ? uv_buf_init((char *)c->in + c->start + c->len, (unsigned)room_in_buffer(c)) : uv_buf_init(NULL, 0);
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
    struct connection *c = LINK_OWNER(stream, struct connection, tcp);

    if (len < 0) {
        on_end(c, len);
        return;
    }
    if (len == 0 || c->state == CONNECTION_LINGERING || c->state == CONNECTION_CLOSED) {
        if (c->len == 0 && c->state == CONNECTION_READING)
            release_buffer(c);
        return;
    }
    if (c->tls) {
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
        (void)uv_read_stop((uv_stream_t *)&c->tcp);
    else if (uv_read_start((uv_stream_t *)&c->tcp, on_room, on_read))
        connection_close(c);
}

/* ---- beginning and ending -------------------------------------------------------------------------- */

/* The address for the vault's audit, in which it counts as what it is: our word. */
static void note_peer(struct connection *c)
{
    struct sockaddr_storage address;
    int len = sizeof(address);

    c->peer[0] = '\0';
    if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&address, &len) == 0)
        (void)uv_ip_name((struct sockaddr *)&address, c->peer, sizeof(c->peer));
    c->exchange.call.peer = span_of(c->peer, strlen(c->peer));
}

static void turn_away(struct connection *c)
{
    log_limited(LOG_WARN, 1, "connection_turned_away", log_u64("connections", c->server->bound));
    c->is_turned_away = true;
    c->server->turned_away++;
    /* Neither a handshake nor the wait for a client to close is owed to a crowd. */
    if (!c->exchange.has_tls)
        (void)put_on_wire(c, respond_turned_away);
    if (c->exchange.has_tls || c->server->turned_away > TURNED_AWAY_LINGERING)
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
    (void)uv_tcp_init(server->loop, &c->tcp); /* Makes no descriptor yet, so it cannot fail. */
    link_append(&server->connections, &c->link);
    server->open++;
    return c;
}

void connection_accept(struct server_listener *listener)
{
    struct server *server = listener->server;
    struct connection *c = begin(listener);

    if (!c) {
        log_limited(LOG_ERROR, 1, "out_of_memory");
        return;
    }
    if (uv_accept((uv_stream_t *)&listener->tcp, (uv_stream_t *)&c->tcp)) {
        connection_close(c);
        return;
    }
    if (server->open - server->turned_away > server->bound) {
        turn_away(c);
        return;
    }
    if (listener->socket.tls && !(c->tls = tls_session_new(listener->socket.tls))) {
        connection_close(c);
        return;
    }
    (void)uv_tcp_nodelay(&c->tcp, 1); /* An answer is one write; waiting to fill a packet only delays it. */
    note_peer(c);
    if (c->tls) {
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
