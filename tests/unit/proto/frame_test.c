/*
 * Frames and envelopes (the second half of proto/codec.h): what a stream may hold, byte by byte.
 */
#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint8_t room[2 * LIMIT_FRAME];

static const struct request_envelope envelope = {
    .number = MESSAGE_CLIENT_SHOW,
    .call = UINT64_MAX,
    .request_id = {(const uint8_t *)"0123456789abcdef", LIMIT_REQUEST_ID},
    .deadline_ms = 123456789,
    .trace_id = {(const uint8_t *)"fedcba9876543210", LIMIT_TRACE_ID},
    .peer = {(const uint8_t *)"192.0.2.1", 9},
};

static const struct field_table *request_fields(void)
{
    return &message_by_number(MESSAGE_CLIENT_SHOW)->request;
}

static void put(struct buf *out, const struct request_envelope *e)
{
    struct req_client_show request = {.client_id = SPAN_LITERAL("app")};

    assert_true(frame_put_request(out, e, request_fields(), &request));
}

/* A frame of two requests at the start of `room`. */
static struct span two_requests(void)
{
    struct buf out = buf_over(room, LIMIT_FRAME);
    size_t start = frame_begin(&out);

    put(&out, &envelope);
    put(&out, &envelope);
    frame_end(&out, start);
    assert_true(buf_ok(&out));
    return buf_span(&out);
}

static void requests_come_back_in_order(void **state)
{
    struct span bytes = two_requests();
    struct req_client_show request;
    struct request_envelope got;
    struct span payload;
    size_t len;

    (void)state;
    assert_int_equal(frame_next(bytes, &payload, &len), FRAME_WHOLE);
    assert_int_equal(len, bytes.len);
    for (int i = 0; i < 2; i++) {
        assert_true(frame_take_request(&payload, &got));
        assert_int_equal(got.number, envelope.number);
        assert_true(got.call == envelope.call);
        assert_true(span_equal(got.request_id, envelope.request_id));
        assert_int_equal(got.deadline_ms, envelope.deadline_ms);
        assert_true(span_equal(got.trace_id, envelope.trace_id));
        assert_true(span_equal(got.peer, envelope.peer));
        assert_true(codec_decode(got.body, request_fields(), &request));
        assert_true(span_equal_text(request.client_id, "app"));
    }
    assert_int_equal(payload.len, 0);
    assert_false(frame_take_request(&payload, &got));
}

static void replies_come_back(void **state)
{
    const struct field_table *fields = &message_by_number(MESSAGE_CLIENT_SHOW)->reply;
    struct rep_client_show reply = {.json = SPAN_LITERAL("{}")};
    struct buf out = buf_over(room, LIMIT_FRAME);
    struct rep_client_show decoded;
    struct reply_envelope got;
    struct span rest;

    (void)state;
    assert_true(frame_put_reply(&out, 7, 255, fields, &reply));
    rest = buf_span(&out);
    assert_true(frame_take_reply(&rest, &got));
    assert_int_equal(got.call, 7);
    assert_int_equal(got.answer, 255);
    assert_true(codec_decode(got.body, fields, &decoded));
    assert_true(span_equal(decoded.json, reply.json));
    assert_int_equal(rest.len, 0);
    out = buf_over(room, LIMIT_FRAME);
    assert_true(frame_put_reply(&out, 7, 256, fields, &reply));
    rest = buf_span(&out);
    assert_false(frame_take_reply(&rest, &got));
}

static void frame_is_partial_until_its_last_byte(void **state)
{
    struct span bytes = two_requests();
    struct span payload;
    size_t len;

    (void)state;
    for (size_t have = 0; have < bytes.len; have++) {
        uint8_t *exact = malloc(have ? have : 1);

        memcpy(exact, bytes.ptr, have);
        assert_int_equal(frame_next(span_of(exact, have), &payload, &len), FRAME_PARTIAL);
        free(exact);
    }
    assert_int_equal(frame_next(span_of(room, bytes.len + 1), &payload, &len), FRAME_WHOLE);
    assert_int_equal(len, bytes.len);
}

struct header {
    const char *bytes;
    size_t len;
    enum frame_state state;
};

