/*
 * What an operator may say of a customer, and what of it a token's scopes open.
 */
#include "vault/claims.h"

#include "vault/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- judging ------------------------------------------------------------------------------------------ */

static void good_claims_are_taken(void **state)
{
    static const char *const claims[] = {
        "email=ada@example.org",
        "email_verified=true",
        "email_verified=false",
        "phone_number_verified=true",
        "updated_at=0",
        "updated_at=4294967295",
        "name=Ada Lovelace",
        "nickname=Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80",
        "address=1 High Street, Town",
        "address.street_address=1 High Street",
        "address.locality=Town",
        "address.region=X",
        "address.postal_code=12345",
        "address.country=GB",
        "a=b",
        "formula=a=b=c",
        "bank.example.tier_2=gold",
        "subject=maths",
        "quoted=\"\\\"",
        "no_break=a\xc2\xa0z",
    };
    const char *problem = "unset";

    (void)state;
    for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
        if (!claim_is_valid(span_of_text(claims[i]), &problem))
            fail_msg("%s: %s", claims[i], problem);
        assert_null(problem);
    }
}

static void bad_claims_are_refused(void **state)
{
    static const struct {
        const char *claim;
        const char *why; /* a word of the sentence */
    } rows[] = {
        {"", "name=value"},
        {"email", "name=value"},
        {"=x", "name is"},
        {"Email=x", "name is"},
        {"9lives=x", "name is"},
        {"_claim_names=x", "name is"},
        {".x=y", "name is"},
        {"e-mail=x", "name is"},
        {"e mail=x", "name is"},
        {"e\"mail=x", "name is"},
        {"\xc3\xa9=x", "name is"},
        {"n1234567890123456789012345678901234567890123456789012345678901234=x", "name is"}, /* 65 */
        {"iss=https://evil.example", "protocol"},
        {"sub=somebody", "protocol"},
        {"aud=x", "protocol"},
        {"exp=1", "protocol"},
        {"iat=1", "protocol"},
        {"nbf=1", "protocol"},
        {"jti=1", "protocol"},
        {"nonce=1", "protocol"},
        {"at_hash=1", "protocol"},
        {"acr=1", "protocol"},
        {"amr=1", "protocol"},
        {"azp=1", "protocol"},
        {"sid=1", "protocol"},
        {"auth_time=1", "protocol"},
        {"email=", "needs a value"},
        {"email=a\nb", "control"},
        {"email=a\x7f", "control"},
        {"email=a\xc2\x85", "control"},
        {"email=\xff", "UTF-8"},
        {"email=\xc3", "UTF-8"},
        {"email=\xed\xa0\x80", "UTF-8"},
        {"email_verified=yes", "true or false"},
        {"email_verified=TRUE", "true or false"},
        {"phone_number_verified=1", "true or false"},
        {"updated_at=now", "seconds"},
        {"updated_at=-1", "seconds"},
        {"updated_at=1.5", "seconds"},
        {"updated_at=007", "seconds"},
        {"updated_at=4294967296", "seconds"},
        {"updated_at=99999999999", "seconds"},
        {"address.formatted=x", "address"},
        {"address.planet=Earth", "address"},
        {"address.=x", "address"},
        {"address.country.code=x", "address"},
    };
    const char *problem;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (claim_is_valid(span_of_text(rows[i].claim), &problem))
            fail_msg("%s was taken", rows[i].claim);
        if (!strstr(problem, rows[i].why))
            fail_msg("%s: %s", rows[i].claim, problem);
    }
    assert_false(claim_is_valid(SPAN_NONE, &problem));
    assert_false(claim_is_valid(span_of("email=a\0b", 9), &problem));
}

static void length_is_bounded(void **state)
{
    char claim[LIMIT_CLAIM + 1];
    const char *problem;

    (void)state;
    memset(claim, 'x', sizeof(claim));
    memcpy(claim, "email=", 6);
    assert_true(claim_is_valid(span_of(claim, LIMIT_CLAIM), &problem));
    assert_false(claim_is_valid(span_of(claim, LIMIT_CLAIM + 1), &problem));
    assert_non_null(strstr(problem, "512"));
}

static void name_ends_at_the_first_equals_sign(void **state)
{
    (void)state;
    assert_true(span_equal_text(claim_name(SPAN_LITERAL("a=b=c")), "a"));
    assert_true(span_equal_text(claim_name(SPAN_LITERAL("a")), "a"));
    assert_int_equal(claim_name(SPAN_LITERAL("=a")).len, 0);
    assert_int_equal(claim_name(SPAN_NONE).len, 0);
}

/* ---- telling ------------------------------------------------------------------------------------------ */

static char *email_claims[] = {"email", "email_verified"};
static char *profile_claims[] = {"name", "preferred_username", "updated_at", "nickname", "email"};
static char *address_claims[] = {"address"};
static char *town_claims[] = {"address.locality"};
static char *own_claims[] = {"sub", "iss", "odd\"name", "quoted"};
static struct vault_config_scope scopes[] = {
    {.name = "openid"},
    {.name = "email", .claims = email_claims, .claim_count = 2},
    {.name = "profile", .claims = profile_claims, .claim_count = 5},
    {.name = "address", .claims = address_claims, .claim_count = 1},
    {.name = "town", .claims = town_claims, .claim_count = 1},
    {.name = "own", .claims = own_claims, .claim_count = 4},
};
static const struct vault_config config = {.scopes = scopes, .scope_count = 6};

