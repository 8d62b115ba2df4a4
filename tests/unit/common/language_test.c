/* Which language a person gets: what tags, ui_locales and Accept-Language say, and what nobody can make of them. */
#include "common/language.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct row {
    const char *text;
    enum language language;
};

typedef enum language choose_function(struct span text);

static void check(choose_function *choose, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum language found = choose(span_of_text(rows[i].text));

        if (found != rows[i].language)
            fail_msg("\"%s\" is %d", rows[i].text, (int)found);
    }
}

#define CHECK(choose, rows) check(choose, rows, sizeof(rows) / sizeof((rows)[0]))

static void tags_are_found_by_their_language(void **state)
{
    static const struct row rows[] = {
        {"en", LANGUAGE_en},         {"fr", LANGUAGE_fr},      {"es", LANGUAGE_es},
        {"FR", LANGUAGE_fr},         {"fR-ca", LANGUAGE_fr},   {"es-419", LANGUAGE_es},
        {"en-Latn-US", LANGUAGE_en}, {"fr-", LANGUAGE_fr},     {"", LANGUAGE_NONE},
        {"-", LANGUAGE_NONE},        {"-fr", LANGUAGE_NONE},   {"f", LANGUAGE_NONE},
        {"fra", LANGUAGE_NONE},      {"eng", LANGUAGE_NONE},   {"de", LANGUAGE_NONE},
        {"*", LANGUAGE_NONE},        {"fr CA", LANGUAGE_NONE}, {" fr", LANGUAGE_NONE},
        {"x-fr", LANGUAGE_NONE},     {"i-en", LANGUAGE_NONE},  {"e", LANGUAGE_NONE},
        {"enfr", LANGUAGE_NONE},     {"en,fr", LANGUAGE_NONE}, {"\xc3\xa9s", LANGUAGE_NONE},
        {"fr\xff", LANGUAGE_NONE},   {"\xe6r", LANGUAGE_NONE},
    };

    (void)state;
    CHECK(language_find, rows);
    assert_int_equal(language_find(SPAN_NONE), LANGUAGE_NONE);
    assert_int_equal(language_find(span_of("fr", 1)),
                     LANGUAGE_NONE); /* nothing behind the span is looked at */
    assert_int_equal(language_find(span_of("frank", 2)), LANGUAGE_fr);
    assert_int_equal(language_find(span_of("fr\0x", 4)), LANGUAGE_NONE);
}

static void each_has_a_tag_that_finds_it_and_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        assert_int_equal(language_find(span_of_text(language_tag((enum language)i))), i);
        assert_true(span_is_utf8(span_of_text(language_name((enum language)i))));
        assert_true(language_name((enum language)i)[0] != '\0');
    }
    assert_string_equal(language_tag((enum language)0), "en");
}

static void of_ui_locales_the_first_one_counts(void **state)
{
    static const struct row rows[] = {
        {"fr", LANGUAGE_fr},          {"fr-CA fr en", LANGUAGE_fr}, {"de nl es fr", LANGUAGE_es},
        {"  es  ", LANGUAGE_es},      {"en fr", LANGUAGE_en},       {"", LANGUAGE_NONE},
        {"   ", LANGUAGE_NONE},       {"de", LANGUAGE_NONE},        {"fr,en", LANGUAGE_NONE},
        {"fr;q=0.1 es", LANGUAGE_es}, {"* fr", LANGUAGE_fr},        {"de\tfr", LANGUAGE_NONE},
    };

    (void)state;
    CHECK(language_of_locales, rows);
    assert_int_equal(language_of_locales(SPAN_NONE), LANGUAGE_NONE);
}

