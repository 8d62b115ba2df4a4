#include "frontend/deadline.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void deadlines_pass_in_the_order_they_were_armed(void **state)
{
    struct deadline_queue queue;
    struct deadline deadlines[3] = {0};

    (void)state;
    deadline_queue_init(&queue, 100);
    assert_null(deadline_take_passed(&queue, UINT64_MAX));
    for (uint64_t i = 0; i < 3; i++)
        deadline_arm(&queue, &deadlines[i], 1000 + 10 * i);
    assert_null(deadline_take_passed(&queue, 1099));
    assert_ptr_equal(deadline_take_passed(&queue, 1115), &deadlines[0]);
    assert_ptr_equal(deadline_take_passed(&queue, 1115), &deadlines[1]);
    assert_null(deadline_take_passed(&queue, 1115));
    assert_ptr_equal(deadline_take_passed(&queue, 1120), &deadlines[2]);
    assert_null(deadline_take_passed(&queue, UINT64_MAX));
}

static void arming_again_starts_anew_and_moves_between_queues(void **state)
{
    struct deadline_queue soon, late;
    struct deadline a = {0}, b = {0};

    (void)state;
    deadline_queue_init(&soon, 10);
    deadline_queue_init(&late, 100);
    deadline_arm(&soon, &a, 0);
    deadline_arm(&soon, &b, 0);
    deadline_arm(&soon, &a, 5);
    assert_ptr_equal(deadline_take_passed(&soon, 10), &b);
    assert_null(deadline_take_passed(&soon, 10));
    deadline_arm(&late, &a, 10);
    assert_null(deadline_take_passed(&soon, UINT64_MAX));
    assert_null(deadline_take_passed(&late, 109));
    assert_ptr_equal(deadline_take_passed(&late, 110), &a);
    assert_false(deadline_is_armed(&a));
}

static void what_is_disarmed_never_passes(void **state)
{
    struct deadline_queue queue;
    struct deadline deadline = {0};

    (void)state;
    deadline_queue_init(&queue, 10);
    deadline_disarm(&deadline);
    deadline_arm(&queue, &deadline, 0);
    assert_true(deadline_is_armed(&deadline));
    deadline_disarm(&deadline);
    deadline_disarm(&deadline);
    assert_null(deadline_take_passed(&queue, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadlines_pass_in_the_order_they_were_armed),
        cmocka_unit_test(arming_again_starts_anew_and_moves_between_queues),
        cmocka_unit_test(what_is_disarmed_never_passes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
