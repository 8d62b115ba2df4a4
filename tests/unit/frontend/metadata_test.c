/*
 * What a worker knows of the server, against a vault that is a plain socket of this test: when it asks,
 * what it says that it knows, and what it keeps when the vault says nothing, nothing new, or goes away.
 */
#include "frontend/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/log.h"
#include "frontend/worker.h"
#include "proto/codec.h"

#define PATIENCE_MS 8000

struct world {
    struct worker worker;
    char directory[64], path[96];
    int listener, peer; /* the vault's ends, -1: none */
    uint8_t in[LIMIT_FRAME], out[LIMIT_FRAME];
    size_t in_len;
};

/* A question as the vault has it. */
struct asked {
    uint64_t call;
    char known[LIMIT_WORD + 1];
};

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
    world->in_len = 0;
}

static void turn(struct world *world)
{
    lane_tick(world->worker.lane);
    (void)uv_run(&world->worker.loop, UV_RUN_NOWAIT);
    usleep(1000);
}

/*
 * True if a question came within that time. The vault takes one frame after the other, of one question each.
 */
static bool vault_is_asked(struct world *world, int within_ms, struct asked *ret_asked)
{
    uint64_t until_ms = uv_hrtime() / 1000000 + (uint64_t)within_ms;
    const struct message *message = message_by_number(MESSAGE_METADATA);
    struct request_envelope envelope;
    struct req_metadata request;
    struct span payload;
    size_t frame_len;

    while (uv_hrtime() / 1000000 < until_ms) {
        ssize_t len;

        turn(world);
        if (world->peer < 0)
            world->peer = accept4(world->listener, NULL, NULL, SOCK_NONBLOCK);
        len = world->peer < 0
                  ? -1
                  : read(world->peer, world->in + world->in_len, sizeof(world->in) - world->in_len);
        if (len > 0)
            world->in_len += (size_t)len;
        if (frame_next(span_of(world->in, world->in_len), &payload, &frame_len) != FRAME_WHOLE)
            continue;
        assert_int_equal(frame_len, world->in_len);
        world->in_len = 0;
        assert_true(frame_take_request(&payload, &envelope));
        assert_int_equal(payload.len, 0);
        assert_int_equal(envelope.number, MESSAGE_METADATA);
        assert_true(codec_decode(envelope.body, &message->request, &request));
        ret_asked->call = envelope.call;
        (void)snprintf(ret_asked->known, sizeof(ret_asked->known), "%.*s", SPAN_PRINTF(request.known));
        return true;
    }
    return false;
}

static struct asked vault_take(struct world *world)
{
    struct asked asked;

    assert_true(vault_is_asked(world, PATIENCE_MS, &asked));
    return asked;
}

static void vault_answer(struct world *world, struct asked asked, enum answer answer,
                         const struct rep_metadata *reply)
{
    struct buf out = buf_over(world->out, sizeof(world->out));
    size_t start = frame_begin(&out);

    assert_true(
        frame_put_reply(&out, asked.call, answer, &message_by_number(MESSAGE_METADATA)->reply, reply));
    frame_end(&out, start);
    assert_int_equal(write(world->peer, out.ptr, out.len), out.len);
    for (int i = 0; i < 50; i++)
        turn(world);
}

static struct rep_metadata documents(const char *version, const char *discovery, const char *jwks)
{
    return (struct rep_metadata){.version = span_of_text(version),
                                 .discovery = span_of_text(discovery),
                                 .jwks = span_of_text(jwks),
                                 .max_age_s = 300};
}

static struct world *begin(void)
{
    struct world *world = calloc(1, sizeof(*world));
    struct lane_settings settings = {.in_flight = 1, .timeout_ms = 2000};

    assert_non_null(world);
    log_init("test", LOG_ERROR);
    (void)snprintf(world->directory, sizeof(world->directory), "/tmp/metadata_test.XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    (void)snprintf(world->path, sizeof(world->path), "%s/sock", world->directory);
    settings.socket_path = world->path;
    world->listener = world->peer = -1;
    assert_int_equal(uv_loop_init(&world->worker.loop), 0);
    random_pool_init(&world->worker.random, rng_system());
    world->worker.lane = lane_new(&world->worker.loop, &settings);
    assert_non_null(world->worker.lane);
    assert_true(metadata_start(&world->worker.metadata, &world->worker));
    return world;
}

static void end(struct world *world)
{
    metadata_stop(&world->worker.metadata);
    lane_close(world->worker.lane);
    (void)uv_run(&world->worker.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&world->worker.loop), 0);
    vault_hang_up(world);
    if (world->listener >= 0)
        close(world->listener);
    (void)unlink(world->path);
    (void)rmdir(world->directory);
    free(world);
}

static void assert_known(const struct metadata *m, const char *discovery, const char *jwks)
{
    assert_true(m->is_known);
    assert_true(span_equal_text(m->discovery.bytes, discovery));
    assert_true(span_equal_text(m->jwks.bytes, jwks));
}

