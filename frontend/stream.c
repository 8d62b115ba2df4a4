#include "frontend/stream.h"

#include <nng/nng.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "common/secret.h"

#define RECONNECT_FIRST_MS 20
#define RECONNECT_LAST_MS 1000
#define SEND_POLL_MS 1

enum stream_state { STREAM_DOWN, STREAM_DIALLING, STREAM_UP, STREAM_CLOSING };

struct stream {
    uv_loop_t *loop;
    struct stream_owner owner;
    enum stream_state state;
    uint64_t back_off_ms;
    int open_handles;

    nng_stream_dialer *dialer;
    nng_stream *nng;
    nng_aio *dial_aio, *send_aio, *receive_aio;
    atomic_bool dialled, received; /* the notes that nng's threads leave */

    bool is_sending;
    struct span unsent; /* of what is on its way */
    uint8_t *in;
    size_t in_len, in_room;

    uv_async_t wake;
    uv_timer_t send_poll;
    uv_timer_t reconnect;
};

/* ---- the stream comes and goes ---------------------------------------------------------------------- */

static void on_nng_dialled(void *data)
{
    struct stream *stream = data;

    atomic_store(&stream->dialled, true);
    uv_async_send(&stream->wake);
}

static void on_nng_received(void *data)
{
    struct stream *stream = data;

    atomic_store(&stream->received, true);
    uv_async_send(&stream->wake);
}

static void dial(struct stream *stream)
{
    stream->state = STREAM_DIALLING;
    nng_stream_dialer_dial(stream->dialer, stream->dial_aio);
}

static void on_reconnect(uv_timer_t *timer)
{
    dial(timer->data);
}

static void dial_later(struct stream *stream)
{
    stream->state = STREAM_DOWN;
    (void)uv_timer_start(&stream->reconnect, on_reconnect, stream->back_off_ms, 0);
    stream->back_off_ms *= 2;
    if (stream->back_off_ms > RECONNECT_LAST_MS)
        stream->back_off_ms = RECONNECT_LAST_MS;
}

static void drop(struct stream *stream)
{
    /* Closing ends both operations, so neither wait lasts. */
    nng_stream_close(stream->nng);
    nng_aio_wait(stream->send_aio);
    nng_aio_wait(stream->receive_aio);
    nng_stream_free(stream->nng);
    stream->nng = NULL;
    stream->is_sending = false;
    atomic_store(&stream->received, false);
    wipe(stream->in, stream->in_len);
    stream->in_len = 0;
}

static void lose(struct stream *stream, int failure)
{
    drop(stream);
    dial_later(stream);
    stream->owner.down(stream->owner.data, nng_strerror(failure));
}

static void receive(struct stream *stream)
{
    nng_iov room = {stream->in + stream->in_len, stream->in_room - stream->in_len};

    (void)nng_aio_set_iov(stream->receive_aio, 1, &room); /* One element is always allowed. */
    nng_stream_recv(stream->nng, stream->receive_aio);
}

static void on_dialled(struct stream *stream)
{
    int failure = nng_aio_result(stream->dial_aio);

    if (failure) {
        dial_later(stream);
        stream->owner.down(stream->owner.data, nng_strerror(failure));
        return;
    }
    stream->nng = nng_aio_get_output(stream->dial_aio, 0);
    stream->state = STREAM_UP;
    receive(stream);
    stream->owner.up(stream->owner.data);
}

/* ---- receiving ----------------------------------------------------------------------------------------- */

static void on_received(struct stream *stream)
{
    int failure = nng_aio_result(stream->receive_aio);
    size_t used;

    if (failure) {
        lose(stream, failure);
        return;
    }
    stream->back_off_ms =
        RECONNECT_FIRST_MS; /* Not before: a vault that only accepts and closes is no vault. */
    stream->in_len += nng_aio_count(stream->receive_aio);
    used = stream->owner.received(stream->owner.data, span_of(stream->in, stream->in_len));
    if (used) {
        memmove(stream->in, stream->in + used, stream->in_len - used);
        wipe(stream->in + stream->in_len - used, used); /* Tokens and session cookies have passed through. */
        stream->in_len -= used;
    }
    if (stream->state == STREAM_UP)
        receive(stream);
}

static void on_wake(uv_async_t *async)
{
    struct stream *stream = async->data;

    if (atomic_exchange(&stream->dialled, false) && stream->state == STREAM_DIALLING)
        on_dialled(stream);
    if (atomic_exchange(&stream->received, false) && stream->state == STREAM_UP)
        on_received(stream);
}

/* ---- sending -------------------------------------------------------------------------------------------- */

