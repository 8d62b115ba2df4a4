#include "common/b64url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* RFC 4648 10, without padding, and what differs between the two alphabets. */
static const struct {
    struct span bytes;
    const char *url;
    const char *padded;
} pairs[] = {
    {SPAN_LITERAL(""), "", ""},
    {SPAN_LITERAL("f"), "Zg", "Zg=="},
    {SPAN_LITERAL("fo"), "Zm8", "Zm8="},
    {SPAN_LITERAL("foo"), "Zm9v", "Zm9v"},
    {SPAN_LITERAL("foob"), "Zm9vYg", "Zm9vYg=="},
    {SPAN_LITERAL("fooba"), "Zm9vYmE", "Zm9vYmE="},
    {SPAN_LITERAL("foobar"), "Zm9vYmFy", "Zm9vYmFy"},
    {SPAN_LITERAL("\xfb\xff\xbf"), "-_-_", "+/+/"},
    {SPAN_LITERAL("\0\0"), "AAA", "AAA="},
};

static void both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char room[16];
        struct buf out = buf_over(room, sizeof(room));

        b64url_encode(&out, pairs[i].bytes);
        assert_true(span_equal_text(buf_span(&out), pairs[i].url));
        assert_int_equal(out.len, B64URL_LEN(pairs[i].bytes.len));
        out = buf_over(room, pairs[i].bytes.len);
        assert_true(b64url_decode(span_of_text(pairs[i].url), &out));
        assert_true(span_equal(buf_span(&out), pairs[i].bytes));
        out = buf_over(room, pairs[i].bytes.len);
        assert_true(b64_decode(span_of_text(pairs[i].padded), &out));
        assert_true(span_equal(buf_span(&out), pairs[i].bytes));
    }
}

/* A value has one spelling: all others are refused and leave the buffer as it was. */
static void url_refuses(void **state)
{
    static const char *const texts[] = {"A", "Zg==", "Zg=", "Zh", "Zm9", "Zm8=", "Zm9vY", "Zm 9v", "Zm9v\n",
                                        "+/+/", "Zm.v", "Zm9\x80", "====", "\xff\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char room[16];
        struct buf out = buf_over(room, sizeof(room));

        buf_put_u8(&out, '!');
        if (b64url_decode(span_of_text(texts[i]), &out))
            fail_msg("%s was accepted", texts[i]);
        assert_int_equal(out.len, 1);
        assert_true(buf_ok(&out));
    }
}

static void padded_refuses(void **state)
{
    static const char *const texts[] = {"A", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "-_-_", "Z===",
                                        "====", "Zg==Zg==", "=Zg=", "Zm8=\n", "Zm9v====", "Z=g="};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char room[16];
        struct buf out = buf_over(room, sizeof(room));

        if (b64_decode(span_of_text(texts[i]), &out))
            fail_msg("%s was accepted", texts[i]);
        assert_int_equal(out.len, 0);
    }
}

static void too_little_room_is_refused(void **state)
{
    char room[2];
    struct buf out = buf_over(room, sizeof(room));

    (void)state;
    assert_false(b64url_decode(SPAN_LITERAL("Zm9v"), &out));
    assert_int_equal(out.len, 0);
    b64url_encode(&out, SPAN_LITERAL("foo"));
    assert_false(buf_ok(&out));
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(url_refuses),
        cmocka_unit_test(padded_refuses),
        cmocka_unit_test(too_little_room_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
