/*
 * What an introspection says, as JSON: all of it or nothing.
 */
#include "proto/introspection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void expect_json(const struct rep_introspect *reply, const char *wanted)
{
    uint8_t room[1024];
    struct buf out = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&out);

    introspection_put(&json, NULL, reply);
    assert_true(buf_ok(&out));
    if (!span_equal_text(buf_span(&out), wanted))
        fail_msg("%.*s", SPAN_PRINTF(buf_span(&out)));
}

static void active_token_says_all(void **state)
{
    const struct rep_introspect reply = {
        .active = true,
        .scope = SPAN_LITERAL("openid"),
        .client_id = SPAN_LITERAL("app"),
        .username = SPAN_LITERAL("ada\""),
        .exp = 2,
        .iat = 1,
        .sub = SPAN_LITERAL("s"),
        .aud = SPAN_LITERAL("https://api.example"),
        .iss = SPAN_LITERAL("https://auth.example"),
        .jti = SPAN_LITERAL("g.1"),
        .grant_id = SPAN_LITERAL("g"),
        .acr = SPAN_LITERAL("urn:a"),
        .auth_time = 3,
    };

    (void)state;
    expect_json(&reply,
                "{\"active\":true,\"scope\":\"openid\",\"client_id\":\"app\",\"username\":\"ada\\\"\","
                "\"token_type\":\"Bearer\",\"exp\":2,\"iat\":1,\"nbf\":1,\"sub\":\"s\","
                "\"aud\":\"https://api.example\",\"iss\":\"https://auth.example\",\"jti\":\"g.1\","
                "\"grant_id\":\"g\",\"acr\":\"urn:a\",\"auth_time\":3}");
}

/* Whatever a reply holds beside it (RFC 7662 2.2). */
static void inactive_token_says_nothing(void **state)
{
    const struct rep_introspect nothing = {0};
    const struct rep_introspect more = {.sub = SPAN_LITERAL("s"), .exp = 2, .acr = SPAN_LITERAL("urn:a")};

    (void)state;
    expect_json(&nothing, "{\"active\":false}");
    expect_json(&more, "{\"active\":false}");
}

static void it_stands_inside_another_object(void **state)
{
    const struct rep_introspect nothing = {0};
    uint8_t room[64];
    struct buf out = buf_over(room, sizeof(room));
    struct json_writer json = json_begin(&out);

    (void)state;
    json_object_open(&json, NULL);
    json_u64(&json, "iat", 1);
    introspection_put(&json, "token_introspection", &nothing);
    json_object_close(&json);
    assert_true(span_equal_text(buf_span(&out), "{\"iat\":1,\"token_introspection\":{\"active\":false}}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_token_says_all),
        cmocka_unit_test(inactive_token_says_nothing),
        cmocka_unit_test(it_stands_inside_another_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
