/* The operator lists, rotates, schedules and retires keys, and is told why not where it would hurt. */
#include "tests/unit/vault/flow.h"

#include "vault/key_keeper.h"

#define ANNOUNCE(c) ((c)->vault.config.keys.announce_s)

/* ES256 alone: making RSA keys takes its time. CURRENT and NEXT. */
static void make_keys(struct cell *c)
{
    cell_close(c);
    c->vault.config.signing_algorithms = 1u << JWS_ES256;
    cell_open(c);
    assert_true(cell_turn_keys(c));
}

static const struct sign_key *key_in(struct cell *c, enum key_state state)
{
    workbench_refresh(&c->bench);
    for (size_t i = 0; i < c->bench.keys->signs_len; i++)
        if (c->bench.keys->signs[i].state == state)
            return &c->bench.keys->signs[i];
    return NULL;
}

static struct kept kid_in(struct cell *c, enum key_state state)
{
    struct kept kept = {.len = 0};

    if (key_in(c, state))
        kept_take(&kept, span_of_text(key_in(c, state)->kid));
    return kept;
}

static enum outcome rotate(struct cell *c, const char *algorithm, bool now)
{
    c->request.key_rotate = (struct req_key_rotate){.algorithm = span_of_text(algorithm), .now = now};
    return cell_call(c, MESSAGE_KEY_ROTATE);
}

static enum outcome schedule(struct cell *c, const char *algorithm, uint64_t at_s)
{
    c->request.key_schedule = (struct req_key_schedule){.algorithm = span_of_text(algorithm), .at_s = at_s};
    return cell_call(c, MESSAGE_KEY_SCHEDULE);
}

static enum outcome retire(struct cell *c, const struct kept *kid, bool force)
{
    c->request.key_retire = (struct req_key_retire){.kid = kept_span(kid), .force = force};
    return cell_call(c, MESSAGE_KEY_RETIRE);
}

static bool says(struct span text, const char *words)
{
    return text.len && memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

static bool names(struct span text, const struct kept *kid)
{
    return kid->len && text.len && memmem(text.ptr, text.len, kid->bytes, kid->len) != NULL;
}

/* The newest audit record names the key. */
static void assert_on_record(struct cell *c, const char *event, const struct kept *kid)
{
    struct store_txn *txn = NULL;
    struct audit_record record;
    struct span key, row;

    cell_assert_audit(c, event, "ok");
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_last(txn, TABLE_AUDIT, &key, &row), STORE_OK);
    assert_true(codec_decode(span_from(row, AUDIT_CHAIN_HEAD), &audit_record_fields, &record));
    assert_true(names(record.detail, kid));
    assert_true(says(record.detail, "ES256"));
    store_abort(&txn);
}

static void list_tells_where_each_key_is_in_its_life(void **state)
{
    struct cell *c = *state;
    struct kept current, next;
    struct span json;

    make_keys(c);
    current = kid_in(c, KEY_CURRENT);
    next = kid_in(c, KEY_NEXT);
    assert_int_equal(cell_call(c, MESSAGE_KEY_LIST), OUTCOME_OK);
    json = c->reply.key_list.json;
    assert_true(says(json,
                     "{\"now\":1800000000,\"rotate_after_s\":7776000,\"announce_s\":86400,\"algorithms\":["
                     "{\"algorithm\":\"ES256\",\"next_rotation_at\":1807776000,\"is_scheduled\":false}],"));
    assert_true(names(json, &current));
    assert_true(names(json, &next));
    assert_true(says(json, "\"state\":\"current\""));
    assert_true(says(json, "\"may_sign_at\":1800086400,\"signs_from\":1807776000"));
    assert_true(
        says(json, "{\"purpose\":\"mint\",\"state\":\"current\",\"number\":1,\"created_at\":1800000000}"));
    assert_true(says(json, "\"purpose\":\"handle\""));
    assert_true(says(json, "\"purpose\":\"root\""));
    assert_false(says(json, "retired"));
    cell_advance(c, ANNOUNCE(c));
    assert_int_equal(rotate(c, NULL, false), OUTCOME_OK);
    assert_int_equal(cell_call(c, MESSAGE_KEY_LIST), OUTCOME_OK);
    json = c->reply.key_list.json;
    assert_true(says(json, "\"retired_at\":1800086400,\"gone_at\":1800172800"));
    assert_false(says(json, "next_rotation_at")); /* the next key is still being made */
}