static bool has_finished(nng_aio *aio)
{
#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 10
    return nng_aio_count(aio) != 0 || nng_aio_result(aio) != 0;
#else
    return !nng_aio_busy(aio);
#endif
}

static void send_rest(struct stream *stream)
{
    nng_iov rest = {(void *)(uintptr_t)stream->unsent.ptr, stream->unsent.len};

    (void)nng_aio_set_iov(stream->send_aio, 1, &rest);
    nng_stream_send(stream->nng, stream->send_aio);
}

/* The loop's next turn comes in a millisecond at the latest, and with it the next look. */
static void on_send_poll(uv_timer_t *timer)
{
    (void)timer;
}

static void look_after_send(struct stream *stream)
{
    int failure;

    while (stream->is_sending && has_finished(stream->send_aio)) {
        nng_aio_wait(stream->send_aio); /* Its last steps, in nng's thread; it does not last. */
        failure = nng_aio_result(stream->send_aio);
        if (failure) {
            lose(stream, failure);
            return;
        }
        stream->unsent = span_from(stream->unsent, nng_aio_count(stream->send_aio));
        if (stream->unsent.len)
            send_rest(stream);
        else
            stream->is_sending = false;
    }
    if (stream->is_sending)
        (void)uv_timer_start(&stream->send_poll, on_send_poll, SEND_POLL_MS, 0);
}

bool stream_can_send(struct stream *stream)
{
    if (stream->is_sending)
        look_after_send(stream);
    return stream->state == STREAM_UP && !stream->is_sending;
}

void stream_send(struct stream *stream, struct span bytes)
{
    stream->unsent = bytes;
    stream->is_sending = true;
    send_rest(stream);
}

/* ---- beginning and ending ---------------------------------------------------------------------------- */

static void stream_free(struct stream *stream)
{
    nng_aio_free(stream->dial_aio);
    nng_aio_free(stream->send_aio);
    nng_aio_free(stream->receive_aio);
    if (stream->dialer)
        nng_stream_dialer_free(stream->dialer);
    free(stream->in);
    free(stream);
}

static bool open_nng(struct stream *stream, const char *socket_path)
{
    char url[300];
    int failure;

    (void)snprintf(url, sizeof(url), "ipc://%s", socket_path);
    failure = nng_stream_dialer_alloc(&stream->dialer, url);
    if (failure == 0)
        failure = nng_aio_alloc(&stream->dial_aio, on_nng_dialled, stream);
    if (failure == 0)
        failure = nng_aio_alloc(&stream->receive_aio, on_nng_received, stream);
    if (failure == 0)
        failure = nng_aio_alloc(&stream->send_aio, NULL, NULL);
    if (failure)
        log_event(LOG_ERROR, "transport_failed", log_cstr("reason", nng_strerror(failure)));
    return failure == 0;
}

struct stream *stream_new(uv_loop_t *loop, const char *socket_path, size_t receive_room,
                          const struct stream_owner *owner)
{
    struct stream *stream = calloc(1, sizeof(*stream));

    if (stream)
        stream->in = malloc(receive_room);
    if (!stream || !stream->in) {
        log_event(LOG_ERROR, "out_of_memory");
        free(stream);
        return NULL;
    }
    stream->loop = loop;
    stream->owner = *owner;
    stream->in_room = receive_room;
    stream->back_off_ms = RECONNECT_FIRST_MS;
    if (!open_nng(stream, socket_path)) {
        stream_free(stream);
        return NULL;
    }
    /* None of these can fail: they only fill structs, and the loop's own event descriptor is there already. */
    (void)uv_async_init(loop, &stream->wake, on_wake);
    (void)uv_timer_init(loop, &stream->send_poll);
    (void)uv_timer_init(loop, &stream->reconnect);
    stream->wake.data = stream->send_poll.data = stream->reconnect.data = stream;
    stream->open_handles = 3;
    dial(stream);
    return stream;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct stream *stream = handle->data;
    struct stream_owner owner = stream->owner;

    if (--stream->open_handles)
        return;
    stream_free(stream);
    owner.closed(owner.data);
}

void stream_close(struct stream *stream)
{
    stream->state = STREAM_CLOSING;
    /* After these no callback of nng's runs any more, so nobody wakes a handle that is closed. */
    nng_aio_stop(stream->dial_aio);
    if (stream->nng)
        drop(stream);
    nng_aio_stop(stream->receive_aio);
    nng_aio_stop(stream->send_aio);
    uv_close((uv_handle_t *)&stream->wake, on_handle_closed);
    uv_close((uv_handle_t *)&stream->send_poll, on_handle_closed);
    uv_close((uv_handle_t *)&stream->reconnect, on_handle_closed);
}
