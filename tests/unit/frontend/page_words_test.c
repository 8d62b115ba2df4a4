#include "frontend/page_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROOM 1024
#define NAMES_MAX 16

static const char *const plain_names[] = {"words_direction", "words_error_title"};

static const struct page_words *english(void)
{
    return page_words(LANGUAGE_en);
}

static bool is_text(int part)
{
    return strncmp(english()->parts[part].name, "words_", 6) == 0;
}

/* A text as a reader sees it: without tags, a slot as X, and the two references of ours as what they mean. */
static const char *read_aloud(const char *text)
{
    static char out[ROOM];
    struct buf told = buf_over(out, sizeof(out) - 1);

    while (*text)
        if (strncmp(text, "{{", 2) == 0) {
            buf_put_u8(&told, 'X');
            text = strstr(text, "}}") + 2;
        } else if (*text == '<') {
            text = strchr(text, '>') + 1;
        } else if (strncmp(text, "&nbsp;", 6) == 0) {
            buf_put_text(&told, "\u00a0");
            text += 6;
        } else if (strncmp(text, "&#8239;", 7) == 0) {
            buf_put_text(&told, "\u202f");
            text += 7;
        } else {
            buf_put_u8(&told, (uint8_t)*text++);
        }
    assert_true(buf_ok(&told));
    out[told.len] = '\0';
    return out;
}

static void every_one_of(const struct page_words *words, void (*judge)(const char *told))
{
    for (int i = 0; i < PAGE_PART_COUNT; i++)
        if (is_text(i))
            judge(read_aloud(words->parts[i].html));
    for (int i = 0; i < PAGE_ERROR_COUNT; i++) {
        judge(words->errors[i].title);
        judge(words->errors[i].text);
    }
    for (int i = 0; i < ANSWER_COUNT; i++)
        if (words->answers[i])
            judge(words->answers[i]);
}

static void is_there(const char *told)
{
    assert_non_null(told);
    assert_true(*told != '\0');
}

static void every_language_has_every_text(void **state)
{
    (void)state;
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        const struct page_words *words = page_words((enum language)language);

        assert_int_equal(words->language, language);
        for (int i = 0; i < PAGE_PART_COUNT; i++) {
            assert_non_null(words->parts[i].html);
            assert_string_equal(words->parts[i].name, english()->parts[i].name);
        }
        every_one_of(words, is_there);
        for (int i = 0; i < PAGE_MONTHS; i++)
            is_there(words->months[i]);
        is_there(words->first_of_month);
        for (int i = 0; i < PAGE_ERROR_COUNT; i++)
            assert_int_equal(words->errors[i].http_status, english()->errors[i].http_status);
        for (int i = 0; i < ANSWER_COUNT; i++)
            assert_int_equal(words->answers[i] != NULL, english()->answers[i] != NULL);
    }
    assert_ptr_equal(page_words(LANGUAGE_NONE), english());
    assert_ptr_equal(page_words(LANGUAGE_COUNT), english());
}

