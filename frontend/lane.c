#include "frontend/lane.h"

#include <nng/nng.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/secret.h"
#include "frontend/in_flight.h"
#include "proto/codec.h"

#define FRAME_ROOM (FRAME_HEADER + LIMIT_FRAME)
#define IN_ROOM (2 * FRAME_ROOM)
#define RECONNECT_FIRST_MS 20
#define RECONNECT_LAST_MS 1000
#define EXIT_PROTOCOL 3

/* One frame that is being collected, or that is on its way. */
struct outgoing {
    struct buf bytes;
    size_t sent;
    unsigned requests;
};

enum stream_state { STREAM_DOWN, STREAM_DIALLING, STREAM_UP };

struct lane {
    uv_loop_t *loop;
    struct lane_settings settings;
    struct in_flight calls;
    struct link unsent;
    struct deadline_queue deadlines[2]; /* by enum lane_patience */

    enum stream_state state;
    bool has_said_down;
    bool is_closing;
    int open_handles;
    uint64_t back_off_ms;
    nng_stream_dialer *dialer;
    nng_stream *stream;
    nng_aio *dial_aio, *send_aio, *receive_aio;
    atomic_bool dialled, received; /* the notes that nng's threads leave */

    struct outgoing out[2];
    int collecting; /* the other one is on its way if is_sending */
    bool is_sending;
    uint8_t *in;
    size_t in_len;
    union any_reply reply; /* of the call that is being answered */

    uv_async_t wake;
    uv_prepare_t prepare;
    uv_timer_t send_poll;
    uv_timer_t reconnect;
};

static const union any_reply no_reply;

/* ---- collecting ----------------------------------------------------------------------------------- */

static void outgoing_reset(struct outgoing *out)
{
    wipe(out->bytes.ptr, out->bytes.len); /* Client secrets and tokens have passed through. */
    out->bytes.len = 0;
    out->bytes.overflow = false;
    out->sent = 0;
    out->requests = 0;
}

static uint64_t time_left_ms(const struct lane *lane, const struct call *call)
{
    uint64_t now_ms = uv_now(lane->loop);
    uint64_t left_ms = call->deadline.at_ms > now_ms ? call->deadline.at_ms - now_ms : 1;

    return left_ms < LIMIT_TIMEOUT_MS ? left_ms : LIMIT_TIMEOUT_MS;
}

static bool encode(struct lane *lane, struct outgoing *out, const struct call *call)
{
    const struct request_envelope envelope = {
        .number = call->message->number,
        .call = call->id,
        .request_id = span_of(call->request_id, sizeof(call->request_id)),
        .deadline_ms = clock_monotonic_ms() + time_left_ms(lane, call),
        .trace_id = call->trace_id,
        .peer = call->peer,
    };

    if (out->requests == LIMIT_REQUESTS_PER_FRAME)
        return false;
    if (out->bytes.len == 0)
        (void)frame_begin(&out->bytes);
    if (!frame_put_request(&out->bytes, &envelope, &call->message->request, &call->request))
        return false;
    out->requests++;
    return true;
}

static void finish(struct lane *lane, struct call *call, enum answer answer, const void *reply)
{
    lane_detach(lane, call);
    call->finished(call, answer, reply);
}

/*
 * Put what waits into the frame that is being collected, as far as it goes. A call that does not even fit an
 * empty frame breaks a bound of the schema: that is a mistake of ours, and waiting would not mend it.
 */
static void collect_unsent(struct lane *lane)
{
    struct outgoing *out = &lane->out[lane->collecting];
    struct link *link;

    while (lane->state == STREAM_UP && (link = link_first(&lane->unsent))) {
        struct call *call = LINK_OWNER(link, struct call, unsent);

        if (encode(lane, out, call)) {
            link_remove(link);
        } else if (out->requests == 0) {
            outgoing_reset(out);
            log_event(LOG_ERROR, "request_not_encodable", log_cstr("message", call->message->name),
                      log_hex("trace_id", call->trace_id));
            finish(lane, call, ANSWER_SERVER_ERROR, &no_reply);
        } else {
            return;
        }
    }
}

/* ---- the stream comes and goes ---------------------------------------------------------------------- */

static void on_nng_dialled(void *data)
{
    struct lane *lane = data;

    atomic_store(&lane->dialled, true);
    uv_async_send(&lane->wake);
}

static void on_nng_received(void *data)
{
    struct lane *lane = data;

    atomic_store(&lane->received, true);
    uv_async_send(&lane->wake);
}