static void of_a_header_the_best_one_counts(void **state)
{
    static const struct row rows[] = {
        {"fr-CA,fr;q=0.9,en;q=0.8", LANGUAGE_fr},
        {"de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7,es;q=0.6", LANGUAGE_en},
        {"en;q=0.7, es;q=0.8, fr;q=0.75", LANGUAGE_es},
        {"en;q=0.8,es;q=0.8", LANGUAGE_en},
        {"es;q=0.8,en;q=0.8", LANGUAGE_es},
        {"es;q=0.001", LANGUAGE_es},
        {"en;q=0.999,fr;q=1.000", LANGUAGE_fr},
        {"en;q=0.9,fr;q=1", LANGUAGE_fr},
        {"en;q=0.9,fr;q=1.", LANGUAGE_fr},
        {"en;q=0.12,fr;q=0.123", LANGUAGE_fr},
        {"fr;q=0,es", LANGUAGE_es},
        {"fr;q=0.000,es;q=0.1", LANGUAGE_es},
        {"FR;Q=0.5", LANGUAGE_fr},
        {" , ,fr , ", LANGUAGE_fr},
        {"en ; q=0.1 , fr\t;\tq=0.2", LANGUAGE_fr},
        {"fr-CA;q=0.4,en;q=0.5,fr;q=0.6", LANGUAGE_fr}, /* one language, named twice: the better one */
        {"fr;q=0.6,en;q=0.5,fr-CA;q=0", LANGUAGE_fr},
        {"*", LANGUAGE_en},
        {"*;q=0.5", LANGUAGE_en},
        {"de, *", LANGUAGE_en},
        {"en;q=0, *;q=0.5", LANGUAGE_fr},
        {"es;q=0.3, *;q=0.1", LANGUAGE_es},
        {"es;q=0.1, *;q=0.3", LANGUAGE_en},
        {"*;q=0.5, es;q=0.5", LANGUAGE_es},
    };

    (void)state;
    CHECK(language_of_header, rows);
}

/* Nothing of ours, or nothing that can be read: nobody is told so, the next one is asked. */
static void other_headers_say_nothing(void **state)
{
    static const struct row rows[] = {
        {"", LANGUAGE_NONE},
        {",", LANGUAGE_NONE},
        {";", LANGUAGE_NONE},
        {";q=1", LANGUAGE_NONE},
        {"de,nl;q=0.5", LANGUAGE_NONE},
        {"fr;q=0", LANGUAGE_NONE},
        {"fr;q=0.0", LANGUAGE_NONE},
        {"*;q=0", LANGUAGE_NONE},
        {"fr;q=", LANGUAGE_NONE},
        {"fr;q", LANGUAGE_NONE},
        {"fr;q=a", LANGUAGE_NONE},
        {"fr;q=-1", LANGUAGE_NONE},
        {"fr;q=2", LANGUAGE_NONE},
        {"fr;q=1.1", LANGUAGE_NONE},
        {"fr;q=1.001", LANGUAGE_NONE},
        {"fr;q=10", LANGUAGE_NONE},
        {"fr;q=0.1234", LANGUAGE_NONE},
        {"fr;q=.5", LANGUAGE_NONE},
        {"fr;q=0,5", LANGUAGE_NONE},
        {"fr;q=0.x", LANGUAGE_NONE},
        {"fr;q=0x1", LANGUAGE_NONE},
        {"fr;level=1", LANGUAGE_NONE},
        {"fr;q=0.5;x=y", LANGUAGE_NONE},
        {"fr;q = 1", LANGUAGE_NONE},
        {"fr es", LANGUAGE_NONE},
        {"fr/en", LANGUAGE_NONE},
        {"en;q=0,fr;q=0,es;q=0,*", LANGUAGE_NONE},
    };

    (void)state;
    CHECK(language_of_header, rows);
    assert_int_equal(language_of_header(SPAN_NONE), LANGUAGE_NONE);
    assert_int_equal(language_of_header(span_of("fr;q=0\0", 7)), LANGUAGE_NONE);
}

/* However often it is said. */
static void long_headers_are_read_to_the_end(void **state)
{
    char text[8192] = "";
    size_t len = 0;

    (void)state;
    while (len + 16 < sizeof(text)) {
        memcpy(text + len, "de,es;q=0.1,xx,", 15);
        len += 15;
    }
    assert_int_equal(language_of_header(span_of(text, len)), LANGUAGE_es);
    memcpy(text + len - 3, "fr", 2);
    assert_int_equal(language_of_header(span_of(text, len)), LANGUAGE_fr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_found_by_their_language),
        cmocka_unit_test(each_has_a_tag_that_finds_it_and_a_name),
        cmocka_unit_test(of_ui_locales_the_first_one_counts),
        cmocka_unit_test(of_a_header_the_best_one_counts),
        cmocka_unit_test(other_headers_say_nothing),
        cmocka_unit_test(long_headers_are_read_to_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
