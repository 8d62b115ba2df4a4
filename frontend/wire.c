#include "frontend/wire.h"

#include <stdlib.h>

#include "common/secret.h"

void wire_init(struct wire *wire, uv_loop_t *loop, void flushed(struct wire *wire, bool is_good))
{
    memset(wire, 0, sizeof(*wire));
    wire->flushed = flushed;
    (void)uv_tcp_init(loop, &wire->tcp); /* Makes no descriptor yet, so it cannot fail. */
}

bool wire_use_tls(struct wire *wire, struct tls_context *context)
{
    wire->tls = tls_session_new(context);
    return wire->tls != NULL;
}

/* Bytes for the network. Returns how many of them it took, or an error that says that nobody is there. */
static ssize_t put(struct wire *wire, struct span bytes)
{
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes.ptr, (unsigned)bytes.len);
    int taken = bytes.len ? uv_try_write((uv_stream_t *)&wire->tcp, &buffer, 1) : 0;

    return taken == UV_EAGAIN ? 0 : taken;
}

static void on_written(uv_write_t *write, int status)
{
    struct wire *wire = (struct wire *)((uint8_t *)write - offsetof(struct wire, write));

    wire->flushed(wire, status == 0);
}

static enum wire_sent keep_rest(struct wire *wire, struct span rest)
{
    uv_buf_t bytes;

    wire->rest = malloc(rest.len);
    if (!wire->rest)
        return WIRE_GONE;
    memcpy(wire->rest, rest.ptr, rest.len);
    wire->rest_len = rest.len;
    bytes = uv_buf_init((char *)wire->rest, (unsigned)rest.len);
    return uv_write(&wire->write, (uv_stream_t *)&wire->tcp, &bytes, 1, on_written) ? WIRE_GONE : WIRE_WAITS;
}

static enum wire_sent send_bytes(struct wire *wire, struct span bytes)
{
    ssize_t taken = put(wire, bytes);

    if (taken < 0)
        return WIRE_GONE;
    return (size_t)taken == bytes.len ? WIRE_TAKEN : keep_rest(wire, span_from(bytes, (size_t)taken));
}

enum wire_sent wire_send(struct wire *wire, struct span plain)
{
    enum wire_sent sent;

    if (!wire->tls)
        return send_bytes(wire, plain);
    if (!tls_write(wire->tls, plain))
        return WIRE_GONE;
    sent = send_bytes(wire, tls_output(wire->tls));
    tls_output_forget(wire->tls);
    return sent;
}

bool wire_send_aside(struct wire *wire, struct span plain)
{
    struct span bytes = plain;
    bool is_sent;

    if (wire->tls) {
        if (!tls_write(wire->tls, plain))
            return false;
        bytes = tls_output(wire->tls);
    }
    is_sent = put(wire, bytes) == (ssize_t)bytes.len;
    if (wire->tls)
        tls_output_forget(wire->tls);
    return is_sent;
}

void wire_say_goodbye(struct wire *wire)
{
    if (!wire->tls)
        return;
    tls_say_goodbye(wire->tls);
    (void)put(wire, tls_output(wire->tls)); /* Whether it arrives is the peer's loss. */
    tls_output_forget(wire->tls);
}

size_t wire_decrypt(struct wire *wire, uint8_t *room, size_t room_len, bool *ret_ended)
{
    enum tls_result result = TLS_DONE;
    size_t total = 0;
    size_t len;

    while (room_len > total && result == TLS_DONE) {
        result = tls_read(wire->tls, room + total, room_len - total, &len);
        if (result == TLS_DONE)
            total += len;
    }
    if (result == TLS_CLOSED || result == TLS_FAILED)
        *ret_ended = true;
    return total;
}

void wire_drop_tls(struct wire *wire)
{
    tls_session_free(&wire->tls);
}

void wire_drop_rest(struct wire *wire)
{
    if (wire->rest)
        wipe(wire->rest, wire->rest_len);
    free(wire->rest);
    wire->rest = NULL;
}
