#include "common/uri.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void form_text_is_decoded(void **state)
{
    static const struct {
        const char *text;
        const char *decoded; /* NULL: refused */
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"a+b%2Bc", "a b+c"},
        {"%41%7e%7E", "A~~"},
        {"p%C3%A4ss%3Aw%25rd", "p\xc3\xa4ss:w%rd"},
        {"%", NULL},
        {"%4", NULL},
        {"%4g", NULL},
        {"%g4", NULL},
        {"%%41", NULL},
        {"% 41", NULL},
        {"%+1", NULL},
        {"a%00b", NULL},
        {"%C3", NULL},
        {"%ff", NULL},
        {"\xc3(", NULL},
        {"%C0%AF", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t text[64];
        size_t len = strlen(cases[i].text);
        size_t decoded = 0;

        memcpy(text, cases[i].text, len);
        if (uri_form_decode_in_place(text, len, &decoded) != (cases[i].decoded != NULL))
            fail_msg("%s", cases[i].text);
        if (cases[i].decoded)
            assert_true(span_equal_text(span_of(text, decoded), cases[i].decoded));
    }
}

static void an_escape_is_not_read_past_the_end(void **state)
{
    uint8_t text[] = "a%41";
    size_t decoded;

    (void)state;
    assert_false(uri_form_decode_in_place(text, 3, &decoded));
}

static void escaping_leaves_unreserved_alone(void **state)
{
    char room[64];
    struct buf out = buf_over(room, sizeof(room));

    (void)state;
    uri_put_escaped(&out, SPAN_LITERAL("aZ9-._~ &=+%/\xc3\xa9\0"));
    assert_true(span_equal_text(buf_span(&out), "aZ9-._~%20%26%3D%2B%25%2F%C3%A9%00"));
}

static void redirect_uris_that_may_be_registered(void **state)
{
    static const char *const uris[] = {
        "https://centzy.org/oidc_callback", "https://app.example",
        "https://app.example:8443/cb?x=1&y=%20", "https://xn--bcher-kva.example/cb",
        "https://[2001:db8::1]:443/cb", "https://a_b.example/", "http://127.0.0.1:8080/cb",
        "http://[::1]/cb", "http://localhost:3000/", "com.example.app:/cb", "com.example.app://cb",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
        const char *problem = uri_redirect_problem(span_of_text(uris[i]));

        if (problem)
            fail_msg("%s: %s", uris[i], problem);
    }
}

static void redirect_uris_that_may_not(void **state)
{
    static const char *const uris[] = {
        "", "/cb", "//app.example/cb", "app.example/cb", "https:", "https:/cb", "https://", "https:///cb",
        "https://app.example/#f", "https://app.example/cb#", "https://user@app.example/",
        "https://u:p@app.example/", "https://app.example:/", "https://app.example:0/",
        "https://app.example:65536/", "https://app.example:1x/", "https://app.example /",
        "https://app.example/\n", "https://app.example/\xc3\xa9", "https://app.example/<x>",
        "https://app.example\\@evil.example/", "https://app.example;script-src/", "https://a,b/",
        "https://*/", "https://a'b/", "https://[::1/", "https://[::1]x/", "https://[zz]/", "https://[]/",
        "https://.example/", "https://app.example/%", "https://app.example/%4", "https://app.example/%zz",
        "https://%41.example/", "http://app.example/cb", "http://127.0.0.1.evil.example/",
        "http://127.0.0.2/", "http://localhost.example/", "http://127.0.0.1@evil.example/",
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "myapp://cb",
        "HTTPS://app.example/", "1a.b:/cb", "https",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++)
        if (!uri_redirect_problem(span_of_text(uris[i])))
            fail_msg("%s was accepted", uris[i]);
    assert_non_null(uri_redirect_problem(SPAN_LITERAL("https://app.example/\0")));
    assert_non_null(uri_redirect_problem(SPAN_NONE));
}