static void dial(struct lane *lane)
{
    lane->state = STREAM_DIALLING;
    nng_stream_dialer_dial(lane->dialer, lane->dial_aio);
}

static void on_reconnect(uv_timer_t *timer)
{
    dial(timer->data);
}

static void dial_later(struct lane *lane)
{
    lane->state = STREAM_DOWN;
    uv_timer_start(&lane->reconnect, on_reconnect, lane->back_off_ms, 0);
    lane->back_off_ms = lane->back_off_ms * 2 < RECONNECT_LAST_MS ? lane->back_off_ms * 2 : RECONNECT_LAST_MS;
}

static void say_down(struct lane *lane, const char *reason)
{
    if (!lane->has_said_down)
        log_event(LOG_WARN, "vault_unreachable", log_cstr("reason", reason), log_u64("in_flight", lane->calls.used));
    lane->has_said_down = true;
}

/* All that was sent and not answered will be sent again. */
static void unsend_all(struct lane *lane)
{
    outgoing_reset(&lane->out[0]);
    outgoing_reset(&lane->out[1]);
    lane->is_sending = false;
    for (uint32_t i = 0; i < lane->calls.capacity; i++) {
        struct call *call = in_flight_at(&lane->calls, i);

        if (call && !link_is_listed(&call->unsent))
            link_append(&lane->unsent, &call->unsent);
    }
}

static void drop_stream(struct lane *lane)
{
    /* Closing ends both operations, so neither wait lasts. */
    nng_stream_close(lane->stream);
    nng_aio_wait(lane->send_aio);
    nng_aio_wait(lane->receive_aio);
    nng_stream_free(lane->stream);
    lane->stream = NULL;
    uv_timer_stop(&lane->send_poll);
    atomic_store(&lane->received, false);
    wipe(lane->in, lane->in_len);
    lane->in_len = 0;
}

static void lose_stream(struct lane *lane, const char *reason)
{
    say_down(lane, reason);
    drop_stream(lane);
    unsend_all(lane);
    dial_later(lane);
}

static void receive(struct lane *lane)
{
    nng_iov room = {lane->in + lane->in_len, IN_ROOM - lane->in_len};

    (void)nng_aio_set_iov(lane->receive_aio, 1, &room); /* One element is always allowed. */
    nng_stream_recv(lane->stream, lane->receive_aio);
}

static void on_dialled(struct lane *lane)
{
    int failure = nng_aio_result(lane->dial_aio);

    if (lane->is_closing)
        return;
    if (failure) {
        say_down(lane, nng_strerror(failure));
        dial_later(lane);
        return;
    }
    lane->stream = nng_aio_get_output(lane->dial_aio, 0);
    lane->state = STREAM_UP;
    receive(lane);
    collect_unsent(lane);
}

/* ---- sending: without callback, looked at each turn (FIELD-NOTES, nng) -------------------------------- */

static bool has_finished(nng_aio *aio)
{
#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 10
    return nng_aio_count(aio) != 0 || nng_aio_result(aio) != 0;
#else
    return !nng_aio_busy(aio);
#endif
}

static void send_rest(struct lane *lane, struct outgoing *out)
{
    nng_iov rest = {out->bytes.ptr + out->sent, out->bytes.len - out->sent};

    (void)nng_aio_set_iov(lane->send_aio, 1, &rest);
    nng_stream_send(lane->stream, lane->send_aio);
}

/* False if the stream has been lost over it. */
static bool look_after_send(struct lane *lane)
{
    struct outgoing *out = &lane->out[!lane->collecting];
    int failure;

    while (lane->is_sending && has_finished(lane->send_aio)) {
        nng_aio_wait(lane->send_aio);
        failure = nng_aio_result(lane->send_aio);
        if (failure) {
            lose_stream(lane, nng_strerror(failure));
            return false;
        }
        out->sent += nng_aio_count(lane->send_aio);
        if (out->sent < out->bytes.len) {
            send_rest(lane, out);
        } else {
            outgoing_reset(out);
            lane->is_sending = false;
        }
    }
    return true;
}

static void flush(struct lane *lane);

static void on_send_poll(uv_timer_t *timer)
{
    flush(timer->data);
}

