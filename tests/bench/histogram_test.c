#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bench/histogram.h"

static struct histogram h;

static int start_empty(void **state)
{
    (void)state;
    h = (struct histogram){0};
    return 0;
}

static void assert_within_a_percent(uint64_t got, uint64_t wanted)
{
    assert_in_range(got, wanted - wanted / 100 - 1, wanted + wanted / 100 + 1);
}

static void an_empty_one_has_no_percentiles(void **state)
{
    (void)state;
    assert_int_equal(histogram_percentile(&h, 0.99), 0);
}

static void every_size_is_kept_within_a_percent(void **state)
{
    (void)state;
    for (uint64_t value = 1; value < UINT64_C(900000000000); value = value * 17 / 16 + 1) {
        h = (struct histogram){0};
        histogram_record(&h, value);
        assert_within_a_percent(histogram_percentile(&h, 0.5), value);
        assert_int_equal(h.longest_ns, value);
    }
}

static void percentiles_of_a_ramp_are_where_they_should_be(void **state)
{
    (void)state;
    for (uint64_t value = 1; value <= 100000; value++)
        histogram_record(&h, value);
    assert_within_a_percent(histogram_percentile(&h, 0.50), 50000);
    assert_within_a_percent(histogram_percentile(&h, 0.99), 99000);
    assert_within_a_percent(histogram_percentile(&h, 1.00), 100000);
}

static void one_in_a_hundred_decides_the_tail_only(void **state)
{
    (void)state;
    for (int i = 0; i < 980; i++)
        histogram_record(&h, 1000);
    for (int i = 0; i < 20; i++)
        histogram_record(&h, 5000000);
    assert_within_a_percent(histogram_percentile(&h, 0.50), 1000);
    assert_within_a_percent(histogram_percentile(&h, 0.99), 5000000);
}

static void what_is_too_long_to_tell_apart_is_still_counted(void **state)
{
    (void)state;
    histogram_record(&h, UINT64_MAX);
    assert_int_equal(h.count, 1);
    assert_true(histogram_percentile(&h, 0.5) > UINT64_C(900000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_one_has_no_percentiles, start_empty),
        cmocka_unit_test_setup(every_size_is_kept_within_a_percent, start_empty),
        cmocka_unit_test_setup(percentiles_of_a_ramp_are_where_they_should_be, start_empty),
        cmocka_unit_test_setup(one_in_a_hundred_decides_the_tail_only, start_empty),
        cmocka_unit_test_setup(what_is_too_long_to_tell_apart_is_still_counted, start_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
