#include "common/json_write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void a_document_with_everything(void **state)
{
    char room[256];
    struct buf out = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&out);

    (void)state;
    json_object_open(&json, NULL);
    json_bool(&json, "active", true);
    json_text(&json, "absent", SPAN_NONE);
    json_text(&json, "empty", SPAN_LITERAL(""));
    json_u64(&json, "exp", UINT64_MAX);
    json_hex(&json, "id", SPAN_LITERAL("\x01\xab"));
    json_hex(&json, "no_id", SPAN_NONE);
    json_array_open(&json, "list");
    json_text(&json, NULL, SPAN_LITERAL("a"));
    json_object_open(&json, NULL);
    json_object_close(&json);
    json_array_open(&json, NULL);
    json_array_close(&json);
    json_array_close(&json);
    json_bool(&json, "last", false);
    json_object_close(&json);
    assert_true(buf_ok(&out));
    assert_true(span_equal_text(buf_span(&out),
                                "{\"active\":true,\"empty\":\"\",\"exp\":18446744073709551615,"
                                "\"id\":\"01ab\",\"list\":[\"a\",{},[]],\"last\":false}"));
}

static void text_is_escaped(void **state)
{
    static const struct {
        struct span text;
        const char *json;
    } cases[] = {
        {SPAN_LITERAL("plain / 'text'"), "\"plain / 'text'\""},
        {SPAN_LITERAL("\"\\"), "\"\\\"\\\\\""},
        {SPAN_LITERAL("a\nb\tc\x01\x7f"), "\"a\\nb\\u0009c\\u0001\\u007f\""},
        {SPAN_LITERAL("a\0b"), "\"a\\u0000b\""},
        {SPAN_LITERAL("\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xb6"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xb6\""},
        {SPAN_LITERAL("a\xff" "b"), "\"a\\ufffdb\""},
        {SPAN_LITERAL("\xc3"), "\"\\ufffd\""},
        {SPAN_LITERAL("\xe2\x82\""), "\"\\ufffd\\ufffd\\\"\""},
        {SPAN_LITERAL("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char room[64];
        struct buf out = buf_over(room, sizeof(room));
        struct json_writer json = json_begin(&out);

        json_text(&json, NULL, cases[i].text);
        if (!span_equal_text(buf_span(&out), cases[i].json))
            fail_msg("case %zu: %.*s", i, SPAN_PRINTF(buf_span(&out)));
    }
}

/* Whatever the room is, nothing is written past it and the end is told. */
static void too_little_room_is_told(void **state)
{
    static const char whole[] = "{\"error\":\"inv\\u0001lid\"}";

    (void)state;
    for (size_t cap = 0; cap <= sizeof(whole); cap++) {
        char room[64];
        struct buf out = buf_over(room, cap);
        struct json_writer json = json_begin(&out);

        memset(room, '~', sizeof(room));
        json_object_open(&json, NULL);
        json_text(&json, "error", SPAN_LITERAL("inv\x01lid"));
        json_object_close(&json);
        assert_int_equal(buf_ok(&out), cap >= sizeof(whole) - 1);
        assert_int_equal(room[cap], '~');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_with_everything),
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(too_little_room_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
