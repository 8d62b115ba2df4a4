#include "frontend/lane.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/secret.h"
#include "frontend/in_flight.h"
#include "frontend/stream.h"
#include "proto/codec.h"

#define FRAME_ROOM (FRAME_HEADER + LIMIT_FRAME)
#define EXIT_PROTOCOL 3

/* One frame that is being collected, or that is on its way. */
struct outgoing {
    struct buf bytes;
    unsigned requests;
};

struct lane {
    uv_loop_t *loop;
    struct stream *stream;
    bool is_up;
    bool has_said_down;
    int open_parts; /* that lane_close() waits for */

    struct in_flight calls;
    struct link unsent;
    struct deadline_queue deadlines[3]; /* by enum lane_patience, and QUEUE_CHANGE */
    struct outgoing out[2];
    int collecting; /* the other one is on its way if is_sending */
    bool is_sending;
    union any_reply reply; /* of the call that is being answered */
    uv_prepare_t prepare;
};

static const union any_reply no_reply;

/* The queue of calls that change something: they wait out the grace. */
enum { QUEUE_CHANGE = LANE_SHORT + 1 };

static bool is_change(const struct call *call)
{
    return call->message->lane != LANE_READ;
}

/* ---- collecting ----------------------------------------------------------------------------------- */

static void outgoing_reset(struct outgoing *out)
{
    wipe(out->bytes.ptr, out->bytes.len); /* Client secrets and tokens have passed through. */
    out->bytes.len = 0;
    out->bytes.overflow = false;
    out->requests = 0;
}

static uint64_t time_left_ms(const struct lane *lane, const struct call *call)
{
    uint64_t now_ms = uv_now(lane->loop);
    uint64_t left_ms = call->deadline.at_ms > now_ms ? call->deadline.at_ms - now_ms : 1;

    /*
     * The grace is not the vault's to begin something in, unless an earlier stream broke with this call on it:
     * then only asking again, for as long as anybody waits, tells what became of it.
     */
    if (is_change(call) && !call->was_sent)
        left_ms = left_ms > LANE_GRACE_MS ? left_ms - LANE_GRACE_MS : 1;

    return left_ms < LIMIT_TIMEOUT_MS ? left_ms : LIMIT_TIMEOUT_MS;
}

