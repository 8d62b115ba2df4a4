#include "frontend/page_template.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char text[512];
static const struct span fruits[] = {SPAN_LITERAL("fig"), SPAN_LITERAL("<kiwi>")};

/* The model of all tests; its only part is the template that is tried, and two small ones beside it. */
static struct template_model model_with(struct template_part parts[3], const char *html)
{
    static const struct template_value values[] = {
        {.name = "plain", .kind = TEMPLATE_TEXT, .text = {(const uint8_t *)"fine", 4}},
        {.name = "evil", .kind = TEMPLATE_TEXT, .text = {(const uint8_t *)"<b a=\"1\" c='2'>&\x01", 17}},
        {.name = "nothing", .kind = TEMPLATE_TEXT},
        {.name = "link", .kind = TEMPLATE_URL, .text = {(const uint8_t *)"https://a.example/?b&c", 22}},
        {.name = "bad_link", .kind = TEMPLATE_URL, .text = {(const uint8_t *)"javascript:alert(1)", 19}},
        {.name = "base", .kind = TEMPLATE_PATH, .text = {(const uint8_t *)"/bank", 5}},
        {.name = "bad_base", .kind = TEMPLATE_PATH, .text = {(const uint8_t *)"//bank", 6}},
        {.name = "yes", .kind = TEMPLATE_FLAG, .flag = true},
        {.name = "no", .kind = TEMPLATE_FLAG, .flag = false},
        {.name = "fruits", .kind = TEMPLATE_LIST, .rows = 2},
        {.name = "fruit", .kind = TEMPLATE_COLUMN, .items = fruits, .list = "fruits"},
        {.name = "empty", .kind = TEMPLATE_LIST, .rows = 0},
    };

    parts[0] = (struct template_part){"main", html};
    parts[1] = (struct template_part){"word", "a {{plain}} word"};
    parts[2] = (struct template_part){"self", "{{>self}}"};
    return (struct template_model){values, sizeof(values) / sizeof(values[0]), parts, 3};
}

static const char *rendered(const char *html)
{
    struct template_part parts[3];
    struct template_model model = model_with(parts, html);
    struct buf out = buf_over(text, sizeof(text) - 1);

    memset(text, 0, sizeof(text));
    return template_render(&out, "main", &model) ? text : NULL;
}

static bool checked(const char *html)
{
    struct template_part parts[3];
    struct template_model model = model_with(parts, html);
    struct buf why = buf_over(text, sizeof(text) - 1);
    bool ok;

    memset(text, 0, sizeof(text));
    ok = template_check("main", &model, &why);
    assert_true(ok == (why.len == 0));
    return ok;
}

