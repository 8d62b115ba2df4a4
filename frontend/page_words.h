/*
 * What the pages say, by language: the data of page_text_<language>.def and page_html.def in the form that
 * page.c renders. Every language has an entry for everything, or the build fails.
 */
#ifndef STRONGROOM_FRONTEND_PAGE_WORDS_H
#define STRONGROOM_FRONTEND_PAGE_WORDS_H

#include "common/language.h"
#include "common/outcome.h"
#include "frontend/page_template.h"

#define PAGE_MONTHS 12

/* The names of the parts of templates, and of the HTTP statuses that have words of their own. */
enum {
#define TEXT(name, ...) PAGE_PART_##name,
#define MONTH(number, name)
#define FIRST_OF_MONTH(text)
#define ERROR(status, title, text)
#define ANSWER(name, text)
#include "frontend/page_text_en.def"
#define PART(name, ...) PAGE_PART_##name,
#include "frontend/page_html.def"
#undef TEXT
#undef ERROR
#undef PART
    PAGE_PART_COUNT,
};

enum page_error_kind {
#define TEXT(name, ...)
#define ERROR(status, title, text) PAGE_ERROR_##status,
#include "frontend/page_text_en.def"
#undef TEXT
#undef MONTH
#undef FIRST_OF_MONTH
#undef ERROR
#undef ANSWER
    PAGE_ERROR_COUNT,
};

struct page_error_words {
    unsigned http_status;
    const char *title;
    const char *text;
};

struct page_words {
    enum language language;
    struct template_part parts[PAGE_PART_COUNT]; /* texts and HTML, for a template_model */
    const char *months[PAGE_MONTHS];
    const char *first_of_month;
    struct page_error_words errors[PAGE_ERROR_COUNT];
    const char *answers[ANSWER_COUNT]; /* NULL: none of its own */
};

/* LANGUAGE_NONE is the first language. Never NULL. */
const struct page_words *page_words(enum language language);

/* Those of the status, else of 400 where the fault is the caller's, else of 500. */
const struct page_error_words *page_words_of_status(const struct page_words *words, unsigned http_status);

/* A day of the Gregorian calendar as words and as HTML's <time> wants it. */
struct page_date {
    const char *month;
    char day[8];
    char year[12];
    char iso[20];
};

/* The day in UTC. */
struct page_date page_words_date(const struct page_words *words, uint64_t at_s);

#endif