/* Send what has been collected; whatever cannot go now is looked at in a millisecond. */
static void flush(struct lane *lane)
{
    if (lane->state != STREAM_UP || !look_after_send(lane))
        return;
    while (!lane->is_sending && lane->out[lane->collecting].requests) {
        struct outgoing *out = &lane->out[lane->collecting];

        frame_end(&out->bytes, 0);
        lane->collecting = !lane->collecting;
        lane->is_sending = true;
        send_rest(lane, out);
        if (!look_after_send(lane))
            return;
        collect_unsent(lane);
    }
    if (lane->is_sending)
        uv_timer_start(&lane->send_poll, on_send_poll, 1, 0);
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct lane *lane = prepare->data;

    collect_unsent(lane);
    if (lane->out[lane->collecting].requests || lane->is_sending)
        flush(lane);
}

/* ---- receiving ------------------------------------------------------------------------------------------ */

/*
 * The vault speaks nonsense, or something else has its place. Nothing that this process holds can be trusted to
 * be in step with it, so the process ends and a new one starts clean (STYLE 6).
 */
static _Noreturn void exit_for_bad_reply(const struct call *call)
{
    log_event(LOG_ERROR, "vault_reply_malformed", log_cstr("message", call ? call->message->name : NULL));
    _exit(EXIT_PROTOCOL);
}

/* A refusal need not fill the fields of a success. */
static bool decode_reply(struct lane *lane, const struct call *call, const struct reply_envelope *envelope)
{
    const struct field_table *table = &call->message->reply;

    if (envelope->answer != ANSWER_OK && envelope->body.len == 1 && envelope->body.ptr[0] == 0x80) {
        memset(&lane->reply, 0, table->size);
        return true;
    }
    return codec_decode(envelope->body, table, &lane->reply);
}

static void take_replies(struct lane *lane, struct span payload)
{
    struct reply_envelope envelope;

    while (payload.len) {
        struct call *call;

        if (!frame_take_reply(&payload, &envelope) || envelope.answer >= ANSWER_COUNT)
            exit_for_bad_reply(NULL);
        call = in_flight_find(&lane->calls, envelope.call);
        if (!call)
            continue; /* Its deadline has passed or its client has gone. */
        if (!decode_reply(lane, call, &envelope))
            exit_for_bad_reply(call);
        finish(lane, call, (enum answer)envelope.answer, &lane->reply);
    }
}

static void take_frames(struct lane *lane)
{
    size_t from = 0;
    size_t frame_len;
    struct span payload;

    for (;;) {
        enum frame_state state = frame_next(span_of(lane->in + from, lane->in_len - from), &payload, &frame_len);

        if (state == FRAME_BROKEN)
            exit_for_bad_reply(NULL);
        if (state == FRAME_PARTIAL)
            break;
        take_replies(lane, payload);
        wipe(lane->in + from, frame_len); /* Tokens and session cookies have passed through. */
        from += frame_len;
    }
    if (from == 0)
        return;
    lane->in_len -= from;
    memmove(lane->in, lane->in + from, lane->in_len);
}

static void on_received(struct lane *lane)
{
    int failure = nng_aio_result(lane->receive_aio);

    if (lane->state != STREAM_UP)
        return;
    if (failure) {
        lose_stream(lane, nng_strerror(failure));
        return;
    }
    if (lane->has_said_down)
        log_event(LOG_INFO, "vault_reached", log_u64("in_flight", lane->calls.used));
    lane->has_said_down = false;
    lane->back_off_ms = RECONNECT_FIRST_MS; /* Not before: a vault that only accepts and closes is no vault. */
    lane->in_len += nng_aio_count(lane->receive_aio);
    take_frames(lane);
    if (lane->state == STREAM_UP)
        receive(lane);
}

static void on_wake(uv_async_t *async)
{
    struct lane *lane = async->data;

    if (atomic_exchange(&lane->dialled, false))
        on_dialled(lane);
    if (atomic_exchange(&lane->received, false))
        on_received(lane);
}

/* ---- public ------------------------------------------------------------------------------------------ */

bool lane_submit(struct lane *lane, struct call *call, enum lane_patience patience)
{
    call->id = in_flight_add(&lane->calls, call);
    if (!call->id)
        return false;
    deadline_arm(&lane->deadlines[patience], &call->deadline, uv_now(lane->loop));
    /* Straight into the frame, unless others wait already: first come, first sent. */
    if (lane->state != STREAM_UP || !link_is_empty(&lane->unsent) || !encode(lane, &lane->out[lane->collecting], call))
        link_append(&lane->unsent, &call->unsent);
    return true;
}

