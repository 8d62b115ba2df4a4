/*
 * The lane against a vault that is a plain socket of this test: what is sent, sent again, answered late, never,
 * or with nonsense.
 */
#include "frontend/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"
#include "proto/codec.h"

#define PATIENCE_MS 5000 /* of the test itself */

struct world {
    uv_loop_t loop;
    struct lane *lane;
    char directory[64];
    char path[96];
    int listener, peer; /* the vault's ends, -1: none */
    uint8_t in[2 * LIMIT_FRAME], out[LIMIT_FRAME];
    size_t in_from, in_len; /* in[in_from .. in_len) has not been taken yet */
};

struct asked {
    struct call call;
    int finished;
    enum answer answer;
    bool was_active;
};

static void on_finished(struct call *call, enum answer answer, const void *reply)
{
    struct asked *asked = (struct asked *)((uint8_t *)call - offsetof(struct asked, call));

    asked->finished++;
    asked->answer = answer;
    asked->was_active = ((const struct rep_introspect *)reply)->active;
}

static void ask(struct world *world, struct asked *asked, uint8_t id, bool wanted)
{
    struct req_introspect request = {.client_id = SPAN_LITERAL("rs"),
                                     .client_secret = secret_ref_of(SPAN_LITERAL("s")),
                                     .token = secret_ref_of(SPAN_LITERAL("t"))};
    static const uint8_t trace_id[LIMIT_TRACE_ID];

    memset(asked, 0, sizeof(*asked));
    asked->call.message = message_by_number(MESSAGE_INTROSPECT);
    asked->call.request.introspect = request;
    memset(asked->call.request_id, id, sizeof(asked->call.request_id));
    asked->call.trace_id = span_of(trace_id, sizeof(trace_id));
    asked->call.peer = SPAN_LITERAL("127.0.0.1");
    asked->call.finished = on_finished;
    assert_int_equal(lane_submit(world->lane, &asked->call, LANE_USUAL), wanted);
}

static void vault_listen(struct world *world)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->path);
    (void)unlink(world->path);
    world->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(world->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(world->listener, 8), 0);
}

static void vault_hang_up(struct world *world)
{
    if (world->peer >= 0)
        close(world->peer);
    world->peer = -1;
    world->in_from = world->in_len = 0;
}

static bool vault_is_connected(struct world *world)
{
    if (world->peer < 0 && world->listener >= 0)
        world->peer = accept4(world->listener, NULL, NULL, SOCK_NONBLOCK);
    return world->peer >= 0;
}

/* True once a whole frame is there; its requests are in *ret_payload. */
static bool vault_has_frame(struct world *world, struct span *ret_payload)
{
    size_t frame_len;
    ssize_t len;

    if (!vault_is_connected(world))
        return false;
    len = read(world->peer, world->in + world->in_len, sizeof(world->in) - world->in_len);
    if (len > 0)
        world->in_len += (size_t)len;
    if (frame_next(span_of(world->in + world->in_from, world->in_len - world->in_from), ret_payload,
                   &frame_len) != FRAME_WHOLE)
        return false;
    world->in_from += frame_len;
    return true;
}

/* Take the next request that comes; its fields are decoded as the vault would. */
static struct request_envelope vault_take(struct world *world, struct span *payload)
{
    struct request_envelope envelope;
    struct req_introspect request;

    for (int i = 0; payload->len == 0 && !vault_has_frame(world, payload); i++) {
        assert_true(i < PATIENCE_MS);
        (void)uv_run(&world->loop, UV_RUN_NOWAIT);
        usleep(1000);
    }
    assert_true(frame_take_request(payload, &envelope));
    assert_int_equal(envelope.number, MESSAGE_INTROSPECT);
    assert_true(codec_decode(envelope.body, &message_by_number(MESSAGE_INTROSPECT)->request, &request));
    return envelope;
}

static void vault_answer(struct world *world, uint64_t call, enum answer answer, bool active)
{
    struct buf out = buf_over(world->out, sizeof(world->out));
    struct rep_introspect reply = {.active = active};
    size_t start = frame_begin(&out);

    assert_true(frame_put_reply(&out, call, answer, &message_by_number(MESSAGE_INTROSPECT)->reply, &reply));
    frame_end(&out, start);
    assert_int_equal(write(world->peer, out.ptr, out.len), out.len);
}

static void run_until_finished(struct world *world, const struct asked *asked)
{
    for (int i = 0; !asked->finished; i++) {
        assert_true(i < PATIENCE_MS);
        lane_tick(world->lane);
        (void)uv_run(&world->loop, UV_RUN_NOWAIT);
        usleep(1000);
    }
}

