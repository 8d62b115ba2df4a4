#include "common/span.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void absent_and_empty_are_told_apart(void **state)
{
    (void)state;
    assert_true(span_is_absent(SPAN_NONE));
    assert_true(span_is_empty(SPAN_NONE));
    assert_false(span_is_absent(SPAN_LITERAL("")));
    assert_true(span_is_empty(SPAN_LITERAL("")));
    assert_true(span_is_absent(span_of_text(NULL)));
    assert_int_equal(span_of_text("abc").len, 3);
}

static void equality_is_byte_for_byte(void **state)
{
    (void)state;
    assert_true(span_equal(SPAN_LITERAL("a\0b"), SPAN_LITERAL("a\0b")));
    assert_false(span_equal(SPAN_LITERAL("a\0b"), SPAN_LITERAL("a\0c")));
    assert_false(span_equal(SPAN_LITERAL("a"), SPAN_LITERAL("A")));
    assert_false(span_equal(SPAN_LITERAL("a"), SPAN_LITERAL("ab")));
    assert_false(span_equal_text(SPAN_LITERAL("a\0"), "a"));
    assert_true(span_equal_text(SPAN_NONE, ""));
}

static void prefixes_and_rests(void **state)
{
    struct span text = SPAN_LITERAL("/oauth2/v4/token");

    (void)state;
    assert_true(span_starts_with(text, SPAN_LITERAL("/oauth2")));
    assert_true(span_starts_with(text, SPAN_NONE));
    assert_true(span_starts_with(text, text));
    assert_false(span_starts_with(SPAN_LITERAL("/o"), text));
    assert_false(span_starts_with(SPAN_NONE, text));
    assert_true(span_equal_text(span_from(text, 11), "token"));
    assert_int_equal(span_from(text, 16).len, 0);
    assert_int_equal(span_from(text, 17).len, 0);
    assert_int_equal(span_from(SPAN_NONE, 4).len, 0);
}

static void words_are_split_at_runs_of_separators(void **state)
{
    static const struct {
        const char *text;
        const char *words[4];
    } cases[] = {
        {"", {NULL}},
        {"   ", {NULL}},
        {"openid", {"openid"}},
        {" openid  accounts ", {"openid", "accounts"}},
        {"a\tb c", {"a\tb", "c"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct span rest = span_of_text(cases[i].text);
        struct span word;
        size_t n = 0;

        while (span_next_word(&rest, ' ', &word))
            assert_true(span_equal_text(word, cases[i].words[n++]));
        assert_null(cases[i].words[n]);
        assert_true(span_is_empty(rest));
    }
}

static void lists_have_whole_words_only(void **state)
{
    struct span list = SPAN_LITERAL("openid accounts transactions");

    (void)state;
    assert_true(span_list_has(list, SPAN_LITERAL("openid")));
    assert_true(span_list_has(list, SPAN_LITERAL("transactions")));
    assert_false(span_list_has(list, SPAN_LITERAL("account")));
    assert_false(span_list_has(list, SPAN_LITERAL("Openid")));
    assert_false(span_list_has(list, SPAN_LITERAL("openid accounts")));
    assert_false(span_list_has(list, SPAN_LITERAL("")));
    assert_false(span_list_has(SPAN_NONE, SPAN_LITERAL("openid")));
}

static void utf8_is_judged_by_rfc_3629(void **state)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"", true},
        {"plain\n", true},
        {"\xc2\x80", true},
        {"\xc3\xa9t\xc3\xa9", true},
        {"\xe2\x82\xac", true},
        {"\xed\x9f\xbf", true},
        {"\xee\x80\x80", true},
        {"\xf0\x9f\x92\xb6", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\x80", false},
        {"\xc0\xaf", false},             /* an overlong slash */
        {"\xc1\xbf", false},
        {"\xe0\x80\xaf", false},
        {"\xe0\x9f\xbf", false},
        {"\xed\xa0\x80", false},         /* a surrogate */
        {"\xf0\x80\x80\xaf", false},
        {"\xf4\x90\x80\x80", false},     /* past U+10FFFF */
        {"\xf5\x80\x80\x80", false},
        {"\xff", false},
        {"\xc3", false},                 /* cut off */
        {"\xe2\x82", false},
        {"\xe2\x82x", false},
        {"\xf0\x9f\x92", false},
        {"a\xc3(", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (span_is_utf8(span_of_text(cases[i].text)) != cases[i].valid)
            fail_msg("case %zu", i);
    assert_false(span_is_utf8(SPAN_LITERAL("a\0b")));
    assert_true(span_is_utf8(SPAN_NONE));
}

static void a_sequence_has_a_length(void **state)
{
    (void)state;
    assert_int_equal(span_utf8_len(SPAN_NONE), 0);
    assert_int_equal(span_utf8_len(SPAN_LITERAL("\0")), 1);
    assert_int_equal(span_utf8_len(SPAN_LITERAL("ab")), 1);
    assert_int_equal(span_utf8_len(SPAN_LITERAL("\xe2\x82\xac!")), 3);
    assert_int_equal(span_utf8_len(SPAN_LITERAL("\xe2\x82")), 0);
}

static void printable_is_space_to_tilde(void **state)
{
    (void)state;
    assert_true(span_is_printable(SPAN_LITERAL(" az~")));
    assert_true(span_is_printable(SPAN_NONE));
    assert_false(span_is_printable(SPAN_LITERAL("a\x1f")));
    assert_false(span_is_printable(SPAN_LITERAL("a\x7f")));
    assert_false(span_is_printable(SPAN_LITERAL("\xc3\xa9")));
    assert_false(span_is_printable(SPAN_LITERAL("a\0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_and_empty_are_told_apart),
        cmocka_unit_test(equality_is_byte_for_byte),
        cmocka_unit_test(prefixes_and_rests),
        cmocka_unit_test(words_are_split_at_runs_of_separators),
        cmocka_unit_test(lists_have_whole_words_only),
        cmocka_unit_test(utf8_is_judged_by_rfc_3629),
        cmocka_unit_test(a_sequence_has_a_length),
        cmocka_unit_test(printable_is_space_to_tilde),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
