#include "frontend/form.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { A, B, LONG };
static const struct form_field fields[] = {{"a", 8}, {"b", 8}, {"long", 0}};

static uint8_t room[65536];

static void parse(struct form *form, const char *text)
{
    size_t len = strlen(text);

    memcpy(room, text, len);
    form_parse(form, span_of(room, len), fields, 3);
}

static void assert_value(const struct form *form, int field, const char *wanted)
{
    struct span text = form->values[field].text;

    if (!wanted) {
        assert_true(span_is_absent(text));
        return;
    }
    assert_int_equal(text.len, strlen(wanted));
    assert_memory_equal(text.ptr, wanted, text.len);
}

static const struct {
    const char *text, *a, *b;
} good[] = {
    {"", NULL, NULL},
    {"a=1&b=2", "1", "2"},
    {"b=2&a=1", "1", "2"},
    {"&&a=1&", "1", NULL},
    {"a=", NULL, NULL},
    {"a", NULL, NULL},
    {"a=+%20+", "   ", NULL},
    {"a=%C3%A9&%62=%2b", "\xc3\xa9", "+"},
    {"a=x=y", "x=y", NULL},
    {"c=1&c=2&=3&c", NULL, NULL}, /* nobody knows c */
    {"a=12345678", "12345678", NULL},
    {"a=%31%32%33%34%35%36%37%38", "12345678", NULL},
    {"A=1", NULL, NULL},
};

static void parameters_are_decoded_in_place(void **state)
{
    struct form form;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        print_message("%s\n", good[i].text);
        parse(&form, good[i].text);
        assert_true(form_is_sound(&form));
        assert_value(&form, A, good[i].a);
        assert_value(&form, B, good[i].b);
    }
}

static const struct {
    const char *text;
    enum form_state a;
    bool repeated, malformed;
} bad[] = {
    {"a=1&a=1", FORM_REPEATED, true, false},
    {"a=1&a=2", FORM_REPEATED, true, false},
    {"a=1&a=", FORM_REPEATED, true, false},
    {"a=&a=1", FORM_REPEATED, true, false},
    {"a&a", FORM_REPEATED, true, false},
    {"a=1&%61=1", FORM_REPEATED, true, false},
    {"a=1&b=2&a=3&a=4", FORM_REPEATED, true, false},
    {"a=1&b=%", FORM_PRESENT, false, true},
    {"a=%", FORM_MALFORMED, false, true},
    {"a=%4", FORM_MALFORMED, false, true},
    {"a=%zz", FORM_MALFORMED, false, true},
    {"a=x%00y", FORM_MALFORMED, false, true},
    {"a=%ff", FORM_MALFORMED, false, true},
    {"a=\xff", FORM_MALFORMED, false, true},
    {"a=%c0%af", FORM_MALFORMED, false, true},
    {"a=%ed%a0%80", FORM_MALFORMED, false, true},
    {"a=123456789", FORM_MALFORMED, false, true},
    {"a=%&a=1", FORM_REPEATED, true, true},
    {"a=1&c=%zz", FORM_PRESENT, false, true},
    {"a=1&%zz=1", FORM_PRESENT, false, true},
};

static void faults_are_told_apart(void **state)
{
    struct form form;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        print_message("%s\n", bad[i].text);
        parse(&form, bad[i].text);
        assert_false(form_is_sound(&form));
        assert_int_equal(form.values[A].state, bad[i].a);
        assert_int_equal(form.has_repeated, bad[i].repeated);
        assert_int_equal(form.is_malformed, bad[i].malformed);
        assert_true(bad[i].a == FORM_PRESENT || span_is_absent(form.values[A].text));
    }
}

static void raw_nul_is_malformed(void **state)
{
    static const uint8_t text[] = {'a', '=', 'x', 0, 'y'};
    struct form form;

    (void)state;
    memcpy(room, text, sizeof(text));
    form_parse(&form, span_of(room, sizeof(text)), fields, 3);
    assert_true(form.is_malformed);
}

static void absent_text_is_an_empty_form(void **state)
{
    struct form form;

    (void)state;
    form_parse(&form, SPAN_NONE, fields, 3);
    assert_true(form_is_sound(&form));
    assert_int_equal(form.values[A].state, FORM_ABSENT);
}

static void unbounded_fields_take_what_fits_the_body(void **state)
{
    struct form form;

    (void)state;
    memcpy(room, "long=", 5);
    memset(room + 5, 'x', sizeof(room) - 5);
    form_parse(&form, span_of(room, sizeof(room)), fields, 3);
    assert_true(form_is_sound(&form));
    assert_int_equal(form.values[LONG].text.len, sizeof(room) - 5);
}

static void media_types(void **state)
{
    static const char *const taken[] = {"application/x-www-form-urlencoded",
                                        "APPLICATION/X-WWW-Form-UrlEncoded",
                                        "application/x-www-form-urlencoded; charset=utf-8",
                                        "application/x-www-form-urlencoded ;charset=UTF-8",
                                        "application/x-www-form-urlencoded;",
                                        "application/x-www-form-urlencoded; charset=\"utf-8\""};
    static const char *const refused[] = {"",
                                          "application/json",
                                          "application/x-www-form-urlencodedx",
                                          "application/x-www-form-urlencoded-2",
                                          "application/x-www-form-urlencode",
                                          "multipart/form-data; boundary=x",
                                          "application/x-www-form-urlencoded; charset=iso-8859-1",
                                          "application/x-www-form-urlencoded; boundary=x",
                                          "x; application/x-www-form-urlencoded",
                                          "application/x-www-form-urlencoded, text/plain"};

    (void)state;
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        assert_true(form_is_media_type(span_of_text(taken[i])));
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(form_is_media_type(span_of_text(refused[i])));
    assert_false(form_is_media_type(SPAN_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_decoded_in_place),
        cmocka_unit_test(faults_are_told_apart),
        cmocka_unit_test(raw_nul_is_malformed),
        cmocka_unit_test(absent_text_is_an_empty_form),
        cmocka_unit_test(unbounded_fields_take_what_fits_the_body),
        cmocka_unit_test(media_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
