/* When keys move on: decisions over a keyring and a time, no store and no real key. */
#include "vault/key_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW UINT64_C(1800000000)
#define ROTATE_AFTER UINT64_C(7776000)
#define ANNOUNCE UINT64_C(86400)
#define ES256_ONLY (1u << JWS_ES256)

static const struct key_rules rules = {ROTATE_AFTER, ANNOUNCE, ES256_ONLY};

static struct sign_key *add(struct keyring *ring, enum jws_alg alg, enum key_state state,
                            uint64_t created_at_s)
{
    struct sign_key *key = &ring->signs[ring->signs_len++];

    *key = (struct sign_key){
        .number = (uint32_t)ring->signs_len, .alg = alg, .state = state, .created_at_s = created_at_s};
    snprintf(key->kid, sizeof(key->kid), "kid-%u", key->number);
    return key;
}

static struct key_moment at(uint64_t now_s)
{
    return (struct key_moment){now_s, (now_s - NOW) * 1000 + 5000};
}

static struct key_watch watch_from(const struct keyring *ring, const struct key_rules *with, uint64_t now_s)
{
    struct key_watch watch = {0};
    struct key_moment moment = at(now_s);

    key_life_watch(&watch, ring, with, &moment);
    return watch;
}

/* The steps as text: "publish ES256, drop 3". */
static const char *due_with(const struct keyring *ring, const struct key_rules *with,
                            const struct key_watch *watch, struct key_moment moment)
{
    static const char *const names[] = {"none", "begin", "publish", "rotate", "retire", "drop"};
    static char text[512];
    struct key_step steps[KEY_STEPS_MAX];
    size_t len = key_life_due(ring, with, watch, &moment, steps);
    struct buf out = buf_over(text, sizeof(text) - 1);

    for (size_t i = 0; i < len; i++) {
        buf_printf(&out, "%s%s ", i ? ", " : "", names[steps[i].kind]);
        if (steps[i].number)
            buf_printf(&out, "%u", steps[i].number);
        else
            buf_put_text(&out, jws_alg_name(steps[i].alg));
    }
    text[out.len] = '\0';
    return text;
}

/* By both clocks alike, all of it seen by this process since `NOW`. */
static const char *due(const struct keyring *ring, uint64_t now_s)
{
    struct key_watch watch = watch_from(ring, &rules, NOW);

    return due_with(ring, &rules, &watch, at(now_s));
}

static void an_algorithm_without_keys_begins(void **state)
{
    struct keyring ring = {0};
    struct key_rules all = {ROTATE_AFTER, ANNOUNCE, 1u << JWS_ES256 | 1u << JWS_PS256 | 1u << JWS_RS256};
    struct key_watch watch = {0};

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW);
    assert_string_equal(due_with(&ring, &all, &watch, at(NOW)), "publish ES256, begin PS256, begin RS256");
    add(&ring, JWS_PS256, KEY_CURRENT, NOW);
    add(&ring, JWS_RS256, KEY_CURRENT, NOW);
    add(&ring, JWS_ES256, KEY_NEXT, NOW);
    assert_string_equal(due_with(&ring, &all, &watch, at(NOW)), "publish PS256, publish RS256");
}

static void current_rotates_by_age(void **state)
{
    struct keyring ring = {0};
    struct sign_key *current = add(&ring, JWS_ES256, KEY_CURRENT, NOW);

    (void)state;
    add(&ring, JWS_ES256, KEY_NEXT, NOW);
    assert_string_equal(due(&ring, NOW + ROTATE_AFTER - 1), "");
    assert_string_equal(due(&ring, NOW + ROTATE_AFTER), "rotate ES256, publish ES256");
    /* Its age counts from when it began to sign. */
    current->current_at_s = NOW + 1000;
    assert_string_equal(due(&ring, NOW + ROTATE_AFTER + 999), "");
    assert_string_equal(due(&ring, NOW + ROTATE_AFTER + 1000), "rotate ES256, publish ES256");
}

static void no_key_signs_before_it_was_announced(void **state)
{
    struct keyring ring = {0};
    struct sign_key *next;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW - 2 * ROTATE_AFTER);
    next = add(&ring, JWS_ES256, KEY_NEXT, NOW);
    assert_string_equal(due(&ring, NOW), "");
    assert_string_equal(due(&ring, NOW + ANNOUNCE - 1), "");
    assert_string_equal(due(&ring, NOW + ANNOUNCE), "rotate ES256, publish ES256");
    /* A schedule does not shorten it either. */
    next->scheduled_at_s = NOW + 10;
    assert_string_equal(due(&ring, NOW + ANNOUNCE - 1), "");
    assert_int_equal(key_life_signs_from_s(&ring, JWS_ES256, &rules), NOW + ANNOUNCE);
}