void lane_detach(struct lane *lane, struct call *call)
{
    if (!call->id)
        return;
    in_flight_remove(&lane->calls, call->id);
    call->id = 0;
    link_remove(&call->unsent);
    deadline_disarm(&call->deadline);
}

void lane_tick(struct lane *lane)
{
    struct deadline *passed;

    for (size_t i = 0; i < sizeof(lane->deadlines) / sizeof(lane->deadlines[0]); i++)
        while ((passed = deadline_take_passed(&lane->deadlines[i], uv_now(lane->loop))))
            finish(lane, LINK_OWNER(passed, struct call, deadline), ANSWER_TEMPORARILY_UNAVAILABLE, &no_reply);
}

static void lane_free(struct lane *lane)
{
    nng_aio_free(lane->dial_aio);
    nng_aio_free(lane->send_aio);
    nng_aio_free(lane->receive_aio);
    if (lane->dialer)
        nng_stream_dialer_free(lane->dialer);
    for (int i = 0; i < 2; i++)
        free(lane->out[i].bytes.ptr);
    free(lane->in);
    in_flight_fini(&lane->calls);
    free(lane);
}

static bool open_nng(struct lane *lane)
{
    char url[300];
    int failure;

    (void)snprintf(url, sizeof(url), "ipc://%s", lane->settings.socket_path);
    failure = nng_stream_dialer_alloc(&lane->dialer, url);
    if (failure == 0)
        failure = nng_aio_alloc(&lane->dial_aio, on_nng_dialled, lane);
    if (failure == 0)
        failure = nng_aio_alloc(&lane->receive_aio, on_nng_received, lane);
    if (failure == 0)
        failure = nng_aio_alloc(&lane->send_aio, NULL, NULL);
    if (failure)
        log_event(LOG_ERROR, "transport_failed", log_cstr("reason", nng_strerror(failure)));
    return failure == 0;
}

static bool allocate(struct lane *lane)
{
    lane->in = malloc(IN_ROOM);
    for (int i = 0; i < 2; i++)
        lane->out[i].bytes = buf_over(malloc(FRAME_ROOM), FRAME_ROOM);
    return lane->in && lane->out[0].bytes.ptr && lane->out[1].bytes.ptr &&
           in_flight_init(&lane->calls, lane->settings.in_flight);
}

static void open_handles(struct lane *lane)
{
    /* None of these can fail: they only fill structs, and the loop's own event descriptor is there already. */
    (void)uv_async_init(lane->loop, &lane->wake, on_wake);
    (void)uv_prepare_init(lane->loop, &lane->prepare);
    (void)uv_timer_init(lane->loop, &lane->send_poll);
    (void)uv_timer_init(lane->loop, &lane->reconnect);
    lane->wake.data = lane->prepare.data = lane->send_poll.data = lane->reconnect.data = lane;
    lane->open_handles = 4;
    (void)uv_prepare_start(&lane->prepare, on_prepare);
}

struct lane *lane_new(uv_loop_t *loop, const struct lane_settings *settings)
{
    struct lane *lane = calloc(1, sizeof(*lane));

    if (!lane) {
        log_event(LOG_ERROR, "out_of_memory");
        return NULL;
    }
    lane->loop = loop;
    lane->settings = *settings;
    lane->back_off_ms = RECONNECT_FIRST_MS;
    link_init(&lane->unsent);
    deadline_queue_init(&lane->deadlines[LANE_USUAL], settings->timeout_ms);
    deadline_queue_init(&lane->deadlines[LANE_SHORT],
                        settings->timeout_ms < LANE_SHORT_MS ? settings->timeout_ms : LANE_SHORT_MS);
    if (!allocate(lane) || !open_nng(lane)) {
        lane_free(lane);
        return NULL;
    }
    open_handles(lane);
    dial(lane);
    return lane;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct lane *lane = handle->data;

    if (--lane->open_handles == 0)
        lane_free(lane);
}

void lane_close(struct lane *lane)
{
    lane->is_closing = true;
    if (lane->stream)
        drop_stream(lane);
    /* After this no callback of nng's runs any more, so nobody wakes a handle that is closed. */
    nng_aio_stop(lane->dial_aio);
    nng_aio_stop(lane->receive_aio);
    lane->state = STREAM_DOWN;
    uv_close((uv_handle_t *)&lane->wake, on_handle_closed);
    uv_close((uv_handle_t *)&lane->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&lane->send_poll, on_handle_closed);
    uv_close((uv_handle_t *)&lane->reconnect, on_handle_closed);
}