/* A text that was forgotten while translating is the English one still. */
static void translations_are_translated(void **state)
{
    (void)state;
    for (int language = 1; language < LANGUAGE_COUNT; language++) {
        const struct page_words *words = page_words((enum language)language);

        for (int i = 0; i < PAGE_PART_COUNT; i++) {
            const char *name = english()->parts[i].name;

            if (!is_text(i) || strcmp(name, plain_names[0]) == 0 || strcmp(name, plain_names[1]) == 0 ||
                (language == LANGUAGE_es && strcmp(name, "words_error_prefix") == 0))
                continue;
            assert_string_not_equal(words->parts[i].html, english()->parts[i].html);
        }
        for (int i = 0; i < PAGE_ERROR_COUNT; i++) {
            assert_string_not_equal(words->errors[i].title, english()->errors[i].title);
            assert_string_not_equal(words->errors[i].text, english()->errors[i].text);
        }
        for (int i = 0; i < ANSWER_COUNT; i++)
            if (words->answers[i])
                assert_string_not_equal(words->answers[i], english()->answers[i]);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The slots and tags of a text, sorted, each once. */
static const char *inside(const char *text)
{
    static char sorted[ROOM];
    static char room[ROOM];
    const char *names[NAMES_MAX];
    size_t len = 0;
    struct buf cut = buf_over(room, sizeof(room));
    struct buf out = buf_over(sorted, sizeof(sorted) - 1);

    for (const char *at = text; (at = strpbrk(at, "{<")); at++) {
        const char *end = *at == '<' ? strchr(at, '>') + 1 : strstr(at, "}}") + 2;

        assert_true(len < NAMES_MAX);
        names[len++] = room + cut.len;
        buf_put(&cut, at, (size_t)(end - at));
        buf_put_u8(&cut, '\0');
        if (*at == '{')
            at = end - 1;
    }
    assert_true(buf_ok(&cut));
    qsort(names, len, sizeof(names[0]), by_name);
    for (size_t i = 0; i < len; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            buf_put_text(&out, names[i]);
    assert_true(buf_ok(&out));
    sorted[out.len] = '\0';
    return sorted;
}

static void a_text_has_the_same_slots_and_tags_in_every_language(void **state)
{
    char wanted[ROOM] = "";

    (void)state;
    for (int i = 0; i < PAGE_PART_COUNT; i++) {
        if (!is_text(i))
            continue;
        strncpy(wanted, inside(english()->parts[i].html), sizeof(wanted) - 1);
        for (int language = 1; language < LANGUAGE_COUNT; language++) {
            const struct template_part *part = &page_words((enum language)language)->parts[i];

            if (strcmp(inside(part->html), wanted) != 0)
                fail_msg("%s in %s: %s, not %s", part->name, language_tag((enum language)language),
                         inside(part->html), wanted);
        }
    }
}

/* What only a page tells has no description in outcome.def, so it must have words here. */
static void what_only_a_page_tells_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < ANSWER_COUNT; i++)
        if (i != ANSWER_OK && !answer_description((enum answer)i))
            assert_non_null(english()->answers[i]);
    assert_null(english()->answers[ANSWER_OK]);
    assert_null(english()->answers[ANSWER_INVALID_CLIENT]);
}

/* A customer need not know what these are. */
static void is_no_jargon(const char *told)
{
    static const char *const words[] = {"OAuth",  "OpenID", "token",  "Token",  "client", "scope", "redirect",
                                        "grant",  "HTTP",   "cookie", "handle", "URI",    "URL",   "jeton",
                                        "autent", "server", "servid", "serveur"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strstr(told, words[i]))
            fail_msg("'%s' in: %s", words[i], told);
}

static void is_typeset(const char *told)
{
    assert_true(span_is_utf8(span_of_text(told)));
    if (strpbrk(told, "'\"<>&{}") || strstr(told, "...") || strstr(told, "  "))
        fail_msg("not as it is printed: %s", told);
}

static void words_are_those_of_a_bank(void **state)
{
    (void)state;
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        every_one_of(page_words((enum language)language), is_no_jargon);
        every_one_of(page_words((enum language)language), is_typeset);
    }
}

static bool stands_before(const char *told, const char *at, const char *what)
{
    size_t len = strlen(what);

    return (size_t)(at - told) >= len && memcmp(at - len, what, len) == 0;
}

static void is_french(const char *told)
{
    for (const char *at = told; (at = strpbrk(at, ";!?:")); at++)
        if (!stands_before(told, at, *at == ':' ? "\u00a0" : "\u202f"))
            fail_msg("a space that does not break is missing before %c: %s", *at, told);
    for (const char *at = told; (at = strstr(at, "«")); at++)
        assert_memory_equal(at + strlen("«"), "\u00a0", strlen("\u00a0"));
    for (const char *at = told; (at = strstr(at, "»")); at++)
        assert_true(stands_before(told, at, "\u00a0"));
    if (strstr(told, "“") || strstr(told, " de X") || strstr(told, "d’X"))
        fail_msg("not French: %s", told);
    if (strstr(told, " tu ") || strstr(told, " ton ") || strstr(told, " ta ") || strstr(told, " tes "))
        fail_msg("not how one speaks to a customer: %s", told);
}