static void schedule_overrides_age_both_ways(void **state)
{
    struct keyring ring = {0};
    struct sign_key *next;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW);
    next = add(&ring, JWS_ES256, KEY_NEXT, NOW);
    next->scheduled_at_s = NOW + 2 * ANNOUNCE;
    assert_string_equal(due(&ring, NOW + 2 * ANNOUNCE - 1), "");
    assert_string_equal(due(&ring, NOW + 2 * ANNOUNCE), "rotate ES256, publish ES256");
    next->scheduled_at_s = NOW + 2 * ROTATE_AFTER;
    assert_string_equal(due(&ring, NOW + 2 * ROTATE_AFTER - 1), "");
    assert_string_equal(due(&ring, NOW + 2 * ROTATE_AFTER), "rotate ES256, publish ES256");
}

static void retired_stays_for_a_day(void **state)
{
    struct keyring ring = {0};

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW);
    add(&ring, JWS_ES256, KEY_NEXT, NOW);
    add(&ring, JWS_ES256, KEY_RETIRED, NOW - ROTATE_AFTER)->retired_at_s = NOW;
    assert_string_equal(due(&ring, NOW + 86399), "");
    assert_string_equal(due(&ring, NOW + 86400), "drop 3");
}

/* The clock says that it is over; not as much time has passed since this process saw the key. */
static void clock_set_forward_cuts_nothing_short(void **state)
{
    struct keyring ring = {0};
    struct key_watch watch;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW - 2 * ROTATE_AFTER);
    add(&ring, JWS_ES256, KEY_NEXT, NOW);
    add(&ring, JWS_ES256, KEY_RETIRED, NOW)->retired_at_s = NOW;
    watch = watch_from(&ring, &rules, NOW);
    assert_string_equal(due_with(&ring, &rules, &watch, (struct key_moment){NOW + 10 * ANNOUNCE, 5000}), "");
    assert_string_equal(
        due_with(&ring, &rules, &watch, (struct key_moment){NOW + 10 * ANNOUNCE, 5000 + 1000 * ANNOUNCE - 1}),
        "");
    assert_string_equal(
        due_with(&ring, &rules, &watch, (struct key_moment){NOW + 10 * ANNOUNCE, 5000 + 1000 * ANNOUNCE}),
        "drop 3, rotate ES256, publish ES256");
    /* And looking again in between begins nothing anew. */
    key_life_watch(&watch, &ring, &rules, &(struct key_moment){NOW + 10 * ANNOUNCE, 6000});
    assert_string_equal(due_with(&ring, &rules, &watch, (struct key_moment){NOW + 10 * ANNOUNCE, 7000}), "");
}

/* After a restart what was left of the wait has to pass, not all of it again. */
static void wait_goes_on_after_a_restart(void **state)
{
    struct keyring ring = {0};
    struct key_watch watch;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW - 2 * ROTATE_AFTER);
    add(&ring, JWS_ES256, KEY_NEXT, NOW - ANNOUNCE + 100);
    watch = watch_from(&ring, &rules, NOW);
    assert_string_equal(due_with(&ring, &rules, &watch, (struct key_moment){NOW + 99, 5000 + 99000}), "");
    assert_string_equal(due_with(&ring, &rules, &watch, (struct key_moment){NOW + 5000, 5000 + 99000}), "");
    assert_string_equal(due_with(&ring, &rules, &watch, (struct key_moment){NOW + 100, 5000 + 100000}),
                        "rotate ES256, publish ES256");
}

/* A key that nobody has begun to watch is not taken for one that has waited. */
static void key_that_was_not_seen_has_not_waited(void **state)
{
    struct keyring ring = {0};
    struct key_watch watch = {0};
    struct key_moment moment = at(NOW + 10 * ANNOUNCE);
    struct sign_key *next;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW - 2 * ROTATE_AFTER);
    next = add(&ring, JWS_ES256, KEY_NEXT, NOW);
    assert_string_equal(due_with(&ring, &rules, &watch, moment), "");
    assert_false(key_life_is_announced(next, &rules, &watch, &moment));
    key_life_watch(&watch, &ring, &rules, &moment);
    assert_true(key_life_is_announced(next, &rules, &watch, &moment));
}

/* A new key with the number of one that is gone waits like any other. */
static void watch_knows_keys_by_their_names(void **state)
{
    struct keyring ring = {0};
    struct key_watch watch;
    struct key_moment moment = at(NOW + ANNOUNCE);
    struct sign_key *next;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW);
    next = add(&ring, JWS_ES256, KEY_NEXT, NOW);
    watch = watch_from(&ring, &rules, NOW);
    assert_true(key_life_is_announced(next, &rules, &watch, &moment));
    snprintf(next->kid, sizeof(next->kid), "another");
    next->created_at_s = NOW + ANNOUNCE;
    key_life_watch(&watch, &ring, &rules, &moment);
    moment.now_s += 5 * ANNOUNCE; /* the calendar alone */
    assert_false(key_life_is_announced(next, &rules, &watch, &moment));
    assert_int_equal(watch.waits_len, 1);
}

