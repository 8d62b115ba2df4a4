#include "common/secret.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <openssl/crypto.h>

static void a_secret_is_locked_zero_and_ours(void **state)
{
    static const uint8_t zero[32];
    struct secret secret = SECRET_NONE;

    (void)state;
    assert_int_equal(secret_new(&secret, 32), OUTCOME_OK);
    assert_true(CRYPTO_secure_allocated(secret.ptr));
    assert_memory_equal(secret.ptr, zero, 32);
    assert_ptr_equal(secret_reveal(&secret).ptr, secret.ptr);
    assert_int_equal(secret_reveal(&secret).len, 32);
    secret_wipe(&secret);
    assert_null(secret.ptr);
    assert_int_equal(secret.len, 0);
    secret_wipe(&secret);
    assert_true(span_is_absent(secret_reveal(&secret)));
}

/* The heap hands out the room that was released last, so what is left in it can be looked at. */
static void release_wipes(void **state)
{
    struct secret secret = SECRET_NONE;
    struct secret fence = SECRET_NONE;
    uint8_t *room;

    (void)state;
    assert_int_equal(secret_new(&fence, 32), OUTCOME_OK);
    assert_int_equal(secret_copy(&secret, SPAN_LITERAL("0123456789abcdef0123456789abcdef")), OUTCOME_OK);
    room = secret.ptr;
    secret_wipe(&secret);
    /* The first bytes of free room are the heap's own list; the rest must be wiped. */
    for (size_t i = 16; i < 32; i++)
        assert_int_equal(room[i], 0);
    secret_wipe(&fence);
}

static void an_empty_secret_is_not_an_absent_one(void **state)
{
    struct secret secret = SECRET_NONE;

    (void)state;
    assert_int_equal(secret_copy(&secret, SPAN_LITERAL("")), OUTCOME_OK);
    assert_non_null(secret.ptr);
    assert_int_equal(secret.len, 0);
    secret_wipe(&secret);
}

static void taking_moves(void **state)
{
    struct secret from = SECRET_NONE;
    struct secret to;

    (void)state;
    assert_int_equal(secret_copy(&from, SPAN_LITERAL("key")), OUTCOME_OK);
    to = secret_take(&from);
    assert_null(from.ptr);
    assert_true(span_equal_text(secret_reveal(&to), "key"));
    secret_wipe(&to);
}

static void comparing(void **state)
{
    static const struct {
        struct span a;
        struct span b;
        bool equal;
    } cases[] = {
        {SPAN_LITERAL("same"), SPAN_LITERAL("same"), true},
        {SPAN_LITERAL(""), SPAN_LITERAL(""), true},
        {SPAN_LITERAL("a\0b"), SPAN_LITERAL("a\0b"), true},
        {SPAN_LITERAL("a\0b"), SPAN_LITERAL("a\0c"), false},
        {SPAN_LITERAL("same"), SPAN_LITERAL("samf"), false},
        {SPAN_LITERAL("same"), SPAN_LITERAL("same "), false},
        {SPAN_LITERAL("same"), SPAN_LITERAL(""), false},
        {SPAN_LITERAL("same"), {NULL, 0}, false},
        {{NULL, 0}, {NULL, 0}, false},
        {{NULL, 0}, SPAN_LITERAL(""), false},
    };
    struct secret none = SECRET_NONE;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(ct_equal(cases[i].a, cases[i].b), cases[i].equal);
    assert_false(secret_equal(&none, &none));
}

static void a_full_heap_is_an_outcome(void **state)
{
    struct secret huge = SECRET_NONE;

    (void)state;
    assert_int_equal(secret_memory_init(SECRET_MEMORY_DEFAULT), OUTCOME_OK);
    assert_int_equal(secret_new(&huge, SECRET_MEMORY_DEFAULT * 2), OUTCOME_NO_MEMORY);
    assert_null(huge.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_locked_zero_and_ours),
        cmocka_unit_test(release_wipes),
        cmocka_unit_test(an_empty_secret_is_not_an_absent_one),
        cmocka_unit_test(taking_moves),
        cmocka_unit_test(comparing),
        cmocka_unit_test(a_full_heap_is_an_outcome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
