/*
 * Accept: who asks for the unusual answer gets it, and nobody by accident.
 */
#include "frontend/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define JWT "application/token-introspection+jwt"

static void named_type_is_preferred(void **state)
{
    static const char *const accepts[] = {
        JWT,
        "APPLICATION/Token-Introspection+JWT",
        "  " JWT "\t",
        JWT ";q=1",
        JWT ";q=0.001",
        JWT "; q=0.5",
        JWT " ;\tQ=0.5",
        JWT ";q=1.000",
        JWT ";charset=utf-8;q=0.9",
        JWT ";note=\"a,b;q=0\"",
        JWT ";note=\"a\\\",;q=0\"",
        JWT ", application/json",
        "application/json, " JWT,
        "application/json;q=0.5, " JWT ";q=0.5",
        "application/json;q=0, " JWT ";q=0.1",
        "text/html, " JWT ";q=0.3",
        JWT ", */*",
        JWT ", */*;q=0.8",
        JWT ";q=0.9, application/*;q=0.5, */*",
        "*/*, application/json;q=0.2, " JWT ";q=0.3",
        JWT ";q=0.1, " JWT ";q=0.9, application/json;q=0.5",
        "," JWT ",,",
        ";;," JWT,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
        if (!accept_prefers(span_of_text(accepts[i]), JWT, "application/json"))
            fail_msg("%s", accepts[i]);
}

static void everything_else_is_not(void **state)
{
    static const char *const accepts[] = {
        "",
        "*",
        "*/*",
        "application/json",
        "application/*",
        "*/*, application/json",
        "application/jwt",
        "application/token-introspection",
        "application/token-introspection+jwt2",
        "xapplication/token-introspection+jwt",
        "application /token-introspection+jwt",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        JWT ";q=0",
        JWT ";q=0.000",
        JWT ";q=0., application/json;q=0.1",
        JWT ";q=0.5, application/json",
        JWT ";q=0.5, application/json;q=0.501",
        JWT ";q=0.5, */*",
        JWT ";q=0.5, application/*;q=0.9, */*;q=0.1",
        JWT ";q=0.5, application/json;q=0.6, */*;q=0.1",
        JWT ";q=2",
        JWT ";q=1.001",
        JWT ";q=-1",
        JWT ";q=0.1234",
        JWT ";q=a",
        JWT ";q=",
        JWT ";q",
        JWT ";q=0.5x",
        JWT ";q=\"1\"",
        "text/plain;note=\", " JWT "\"",
        "text/plain;note=\", " JWT,
        "\"\\",
        "\"",
    };

    (void)state;
    assert_false(accept_prefers(SPAN_NONE, JWT, "application/json"));
    for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
        if (accept_prefers(span_of_text(accepts[i]), JWT, "application/json"))
            fail_msg("%s", accepts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_type_is_preferred),
        cmocka_unit_test(everything_else_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