/* What one key has waited is not counted for another. */
static void each_key_waits_for_itself(void **state)
{
    struct keyring ring = {0};
    struct key_watch watch;
    struct key_moment moment = {NOW + 10 * ANNOUNCE, 5000 + 1000 * ANNOUNCE};
    struct sign_key *early, *late;

    (void)state;
    early = add(&ring, JWS_ES256, KEY_NEXT, NOW);
    watch = watch_from(&ring, &rules, NOW);
    late = add(&ring, JWS_PS256, KEY_NEXT, NOW + 100);
    key_life_watch(&watch, &ring, &rules, &(struct key_moment){NOW + 100, 5000 + 100000});
    assert_true(key_life_is_announced(early, &rules, &watch, &moment));
    assert_false(key_life_is_announced(late, &rules, &watch, &moment));
    moment.monotonic_ms += 100000;
    assert_true(key_life_is_announced(late, &rules, &watch, &moment));
}

static void algorithm_that_is_not_configured_any_more_ends(void **state)
{
    struct keyring ring = {0};

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW);
    add(&ring, JWS_ES256, KEY_NEXT, NOW);
    add(&ring, JWS_RS256, KEY_CURRENT, NOW);
    add(&ring, JWS_RS256, KEY_NEXT, NOW);
    assert_string_equal(due(&ring, NOW), "retire 3, drop 4");
    ring.signs[2].state = KEY_RETIRED;
    ring.signs[2].retired_at_s = NOW;
    ring.signs_len = 3;
    assert_string_equal(due(&ring, NOW + 86399), "");
    assert_string_equal(due(&ring, NOW + 86400), "drop 3");
}

/*
 * The key set has its bound (I7): with as many retired keys as it holds, a rotation waits until one has gone.
 */
static void keys_do_not_pile_up(void **state)
{
    struct keyring ring = {0};

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW - ROTATE_AFTER);
    add(&ring, JWS_ES256, KEY_NEXT, NOW - ANNOUNCE);
    while (ring.signs_len < KEYRING_SIGNS_PER_ALG)
        add(&ring, JWS_ES256, KEY_RETIRED, NOW)->retired_at_s = NOW + ring.signs_len;
    assert_false(key_life_has_room(&ring, JWS_ES256));
    assert_true(key_life_has_room(&ring, JWS_PS256));
    assert_string_equal(due(&ring, NOW + 10), "");
    assert_true(key_life_is_held(&ring, JWS_ES256, &rules, NOW + 10));
    assert_false(key_life_is_held(&ring, JWS_ES256, &rules, NOW - 10));
    assert_string_equal(due(&ring, NOW + 86400 + 2), "drop 3");
    ring.signs_len--;
    assert_false(key_life_is_held(&ring, JWS_ES256, &rules, NOW + 10));
    assert_string_equal(due(&ring, NOW + 10), "rotate ES256, publish ES256");
}

static void times_that_the_operator_is_told(void **state)
{
    struct keyring ring = {0};
    struct sign_key *next, *retired;

    (void)state;
    add(&ring, JWS_ES256, KEY_CURRENT, NOW)->current_at_s = NOW + 5;
    assert_int_equal(key_life_signs_from_s(&ring, JWS_ES256, &rules), 0);
    next = add(&ring, JWS_ES256, KEY_NEXT, NOW + 7);
    assert_int_equal(key_life_signs_from_s(&ring, JWS_ES256, &rules), NOW + 5 + ROTATE_AFTER);
    assert_int_equal(key_life_may_sign_at_s(next, &rules), NOW + 7 + ANNOUNCE);
    next->scheduled_at_s = NOW + 2 * ANNOUNCE;
    assert_int_equal(key_life_signs_from_s(&ring, JWS_ES256, &rules), NOW + 2 * ANNOUNCE);
    retired = add(&ring, JWS_ES256, KEY_RETIRED, NOW);
    retired->retired_at_s = NOW + 9;
    assert_int_equal(key_life_gone_at_s(retired), NOW + 9 + 86400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_algorithm_without_keys_begins),
        cmocka_unit_test(current_rotates_by_age),
        cmocka_unit_test(no_key_signs_before_it_was_announced),
        cmocka_unit_test(schedule_overrides_age_both_ways),
        cmocka_unit_test(retired_stays_for_a_day),
        cmocka_unit_test(clock_set_forward_cuts_nothing_short),
        cmocka_unit_test(wait_goes_on_after_a_restart),
        cmocka_unit_test(key_that_was_not_seen_has_not_waited),
        cmocka_unit_test(watch_knows_keys_by_their_names),
        cmocka_unit_test(each_key_waits_for_itself),
        cmocka_unit_test(algorithm_that_is_not_configured_any_more_ends),
        cmocka_unit_test(keys_do_not_pile_up),
        cmocka_unit_test(times_that_the_operator_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