/* I3: nothing of what a document says is a secret. */
static void list_holds_no_key(void **state)
{
    struct cell *c = *state;
    const struct secret *keys[] = {&c->bench.keys->mints[0].key, &c->bench.keys->handle,
                                   &c->bench.keys->hash};

    assert_int_equal(cell_call(c, MESSAGE_KEY_LIST), OUTCOME_OK);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        assert_null(
            memmem(c->reply.key_list.json.ptr, c->reply.key_list.json.len, secret_reveal(keys[i]).ptr, 8));
    assert_false(says(c->reply.key_list.json, "\"d\""));
    assert_false(says(c->reply.key_list.json, "sealed"));
}

static void rotation_waits_for_the_announcement_unless_told(void **state)
{
    struct cell *c = *state;
    struct kept first, second, third;

    make_keys(c);
    first = kid_in(c, KEY_CURRENT);
    second = kid_in(c, KEY_NEXT);
    cell_advance(c, ANNOUNCE(c) - 1);
    assert_int_equal(rotate(c, "ES256", false), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_rotate.problem, "it may sign from 2027-01-16T08:00:00Z"));
    assert_true(says(c->reply.key_rotate.problem, "--now"));
    assert_true(names(span_of_text(key_in(c, KEY_CURRENT)->kid), &first));
    cell_advance(c, 1);
    assert_int_equal(rotate(c, "ES256", false), OUTCOME_OK);
    assert_true(names(span_of_text(key_in(c, KEY_CURRENT)->kid), &second));
    assert_true(names(span_of_text(key_in(c, KEY_RETIRED)->kid), &first));
    assert_true(names(c->reply.key_rotate.json, &first));
    assert_true(names(c->reply.key_rotate.json, &second));
    assert_on_record(c, "key_rotate", &second);
    /* There is no next key until one has been made. */
    assert_int_equal(rotate(c, "ES256", true), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_rotate.problem, "no next key yet"));
    assert_true(cell_turn_keys(c));
    third = kid_in(c, KEY_NEXT);
    assert_int_equal(rotate(c, "ES256", false), OUTCOME_ADMIN_CONFLICT);
    assert_int_equal(rotate(c, "ES256", true), OUTCOME_OK);
    assert_true(names(span_of_text(key_in(c, KEY_CURRENT)->kid), &third));
}

/* With a spare at hand the successor is announced with the rotation, and not used twice by the next one. */
static void rotation_announces_the_next_one_at_once(void **state)
{
    struct cell *c = *state;
    struct kept announced;

    make_keys(c);
    assert_true(key_maker_make_one(key_keeper_maker(c->vault.key_keeper)));
    assert_int_equal(rotate(c, NULL, true), OUTCOME_OK);
    announced = kid_in(c, KEY_NEXT);
    assert_int_not_equal(announced.len, 0);
    assert_true(key_maker_make_one(key_keeper_maker(c->vault.key_keeper)));
    assert_int_equal(rotate(c, NULL, true), OUTCOME_OK);
    assert_true(names(span_of_text(key_in(c, KEY_CURRENT)->kid), &announced));
    assert_false(names(span_of_text(key_in(c, KEY_NEXT)->kid), &announced));
}

static void clock_set_forward_does_not_stand_for_an_announcement(void **state)
{
    struct cell *c = *state;

    make_keys(c);
    clock_advance(&c->vault.clock, 10 * ANNOUNCE(c) * 1000);
    assert_int_equal(rotate(c, NULL, false), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_rotate.problem, "the clock was set forward"));
    cell_monotonic_at_ms += ANNOUNCE(c) * 1000;
    assert_int_equal(rotate(c, NULL, false), OUTCOME_OK);
}

