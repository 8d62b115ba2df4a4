#include "vault/cli/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void expect_safe(struct span text, const char *wanted)
{
    char room[128];
    struct buf out = buf_over(room, sizeof(room) - 1);

    text_put_safe(&out, text);
    room[out.len] = '\0';
    assert_string_equal(room, wanted);
}

static void terminal_is_never_given_orders(void **state)
{
    (void)state;
    expect_safe(SPAN_LITERAL("plain"), "plain");
    expect_safe(SPAN_LITERAL("\xc3\xa4 \xe6\x9d\xb1"), "\xc3\xa4 \xe6\x9d\xb1");
    expect_safe(SPAN_LITERAL("a\033[31mb"), "a\xef\xbf\xbd[31mb");
    expect_safe(SPAN_LITERAL("a\r\nb\x7f"), "a\xef\xbf\xbd\xef\xbf\xbd" "b\xef\xbf\xbd");
    expect_safe(SPAN_LITERAL("\xc2\x9b" "31m"), "\xef\xbf\xbd" "31m");       /* the one-character CSI */
    expect_safe(SPAN_LITERAL("a\xe2\x80\xae" "b"), "a\xef\xbf\xbd" "b");     /* right-to-left override */
    expect_safe(SPAN_LITERAL("a\xff\xc3"), "a\xef\xbf\xbd\xef\xbf\xbd");     /* malformed */
    expect_safe(SPAN_LITERAL("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
}

static void width_is_counted_in_columns(void **state)
{
    struct span cut;

    (void)state;
    assert_int_equal(text_width(SPAN_LITERAL("abc")), 3);
    assert_int_equal(text_width(SPAN_LITERAL("\xc3\xa4")), 1);
    assert_int_equal(text_width(SPAN_LITERAL("\xe6\x9d\xb1\xe4\xba\xac")), 4);
    assert_int_equal(text_width(SPAN_LITERAL("e\xcc\x81")), 1);
    cut = text_cut(SPAN_LITERAL("\xe6\x9d\xb1\xe4\xba\xac"), 3);
    assert_int_equal(cut.len, 3);
    assert_int_equal(text_cut(SPAN_LITERAL("abc"), 0).len, 0);
}

static void sizes_and_durations_are_short(void **state)
{
    char size[TEXT_SIZE_SIZE];
    char duration[TEXT_DURATION_SIZE];
    static const struct {
        uint64_t value;
        const char *size;
        const char *duration;
    } rows[] = {
        {0, "0 B", "0 s"},
        {59, "59 B", "59 s"},
        {1023, "1023 B", "17 min 3 s"},
        {3600, "3.5 KiB", "1 h"},
        {273600, "267 KiB", "3 d 4 h"},
        {259260, "253 KiB", "3 d"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        text_size(rows[i].value, size);
        text_duration(rows[i].value, duration);
        assert_string_equal(size, rows[i].size);
        assert_string_equal(duration, rows[i].duration);
    }
}

static void no_time_is_no_text(void **state)
{
    char time[TEXT_TIME_SIZE] = "x";

    (void)state;
    text_time(0, time);
    assert_string_equal(time, "");
}

/* The zone is of the one who looks; what he reads must not be. */
static void times_are_utc_wherever_one_is(void **state)
{
    char time[TEXT_TIME_SIZE];

    (void)state;
    setenv("TZ", "XXX-5:30", 1);
    tzset();
    text_time(1795486257, time);
    assert_string_equal(time, "2026-11-24 02:10Z");
}

static void words_are_wrapped_behind_the_indent(void **state)
{
    static const struct {
        const char *text;
        size_t indent, width;
        const char *wrapped;
    } rows[] = {
        {"one two three", 0, 100, "one two three\n"},
        {"one two three four five six", 0, 22, "one two three four\nfive six\n"},
        {"one two three four five six", 4, 26, "one two three four\n    five six\n"},
        {"two  blanks", 0, 100, "two blanks\n"},
        /* No room: twenty columns all the same, and a word is never broken. */
        {"one two three four five six", 4, 10, "one two three four\n    five six\n"},
        {"https://budget.example/callback is long", 0, 20, "https://budget.example/callback\nis long\n"},
        {"", 4, 80, "\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);

        assert_non_null(out);
        text_print_wrapped(out, rows[i].text, rows[i].indent, rows[i].width);
        assert_int_equal(fclose(out), 0);
        assert_string_equal(text, rows[i].wrapped);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminal_is_never_given_orders),
        cmocka_unit_test(width_is_counted_in_columns),
        cmocka_unit_test(sizes_and_durations_are_short),
        cmocka_unit_test(words_are_wrapped_behind_the_indent),
        cmocka_unit_test(no_time_is_no_text),
        cmocka_unit_test(times_are_utc_wherever_one_is),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
