#include "common/log.h"

#include "tests/unit/common/scratch.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define TIME_LEN 24 /* 2026-11-24T00:30:00.123Z */

static char logged[1 << 20];

static void write_fields(void)
{
    log_event(LOG_WARN, "commit_failed", log_cstr("reason", "no space"), log_cstr("path", "/a/b.c"),
              log_u64("requests", 17), log_bool("again", true), log_hex("trace", SPAN_LITERAL("\x0a\xff")),
              log_text("name", SPAN_LITERAL("Ann")), log_text("absent", SPAN_NONE), log_cstr("none", NULL),
              log_hex("nothing", SPAN_LITERAL("")), log_text("empty", SPAN_LITERAL("")),
              log_cstr("blank", ""));
}

static void a_line_has_time_level_component_event_and_fields(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();

    (void)state;
    log_init("vault", LOG_INFO);
    errno = ENOSPC;
    write_fields();
    log_event(LOG_ERROR, "bare");
    assert_int_equal(errno, ENOSPC);
    scratch_stderr_end(&capture, logged, sizeof(logged));
    assert_int_equal(logged[TIME_LEN - 1], 'Z');
    logged[strcspn(logged, "\n")] = '\0';
    assert_string_equal(logged + TIME_LEN,
                        " level=warn component=vault event=commit_failed reason=\"no space\" path=/a/b.c "
                        "requests=17 again=true trace=0aff name=\"Ann\" empty=\"\" blank=\"\"");
    assert_string_equal(logged + strlen(logged) + 1 + TIME_LEN, " level=error component=vault event=bare\n");
}

static void levels_below_are_not_written(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();

    (void)state;
    log_init("vault", LOG_WARN);
    log_event(LOG_INFO, "not_this");
    log_event(LOG_DEBUG, "nor_this");
    log_limited(LOG_INFO, 10, "nor_that");
    assert_false(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_ERROR));
    log_init("vault", LOG_INFO);
    scratch_stderr_end(&capture, logged, sizeof(logged));
    assert_string_equal(logged, "");
}

/* Whatever comes from outside, it stays between its quotes, on its line, and shows as what it is. */
static void text_from_outside_is_tamed(void **state)
{
    static const struct {
        struct span text;
        const char *shown;
    } cases[] = {
        {SPAN_LITERAL("a b=c"), "\"a b=c\""},
        {SPAN_LITERAL("\" level=error x=\""), "\"\\\" level=error x=\\\"\""},
        {SPAN_LITERAL("\\\""), "\"\\\\\\\"\""},
        {SPAN_LITERAL("a\nb\r\t\0"), "\"a\\x0ab\\x0d\\x09\\x00\""},
        {SPAN_LITERAL("\x1b[31m\x7f"), "\"\\x1b[31m\\x7f\""},
        {SPAN_LITERAL("\xc3\xa9\xe2\x82\xac"), "\"\xc3\xa9\xe2\x82\xac\""},
        {SPAN_LITERAL("\xff\xc3"), "\"\\xff\\xc3\""},
        {SPAN_LITERAL("\xc2\x9b"), "\"\\xc2\\x9b\""},
        {SPAN_LITERAL("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\""},
        {SPAN_LITERAL("\xe2\x80\xa8"), "\"\\xe2\\x80\\xa8\""},
        {SPAN_LITERAL("\xef\xbb\xbf"), "\"\\xef\\xbb\\xbf\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scratch_stderr capture = scratch_stderr_begin();

        log_event(LOG_INFO, "e", log_text("t", cases[i].text));
        scratch_stderr_end(&capture, logged, sizeof(logged));
        logged[strcspn(logged, "\n")] = '\0';
        assert_string_equal(strstr(logged, " t=") + 3, cases[i].shown);
    }
}

static void long_text_is_cut(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();
    char text[LOG_TEXT_MAX + 1];

    (void)state;
    memset(text, 'x', sizeof(text));
    log_event(LOG_INFO, "e", log_text("fits", span_of(text, LOG_TEXT_MAX)),
              log_text("cut", span_of(text, LOG_TEXT_MAX + 1)), log_cstr("mine", "end"));
    scratch_stderr_end(&capture, logged, sizeof(logged));
    assert_int_equal(strcspn(strstr(logged, "fits=\"") + 6, "\""), LOG_TEXT_MAX);
    assert_int_equal(strcspn(strstr(logged, "cut=\"") + 5, "."), LOG_TEXT_MAX);
    assert_non_null(strstr(logged, "...\" mine=end\n"));
}

static void a_line_that_is_too_long_says_so(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();
    char text[LOG_TEXT_MAX];

    (void)state;
    memset(text, '\n', sizeof(text)); /* four bytes each when escaped */
    log_event(LOG_INFO, "e", log_text("a", span_of(text, sizeof(text))),
              log_text("b", span_of(text, sizeof(text))), log_text("c", span_of(text, sizeof(text))),
              log_u64("still", 1));
    scratch_stderr_end(&capture, logged, sizeof(logged));
    assert_true(strlen(logged) <= LOG_LINE_MAX);
    assert_null(strstr(logged, " c="));
    assert_non_null(strstr(logged, " still=1 truncated=true\n"));
}

static size_t count_lines(const char *text, const char *word)
{
    size_t n = 0;

    while ((text = strstr(text, word)) != NULL) {
        n++;
        text++;
    }
    return n;
}

static void flood(int lines)
{
    for (int i = 0; i < lines; i++)
        log_limited(LOG_INFO, 3, "flood", log_u64("i", (uint64_t)i));
}

static void a_flood_is_limited_and_counted(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();
    const char *at;
    uint64_t told = 0;

    (void)state;
    flood(1000);
    usleep(1100000);
    flood(1);
    scratch_stderr_end(&capture, logged, sizeof(logged));
    /* The flood itself may have met the turn of a second. */
    assert_in_range(count_lines(logged, "event=flood"), 4, 7);
    for (at = logged; (at = strstr(at, "suppressed=")) != NULL; at++)
        told += strtoull(at + 11, NULL, 10);
    assert_int_equal(told + count_lines(logged, "event=flood"), 1001);
}

static void *write_many(void *context)
{
    (void)context;
    for (int i = 0; i < 500; i++)
        log_event(LOG_INFO, "many", log_cstr("word", "0123456789012345678901234567890123456789"));
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
    struct scratch_stderr capture = scratch_stderr_begin();
    pthread_t threads[4];
    struct span rest;
    struct span line;
    size_t lines = 0;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    scratch_stderr_end(&capture, logged, sizeof(logged));
    for (rest = span_of_text(logged); span_next_word(&rest, '\n', &line); lines++)
        assert_true(span_equal_text(span_from(line, TIME_LEN),
                                    " level=info component=vault event=many "
                                    "word=0123456789012345678901234567890123456789"));
    assert_int_equal(lines, 2000);
}

static void levels_have_names(void **state)
{
    enum log_level level = LOG_ERROR;

    (void)state;
    assert_true(log_level_parse(SPAN_LITERAL("debug"), &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_parse(SPAN_LITERAL("Debug"), &level));
    assert_false(log_level_parse(SPAN_LITERAL(""), &level));
    assert_false(log_level_parse(SPAN_NONE, &level));
    assert_int_equal(level, LOG_DEBUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_component_event_and_fields),
        cmocka_unit_test(levels_below_are_not_written),
        cmocka_unit_test(text_from_outside_is_tamed),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(a_line_that_is_too_long_says_so),
        cmocka_unit_test(a_flood_is_limited_and_counted),
        cmocka_unit_test(threads_do_not_mix_their_lines),
        cmocka_unit_test(levels_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