static void templates_say_what_they_mean(void **state)
{
    static const struct {
        const char *html;
        const char *becomes;
    } rows[] = {
        {"", ""},
        {"<p>no slots</p>", "<p>no slots</p>"},
        {"<p>{{plain}}{{nothing}}.</p>", "<p>fine.</p>"},
        {"<p>{{evil}}</p>", "<p>&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;\xef\xbf\xbd</p>"},
        {"<i title=\"{{evil}}\"></i>",
         "<i title=\"&lt;b a=&#34;1&#34; c=&#39;2&#39;&gt;&amp;\xef\xbf\xbd\"></i>"},
        {"<a href=\"{{link}}\">x</a>", "<a href=\"https://a.example/?b&amp;c\">x</a>"},
        {"<a href=\"{{bad_link}}\">x</a>", "<a href=\"\">x</a>"},
        {"<a href=\"{{base}}/x\">x</a>", "<a href=\"/bank/x\">x</a>"},
        {"<a href=\"{{base}}\">x</a>", "<a href=\"/bank\">x</a>"},
        {"<a href=\"{{bad_base}}/x\">x</a>", "<a href=\"/x\">x</a>"},
        {"<p>{{>word}}</p>", "<p>a fine word</p>"},
        {"{{?yes}}1{{/yes}}{{?no}}2{{/no}}{{^yes}}3{{/yes}}{{^no}}4{{/no}}", "14"},
        {"{{?yes}}1{{?no}}2{{/no}}{{^no}}3{{/no}}{{/yes}}", "13"},
        {"{{#fruits}}<li>{{fruit}}, {{plain}}</li>{{/fruits}}",
         "<li>fig, fine</li><li>&lt;kiwi&gt;, fine</li>"},
        {"{{#empty}}{{plain}}{{/empty}}", ""},
        {"<input {{?yes}}autofocus {{/yes}}>", "<input autofocus >"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(checked(rows[i].html));
        assert_non_null(rendered(rows[i].html));
        assert_string_equal(rendered(rows[i].html), rows[i].becomes);
    }
}

static void what_is_wrong_is_found_before_it_is_shown(void **state)
{
    static const char *const wrong[] = {
        "{{unknown}}", "{{ plain }}", "{{}}", "{{{plain}}}", "{{plain", "plain}}", "{{!plain}}", "{{&plain}}",
        "{{>unknown}}", "{{>self}}", "{{?unknown}}{{/unknown}}", "{{#unknown}}{{/unknown}}",
        /* Sections that do not close, or are of another kind. */
        "{{?yes}}", "{{/yes}}", "{{?yes}}{{/no}}", "{{?yes}}{{?no}}{{/yes}}{{/no}}", "{{?plain}}{{/plain}}",
        "{{#yes}}{{/yes}}", "{{?fruits}}{{/fruits}}", "{{fruits}}", "{{yes}}", "{{fruit}}",
        "{{#empty}}{{fruit}}{{/empty}}", "{{#fruits}}{{#empty}}{{/empty}}{{/fruits}}",
        /* Found in the part that is not taken as well. */
        "{{?no}}{{unknown}}{{/no}}", "{{#empty}}{{unknown}}{{/empty}}",
        /* Places where escaping would not help. */
        "<{{plain}}>", "<p {{plain}}>", "<p {{plain}}=\"1\">", "<p class={{plain}}>", "<p class='{{plain}}'>",
        "<p class=a>", "<p onclick=\"{{plain}}\">", "<p onclick=\"f()\">", "<p style=\"{{plain}}\">",
        "<script>{{plain}}</script>", "<SCRIPT>1</SCRIPT>", "<style>{{plain}}</style>", "<!-- {{plain}} -->",
        "<iframe srcdoc=\"{{plain}}\"></iframe>",
        "<a href=\"{{plain}}\">", "<a href=\"/x{{link}}\">", "<a href=\"{{link}}{{plain}}\">",
        "<a href=\"/x{{base}}\">", "<a href=\"{{base}}{{plain}}\">", "<a href=\"{{base}}/{{link}}\">",
        "<a HREF=\"{{plain}}\">", "<form action=\"{{plain}}\">", "<button formaction=\"{{plain}}\">",
        "<img src=\"{{plain}}\">",
        /* Pieces that change where the next one is. */
        "{{?yes}}<p{{/yes}}>", "<p title=\"{{?yes}}a\"{{/yes}}>", "<p", "<p title=\"x",
        "<p{{?yes}} a{{/yes}}>", "a > b",
        "<p title=\"<\">",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (checked(wrong[i]))
            fail_msg("nothing is wrong with %s", wrong[i]);
}

static void the_reason_names_the_part_and_the_place(void **state)
{
    (void)state;
    assert_false(checked("<p>{{unknown}}</p>"));
    assert_string_equal(text, "part 'main': a slot that the model does not have: unknown");
}

static void rendering_fails_where_the_check_was_skipped(void **state)
{
    (void)state;
    assert_null(rendered("{{unknown}}"));
    assert_null(rendered("{{>unknown}}"));
    assert_null(rendered("{{>self}}"));
    assert_null(rendered("{{?yes}}"));
    assert_null(rendered("{{fruit}}"));
    assert_null(rendered("{{/yes}}"));
}

static void what_does_not_fit_is_told(void **state)
{
    struct template_part parts[3];
    struct template_model model = model_with(parts, "<p>{{plain}}</p>");
    struct buf out = buf_over(text, 10);

    (void)state;
    assert_false(template_render(&out, "main", &model));
    out = buf_over(text, 11);
    assert_true(template_render(&out, "main", &model));
}

static void only_some_schemes_are_links(void **state)
{
    static const char *const right[] = {"https://a", "http://127.0.0.1:1/", "mailto:a@b.example",
                                        "tel:+4930123"};
    static const char *const wrong[] = {
        "", "https://", "javascript:alert(1)", "JavaScript:alert(1)", " https://a", "data:text/html,x",
        "//a.example", "/help", "https://a b", "https://\xc3\xa4", "https://a\n", "ftp://a", "vbscript:x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_true(template_url_is_safe(span_of_text(right[i])));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(template_url_is_safe(span_of_text(wrong[i])));
    assert_false(template_url_is_safe(SPAN_NONE));
}

static void a_path_stays_on_this_host(void **state)
{
    static const char *const right[] = {"", "/", "/a", "/a/b_c-d.e~f", "/login?request=a%2Fb&c=d"};
    static const char *const wrong[] = {
        "a", "//", "//a.example", "/\\a.example", "\\a", "https://a", "/a b", "/a\"b", "/a<b", "/a'b", "/a#b",
        "/\xc3\xa4", "/a\n", "/a:b", "?a=b", "/a\x7f",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_true(template_path_is_safe(span_of_text(right[i])));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(template_path_is_safe(span_of_text(wrong[i])));
    assert_true(template_path_is_safe(SPAN_NONE));
    assert_false(template_path_is_safe(span_of("/a\0b", 4)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_say_what_they_mean),
        cmocka_unit_test(what_is_wrong_is_found_before_it_is_shown),
        cmocka_unit_test(the_reason_names_the_part_and_the_place),
        cmocka_unit_test(rendering_fails_where_the_check_was_skipped),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(only_some_schemes_are_links),
        cmocka_unit_test(a_path_stays_on_this_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
