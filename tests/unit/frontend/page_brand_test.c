#include "tests/unit/frontend/pages.h"

static void put_login(void)
{
    const struct page_login_model model = {.client_name = SPAN_LITERAL("Fernwood")};
    struct buf out = fresh();

    assert_true(page_login(&out, &brand, &model));
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
    put_login();
    has("class=\"mark\"");
    lacks("<img");

    make_brand("second bank", NULL, span_of(svg, sizeof(svg) - 1));
    assert_string_equal(page_logo(&brand)->media_type, "image/svg+xml");
    assert_string_not_equal(page_logo(&brand)->etag, first_etag);
    put_login();
    has("<img class=\"logo\" src=\"" PAGE_PATH_LOGO "\" alt=\"second bank\">");
    lacks("class=\"mark\"");

    make_brand("third bank", NULL, span_of(png, sizeof(png) - 1));
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
        {{.name = "Bank", .base_path = "/"}, "base_path:"},
        {{.name = "Bank", .base_path = "/bank/"}, "base_path:"},
        {{.name = "Bank", .base_path = "bank"}, "base_path:"},
        {{.name = "Bank", .base_path = "//bank"}, "base_path:"},
        {{.name = "Bank", .base_path = "/a//b"}, "base_path:"},
        {{.name = "Bank", .base_path = "/bank?a=b"}, "base_path:"},
        {{.name = "Bank", .base_path = "https://bank.example"}, "base_path:"},
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
        cmocka_unit_test_setup(the_style_has_the_colour_and_no_foreign_address, a_bank),
        cmocka_unit_test_setup(a_logo_is_shown_or_a_mark_is_made, a_bank),
        cmocka_unit_test(wrong_settings_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