static void unknown_algorithms_are_refused(void **state)
{
    static const char *const algorithms[] = {
        "HS256", "none", "es256", "ES512", "PS256" /* not configured here */, " "};
    struct cell *c = *state;

    make_keys(c);
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        assert_int_equal(rotate(c, algorithms[i], true), OUTCOME_ADMIN_BAD_VALUE);
        assert_true(says(c->reply.key_rotate.problem, "configuration: ES256"));
        assert_int_equal(schedule(c, algorithms[i], 0), OUTCOME_ADMIN_BAD_VALUE);
        assert_true(says(c->reply.key_schedule.problem, "configuration: ES256"));
    }
}

static void schedule_is_kept_and_taken_back(void **state)
{
    struct cell *c = *state;
    struct kept next;

    make_keys(c);
    next = kid_in(c, KEY_NEXT);
    assert_int_equal(schedule(c, "ES256", CELL_NOW_S + 3 * ANNOUNCE(c)), OUTCOME_OK);
    assert_true(says(c->reply.key_schedule.json, "\"signs_from\":1800259200,\"is_scheduled\":true"));
    assert_on_record(c, "key_schedule", &next);
    cell_close(c);
    cell_open(c); /* it survives */
    assert_int_equal(key_in(c, KEY_NEXT)->scheduled_at_s, CELL_NOW_S + 3 * ANNOUNCE(c));
    assert_int_equal(schedule(c, NULL, 0), OUTCOME_OK);
    assert_true(says(c->reply.key_schedule.json, "\"signs_from\":1807776000,\"is_scheduled\":false"));
    assert_int_equal(schedule(c, NULL, CELL_NOW_S + ANNOUNCE(c)), OUTCOME_OK);
    cell_advance(c, ANNOUNCE(c) - 1);
    cell_turn_keys(c);
    assert_true(names(span_of_text(key_in(c, KEY_NEXT)->kid), &next));
    cell_advance(c, 1);
    assert_true(cell_turn_keys(c));
    assert_true(names(span_of_text(key_in(c, KEY_CURRENT)->kid), &next));
    assert_int_equal(key_in(c, KEY_CURRENT)->scheduled_at_s, 0);
}

static void schedule_that_cannot_be_kept_is_refused(void **state)
{
    struct cell *c = *state;

    make_keys(c);
    assert_int_equal(schedule(c, NULL, CELL_NOW_S - 1), OUTCOME_ADMIN_BAD_VALUE);
    assert_true(says(c->reply.key_schedule.problem, "that time has passed; it is now 2027-01-15T08:00:00Z"));
    assert_int_equal(schedule(c, NULL, CELL_NOW_S), OUTCOME_ADMIN_BAD_VALUE);
    assert_int_equal(schedule(c, NULL, 1), OUTCOME_ADMIN_BAD_VALUE);
    assert_int_equal(schedule(c, NULL, CELL_NOW_S + ANNOUNCE(c) - 1), OUTCOME_ADMIN_BAD_VALUE);
    assert_true(says(c->reply.key_schedule.problem, "announced until 2027-01-16T08:00:00Z"));
    cell_advance(c, ANNOUNCE(c));
    assert_int_equal(schedule(c, NULL, CELL_NOW_S + ANNOUNCE(c)),
                     OUTCOME_ADMIN_BAD_VALUE); /* it is then now */
    assert_int_equal(key_in(c, KEY_NEXT)->scheduled_at_s, 0);
    assert_int_equal(rotate(c, NULL, true), OUTCOME_OK);
    assert_int_equal(schedule(c, NULL, CELL_NOW_S + 2 * ANNOUNCE(c)), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_schedule.problem, "no next key yet"));
}

static void next_key_is_retired_at_once(void **state)
{
    struct cell *c = *state;
    struct kept next;

    make_keys(c);
    next = kid_in(c, KEY_NEXT);
    assert_int_equal(retire(c, &next, false), OUTCOME_OK);
    assert_true(says(c->reply.key_retire.json, "\"state\":\"next\""));
    assert_on_record(c, "key_retire", &next);
    assert_null(key_in(c, KEY_NEXT));
    /* Another one is announced in its place, for as long as any. */
    assert_true(cell_turn_keys(c));
    assert_non_null(key_in(c, KEY_NEXT));
    assert_false(names(span_of_text(key_in(c, KEY_NEXT)->kid), &next));
    assert_int_equal(rotate(c, NULL, false), OUTCOME_ADMIN_CONFLICT);
}