static bool encode(struct lane *lane, struct outgoing *out, struct call *call)
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
    call->was_sent = true;
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

    while (lane->is_up && (link = link_first(&lane->unsent))) {
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

/* ---- sending: once a turn, all that it brought ------------------------------------------------------- */

static void on_prepare(uv_prepare_t *prepare)
{
    struct lane *lane = prepare->data;

    collect_unsent(lane);
    while ((lane->is_sending || lane->out[lane->collecting].requests) && stream_can_send(lane->stream)) {
        struct outgoing *out = &lane->out[lane->collecting];

        if (lane->is_sending)
            outgoing_reset(&lane->out[!lane->collecting]);
        lane->is_sending = out->requests > 0;
        if (!lane->is_sending)
            return;
        frame_end(&out->bytes, 0);
        lane->collecting = !lane->collecting;
        stream_send(lane->stream, buf_span(&out->bytes));
        collect_unsent(lane);
    }
}

static void on_up(void *data)
{
    ((struct lane *)data)->is_up = true;
}

/* All that was sent and not answered will be sent again. */
static void on_down(void *data, const char *reason)
{
    struct lane *lane = data;

    if (!lane->has_said_down)
        log_event(LOG_WARN, "vault_unreachable", log_cstr("reason", reason),
                  log_u64("in_flight", lane->calls.used));
    lane->has_said_down = true;
    lane->is_up = false;
    lane->is_sending = false;
    outgoing_reset(&lane->out[0]);
    outgoing_reset(&lane->out[1]);
    for (uint32_t i = 0; i < lane->calls.capacity; i++) {
        struct call *call = in_flight_at(&lane->calls, i);

        if (call && !link_is_listed(&call->unsent))
            link_append(&lane->unsent, &call->unsent);
    }
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

static size_t on_received(void *data, struct span bytes)
{
    struct lane *lane = data;
    size_t used = 0;
    size_t frame_len;
    struct span payload;

    if (lane->has_said_down)
        log_event(LOG_INFO, "vault_reached", log_u64("in_flight", lane->calls.used));
    lane->has_said_down = false;
    for (;;) {
        enum frame_state state = frame_next(span_from(bytes, used), &payload, &frame_len);

        if (state == FRAME_BROKEN)
            exit_for_bad_reply(NULL);
        if (state == FRAME_PARTIAL)
            return used;
        take_replies(lane, payload);
        used += frame_len;
    }
}

/* ---- public ------------------------------------------------------------------------------------------ */

bool lane_submit(struct lane *lane, struct call *call, enum lane_patience patience)
{
    call->id = in_flight_add(&lane->calls, call);
    if (!call->id)
        return false;
    call->was_sent = false;
    deadline_arm(&lane->deadlines[patience == LANE_USUAL && is_change(call) ? QUEUE_CHANGE : patience],
                 &call->deadline, uv_now(lane->loop));
    /* Straight into the frame, unless others wait already: first come, first sent. */
    if (!lane->is_up || !link_is_empty(&lane->unsent) || !encode(lane, &lane->out[lane->collecting], call))
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

/* A change that was never sent does not wait for the grace: nothing can have come of it. NULL if there is none. */
static struct call *find_overdue_unsent(const struct lane *lane)
{
    uint64_t now_ms = uv_now(lane->loop);

    for (struct link *link = lane->unsent.next; link != &lane->unsent; link = link->next) {
        struct call *call = LINK_OWNER(link, struct call, unsent);

        if (is_change(call) && !call->was_sent && call->deadline.at_ms <= now_ms + LANE_GRACE_MS)
            return call;
    }
    return NULL;
}

void lane_tick(struct lane *lane)
{
    struct deadline *passed;
    struct call *call;

    while ((call = find_overdue_unsent(lane)))
        finish(lane, call, ANSWER_TEMPORARILY_UNAVAILABLE, &no_reply);
    for (size_t i = 0; i < sizeof(lane->deadlines) / sizeof(lane->deadlines[0]); i++)
        while ((passed = deadline_take_passed(&lane->deadlines[i], uv_now(lane->loop)))) {
            call = LINK_OWNER(passed, struct call, deadline);
            finish(lane, call,
                   is_change(call) && call->was_sent ? ANSWER_OUTCOME_UNKNOWN : ANSWER_TEMPORARILY_UNAVAILABLE,
                   &no_reply);
        }
}

static void on_part_closed(void *data)
{
    struct lane *lane = data;

    if (--lane->open_parts)
        return;
    for (int i = 0; i < 2; i++)
        free(lane->out[i].bytes.ptr);
    in_flight_fini(&lane->calls);
    free(lane);
}

static void on_prepare_closed(uv_handle_t *handle)
{
    on_part_closed(handle->data);
}

static bool allocate(struct lane *lane, uint32_t in_flight)
{
    for (int i = 0; i < 2; i++)
        lane->out[i].bytes = buf_over(malloc(FRAME_ROOM), FRAME_ROOM);
    if (lane->out[0].bytes.ptr && lane->out[1].bytes.ptr && in_flight_init(&lane->calls, in_flight))
        return true;
    log_event(LOG_ERROR, "out_of_memory");
    return false;
}

struct lane *lane_new(uv_loop_t *loop, const struct lane_settings *settings)
{
    struct lane *lane = calloc(1, sizeof(*lane));
    const struct stream_owner owner = {lane, on_up, on_down, on_received, on_part_closed};

    if (!lane || !allocate(lane, settings->in_flight))
        return NULL; /* The process does not start then; what it holds ends with it. */
    lane->loop = loop;
    link_init(&lane->unsent);
    deadline_queue_init(&lane->deadlines[LANE_USUAL], settings->timeout_ms);
    deadline_queue_init(&lane->deadlines[QUEUE_CHANGE], settings->timeout_ms + LANE_GRACE_MS);
    deadline_queue_init(&lane->deadlines[LANE_SHORT],
                        settings->timeout_ms < LANE_SHORT_MS ? settings->timeout_ms : LANE_SHORT_MS);
    /* Room for the rest of a frame behind one that is not whole yet. */
    lane->stream = stream_new(loop, settings->socket_path, 2 * FRAME_ROOM, &owner);
    if (!lane->stream)
        return NULL;
    (void)uv_prepare_init(loop, &lane->prepare); /* Neither can fail. */
    (void)uv_prepare_start(&lane->prepare, on_prepare);
    lane->prepare.data = lane;
    lane->open_parts = 2;
    return lane;
}

void lane_close(struct lane *lane)
{
    stream_close(lane->stream);
    uv_close((uv_handle_t *)&lane->prepare, on_prepare_closed);
}