static void redirect_uris_are_compared_byte_for_byte(void **state)
{
    static const struct {
        const char *registered;
        const char *presented;
        bool equal;
    } cases[] = {
        {"https://app.example/cb", "https://app.example/cb", true},
        {"http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true},
        {"http://127.0.0.1:80/cb", "http://127.0.0.1/cb", true},
        {"http://[::1]:1/cb?x=1", "http://[::1]:65535/cb?x=1", true},
        {"https://app.example/cb", "https://app.example/cb/", false},
        {"https://app.example/cb", "https://app.example/cb?", false},
        {"https://app.example/cb", "https://app.example/CB", false},
        {"https://app.example/cb", "https://APP.example/cb", false},
        {"https://app.example/cb", "https://app.example:443/cb", false},
        {"https://app.example/cb", "https://app.example/%63b", false},
        {"https://app.example/cb", "https://app.example/x/../cb", false},
        {"https://127.0.0.1/cb", "https://127.0.0.1:8443/cb", false},   /* http only (RFC 8252 7.3) */
        {"http://localhost/cb", "http://localhost:8080/cb", false},     /* literals only */
        {"http://127.0.0.1/cb", "http://[::1]/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:8080/other", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:8080@evil.example/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:/cb", false},
        {"http://127.0.0.1/cb", "http://127.0.0.1:80\\/cb", false},
        {"http://127.0.0.1/cb", "https://127.0.0.1/cb", false},
        {"http://127.0.0.1/cb", "", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (uri_redirect_equal(span_of_text(cases[i].registered), span_of_text(cases[i].presented)) !=
            cases[i].equal)
            fail_msg("%s and %s", cases[i].registered, cases[i].presented);
}

static void policies_name_the_origin(void **state)
{
    static const struct {
        const char *uri;
        const char *source;
    } cases[] = {
        {"https://app.example/cb?x", "https://app.example"},
        {"https://app.example:8443", "https://app.example:8443"},
        {"http://[::1]:80/cb", "http://[::1]:80"},
        {"com.example.app:/cb", "com.example.app:"},
        {"com.example.app://cb/x", "com.example.app:"},
        {"http.example://cb/x", "http.example:"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!span_equal_text(uri_csp_source(span_of_text(cases[i].uri)), cases[i].source))
            fail_msg("%s", cases[i].uri);
}

static void host_is_what_stands_between_scheme_and_port(void **state)
{
    static const struct {
        const char *uri;
        const char *host; /* NULL: it has none */
        bool is_loopback;
    } cases[] = {
        {"https://app.example/cb", "app.example", false},
        {"https://App.Example:8443?x", "App.Example", false},
        {"http://127.0.0.1:80/cb", "127.0.0.1", true},
        {"http://[::1]:80/cb", "[::1]", true},
        {"http://localhost", "localhost", true},
        {"https://localhost.example/", "localhost.example", false},
        {"com.example.app://cb/x", NULL, false},
        {"com.example.app:/cb", NULL, false},
        {"https:app.example", NULL, false},
        {"app.example", NULL, false},
        {"", NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct span host = uri_host(span_of_text(cases[i].uri));

        if (span_is_absent(host) != !cases[i].host || (cases[i].host && !span_equal_text(host, cases[i].host)))
            fail_msg("%s", cases[i].uri);
        assert_int_equal(uri_is_loopback_host(host), cases[i].is_loopback);
    }
    assert_true(uri_is_host(SPAN_LITERAL("app.example")));
    assert_true(uri_is_host(SPAN_LITERAL("[2001:db8::1]")));
    assert_false(uri_is_host(SPAN_LITERAL("app.example:443")));
    assert_false(uri_is_host(SPAN_LITERAL("[2001:db8::x]")));
    assert_false(uri_is_host(SPAN_LITERAL("app;example")));
    assert_false(uri_is_host(SPAN_LITERAL("")));
}

static void issuers(void **state)
{
    static const struct {
        const char *uri;
        bool good;
    } cases[] = {
        {"https://auth.bank.example", true},     {"https://auth.bank.example:8443/tenant", true},
        {"http://127.0.0.1:8080", true},         {"http://localhost:8080", true},
        {"http://auth.bank.example", false},     {"https://auth.bank.example?x", false},
        {"https://auth.bank.example/#x", false}, {"https://u@auth.bank.example", false},
        {"com.example.app:/x", false},           {"com.example.app://x", false},
        {"auth.bank.example", false},            {"", false},
        {"https://", false},                     {"https://a b", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (uri_is_issuer(span_of_text(cases[i].uri)) != cases[i].good)
            fail_msg("%s", cases[i].uri);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form_text_is_decoded),
        cmocka_unit_test(an_escape_is_not_read_past_the_end),
        cmocka_unit_test(escaping_leaves_unreserved_alone),
        cmocka_unit_test(redirect_uris_that_may_be_registered),
        cmocka_unit_test(redirect_uris_that_may_not),
        cmocka_unit_test(redirect_uris_are_compared_byte_for_byte),
        cmocka_unit_test(policies_name_the_origin),
        cmocka_unit_test(host_is_what_stands_between_scheme_and_port),
        cmocka_unit_test(issuers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