static void header_is_judged_at_once(void **state)
{
    static const struct header rows[] = {
        {"", 0, FRAME_PARTIAL},
        {"\xff\xff\xff", 3, FRAME_PARTIAL},
        {"\x00\x00\x00\x00", 4, FRAME_BROKEN},               /* nothing, not even a version */
        {"\x00\x00\x00\x01\x01", 5, FRAME_BROKEN},           /* a version and nothing else */
        {"\x00\x00\x00\x02", 4, FRAME_PARTIAL},
        {"\x00\x00\x00\x02\x01", 5, FRAME_PARTIAL},
        {"\x00\x00\x00\x02\x01\x90", 6, FRAME_WHOLE},
        {"\x00\x00\x00\x02\x00", 5, FRAME_BROKEN},           /* other versions */
        {"\x00\x00\x00\x02\x02", 5, FRAME_BROKEN},
        {"\x00\x00\x00\x02\xff\x90", 6, FRAME_BROKEN},
        {"\x00\x10\x00\x00", 4, FRAME_PARTIAL},              /* LIMIT_FRAME */
        {"\x00\x10\x00\x01", 4, FRAME_BROKEN},               /* one more */
        {"\x7f\xff\xff\xff", 4, FRAME_BROKEN},
        {"\x80\x00\x00\x00", 4, FRAME_BROKEN},
        {"\xff\xff\xff\xff", 4, FRAME_BROKEN},
        {"GET / HTTP/1.1\r\n", 16, FRAME_BROKEN},
    };
    struct span payload;
    size_t len;

    (void)state;
    assert_int_equal(LIMIT_FRAME, 0x100000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (frame_next(span_of(rows[i].bytes, rows[i].len), &payload, &len) != rows[i].state)
            fail_msg("row %zu", i);
}

static void request_cut_anywhere_is_refused(void **state)
{
    struct buf out = buf_over(room, LIMIT_FRAME);
    struct request_envelope got;

    (void)state;
    put(&out, &envelope);
    for (size_t have = 0; have < out.len; have++) {
        uint8_t *exact = malloc(have ? have : 1);
        struct span rest = span_of(exact, have);

        memcpy(exact, room, have);
        assert_false(frame_take_request(&rest, &got));
        free(exact);
    }
}

static bool takes(const struct request_envelope *e)
{
    struct buf out = buf_over(room, LIMIT_FRAME);
    struct request_envelope got;
    struct span rest;

    put(&out, e);
    rest = buf_span(&out);
    return frame_take_request(&rest, &got);
}

static void envelope_has_bounds_too(void **state)
{
    static const uint8_t zeros[LIMIT_PEER + 1];
    uint8_t letters[LIMIT_PEER + 1];
    struct request_envelope e = envelope;

    (void)state;
    memset(letters, 'a', sizeof(letters));
    assert_true(takes(&e));
    for (size_t len = 0; len <= LIMIT_REQUEST_ID + 1; len++) {
        e.request_id = span_of(zeros, len);
        assert_int_equal(takes(&e), len == LIMIT_REQUEST_ID);
    }
    e = envelope;
    for (size_t len = 0; len <= LIMIT_TRACE_ID + 1; len++) {
        e.trace_id = span_of(zeros, len);
        assert_int_equal(takes(&e), len == LIMIT_TRACE_ID);
    }
    e = envelope;
    e.peer = span_of(letters, LIMIT_PEER);
    assert_true(takes(&e));
    e.peer = span_of(letters, LIMIT_PEER + 1);
    assert_false(takes(&e));
    e.peer = span_of(zeros, 1);
    assert_false(takes(&e));
    e.peer = SPAN_LITERAL("\xff");
    assert_false(takes(&e));
}

/* The body's length is the one length that is always written wide; it is checked before it is believed. */
static void body_over_the_limit_is_refused(void **state)
{
    static const uint32_t rows[] = {LIMIT_MESSAGE + 1, 0x7fffffff, 0x80000000, 0xffffffff};
    struct buf out = buf_over(room, sizeof(room));
    struct request_envelope got;
    struct span rest;
    size_t at;

    (void)state;
    put(&out, &envelope);
    at = out.len - 6 - 4; /* the body is {0: "app"}: six bytes */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int k = 0; k < 4; k++)
            room[at + (size_t)k] = (uint8_t)(rows[i] >> (24 - 8 * k));
        rest = span_of(room, sizeof(room)); /* as many bytes are there for the first row */
        assert_false(frame_take_request(&rest, &got));
    }
    memcpy(room + at, "\x00\x01\x80\x00", 4); /* LIMIT_MESSAGE */
    assert_int_equal(LIMIT_MESSAGE, 0x18000);
    rest = span_of(room, sizeof(room));
    assert_true(frame_take_request(&rest, &got));
    assert_int_equal(got.body.len, LIMIT_MESSAGE);
}

static void request_as_something_else_is_refused(void **state)
{
    static const uint8_t firsts[] = {0x96, 0x98, 0x93, 0x90, 0x87, 0xdc, 0xdd, 0xc0, 0x07, 0xa7};
    struct buf out = buf_over(room, LIMIT_FRAME);
    struct request_envelope got;
    struct reply_envelope reply;
    struct span rest;

    (void)state;
    put(&out, &envelope);
    assert_int_equal(room[0], 0x97);
    rest = buf_span(&out);
    assert_false(frame_take_reply(&rest, &reply));
    for (size_t i = 0; i < sizeof(firsts); i++) {
        room[0] = firsts[i];
        rest = buf_span(&out);
        assert_false(frame_take_request(&rest, &got));
    }
}

static void what_does_not_fit_leaves_the_frame_as_it_was(void **state)
{
    struct req_client_show request = {.client_id = SPAN_LITERAL("app")};
    struct rep_client_show reply = {.json = SPAN_LITERAL("{}")};
    struct buf whole = buf_over(room, LIMIT_FRAME);

    (void)state;
    put(&whole, &envelope);
    for (size_t cap = 0; cap < whole.len; cap++) {
        uint8_t *exact = malloc(cap ? cap : 1);
        struct buf out = buf_over(exact, cap);

        assert_false(frame_put_request(&out, &envelope, request_fields(), &request));
        assert_int_equal(out.len, 0);
        assert_true(buf_ok(&out));
        if (cap < 10)
            assert_false(frame_put_reply(&out, 1, 0, &message_by_number(MESSAGE_CLIENT_SHOW)->reply, &reply));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_come_back_in_order),
        cmocka_unit_test(replies_come_back),
        cmocka_unit_test(frame_is_partial_until_its_last_byte),
        cmocka_unit_test(header_is_judged_at_once),
        cmocka_unit_test(request_cut_anywhere_is_refused),
        cmocka_unit_test(envelope_has_bounds_too),
        cmocka_unit_test(body_over_the_limit_is_refused),
        cmocka_unit_test(request_as_something_else_is_refused),
        cmocka_unit_test(what_does_not_fit_leaves_the_frame_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