/* A customer with the claims up to a NULL. */
static struct user_record customer(const char *const *claims)
{
    struct user_record user = {
        .username = SPAN_LITERAL("ada"), .name = SPAN_LITERAL("Ada"), .created_at_s = 1700000000};

    for (; *claims; claims++)
        user.claims.items[user.claims.len++] = span_of_text(*claims);
    return user;
}

static void expect_told(const struct user_record *user, const char *scope, uint32_t bits, const char *json)
{
    uint8_t room[4096];
    struct buf out = buf_over(room, sizeof(room) - 1);
    struct json_writer writer = json_begin(&out);

    json_object_open(&writer, NULL);
    claims_put(&writer, &config, span_of_text(scope), bits, user);
    json_object_close(&writer);
    assert_true(buf_ok(&out));
    room[out.len] = '\0';
    assert_string_equal((const char *)room, json);
}

static void scopes_open_their_claims_and_no_others(void **state)
{
    static const char *const claims[] = {"email=ada@example.org", "email_verified=true", "nickname=Countess",
                                         "phone_number=+44 20", NULL};
    static const struct {
        const char *scope;
        uint32_t bits;
        const char *json;
    } rows[] = {
        {"openid", 1, "{}"},
        {"", 0, "{}"},
        {"openid email", 3, "{\"email\":\"ada@example.org\",\"email_verified\":true}"},
        {"openid email", 1, "{}"}, /* granted, but not to this token */
        {"email openid", 2, "{}"},
        {"openid emails", 3, "{}"},
        {"openid phone", 3, "{}"},
        {"openid address", 3, "{}"}, /* opened, but not known */
        {"openid profile", 3,
         "{\"name\":\"Ada\",\"preferred_username\":\"ada\",\"email\":\"ada@example.org\","
         "\"nickname\":\"Countess\",\"updated_at\":1700000000}"},
        /* Two scopes open the e-mail address; it is there once. */
        {"openid email profile", 7,
         "{\"name\":\"Ada\",\"preferred_username\":\"ada\",\"email\":\"ada@example.org\",\"email_verified\":"
         "true,"
         "\"nickname\":\"Countess\",\"updated_at\":1700000000}"},
    };
    const struct user_record user = customer(claims);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_told(&user, rows[i].scope, rows[i].bits, rows[i].json);
}

static void claims_go_before_what_the_record_says(void **state)
{
    static const char *const claims[] = {"updated_at=1600000000", "name=Countess Lovelace",
                                         "preferred_username=al", NULL};
    static const char *const none[] = {NULL};
    struct user_record user = customer(claims);

    (void)state;
    expect_told(&user, "openid profile", 3,
                "{\"updated_at\":1600000000,\"name\":\"Countess Lovelace\",\"preferred_username\":\"al\"}");
    user = customer(none);
    user.claims_at_s = 1750000000;
    expect_told(&user, "openid profile", 3,
                "{\"name\":\"Ada\",\"preferred_username\":\"ada\",\"updated_at\":1750000000}");
}

static void address_is_one_object(void **state)
{
    static const char *const whole[] = {"address.country=GB", "email=a@b", "address=1 High St",
                                        "address.locality=Town", NULL};
    static const char *const part[] = {"address.country=GB", NULL};
    struct user_record user = customer(whole);

    (void)state;
    expect_told(&user, "openid address", 3,
                "{\"address\":{\"formatted\":\"1 High St\",\"locality\":\"Town\",\"country\":\"GB\"}}");
    expect_told(&user, "openid town", 3, "{\"address\":{\"locality\":\"Town\"}}");
    expect_told(&user, "openid email", 3, "{\"email\":\"a@b\"}");
    user = customer(part);
    expect_told(&user, "openid address", 3, "{\"address\":{\"country\":\"GB\"}}");
    expect_told(&user, "openid town", 3, "{}");
}

/* A record that was written by something else must not forge the protocol's claims or break the document. */
static void what_is_not_valid_is_not_told(void **state)
{
    static const char *const claims[] = {"sub=somebody",
                                         "iss=https://evil.example",
                                         "odd\"name=x",
                                         "email_verified=1,\"sub\":\"x\"",
                                         "updated_at=x",
                                         "email=first",
                                         "email=second",
                                         "quoted=a\"\\b",
                                         "",
                                         NULL};
    const struct user_record user = customer(claims);

    (void)state;
    expect_told(&user, "openid own", 3, "{\"quoted\":\"a\\\"\\\\b\"}");
    expect_told(&user, "openid email", 3, "{\"email\":\"first\"}");
    expect_told(
        &user, "openid profile", 3,
        "{\"name\":\"Ada\",\"preferred_username\":\"ada\",\"email\":\"first\",\"updated_at\":1700000000}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_claims_are_taken),
        cmocka_unit_test(bad_claims_are_refused),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(name_ends_at_the_first_equals_sign),
        cmocka_unit_test(scopes_open_their_claims_and_no_others),
        cmocka_unit_test(claims_go_before_what_the_record_says),
        cmocka_unit_test(address_is_one_object),
        cmocka_unit_test(what_is_not_valid_is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
