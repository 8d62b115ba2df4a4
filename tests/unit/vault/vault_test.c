/* I9: the vault's time. */
#include "vault/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#define NOW_MS UINT64_C(1800000000000)

static void wait_ms(long ms)
{
    struct timespec wait = {0, ms * 1000000};

    nanosleep(&wait, NULL);
}

static void time_follows_the_clock(void **state)
{
    struct vault vault = {.clock = clock_fixed(NOW_MS)};

    (void)state;
    assert_int_equal(vault_now_ms(&vault), NOW_MS);
    vault_set_newest(&vault, NOW_MS);
    clock_advance(&vault.clock, 5000);
    assert_int_equal(vault_now_ms(&vault), NOW_MS + 5000);
}

static void clock_set_back_does_not_turn_time_back(void **state)
{
    static const uint64_t back_to_ms[] = {NOW_MS - 1, NOW_MS - 86400000, 1, 0};

    (void)state;
    for (size_t i = 0; i < sizeof(back_to_ms) / sizeof(back_to_ms[0]); i++) {
        struct vault vault = {.clock = clock_fixed(NOW_MS)};

        vault_set_newest(&vault, NOW_MS);
        clock_set(&vault.clock, back_to_ms[i]);
        assert_true(vault_now_ms(&vault) >= NOW_MS);
        /* A time that is older than the newest changes nothing. */
        vault_set_newest(&vault, back_to_ms[i]);
        assert_true(vault_now_ms(&vault) >= NOW_MS);
    }
}

/* Where the clock was once ahead of the world, tokens still end. */
static void time_does_not_stand_still_either(void **state)
{
    struct vault vault = {.clock = clock_fixed(NOW_MS - 3600000)};

    (void)state;
    vault_set_newest(&vault, NOW_MS);
    wait_ms(20);
    assert_true(vault_now_ms(&vault) >= NOW_MS + 10);
    assert_true(vault_now_ms(&vault) < NOW_MS + 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_follows_the_clock),
        cmocka_unit_test(clock_set_back_does_not_turn_time_back),
        cmocka_unit_test(time_does_not_stand_still_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
