#include "frontend/cookie.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define LONGEST "0123456789012345678901234567890123456789012345678901234567890123"

static const struct {
    const char *header, *plain, *tls; /* what sr_session is found to be without and with TLS */
} rows[] = {
    {"sr_session=v", "v", NULL},
    {"__Host-sr_session=v", NULL, "v"},
    {"__Host-sr_session=v; sr_session=w", "w", "v"},
    {"a=b; sr_session=v; c=d", "v", NULL},
    {"a=b;sr_session=v;c=d", "v", NULL},
    {"sr_session=a=b", "a=b", NULL},
    {"sr_session=" LONGEST, LONGEST, NULL},
    {"sr_session=" LONGEST "x", NULL, NULL},
    {"sr_session=", NULL, NULL},
    {"sr_session", NULL, NULL},
    {"sr_session2=v", NULL, NULL},
    {"xsr_session=v", NULL, NULL},
    {"SR_SESSION=v", NULL, NULL},
    {"__host-sr_session=v", NULL, NULL},
    {"__Secure-sr_session=v", NULL, NULL},
    {"sr_browser=v", NULL, NULL},
    {"sr_session=v; sr_session=v", NULL, NULL}, /* one of them is planted */
    {"__Host-sr_session=v; __Host-sr_session=w", NULL, NULL},
    {"sr_session=; sr_session=v", NULL, NULL},
    {"", NULL, NULL},
    {";;; ;", NULL, NULL},
};

static void assert_secret(struct secret_ref got, const char *wanted)
{
    if (!wanted) {
        assert_null(got.ptr);
        return;
    }
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.ptr, wanted, got.len);
}

static void only_our_cookie_of_this_listener_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("%s\n", rows[i].header);
        assert_secret(cookie_find(span_of_text(rows[i].header), COOKIE_SESSION, false), rows[i].plain);
        assert_secret(cookie_find(span_of_text(rows[i].header), COOKIE_SESSION, true), rows[i].tls);
    }
    assert_secret(cookie_find(SPAN_NONE, COOKIE_SESSION, true), NULL);
}

static void assert_put(const char *wanted, uint64_t max_age_s, bool has_tls)
{
    uint8_t room[256];
    struct buf out = buf_over(room, sizeof(room));

    cookie_put(&out, COOKIE_BROWSER, secret_ref_of(SPAN_LITERAL("v")), max_age_s, has_tls);
    assert_int_equal(out.len, strlen(wanted));
    assert_memory_equal(out.ptr, wanted, out.len);
}

static void cookies_are_locked_to_the_host_and_hidden_from_scripts(void **state)
{
    (void)state;
    assert_put("__Host-sr_browser=v; Path=/; HttpOnly; SameSite=Lax; Secure", 0, true);
    assert_put("__Host-sr_browser=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure", 60, true);
    assert_put("sr_browser=v; Path=/; HttpOnly; SameSite=Lax", 0, false);
}

static void assert_ended(const char *wanted, bool has_tls)
{
    uint8_t room[256];
    struct buf out = buf_over(room, sizeof(room));

    cookie_put_ended(&out, COOKIE_SESSION, has_tls);
    assert_int_equal(out.len, strlen(wanted));
    assert_memory_equal(out.ptr, wanted, out.len);
}

/* A __Host- cookie is only taken, and so only forgotten, with the attributes that it was set with. */
static void cookie_is_forgotten_as_it_was_set(void **state)
{
    (void)state;
    assert_ended("__Host-sr_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure", true);
    assert_ended("sr_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookie_is_forgotten_as_it_was_set),
        cmocka_unit_test(only_our_cookie_of_this_listener_is_found),
        cmocka_unit_test(cookies_are_locked_to_the_host_and_hidden_from_scripts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
