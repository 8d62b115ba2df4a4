#include "frontend/in_flight.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The table never looks into a call; an address is enough. */
static struct call *call_number(uintptr_t number)
{
    return (struct call *)(number * 64 + 64);
}

static void a_call_is_found_by_its_id_until_it_ends(void **state)
{
    struct in_flight table;
    uint64_t first, second;

    (void)state;
    assert_true(in_flight_init(&table, 4));
    first = in_flight_add(&table, call_number(1));
    second = in_flight_add(&table, call_number(2));
    assert_true(first != 0 && second != 0 && first != second);
    assert_ptr_equal(in_flight_find(&table, first), call_number(1));
    assert_ptr_equal(in_flight_find(&table, second), call_number(2));
    in_flight_remove(&table, first);
    assert_null(in_flight_find(&table, first));
    assert_ptr_equal(in_flight_find(&table, second), call_number(2));
    assert_int_equal(table.used, 1);
    in_flight_fini(&table);
}

static void a_late_reply_does_not_find_the_slots_next_owner(void **state)
{
    struct in_flight table;
    uint64_t first, second;

    (void)state;
    assert_true(in_flight_init(&table, 1));
    first = in_flight_add(&table, call_number(1));
    in_flight_remove(&table, first);
    second = in_flight_add(&table, call_number(2));
    assert_true(first != second);
    assert_null(in_flight_find(&table, first));
    in_flight_remove(&table, first); /* nobody's by now */
    assert_ptr_equal(in_flight_find(&table, second), call_number(2));
    in_flight_fini(&table);
}

static void a_full_table_takes_no_more_until_one_ends(void **state)
{
    struct in_flight table;
    uint64_t ids[8], id;

    (void)state;
    assert_true(in_flight_init(&table, 8));
    for (size_t i = 0; i < 8; i++)
        assert_true((ids[i] = in_flight_add(&table, call_number(i))) != 0);
    assert_int_equal(in_flight_add(&table, call_number(9)), 0);
    assert_int_equal(table.used, 8);
    in_flight_remove(&table, ids[3]);
    id = in_flight_add(&table, call_number(9));
    assert_ptr_equal(in_flight_find(&table, id), call_number(9));
    assert_int_equal(in_flight_add(&table, call_number(10)), 0);
    in_flight_fini(&table);
}

static void ids_that_were_never_given_are_nobodys(void **state)
{
    static const uint64_t ids[] = {
        0, 1, 3, 4, UINT32_MAX, UINT64_MAX, UINT64_C(1) << 32 | 4, UINT64_C(2) << 32};
    struct in_flight table;

    (void)state;
    assert_true(in_flight_init(&table, 4));
    for (int i = 0; i < 3; i++)
        assert_true(in_flight_add(&table, call_number(1)) != 0);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        assert_null(in_flight_find(&table, ids[i]));
        in_flight_remove(&table, ids[i]);
    }
    assert_int_equal(table.used, 3);
    in_flight_fini(&table);
}

static void no_id_is_zero_even_after_all_generations(void **state)
{
    struct in_flight table;
    uint64_t id;

    (void)state;
    assert_true(in_flight_init(&table, 1));
    table.slots[0].generation = UINT32_MAX;
    id = in_flight_add(&table, call_number(1));
    in_flight_remove(&table, id);
    assert_true(in_flight_add(&table, call_number(1)) != 0);
    in_flight_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_found_by_its_id_until_it_ends),
        cmocka_unit_test(a_late_reply_does_not_find_the_slots_next_owner),
        cmocka_unit_test(a_full_table_takes_no_more_until_one_ends),
        cmocka_unit_test(ids_that_were_never_given_are_nobodys),
        cmocka_unit_test(no_id_is_zero_even_after_all_generations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
