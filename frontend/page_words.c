#include "frontend/page_words.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Whatever a language's file names is filled in below by that name, so it can only name what page_text_en.def
 * declares, and twice the same is a warning. With the same number of entries it therefore has them all.
 */
#define TEXT(name, ...) +1
#define MONTH(number, name) +1
#define FIRST_OF_MONTH(text) +1
#define ERROR(status, title, text) +1
#define ANSWER(name, text) +1
enum {
    ENTRIES_en = 0
#include "frontend/page_text_en.def"
    ,
    ENTRIES_fr = 0
#include "frontend/page_text_fr.def"
    ,
    ENTRIES_es = 0
#include "frontend/page_text_es.def"
};
#undef TEXT
#undef MONTH
#undef FIRST_OF_MONTH
#undef ERROR
#undef ANSWER

#define LANGUAGE(tag, name) \
    _Static_assert((int)ENTRIES_##tag == (int)ENTRIES_en, "page_text_" #tag ".def lacks words or has more");
#include "common/language.def"
#undef LANGUAGE

#define TEXT(name, ...) .parts[PAGE_PART_##name] = {#name, #__VA_ARGS__},
#define PART(name, ...) .parts[PAGE_PART_##name] = {#name, #__VA_ARGS__},
#define MONTH(number, name) .months[(number) - 1] = (name),
#define FIRST_OF_MONTH(text) .first_of_month = (text),
#define ERROR(status, title, text) .errors[PAGE_ERROR_##status] = {status, title, text},
#define ANSWER(name, text) .answers[ANSWER_##name] = (text),
static const struct page_words languages[] = {
    [LANGUAGE_en] =
        {
            .language = LANGUAGE_en,
#include "frontend/page_text_en.def"
#include "frontend/page_html.def"
        },
    [LANGUAGE_fr] =
        {
            .language = LANGUAGE_fr,
#include "frontend/page_text_fr.def"
#include "frontend/page_html.def"
        },
    [LANGUAGE_es] =
        {
            .language = LANGUAGE_es,
#include "frontend/page_text_es.def"
#include "frontend/page_html.def"
        },
};
#undef TEXT
#undef PART
#undef MONTH
#undef FIRST_OF_MONTH
#undef ERROR
#undef ANSWER

_Static_assert(COUNT_OF(languages) == LANGUAGE_COUNT, "a language of common/language.def has no words here");

const struct page_words *page_words(enum language language)
{
    return &languages[language < 0 || language >= LANGUAGE_COUNT ? 0 : language];
}

const struct page_error_words *page_words_of_status(const struct page_words *words, unsigned http_status)
{
    for (size_t i = 0; i < PAGE_ERROR_COUNT; i++)
        if (words->errors[i].http_status == http_status)
            return &words->errors[i];
    return &words->errors[http_status >= 400 && http_status < 500 ? PAGE_ERROR_400 : PAGE_ERROR_500];
}

/*
 * Days are counted in eras of 400 years that begin on the first of March, so that the leap day is a year's
 * last (proleptic Gregorian calendar).
 */
struct page_date page_words_date(const struct page_words *words, uint64_t at_s)
{
    uint64_t days = at_s / 86400 + 719468; /* from 0000-03-01 to 1970-01-01 */
    uint64_t of_era = days % 146097;
    uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t march_month = (5 * of_year + 2) / 153;
    unsigned day = (unsigned)(of_year - (153 * march_month + 2) / 5 + 1);
    unsigned month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    unsigned year = (unsigned)(year_of_era + days / 146097 * 400 + (month <= 2));
    struct page_date told = {.month = words->months[month - 1]};
    struct buf day_text = buf_over(told.day, sizeof(told.day) - 1);
    struct buf year_text = buf_over(told.year, sizeof(told.year) - 1);
    struct buf iso_text = buf_over(told.iso, sizeof(told.iso) - 1);

    if (day == 1)
        buf_put_text(&day_text, words->first_of_month);
    else
        buf_put_u64(&day_text, day);
    buf_put_u64(&year_text, year);
    buf_printf(&iso_text, "%04u-%02u-%02u", year, month, day);
    return told;
}
