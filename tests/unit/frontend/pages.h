/*
 * A page under test: put by a function of the test's own into `page`, in the language `spoken`, and then
 * looked at as text.
 */
#ifndef STRONGROOM_TESTS_UNIT_FRONTEND_PAGES_H
#define STRONGROOM_TESTS_UNIT_FRONTEND_PAGES_H

#include "frontend/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EVIL "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>"

static struct page_brand brand;
static enum language spoken; /* of the pages that are put */
static char page[PAGE_CAPACITY + 1];

static inline void make_brand(const char *name, const char *base_path, struct span logo)
{
    const struct page_brand_settings settings = {
        .name = name, .support_url = "https://bank.example/help?a&b", .base_path = base_path, .logo = logo};
    const char *problem = NULL;

    if (!page_brand_init(&brand, &settings, &problem))
        fail_msg("%s", problem);
}

static inline int a_bank(void **state)
{
    (void)state;
    make_brand("First Harbor Bank", NULL, SPAN_NONE);
    spoken = LANGUAGE_en;
    return 0;
}

static inline struct buf fresh(void)
{
    memset(page, 0, sizeof(page));
    return buf_over(page, PAGE_CAPACITY);
}

static inline void has(const char *what)
{
    if (!strstr(page, what))
        fail_msg("'%s' is not in %s", what, page);
}

static inline void lacks(const char *what)
{
    if (strstr(page, what))
        fail_msg("'%s' is in %s", what, page);
}

static inline int times(const char *what)
{
    int count = 0;

    for (const char *at = page; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static inline void is_a_document(void)
{
    static const char *const tags[] = {"<html lang=\"en\" dir=\"ltr\">", "<html lang=\"fr\" dir=\"ltr\">",
                                       "<html lang=\"es\" dir=\"ltr\">"};

    assert_memory_equal(page, "<!doctype html>", 15);
    has(tags[spoken]);
    has("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    has(PAGE_PATH_STYLE "\">");
    assert_int_equal(times("<title>"), 1);
    assert_int_equal(times("<h1"), 1);
    assert_int_equal(times("<main"), 1);
    lacks("{{");
    lacks("}}");
    lacks("<script");
    lacks("style=\"");
    lacks("javascript:");
    lacks("onerror=alert(1)>");
}

#endif