static int count_of(const char *told, const char *what)
{
    int count = 0;

    for (const char *at = told; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static void is_spanish(const char *told)
{
    assert_int_equal(count_of(told, "?"), count_of(told, "¿"));
    assert_int_equal(count_of(told, "!"), count_of(told, "¡"));
    if (strstr(told, " tu ") || strstr(told, " tus ") || strstr(told, "vuestr") || strstr(told, "ordenador"))
        fail_msg("not how one speaks to a customer: %s", told);
}

static void each_language_is_written_by_its_own_rules(void **state)
{
    (void)state;
    every_one_of(page_words(LANGUAGE_fr), is_french);
    every_one_of(page_words(LANGUAGE_es), is_spanish);
}

static void any_status_has_words(void **state)
{
    static const struct {
        unsigned status;
        unsigned words_of;
    } rows[] = {{400, 400}, {404, 404}, {503, 503}, {500, 500}, {401, 400}, {415, 400},
                {431, 400}, {499, 400}, {502, 500}, {504, 500}, {200, 500}, {0, 500}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(page_words_of_status(english(), rows[i].status)->http_status, rows[i].words_of);
}

static void days_are_those_of_the_calendar(void **state)
{
    static const struct {
        uint64_t at_s;
        const char *iso, *day, *month_en, *day_fr, *month_fr, *month_es, *year;
    } rows[] = {
        {1, "1970-01-01", "1", "January", "1er", "janvier", "enero", "1970"},
        {86399, "1970-01-01", "1", "January", "1er", "janvier", "enero", "1970"},
        {86400, "1970-01-02", "2", "January", "2", "janvier", "enero", "1970"},
        {951782400, "2000-02-29", "29", "February", "29", "février", "febrero", "2000"},
        {951868800, "2000-03-01", "1", "March", "1er", "mars", "marzo", "2000"},
        {1735689599, "2024-12-31", "31", "December", "31", "décembre", "diciembre", "2024"},
        {1795478400, "2026-11-24", "24", "November", "24", "novembre", "noviembre", "2026"},
        {1830297600, "2028-01-01", "1", "January", "1er", "janvier", "enero", "2028"},
        {4107542399, "2100-02-28", "28", "February", "28", "février", "febrero", "2100"},
        {4107542400, "2100-03-01", "1", "March", "1er", "mars", "marzo", "2100"},
        {UINT32_MAX, "2106-02-07", "7", "February", "7", "février", "febrero", "2106"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct page_date en = page_words_date(english(), rows[i].at_s);
        struct page_date fr = page_words_date(page_words(LANGUAGE_fr), rows[i].at_s);
        struct page_date es = page_words_date(page_words(LANGUAGE_es), rows[i].at_s);

        assert_string_equal(en.iso, rows[i].iso);
        assert_string_equal(fr.iso, rows[i].iso);
        assert_string_equal(en.day, rows[i].day);
        assert_string_equal(fr.day, rows[i].day_fr);
        assert_string_equal(es.day, rows[i].day);
        assert_string_equal(en.month, rows[i].month_en);
        assert_string_equal(fr.month, rows[i].month_fr);
        assert_string_equal(es.month, rows[i].month_es);
        assert_string_equal(es.year, rows[i].year);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_has_every_text),
        cmocka_unit_test(translations_are_translated),
        cmocka_unit_test(a_text_has_the_same_slots_and_tags_in_every_language),
        cmocka_unit_test(what_only_a_page_tells_has_words),
        cmocka_unit_test(words_are_those_of_a_bank),
        cmocka_unit_test(each_language_is_written_by_its_own_rules),
        cmocka_unit_test(any_status_has_words),
        cmocka_unit_test(days_are_those_of_the_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