static void run_for_ms(struct world *world, int ms)
{
    for (int i = 0; i < ms; i++) {
        lane_tick(world->lane);
        (void)uv_run(&world->loop, UV_RUN_NOWAIT);
        usleep(1000);
    }
}

static struct world *begin(uint32_t in_flight, uint64_t timeout_ms)
{
    struct world *world = calloc(1, sizeof(*world));
    struct lane_settings settings = {.in_flight = in_flight, .timeout_ms = timeout_ms};

    assert_non_null(world);
    log_init("test", LOG_ERROR);
    (void)snprintf(world->directory, sizeof(world->directory), "/tmp/lane_test.XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    (void)snprintf(world->path, sizeof(world->path), "%s/sock", world->directory);
    settings.socket_path = world->path;
    world->listener = world->peer = -1;
    assert_int_equal(uv_loop_init(&world->loop), 0);
    world->lane = lane_new(&world->loop, &settings);
    assert_non_null(world->lane);
    return world;
}

static void end(struct world *world)
{
    lane_close(world->lane);
    (void)uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->loop), 0);
    vault_hang_up(world);
    if (world->listener >= 0)
        close(world->listener);
    (void)unlink(world->path);
    (void)rmdir(world->directory);
    free(world);
}

static void calls_wait_for_a_vault_that_is_not_there_yet(void **state)
{
    struct world *world = begin(8, 4000);
    struct span payload = SPAN_NONE;
    struct asked a, b;

    (void)state;
    ask(world, &a, 1, true);
    ask(world, &b, 2, true);
    run_for_ms(world, 50);
    assert_int_equal(a.finished, 0);
    vault_listen(world);
    assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 1);
    assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 2);
    vault_answer(world, b.call.id, ANSWER_OK, true);
    run_until_finished(world, &b);
    assert_true(b.answer == ANSWER_OK && b.was_active);
    assert_int_equal(a.finished, 0);
    vault_answer(world, a.call.id, ANSWER_INVALID_CLIENT, false);
    run_until_finished(world, &a);
    assert_int_equal(a.answer, ANSWER_INVALID_CLIENT);
    end(world);
}

static void a_call_whose_stream_broke_is_sent_again_under_its_id_and_answered_once(void **state)
{
    struct world *world = begin(8, 4000);
    struct span payload = SPAN_NONE;
    struct asked asked;

    (void)state;
    vault_listen(world);
    ask(world, &asked, 7, true);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 7);
        vault_hang_up(world);
        run_for_ms(world, 30);
        assert_int_equal(asked.finished, 0);
    }
    assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 7);
    vault_answer(world, asked.call.id, ANSWER_OK, true);
    run_until_finished(world, &asked);
    run_for_ms(world, 50);
    assert_int_equal(asked.finished, 1);
    end(world);
}

static void a_deadline_ends_the_wait_and_a_late_reply_finds_nobody(void **state)
{
    struct world *world = begin(8, 100);
    struct span payload = SPAN_NONE;
    struct asked late, next;
    uint64_t id;

    (void)state;
    vault_listen(world);
    ask(world, &late, 1, true);
    id = vault_take(world, &payload).call;
    run_until_finished(world, &late);
    assert_int_equal(late.answer, ANSWER_TEMPORARILY_UNAVAILABLE);
    ask(world, &next, 2, true);
    vault_answer(world, id, ANSWER_OK, true);
    run_for_ms(world, 30);
    assert_int_equal(late.finished, 1);
    assert_int_equal(next.finished, 0);
    run_until_finished(world, &next);
    assert_int_equal(next.answer, ANSWER_TEMPORARILY_UNAVAILABLE);
    end(world);
}

static void no_more_calls_than_allowed_are_in_flight(void **state)
{
    struct world *world = begin(2, 100);
    struct asked a, b, c;

    (void)state;
    ask(world, &a, 1, true);
    ask(world, &b, 2, true);
    ask(world, &c, 3, false);
    assert_int_equal(c.call.id, 0);
    lane_detach(world->lane, &b.call);
    ask(world, &c, 3, true);
    run_until_finished(world, &a);
    run_until_finished(world, &c);
    assert_int_equal(b.finished, 0);
    end(world);
}

