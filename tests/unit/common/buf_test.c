#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void what_fits_is_written(void **state)
{
    char room[64];
    struct buf b = buf_over(room, sizeof(room));

    (void)state;
    buf_put_text(&b, "n=");
    buf_put_u64(&b, UINT64_MAX);
    buf_put_u8(&b, ' ');
    buf_put_u64(&b, 0);
    buf_put_span(&b, SPAN_NONE);
    buf_put(&b, NULL, 0);
    buf_put_u8(&b, ' ');
    buf_put_hex(&b, SPAN_LITERAL("\x00\xff\x1a"));
    buf_printf(&b, " %03d", 7);
    assert_true(buf_ok(&b));
    assert_true(span_equal_text(buf_span(&b), "n=18446744073709551615 0 00ff1a 007"));
}

static void the_last_byte_can_be_used(void **state)
{
    char room[4];
    struct buf b = buf_over(room, sizeof(room));

    (void)state;
    buf_put_text(&b, "abcd");
    assert_true(buf_ok(&b));
    buf_put_u8(&b, 'e');
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 4);
}

typedef void write_function(struct buf *b);

static void write_text(struct buf *b) { buf_put_text(b, "abcde"); }
static void write_number(struct buf *b) { buf_put_u64(b, 12345); }
static void write_hex(struct buf *b) { buf_put_hex(b, SPAN_LITERAL("abc")); }
static void write_format(struct buf *b) { buf_printf(b, "%s", "abcd"); }
static void write_room(struct buf *b) { assert_null(buf_reserve(b, 5)); }
static void write_huge_room(struct buf *b) { assert_null(buf_reserve(b, SIZE_MAX)); }

/* A write that would overflow writes nothing, and none after it does either. */
static void overflow_is_remembered(void **state)
{
    static write_function *const writes[] = {write_text, write_number, write_hex,
                                             write_format, write_room, write_huge_room};

    (void)state;
    for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        char room[8] = "-------";
        struct buf b = buf_over(room, 4);

        writes[i](&b);
        assert_false(buf_ok(&b));
        assert_int_equal(b.len, 0);
        buf_put_u8(&b, 'x');
        buf_printf(&b, "x");
        assert_int_equal(b.len, 0);
        assert_memory_equal(room + 4, "---", 3);
    }
}

static void nothing_fits_into_no_room(void **state)
{
    struct buf b = buf_over(NULL, 0);

    (void)state;
    buf_put_text(&b, "");
    assert_true(buf_ok(&b));
    buf_put_u8(&b, 'x');
    assert_false(buf_ok(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_written),
        cmocka_unit_test(the_last_byte_can_be_used),
        cmocka_unit_test(overflow_is_remembered),
        cmocka_unit_test(nothing_fits_into_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
