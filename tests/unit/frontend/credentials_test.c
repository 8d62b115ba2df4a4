#include "frontend/credentials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <openssl/evp.h>

static uint8_t room[8192];

/* The header's value for these bytes before base64, with `scheme` in front. */
static struct span header(const char *scheme, const char *pair)
{
    size_t len = strlen(scheme);

    memcpy(room, scheme, len);
    len += (size_t)EVP_EncodeBlock(room + len, (const uint8_t *)pair, (int)strlen(pair));
    return span_of(room, len);
}

static struct span raw(const char *text)
{
    memcpy(room, text, strlen(text));
    return span_of(room, strlen(text));
}

static const struct {
    const char *pair, *id, *secret;
} good[] = {
    {"client:secret", "client", "secret"},
    {"a%3Ab:c", "a:b", "c"},
    {"a:b:c", "a", "b:c"},
    {"100%25+client:x%2By", "100% client", "x+y"},
    {"a%2Bb:%25", "a+b", "%"},
    {"%e6%9d%b1:%C3%A9", "\xe6\x9d\xb1", "\xc3\xa9"},
    {"\xe6\x9d\xb1:s", "\xe6\x9d\xb1", "s"},
    {"%63%6c:%73", "cl", "s"},
};

static void assert_span(struct span got, const char *wanted)
{
    assert_int_equal(got.len, strlen(wanted));
    assert_memory_equal(got.ptr, wanted, got.len);
}

static void both_halves_are_form_decoded(void **state)
{
    struct credentials credentials;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        print_message("%s\n", good[i].pair);
        credentials_take_basic(header(i % 2 ? "Basic " : "bAsIC  ", good[i].pair), &credentials);
        assert_int_equal(credentials.state, CREDENTIALS_USABLE);
        assert_span(credentials.client_id, good[i].id);
        assert_span(secret_ref_reveal(credentials.client_secret), good[i].secret);
    }
}

static void what_is_not_well_formed_is_nobodys(void **state)
{
    static const char *const pairs[] = {"",     ":",    "a:",     ":b",     "no colon", "a%zz:b",
                                        "a%:b", "a:%4", "a%00:b", "a%ff:b", "a\xff:b",  "a:%ed%a0%80"};
    static const char *const raws[] = {"",
                                       "Basic",
                                       "Basic ",
                                       "Basic ???",
                                       "Basic YTpi=",
                                       "Basic YTpi x",
                                       "Basic YTp",
                                       "Basic YTpi====",
                                       "Bearer YTpi",
                                       "BasicYTpi",
                                       "Digest YTpi",
                                       "Basic\tYTpi",
                                       "Basic YTpj-_",
                                       " Basic YTpi"};
    struct credentials credentials;

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        print_message("%s\n", pairs[i]);
        credentials_take_basic(header("Basic ", pairs[i]), &credentials);
        assert_int_equal(credentials.state, CREDENTIALS_UNUSABLE);
        assert_null(credentials.client_id.ptr);
        assert_null(credentials.client_secret.ptr);
    }
    for (size_t i = 0; i < sizeof(raws) / sizeof(raws[0]); i++) {
        print_message("%s\n", raws[i]);
        credentials_take_basic(raw(raws[i]), &credentials);
        assert_int_equal(credentials.state, CREDENTIALS_UNUSABLE);
    }
    credentials_take_basic(SPAN_NONE, &credentials);
    assert_int_equal(credentials.state, CREDENTIALS_ABSENT);
}

static void lengths_are_bounded_after_decoding(void **state)
{
    char pair[3 * LIMIT_CLIENT_ID + 64];
    struct credentials credentials;

    (void)state;
    memset(pair, 'c', sizeof(pair));
    memcpy(pair + LIMIT_CLIENT_ID, ":s", 3);
    credentials_take_basic(header("Basic ", pair), &credentials);
    assert_int_equal(credentials.state, CREDENTIALS_USABLE);
    memset(pair, 'c', sizeof(pair));
    memcpy(pair + LIMIT_CLIENT_ID + 1, ":s", 3);
    credentials_take_basic(header("Basic ", pair), &credentials);
    assert_int_equal(credentials.state, CREDENTIALS_UNUSABLE);
    memset(pair, 's', sizeof(pair));
    memcpy(pair, "c:", 2);
    pair[LIMIT_SECRET + 3] = '\0';
    credentials_take_basic(header("Basic ", pair), &credentials);
    assert_int_equal(credentials.state, CREDENTIALS_UNUSABLE);
}

static void bearer_tokens(void **state)
{
    static const char *const refused[] = {
        "",           "Bearer",     "Bearer ",         "Basic abc", "Bearer a b", "Bearer a, Bearer a",
        "Bearer a\"", "Bearer a,b", "Bearer \xc3\xa9", "abc",       "Bearer\tabc"};
    struct span token = SPAN_NONE;

    (void)state;
    assert_int_equal(credentials_take_bearer(raw("Bearer sr_at_a-b.c~d+e/f="), &token), CREDENTIALS_USABLE);
    assert_span(token, "sr_at_a-b.c~d+e/f=");
    assert_int_equal(credentials_take_bearer(raw("bEARER  x"), &token), CREDENTIALS_USABLE);
    assert_span(token, "x");
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        print_message("%s\n", refused[i]);
        token = SPAN_NONE;
        assert_int_equal(credentials_take_bearer(raw(refused[i]), &token), CREDENTIALS_UNUSABLE);
        assert_true(span_is_absent(token));
    }
    assert_int_equal(credentials_take_bearer(SPAN_NONE, &token), CREDENTIALS_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_halves_are_form_decoded),
        cmocka_unit_test(what_is_not_well_formed_is_nobodys),
        cmocka_unit_test(lengths_are_bounded_after_decoding),
        cmocka_unit_test(bearer_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
