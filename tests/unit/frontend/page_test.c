#include "frontend/page.h"

#include "common/outcome.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EVIL "<script>alert(1)</script>\"'&amp;<img src=x onerror=alert(1)>"

static struct page_brand brand;
static char page[PAGE_CAPACITY + 1];

static void make_brand(const char *name, struct span logo)
{
    const struct page_brand_settings settings = {
        .name = name, .colour = "#12456b", .support_url = "https://bank.example/help?a&b", .logo = logo};
    const char *problem = NULL;

    if (!page_brand_init(&brand, &settings, &problem))
        fail_msg("%s", problem);
}

static int a_bank(void **state)
{
    (void)state;
    make_brand("First Harbor Bank", SPAN_NONE);
    return 0;
}

static struct buf fresh(void)
{
    memset(page, 0, sizeof(page));
    return buf_over(page, PAGE_CAPACITY);
}

static void has(const char *what)
{
    if (!strstr(page, what))
        fail_msg("'%s' is not in %s", what, page);
}

static void lacks(const char *what)
{
    if (strstr(page, what))
        fail_msg("'%s' is in %s", what, page);
}

static int times(const char *what)
{
    int count = 0;

    for (const char *at = page; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static void is_a_document(void)
{
    assert_memory_equal(page, "<!doctype html>", 15);
    has("<html lang=\"en\"");
    has("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    has("<link rel=\"stylesheet\" href=\"" PAGE_PATH_STYLE "\">");
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

static const struct page_login_model login = {
    .client_name = SPAN_LITERAL("Fernwood & Sons"),
    .handle = SPAN_LITERAL("h-1_"),
    .csrf = SPAN_LITERAL("c-1_"),
};

static void put_login(struct page_login_model model)
{
    struct buf out = fresh();

    assert_true(page_login(&out, &brand, &model));
    is_a_document();
}

static void login_asks_for_name_and_password(void **state)
{
    (void)state;
    put_login(login);
    has("<title>Sign in – First Harbor Bank</title>");
    has("<form method=\"post\" action=\"" PAGE_PATH_LOGIN "\">");
    has("<input type=\"hidden\" name=\"request\" value=\"h-1_\">");
    has("<input type=\"hidden\" name=\"csrf\" value=\"c-1_\">");
    has("<label for=\"username\">");
    has("autocomplete=\"username\"");
    has("<label for=\"password\">");
    has("type=\"password\" autocomplete=\"current-password\"");
    has("Fernwood &amp; Sons");
    has("href=\"https://bank.example/help?a&amp;b\"");
    lacks("role=\"alert\"");
    lacks("role=\"status\"");
    lacks("aria-invalid");
    lacks("autofocus");
}

static void wrong_input_is_told_beside_the_fields(void **state)
{
    struct page_login_model model = login;

    (void)state;
    model.message = ANSWER_LOGIN_FAILED;
    model.message_kind = PAGE_MESSAGE_INPUT;
    model.login_hint = SPAN_LITERAL("alex");
    put_login(model);
    has("<title>Error: ");
    has("role=\"alert\"");
    has("password is wrong");
    has("value=\"alex\"");
    assert_int_equal(times("aria-invalid=\"true\""), 2);
    assert_int_equal(times("aria-describedby=\"message"), 2);
    assert_int_equal(times("id=\"message\""), 1);
}

static void other_messages_leave_the_fields_alone(void **state)
{
    struct page_login_model model = login;

    (void)state;
    model.message = ANSWER_LOGIN_LOCKED;
    model.message_kind = PAGE_MESSAGE_ERROR;
    put_login(model);
    has("role=\"alert\"");
    lacks("aria-invalid");
    model.message = ANSWER_SESSION_NEEDED;
    model.message_kind = PAGE_MESSAGE_NOTICE;
    put_login(model);
    has("role=\"status\"");
    lacks("role=\"alert\"");
    lacks("<title>Error");
}

static const struct span_list titles = {{SPAN_LITERAL("Your accounts"), SPAN_LITERAL("<Other> things")}, 2};
static const struct span_list descriptions = {
    {SPAN_LITERAL("Names & balances."), SPAN_LITERAL("What else.")}, 2};

static struct page_consent_model consent_model(void)
{
    return (struct page_consent_model){.client_name = SPAN_LITERAL("Fernwood"),
                                       .customer_name = SPAN_LITERAL("Alex Morgan"),
                                       .scope_titles = &titles,
                                       .scope_descriptions = &descriptions,
                                       .ends_at_s = 1827014400,
                                       .returns_to = SPAN_LITERAL("https://app.fernwood.example"),
                                       .handle = SPAN_LITERAL("h-2"),
                                       .csrf = SPAN_LITERAL("c-2")};
}

static void put_consent(struct page_consent_model model)
{
    struct buf out = fresh();

    assert_true(page_consent(&out, &brand, &model));
    is_a_document();
}

static void consent_says_who_what_and_how_long(void **state)
{
    (void)state;
    put_consent(consent_model());
    has("<form method=\"post\" action=\"" PAGE_PATH_CONSENT "\"");
    has("<input type=\"hidden\" name=\"request\" value=\"h-2\">");
    has("<input type=\"hidden\" name=\"csrf\" value=\"c-2\">");
    has("Alex Morgan");
    has("Your accounts");
    has("Names &amp; balances.");
    has("&lt;Other&gt; things");
    has("<time datetime=\"2027-11-24\">24 November 2027</time>");
    has("<bdi>app.fernwood.example</bdi>");
    has("<button type=\"submit\" name=\"decision\" value=\"deny\">");
    has("<button type=\"submit\" name=\"decision\" value=\"approve\">");
    assert_int_equal(times("<button"), 2);
    assert_int_equal(times("<li>"), 2 + 2);
}

static void consent_leaves_out_what_is_not_known(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    model.ends_at_s = 0;
    model.returns_to = SPAN_LITERAL("com.example.app:");
    put_consent(model);
    lacks("<time");
    has("Until you end it");
    lacks("com.example.app");
    lacks("Whichever");
}

static void lists_that_do_not_belong_together_are_no_page(void **state)
{
    struct page_consent_model model = consent_model();
    struct span_list shorter = titles;
    struct buf out = fresh();

    (void)state;
    shorter.len = 1;
    model.scope_titles = &shorter;
    assert_false(page_consent(&out, &brand, &model));
}

static void days_are_those_of_the_calendar(void **state)
{
    static const struct {
        uint64_t at_s;
        const char *iso;
        const char *words;
    } rows[] = {
        {1, "1970-01-01", ">1 January 1970<"},
        {86399, "1970-01-01", ">1 January 1970<"},
        {86400, "1970-01-02", ">2 January 1970<"},
        {951782400, "2000-02-29", ">29 February 2000<"},
        {951868800, "2000-03-01", ">1 March 2000<"},
        {1735689599, "2024-12-31", ">31 December 2024<"},
        {1830297599, "2027-12-31", ">31 December 2027<"},
        {1830297600, "2028-01-01", ">1 January 2028<"},
        {4107542399, "2100-02-28", ">28 February 2100<"},
        {4107542400, "2100-03-01", ">1 March 2100<"},
        {UINT32_MAX, "2106-02-07", ">7 February 2106<"},
    };
    struct page_consent_model model = consent_model();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        model.ends_at_s = rows[i].at_s;
        put_consent(model);
        has(rows[i].iso);
        has(rows[i].words);
    }
    model.ends_at_s = UINT64_MAX; /* nonsense, but no overflow of ours */
    put_consent(model);
}

static void put_error(struct page_error_model model)
{
    struct buf out = fresh();

    assert_true(page_error(&out, &brand, &model));
    is_a_document();
}

static void errors_have_words_and_a_reference(void **state)
{
    (void)state;
    put_error((struct page_error_model){.http_status = 400,
                                        .answer = ANSWER_PAGE_UNKNOWN_CLIENT,
                                        .reference = SPAN_LITERAL("4bf92f3577b34da6")});
    has("<h1>We cannot continue</h1>");
    has(answer_description(ANSWER_PAGE_UNKNOWN_CLIENT));
    has("<code>4bf92f3577b34da6</code>");
    lacks("<form");
    put_error((struct page_error_model){.http_status = 503});
    has("<h1>Please try again soon</h1>");
    lacks("<code>");
    put_error((struct page_error_model){.http_status = 418});
    has("<h1>Something went wrong</h1>");
}

static void markup_in_any_value_is_text(void **state)
{
    const struct span evil = SPAN_LITERAL(EVIL);
    const struct span_list evils = {{SPAN_LITERAL(EVIL), SPAN_LITERAL(EVIL)}, 2};
    const struct page_login_model evil_login = {LANGUAGE_en, evil, evil, evil, evil, ANSWER_LOGIN_FAILED, PAGE_MESSAGE_INPUT};
    struct page_consent_model evil_consent = {LANGUAGE_en, evil, evil, &evils, &evils, 1, evil, evil, evil};

    (void)state;
    make_brand(EVIL, SPAN_NONE);
    put_login(evil_login);
    lacks("<img");
    has("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;amp;&lt;img src=x onerror=alert(1)&gt;");
    put_consent(evil_consent);
    lacks("<img");
    evil_consent.returns_to = SPAN_LITERAL("https://\"><script>");
    put_consent(evil_consent);
    put_error((struct page_error_model){LANGUAGE_en, 400, ANSWER_OK, evil});
    lacks("<img");
}

static void the_largest_model_fits(void **state)
{
    static uint8_t quotes[LIMIT_HANDLE];
    static struct span_list longest_titles, longest_descriptions;
    const struct span name = span_of(quotes, LIMIT_NAME);
    struct page_consent_model model = {LANGUAGE_en, name, name, &longest_titles, &longest_descriptions, 1,
                                       span_of(quotes, LIMIT_URI), span_of(quotes, LIMIT_HANDLE),
                                       span_of(quotes, LIMIT_COOKIE)};
    struct buf out;

    (void)state;
    memset(quotes, '"', sizeof(quotes));
    for (size_t i = 0; i < LIMIT_LIST; i++) {
        longest_titles.items[i] = name;
        longest_descriptions.items[i] = span_of(quotes, LIMIT_DESCRIPTION);
    }
    longest_titles.len = longest_descriptions.len = LIMIT_LIST;
    put_consent(model);
    put_login((struct page_login_model){.client_name = name,
                                        .handle = span_of(quotes, LIMIT_HANDLE),
                                        .csrf = name,
                                        .login_hint = span_of(quotes, LIMIT_HINT)});
    out = buf_over(page, 1000);
    assert_false(page_consent(&out, &brand, &model));
}

static void names_from_right_to_left_and_emoji_stay_whole(void **state)
{
    struct page_consent_model model = consent_model();

    (void)state;
    make_brand("élan Bank", SPAN_NONE);
    model.client_name = SPAN_LITERAL("مخطط \xF0\x9F\x92\xB0");
    put_consent(model);
    has("<bdi>مخطط \xF0\x9F\x92\xB0</bdi>");
    has("<span class=\"mark\" aria-hidden=\"true\">é</span>");
}

static void the_style_has_the_colour_and_no_foreign_address(void **state)
{
    const struct page_asset *style = page_style(&brand);
    struct buf out = fresh();

    (void)state;
    buf_put_span(&out, style->bytes);
    has(":root{--brand-light-fill:#12456b;--brand-light-text:#ffffff;");
    has("prefers-color-scheme: dark");
    has("prefers-reduced-motion");
    has("forced-colors");
    lacks("url(");
    lacks("@import");
    lacks("http");
    assert_int_equal(times("{"), times("}"));
    assert_string_equal(style->media_type, "text/css; charset=utf-8");
    assert_int_equal(strlen(style->etag), 34);
    assert_int_equal(style->etag[0], '"');
}

static void a_logo_is_shown_or_a_mark_is_made(void **state)
{
    static const char svg[] = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    static const char png[] = "\x89PNG\r\n\x1a\n....";
    char first_etag[PAGE_ETAG_CAPACITY];
    struct buf out = fresh();

    (void)state;
    assert_string_equal(page_logo(&brand)->media_type, "image/svg+xml");
    buf_put_span(&out, page_logo(&brand)->bytes);
    has(">F</text></svg>");
    memcpy(first_etag, page_logo(&brand)->etag, sizeof(first_etag));
    put_login(login);
    has("class=\"mark\"");
    lacks("<img");

    make_brand("second bank", span_of(svg, sizeof(svg) - 1));
    assert_string_equal(page_logo(&brand)->media_type, "image/svg+xml");
    assert_string_not_equal(page_logo(&brand)->etag, first_etag);
    put_login(login);
    has("<img class=\"logo\" src=\"" PAGE_PATH_LOGO "\" alt=\"second bank\">");
    lacks("class=\"mark\"");

    make_brand("third bank", span_of(png, sizeof(png) - 1));
    assert_string_equal(page_logo(&brand)->media_type, "image/png");
}

static void wrong_settings_are_named(void **state)
{
    static const struct {
        struct page_brand_settings settings;
        const char *key;
    } rows[] = {
        {{.name = NULL}, "name:"},
        {{.name = ""}, "name:"},
        {{.name = "\xff"}, "name:"},
        {{.name = "Bank", .colour = "blue"}, "colour:"},
        {{.name = "Bank", .colour = "#12345"}, "colour:"},
        {{.name = "Bank", .support_url = "javascript:alert(1)"}, "support_url:"},
        {{.name = "Bank", .support_url = ""}, "support_url:"},
        {{.name = "Bank", .logo = SPAN_LITERAL("GIF89a")}, "logo_file:"},
        {{.name = "Bank", .logo = SPAN_LITERAL("")}, "logo_file:"},
        {{.name = "Bank", .logo = SPAN_LITERAL("<html>")}, "logo_file:"},
    };
    const char *problem = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_false(page_brand_init(&brand, &rows[i].settings, &problem));
        assert_memory_equal(problem, rows[i].key, strlen(rows[i].key));
    }
    assert_true(page_brand_init(&brand, &(struct page_brand_settings){.name = "Bank"}, &problem));
    assert_null(problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(login_asks_for_name_and_password, a_bank),
        cmocka_unit_test_setup(wrong_input_is_told_beside_the_fields, a_bank),
        cmocka_unit_test_setup(other_messages_leave_the_fields_alone, a_bank),
        cmocka_unit_test_setup(consent_says_who_what_and_how_long, a_bank),
        cmocka_unit_test_setup(consent_leaves_out_what_is_not_known, a_bank),
        cmocka_unit_test_setup(lists_that_do_not_belong_together_are_no_page, a_bank),
        cmocka_unit_test_setup(days_are_those_of_the_calendar, a_bank),
        cmocka_unit_test_setup(errors_have_words_and_a_reference, a_bank),
        cmocka_unit_test_setup(markup_in_any_value_is_text, a_bank),
        cmocka_unit_test_setup(the_largest_model_fits, a_bank),
        cmocka_unit_test_setup(names_from_right_to_left_and_emoji_stay_whole, a_bank),
        cmocka_unit_test_setup(the_style_has_the_colour_and_no_foreign_address, a_bank),
        cmocka_unit_test_setup(a_logo_is_shown_or_a_mark_is_made, a_bank),
        cmocka_unit_test_setup(wrong_settings_are_named, a_bank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
