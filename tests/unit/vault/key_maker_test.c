/* Spares are made ahead, one of each algorithm, and none is given out twice. */
#include "vault/key_maker.h"
#include "vault/sign_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define ES256 (1u << JWS_ES256)
#define PS256 (1u << JWS_PS256)

static void one_spare_of_each_algorithm(void **state)
{
    struct key_maker *maker = key_maker_new(ES256 | PS256);

    (void)state;
    assert_false(key_maker_has(maker, JWS_ES256));
    assert_true(key_maker_make_one(maker));
    assert_true(key_maker_has(maker, JWS_ES256)); /* the fast one first */
    assert_false(key_maker_has(maker, JWS_PS256));
    assert_true(key_maker_make_one(maker));
    assert_true(key_maker_has(maker, JWS_PS256));
    assert_false(key_maker_make_one(maker));
    assert_false(key_maker_has(maker, JWS_RS256));
    assert_false(key_maker_has(maker, JWS_NONE));
    key_maker_free(&maker);
    assert_null(maker);
}

static void spare_is_given_out_once(void **state)
{
    struct key_maker *maker = key_maker_new(ES256);
    const struct secret *pair = NULL, *again = NULL;
    struct secret first = SECRET_NONE;

    (void)state;
    assert_int_equal(key_maker_take(maker, JWS_ES256, &pair), OUTCOME_KEY_MISSING);
    assert_null(pair);
    assert_true(key_maker_make_one(maker));
    assert_int_equal(key_maker_take(maker, JWS_ES256, &pair), OUTCOME_OK);
    assert_int_equal(secret_copy(&first, secret_reveal(pair)), OUTCOME_OK);
    assert_false(key_maker_has(maker, JWS_ES256));
    assert_int_equal(key_maker_take(maker, JWS_ES256, &again), OUTCOME_KEY_MISSING);
    assert_false(key_maker_make_one(maker)); /* nor made anew under somebody's hands */
    /* The transaction is given up: it is a spare again. */
    key_maker_put_back(maker);
    assert_int_equal(key_maker_take(maker, JWS_ES256, &pair), OUTCOME_OK);
    assert_true(secret_equal(&first, pair));
    /* It is committed: there is none, and the next one is another. */
    key_maker_used_up(maker);
    assert_int_equal(key_maker_take(maker, JWS_ES256, &pair), OUTCOME_KEY_MISSING);
    assert_true(key_maker_make_one(maker));
    assert_int_equal(key_maker_take(maker, JWS_ES256, &pair), OUTCOME_OK);
    assert_false(secret_equal(&first, pair));
    secret_wipe(&first);
    key_maker_free(&maker);
}

static void pair_is_of_its_algorithm(void **state)
{
    struct key_maker *maker = key_maker_new(ES256 | PS256);
    const struct secret *ec, *rsa;
    EVP_PKEY *key;

    (void)state;
    while (key_maker_make_one(maker))
        ;
    assert_int_equal(key_maker_take(maker, JWS_ES256, &ec), OUTCOME_OK);
    assert_int_equal(key_maker_take(maker, JWS_PS256, &rsa), OUTCOME_OK);
    key = sign_key_open_pair(JWS_PS256, rsa);
    assert_int_equal(EVP_PKEY_get_bits(key), SIGN_KEY_RSA_BITS);
    EVP_PKEY_free(key);
    key = sign_key_open_pair(JWS_ES256, ec);
    assert_non_null(key);
    EVP_PKEY_free(key);
    assert_null(sign_key_open_pair(JWS_ES256, rsa));
    assert_null(sign_key_open_pair(JWS_RS256, ec));
    assert_null(sign_key_open_pair(JWS_NONE, ec));
    key_maker_free(&maker);
}

/* The thread fills what is empty, while the writer takes and gives back. */
static void thread_keeps_spares_ready(void **state)
{
    struct key_maker *maker = key_maker_new(ES256);
    const struct secret *pair;

    (void)state;
    assert_true(key_maker_start(maker));
    for (int i = 0; i < 20; i++) {
        while (key_maker_take(maker, JWS_ES256, &pair) != OUTCOME_OK)
            usleep(1000);
        assert_true(pair->len > 0);
        if (i % 2)
            key_maker_used_up(maker);
        else
            key_maker_put_back(maker);
    }
    key_maker_stop(maker);
    key_maker_stop(maker); /* a second time is nothing */
    key_maker_free(&maker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_spare_of_each_algorithm),
        cmocka_unit_test(spare_is_given_out_once),
        cmocka_unit_test(pair_is_of_its_algorithm),
        cmocka_unit_test(thread_keeps_spares_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