static void it_is_asked_for_at_once_and_then_with_the_version_that_is_known(void **state)
{
    struct rep_metadata reply = documents("v1", "{\"issuer\":1}", "{\"keys\":[]}");
    struct world *world = begin();
    struct metadata *m = &world->worker.metadata;
    struct asked asked;

    (void)state;
    assert_false(m->is_known);
    vault_listen(world);
    asked = vault_take(world);
    assert_string_equal(asked.known, "");
    reply.error_uri_base = SPAN_LITERAL("https://bank.example/errors/");
    vault_answer(world, asked, ANSWER_OK, &reply);
    assert_known(m, "{\"issuer\":1}", "{\"keys\":[]}");
    assert_int_equal(m->max_age_s, 300);
    assert_true(span_equal_text(m->error_uri_base, "https://bank.example/errors/"));
    /* Nothing new: all of it stays. */
    asked = vault_take(world);
    assert_string_equal(asked.known, "v1");
    vault_answer(world, asked, ANSWER_OK, &(struct rep_metadata){.version = SPAN_LITERAL("v1")});
    assert_known(m, "{\"issuer\":1}", "{\"keys\":[]}");
    assert_int_equal(m->max_age_s, 300);
    assert_true(span_equal_text(m->error_uri_base, "https://bank.example/errors/"));
    /* Something new: all of it is replaced, what is no longer there as well. */
    asked = vault_take(world);
    reply = documents("v2", "{\"issuer\":2}", "{\"keys\":[{}]}");
    reply.max_age_s = 7;
    vault_answer(world, asked, ANSWER_OK, &reply);
    assert_known(m, "{\"issuer\":2}", "{\"keys\":[{}]}");
    assert_int_equal(m->max_age_s, 7);
    assert_true(span_is_absent(m->error_uri_base));
    assert_string_equal(vault_take(world).known, "v2");
    end(world);
}

static void entity_tags_follow_the_bytes_and_nothing_else(void **state)
{
    struct rep_metadata reply = documents("v1", "{\"a\":1}", "{\"keys\":[]}");
    struct metadata *one = calloc(1, sizeof(*one)), *two = calloc(1, sizeof(*two));
    char discovery[METADATA_ETAG_CAPACITY], jwks[METADATA_ETAG_CAPACITY];

    (void)state;
    assert_true(one && two);
    assert_true(metadata_take(one, &reply));
    reply.version = SPAN_LITERAL("v2");
    assert_true(metadata_take(two, &reply));
    assert_string_equal(one->discovery.etag, two->discovery.etag);
    assert_string_equal(one->jwks.etag, two->jwks.etag);
    assert_string_not_equal(one->discovery.etag, one->jwks.etag);
    assert_int_equal(strlen(one->jwks.etag), 34);
    assert_true(one->jwks.etag[0] == '"' && one->jwks.etag[33] == '"');
    memcpy(discovery, two->discovery.etag, sizeof(discovery));
    memcpy(jwks, two->jwks.etag, sizeof(jwks));
    reply.jwks = SPAN_LITERAL("{\"keys\":[{}]}");
    assert_true(metadata_take(two, &reply));
    assert_string_equal(two->discovery.etag, discovery);
    assert_string_not_equal(two->jwks.etag, jwks);
    free(one);
    free(two);
}

/* Neither half of an answer, nor "nothing new" for one who knows nothing, is something to answer from. */
static void half_an_answer_is_none(void **state)
{
    struct rep_metadata half = documents("v1", "{}", NULL);
    struct rep_metadata other = documents("v1", NULL, "{}");
    struct rep_metadata none = documents("v1", NULL, NULL);
    struct metadata *m = calloc(1, sizeof(*m));

    (void)state;
    assert_non_null(m);
    assert_false(metadata_take(m, &half));
    assert_false(metadata_take(m, &other));
    assert_false(metadata_take(m, &none));
    assert_false(m->is_known);
    free(m);
}

static void what_is_known_outlives_the_vault(void **state)
{
    struct rep_metadata reply = documents("v1", "{\"a\":1}", "{\"keys\":[]}");
    struct world *world = begin();
    struct metadata *m = &world->worker.metadata;
    struct asked asked;

    (void)state;
    vault_listen(world);
    vault_answer(world, vault_take(world), ANSWER_OK, &reply);
    /* It answers with errors; it does not answer at all; it is gone. */
    vault_answer(world, vault_take(world), ANSWER_TEMPORARILY_UNAVAILABLE, &(struct rep_metadata){{0}});
    assert_known(m, "{\"a\":1}", "{\"keys\":[]}");
    asked = vault_take(world);
    assert_false(vault_is_asked(world, 1500, &asked)); /* one question at a time */
    assert_known(m, "{\"a\":1}", "{\"keys\":[]}");
    vault_hang_up(world);
    close(world->listener);
    for (int i = 0; i < 1500; i++)
        turn(world);
    assert_known(m, "{\"a\":1}", "{\"keys\":[]}");
    /* It is back, with other keys. */
    vault_listen(world);
    asked = vault_take(world);
    assert_string_equal(asked.known, "v1");
    reply = documents("v2", "{\"a\":2}", "{\"keys\":[{}]}");
    vault_answer(world, asked, ANSWER_OK, &reply);
    assert_known(m, "{\"a\":2}", "{\"keys\":[{}]}");
    end(world);
}

/* Neither a busy loop nor a question that is forgotten. */
static void it_is_asked_about_once_a_second(void **state)
{
    struct world *world = begin();
    struct rep_metadata reply = documents("v1", "{}", "{}");
    uint64_t before_ms;
    int questions = 0;

    (void)state;
    vault_listen(world);
    vault_answer(world, vault_take(world), ANSWER_OK, &reply);
    before_ms = uv_hrtime() / 1000000;
    while (uv_hrtime() / 1000000 < before_ms + 3500) {
        struct asked asked;

        if (vault_is_asked(world, 200, &asked)) {
            questions++;
            vault_answer(world, asked, ANSWER_OK, &(struct rep_metadata){.version = SPAN_LITERAL("v1")});
        }
    }
    assert_in_range(questions, 2, 4);
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_asked_for_at_once_and_then_with_the_version_that_is_known),
        cmocka_unit_test(entity_tags_follow_the_bytes_and_nothing_else),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(what_is_known_outlives_the_vault),
        cmocka_unit_test(it_is_asked_about_once_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