static void a_detached_call_is_neither_sent_nor_finished(void **state)
{
    struct world *world = begin(8, 200);
    struct span payload = SPAN_NONE;
    struct asked gone, stays;

    (void)state;
    ask(world, &gone, 1, true);
    ask(world, &stays, 2, true);
    lane_detach(world->lane, &gone.call);
    lane_detach(world->lane, &gone.call);
    vault_listen(world);
    assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 2);
    assert_int_equal(payload.len, 0);
    run_until_finished(world, &stays);
    run_for_ms(world, 20);
    assert_int_equal(gone.finished, 0);
    end(world);
}

static void a_call_that_breaks_the_schema_ends_alone(void **state)
{
    static const uint8_t too_long[LIMIT_TOKEN + 1];
    struct world *world = begin(8, 2000);
    struct span payload = SPAN_NONE;
    struct asked bad, good;

    (void)state;
    ask(world, &bad, 1, true);
    bad.call.request.introspect.token = (struct secret_ref){too_long, sizeof(too_long)};
    ask(world, &good, 2, true);
    vault_listen(world);
    assert_int_equal(vault_take(world, &payload).request_id.ptr[0], 2);
    assert_int_equal(bad.finished, 1);
    assert_int_equal(bad.answer, ANSWER_SERVER_ERROR);
    vault_answer(world, good.call.id, ANSWER_OK, false);
    run_until_finished(world, &good);
    end(world);
}

static void more_calls_than_a_frame_takes_all_arrive(void **state)
{
    enum { CALLS = 3 * LIMIT_REQUESTS_PER_FRAME + 5 };
    struct world *world = begin(CALLS, 4000);
    struct asked *asked = calloc(CALLS, sizeof(*asked));
    struct span payload = SPAN_NONE;

    (void)state;
    assert_non_null(asked);
    vault_listen(world);
    for (size_t i = 0; i < CALLS; i++)
        ask(world, &asked[i], (uint8_t)i, true);
    for (size_t i = 0; i < CALLS; i++) {
        struct request_envelope envelope = vault_take(world, &payload);

        assert_int_equal(envelope.call, asked[i].call.id);
    }
    for (size_t i = 0; i < CALLS; i++) {
        vault_answer(world, asked[i].call.id, ANSWER_OK, true);
        run_until_finished(world, &asked[i]);
    }
    free(asked);
    end(world);
}

/* In a process of its own: the worker is to end, and its master to start another. */
static int exit_code_after(const uint8_t *nonsense, size_t len)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct world *world = begin(8, 3000);
        struct span payload = SPAN_NONE;
        struct asked asked;

        vault_listen(world);
        ask(world, &asked, 1, true);
        (void)vault_take(world, &payload);
        if (write(world->peer, nonsense, len) != (ssize_t)len)
            _exit(100);
        run_for_ms(world, 1000);
        _exit(101);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_vault_that_speaks_nonsense_ends_the_worker(void **state)
{
    static const uint8_t huge[] = {0xff, 0xff, 0xff, 0xff, PROTO_VERSION};
    static const uint8_t empty[] = {0, 0, 0, 0};
    static const uint8_t version[] = {0, 0, 0, 2, PROTO_VERSION + 1, 0};
    static const uint8_t garbage[] = {0, 0, 0, 4, PROTO_VERSION, 'x', 'y', 'z'};
    /* [call 0, answer 200, body of no bytes]: there is no such answer */
    static const uint8_t answer[] = {0, 0, 0, 10, PROTO_VERSION, 0x93, 0, 0xcc, 200, 0xc6, 0, 0, 0, 0};

    (void)state;
    assert_int_equal(exit_code_after(huge, sizeof(huge)), 3);
    assert_int_equal(exit_code_after(empty, sizeof(empty)), 3);
    assert_int_equal(exit_code_after(version, sizeof(version)), 3);
    assert_int_equal(exit_code_after(garbage, sizeof(garbage)), 3);
    assert_int_equal(exit_code_after(answer, sizeof(answer)), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* The first: it forks, and nng must not have started by then. */
        cmocka_unit_test(a_vault_that_speaks_nonsense_ends_the_worker),
        cmocka_unit_test(calls_wait_for_a_vault_that_is_not_there_yet),
        cmocka_unit_test(a_call_whose_stream_broke_is_sent_again_under_its_id_and_answered_once),
        cmocka_unit_test(a_deadline_ends_the_wait_and_a_late_reply_finds_nobody),
        cmocka_unit_test(no_more_calls_than_allowed_are_in_flight),
        cmocka_unit_test(a_detached_call_is_neither_sent_nor_finished),
        cmocka_unit_test(a_call_that_breaks_the_schema_ends_alone),
        cmocka_unit_test(more_calls_than_a_frame_takes_all_arrive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