static void current_key_is_not_retired(void **state)
{
    struct cell *c = *state;
    struct kept current;

    make_keys(c);
    current = kid_in(c, KEY_CURRENT);
    assert_int_equal(retire(c, &current, false), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_retire.problem, "rotate first"));
    assert_int_equal(retire(c, &current, true), OUTCOME_ADMIN_CONFLICT);
    assert_non_null(key_in(c, KEY_CURRENT));
}

static void retired_key_stays_while_its_tokens_do_unless_forced(void **state)
{
    struct cell *c = *state;
    struct kept retired;

    make_keys(c);
    assert_int_equal(rotate(c, NULL, true), OUTCOME_OK);
    retired = kid_in(c, KEY_RETIRED);
    assert_int_equal(retire(c, &retired, false), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_retire.problem, "may last until 2027-01-16T08:00:00Z"));
    assert_true(says(c->reply.key_retire.problem, "--force"));
    assert_int_equal(retire(c, &retired, true), OUTCOME_OK);
    assert_true(says(c->reply.key_retire.json, "\"state\":\"retired\""));
    assert_null(key_in(c, KEY_RETIRED));
    assert_on_record(c, "key_retire", &retired);
    assert_int_equal(retire(c, &retired, true), OUTCOME_ADMIN_NOT_FOUND);
}

static void unknown_kid_is_not_found(void **state)
{
    static const char *const kids[] = {"unknown", " ", "1", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"};
    struct cell *c = *state;

    make_keys(c);
    for (size_t i = 0; i < sizeof(kids) / sizeof(kids[0]); i++) {
        struct kept kid;

        kept_take(&kid, span_of_text(kids[i]));
        assert_int_equal(retire(c, &kid, true), OUTCOME_ADMIN_NOT_FOUND);
        assert_true(says(c->reply.key_retire.problem, "key list"));
    }
    assert_int_equal(c->bench.keys->signs_len, 2);
}

/* One that cannot leaves the others as they are. */
static void rotation_of_all_is_all_or_nothing(void **state)
{
    struct cell *c = *state;
    struct kept next;

    while (cell_turn_keys(c))
        ;
    cell_advance(c, ANNOUNCE(c));
    workbench_refresh(&c->bench);
    kept_take(&next, span_of_text(keyring_next(c->bench.keys, JWS_PS256)->kid));
    assert_int_equal(retire(c, &next, false), OUTCOME_OK);
    workbench_refresh(&c->bench);
    kept_take(&next, span_of_text(keyring_next(c->bench.keys, JWS_ES256)->kid));
    assert_int_equal(rotate(c, NULL, false), OUTCOME_ADMIN_CONFLICT);
    assert_true(says(c->reply.key_rotate.problem, "PS256"));
    workbench_refresh(&c->bench);
    assert_true(names(span_of_text(keyring_next(c->bench.keys, JWS_ES256)->kid), &next));
    assert_int_equal(rotate(c, "ES256", false), OUTCOME_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(list_tells_where_each_key_is_in_its_life),
        CELL_TEST_EMPTY(list_holds_no_key),
        CELL_TEST_EMPTY(rotation_waits_for_the_announcement_unless_told),
        CELL_TEST_EMPTY(rotation_announces_the_next_one_at_once),
        CELL_TEST_EMPTY(clock_set_forward_does_not_stand_for_an_announcement),
        CELL_TEST_EMPTY(unknown_algorithms_are_refused),
        CELL_TEST_EMPTY(schedule_is_kept_and_taken_back),
        CELL_TEST_EMPTY(schedule_that_cannot_be_kept_is_refused),
        CELL_TEST_EMPTY(next_key_is_retired_at_once),
        CELL_TEST_EMPTY(current_key_is_not_retired),
        CELL_TEST_EMPTY(retired_key_stays_while_its_tokens_do_unless_forced),
        CELL_TEST_EMPTY(unknown_kid_is_not_found),
        CELL_TEST_EMPTY(rotation_of_all_is_all_or_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
