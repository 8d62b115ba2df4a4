#include "common/rng.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t zero[32];

static void the_system_never_repeats(void **state)
{
    struct rng rng = rng_system();
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};

    (void)state;
    assert_true(rng_fill(&rng, a, sizeof(a)));
    assert_true(rng_fill(&rng, b, sizeof(b)));
    assert_memory_not_equal(a, zero, sizeof(a));
    assert_memory_not_equal(a, b, sizeof(a));
}

static void a_seed_repeats_and_another_differs(void **state)
{
    struct rng first = rng_seeded(7);
    struct rng same = rng_seeded(7);
    struct rng other = rng_seeded(8);
    uint8_t a[29], b[29], c[29], d[29];

    (void)state;
    assert_true(rng_fill(&first, a, sizeof(a)));
    assert_true(rng_fill(&same, b, sizeof(b)));
    assert_true(rng_fill(&other, c, sizeof(c)));
    assert_true(rng_fill(&first, d, sizeof(d)));
    assert_memory_equal(a, b, sizeof(a));
    assert_memory_not_equal(a, c, sizeof(a));
    assert_memory_not_equal(a, d, sizeof(a));
}

static void only_what_was_asked_for_is_written(void **state)
{
    struct rng rng = rng_seeded(1);
    uint8_t room[16];

    (void)state;
    memset(room, '~', sizeof(room));
    assert_true(rng_fill(&rng, room, 9));
    for (size_t i = 9; i < sizeof(room); i++)
        assert_int_equal(room[i], '~');
    assert_true(rng_fill(&rng, room, 0));
}

/* Who does not look at the answer gets zeros and not what was there by chance. */
static void failure_is_told_and_leaves_zeros(void **state)
{
    struct rng rng = rng_failing();
    uint8_t room[32];

    (void)state;
    memset(room, '~', sizeof(room));
    assert_false(rng_fill(&rng, room, sizeof(room)));
    assert_memory_equal(room, zero, sizeof(room));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_never_repeats),
        cmocka_unit_test(a_seed_repeats_and_another_differs),
        cmocka_unit_test(only_what_was_asked_for_is_written),
        cmocka_unit_test(failure_is_told_and_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
