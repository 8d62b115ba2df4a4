#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void the_real_clock_is_of_this_century(void **state)
{
    struct clock clock = clock_real();

    (void)state;
    assert_true(clock_now_ms(&clock) > 1735689600000u); /* 2025 */
    assert_true(clock_now_ms(&clock) < 4102444800000u); /* 2100 */
}

static void a_fixed_clock_stands_until_it_is_moved(void **state)
{
    struct clock clock = clock_fixed(5999);

    (void)state;
    assert_int_equal(clock_now_ms(&clock), 5999);
    assert_int_equal(clock_now_s(&clock), 5);
    clock_advance(&clock, 1);
    assert_int_equal(clock_now_s(&clock), 6);
    clock_set(&clock, 10);
    assert_int_equal(clock_now_ms(&clock), 10);
}

static void the_monotonic_clock_runs_forward(void **state)
{
    uint64_t before = clock_monotonic_ms();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t now = clock_monotonic_ms();

        assert_true(now >= before);
        before = now;
    }
}

static void times_are_written_as_rfc_3339(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {951782399999u, "2000-02-28T23:59:59.999Z"},
        {951782400000u, "2000-02-29T00:00:00.000Z"},
        {951868800000u, "2000-03-01T00:00:00.000Z"},
        {1709164800001u, "2024-02-29T00:00:00.001Z"},
        {1735689599999u, "2024-12-31T23:59:59.999Z"},
        {1795480200123u, "2026-11-24T00:30:00.123Z"},
        {4107542400000u, "2100-03-01T00:00:00.000Z"}, /* 2100 has no leap day */
        {253402300799999u, "9999-12-31T23:59:59.999Z"},
        {UINT64_MAX, "9999-12-31T23:59:59.999Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[CLOCK_TEXT_SIZE];

        clock_put_text(cases[i].ms, text);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_clock_is_of_this_century),
        cmocka_unit_test(a_fixed_clock_stands_until_it_is_moved),
        cmocka_unit_test(the_monotonic_clock_runs_forward),
        cmocka_unit_test(times_are_written_as_rfc_3339),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
