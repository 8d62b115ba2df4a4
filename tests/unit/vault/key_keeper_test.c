/*
 * The keeper on a real store: keys appear, change and go with their records, and a failed commit changes
 * nothing.
 */
#include "tests/unit/vault/flow.h"

#include "vault/key_keeper.h"

#define ROTATE_AFTER(c) ((c)->vault.config.keys.rotate_after_s)
#define ANNOUNCE(c) ((c)->vault.config.keys.announce_s)

/* RSA keys take their time; where it does not matter which algorithm it is, there is one. */
static void es256_only(struct cell *c)
{
    cell_close(c);
    c->vault.config.signing_algorithms = 1u << JWS_ES256;
    cell_open(c);
}

static const struct keyring *ring(struct cell *c)
{
    workbench_refresh(&c->bench);
    return c->bench.keys;
}

static struct kept kid_of(const struct sign_key *key)
{
    struct kept kept;

    assert_non_null(key);
    kept_take(&kept, span_of_text(key->kid));
    return kept;
}

static bool has_kid(const struct sign_key *key, const struct kept *kid)
{
    return key && span_equal_text(kept_span(kid), key->kid);
}

static size_t in_state(struct cell *c, enum key_state state)
{
    size_t found = 0;

    for (size_t i = 0; i < ring(c)->signs_len; i++)
        found += ring(c)->signs[i].state == state;
    return found;
}

static void new_store_gets_its_keys(void **state)
{
    struct cell *c = *state;

    assert_non_null(keyring_signer(ring(c), JWS_ES256)); /* at once */
    assert_null(keyring_signer(ring(c), JWS_PS256));
    assert_true(cell_turn_keys(c));
    assert_true(cell_turn_keys(c));
    assert_false(cell_turn_keys(c));
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        assert_non_null(keyring_signer(ring(c), (enum jws_alg)alg));
        assert_non_null(keyring_next(ring(c), (enum jws_alg)alg));
    }
    assert_int_equal(ring(c)->signs_len, 6);
    cell_assert_audit(c, "key_published", "ok");
    cell_close(c);
    cell_open(c);
    assert_int_equal(ring(c)->signs_len, 6);
    assert_false(cell_turn_keys(c));
}

static void key_goes_through_its_life(void **state)
{
    struct cell *c = *state;
    struct kept first, second;

    es256_only(c);
    first = kid_of(keyring_signer(ring(c), JWS_ES256));
    cell_advance(c, 1);
    assert_true(cell_turn_keys(c));
    second = kid_of(keyring_next(ring(c), JWS_ES256));
    cell_advance(c, ROTATE_AFTER(c) - 2);
    assert_false(cell_turn_keys(c));
    cell_advance(c, 1);
    assert_true(cell_turn_keys(c));
    assert_true(has_kid(keyring_signer(ring(c), JWS_ES256), &second));
    assert_int_equal(in_state(c, KEY_NEXT), 1); /* its successor is announced at once */
    assert_int_equal(in_state(c, KEY_RETIRED), 1);
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&first))->state, KEY_RETIRED);
    assert_non_null(strstr(ring(c)->jwks, keyring_by_kid(ring(c), kept_span(&first))->kid));
    cell_advance(c, KEY_LIFE_RETIRED_S - 1);
    assert_false(cell_turn_keys(c));
    cell_advance(c, 1);
    assert_true(cell_turn_keys(c));
    cell_assert_audit(c, "key_gone", "ok");
    assert_null(keyring_by_kid(ring(c), kept_span(&first)));
    assert_int_equal(ring(c)->signs_len, 2);
}

/* What retired signed stays good for as long as it lasts, across a restart as well. */
static void life_goes_on_after_a_restart(void **state)
{
    struct cell *c = *state;
    struct kept first;

    es256_only(c);
    first = kid_of(keyring_signer(ring(c), JWS_ES256));
    cell_turn_keys(c);
    cell_advance(c, ROTATE_AFTER(c) - ANNOUNCE(c));
    cell_close(c);
    cell_open(c);
    cell_advance(c, ANNOUNCE(c));
    assert_true(cell_turn_keys(c));
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&first))->state, KEY_RETIRED);
    cell_advance(c, KEY_LIFE_RETIRED_S - 100);
    cell_close(c);
    cell_open(c);
    assert_false(cell_turn_keys(c));
    assert_non_null(keyring_by_kid(ring(c), kept_span(&first)));
    cell_advance(c, 100);
    assert_true(cell_turn_keys(c));
    assert_null(keyring_by_kid(ring(c), kept_span(&first)));
}

/* Somebody sets the clock a year forward, and back again. */
static void clock_that_jumps_cuts_nothing_short(void **state)
{
    struct cell *c = *state;
    struct kept first;

    es256_only(c);
    cell_turn_keys(c);
    first = kid_of(keyring_signer(ring(c), JWS_ES256));
    clock_advance(&c->vault.clock, 365 * CELL_DAY_S * 1000);
    assert_false(cell_turn_keys(c)); /* old enough, and NEXT has been published for no time at all */
    cell_monotonic_at_ms += ANNOUNCE(c) * 1000;
    assert_true(cell_turn_keys(c));
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&first))->state, KEY_RETIRED);
    clock_advance(&c->vault.clock, 365 * CELL_DAY_S * 1000);
    assert_false(cell_turn_keys(c));
    assert_non_null(keyring_by_kid(ring(c), kept_span(&first)));
    /* Set back before anything was committed, the time is what it was. */
    clock_set(&c->vault.clock, CELL_NOW_S * 1000);
    cell_monotonic_at_ms += KEY_LIFE_RETIRED_S * 1000;
    assert_false(cell_turn_keys(c));
    clock_set(&c->vault.clock, (CELL_NOW_S + 366 * CELL_DAY_S) * 1000);
    assert_true(cell_turn_keys(c));
    assert_null(keyring_by_kid(ring(c), kept_span(&first)));
}

/* As it is before this: one ES256 key that says nothing of its algorithm. */
static void key_of_an_older_store_is_taken_over(void **state)
{
    struct cell *c = *state;
    struct key_record record = {.purpose = KEY_SIGN, .state = KEY_CURRENT, .created_at_s = CELL_NOW_S - 100};
    struct secret pair = SECRET_NONE;
    struct store_txn *txn = NULL;
    struct kept first;

    es256_only(c);
    assert_int_equal(sign_key_make(JWS_ES256, &pair), OUTCOME_OK);
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(key_record_put(txn, &c->vault.master, 4, &record, &pair), OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
    secret_wipe(&pair);
    cell_close(c);
    cell_open(c);
    first = kid_of(keyring_signer(ring(c), JWS_ES256));
    assert_true(cell_turn_keys(c));
    assert_int_equal(in_state(c, KEY_NEXT), 1);
    cell_advance(c, ROTATE_AFTER(c) - 101); /* it has signed since it was made */
    assert_false(cell_turn_keys(c));
    cell_advance(c, 1);
    assert_true(cell_turn_keys(c));
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&first))->state, KEY_RETIRED);
    cell_close(c);
    cell_open(c);
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&first))->state, KEY_RETIRED);
}

static void algorithm_taken_out_of_the_configuration_stops_signing(void **state)
{
    struct cell *c = *state;
    struct kept kid;

    while (cell_turn_keys(c))
        ;
    kid = kid_of(keyring_signer(ring(c), JWS_PS256));
    cell_close(c);
    c->vault.config.signing_algorithms = 1u << JWS_ES256;
    cell_open(c);
    assert_true(cell_turn_keys(c));
    assert_null(keyring_signer(ring(c), JWS_PS256));
    assert_null(keyring_next(ring(c), JWS_PS256));
    assert_int_equal(keyring_by_kid(ring(c), kept_span(&kid))->state, KEY_RETIRED);
    cell_advance(c, KEY_LIFE_RETIRED_S);
    assert_true(cell_turn_keys(c));
    assert_null(keyring_by_kid(ring(c), kept_span(&kid)));
    /* Back in, it begins anew. */
    cell_close(c);
    c->vault.config.signing_algorithms |= 1u << JWS_PS256;
    cell_open(c);
    assert_true(cell_turn_keys(c));
    assert_non_null(keyring_signer(ring(c), JWS_PS256));
}

/* How often the audit says this of keys. */
static int told(struct cell *c, const char *event, const char *detail)
{
    struct store_txn *txn = NULL;
    struct audit_record record;
    struct span row;
    uint8_t key[8] = {0};
    int times = 0;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    for (uint64_t sequence = 1; sequence <= c->head.size; sequence++) {
        for (int i = 0; i < 8; i++)
            key[i] = (uint8_t)(sequence >> (56 - 8 * i));
        assert_int_equal(store_get(txn, TABLE_AUDIT, span_of(key, sizeof(key)), &row), STORE_OK);
        assert_true(codec_decode(span_from(row, AUDIT_CHAIN_HEAD), &audit_record_fields, &record));
        times += span_equal_text(record.event, event) && span_equal_text(record.detail, detail);
    }
    store_abort(&txn);
    return times;
}

/* A key is gone and another one gets its number in the same transaction: each is on record by its name. */
static void key_that_is_gone_goes_on_record_by_its_own_name(void **state)
{
    struct cell *c = *state;
    char gone[128];

    while (cell_turn_keys(c))
        ;
    snprintf(gone, sizeof(gone), "PS256 kid=%s", keyring_next(ring(c), JWS_PS256)->kid);
    cell_close(c);
    c->vault.config.signing_algorithms = 1u << JWS_ES256;
    cell_open(c);
    cell_advance(c, ROTATE_AFTER(c)); /* ES256 has a new key made in the same turn */
    assert_true(cell_turn_keys(c));
    assert_int_equal(told(c, "key_gone", gone), 1);
}

/* Do what is due, and give the transaction up. */
static void turn_and_undo(struct cell *c)
{
    struct store_txn *txn = NULL;
    struct audit_head head = c->head;

    while (key_maker_make_one(key_keeper_maker(c->vault.key_keeper)))
        ;
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    key_keeper_begin(c->vault.key_keeper);
    assert_int_equal(key_keeper_turn(c->vault.key_keeper, txn, &head), OUTCOME_OK);
    assert_ptr_not_equal(key_keeper_ring(c->vault.key_keeper), ring(c));
    store_abort(&txn);
    key_keeper_undo(c->vault.key_keeper);
}

static void failed_commit_changes_nothing(void **state)
{
    struct cell *c = *state;
    const struct keyring *before;
    struct kept first;

    es256_only(c);
    cell_turn_keys(c);
    cell_advance(c, ROTATE_AFTER(c));
    before = ring(c);
    first = kid_of(keyring_signer(before, JWS_ES256));
    turn_and_undo(c);
    assert_ptr_equal(ring(c), before);
    assert_ptr_equal(key_keeper_ring(c->vault.key_keeper), before);
    turn_and_undo(c);
    /* The spare that it would have used is used by the one that succeeds, once. */
    assert_true(cell_turn_keys(c));
    assert_false(has_kid(keyring_signer(ring(c), JWS_ES256), &first));
    assert_int_equal(ring(c)->signs_len, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ring(c)->signs[i].kid, ring(c)->signs[j].kid);
}

/* A rotation does not wait for the next successor to be made. */
static void rotation_does_not_wait_for_a_spare(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = NULL;

    es256_only(c);
    cell_turn_keys(c);
    cell_advance(c, ROTATE_AFTER(c));
    assert_true(key_keeper_is_due(c->vault.key_keeper));
    assert_false(key_maker_has(key_keeper_maker(c->vault.key_keeper), JWS_ES256));
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    key_keeper_begin(c->vault.key_keeper);
    assert_int_equal(key_keeper_turn(c->vault.key_keeper, txn, &c->head), OUTCOME_OK);
    cell_commit(c, &txn);
    assert_int_equal(in_state(c, KEY_RETIRED), 1);
    assert_int_equal(in_state(c, KEY_NEXT), 0);
    cell_assert_audit(c, "key_rotated", "ok");
    cell_monotonic_at_ms += KEY_KEEPER_LOOK_MS;
    assert_false(key_keeper_is_due(c->vault.key_keeper)); /* nothing to do it with */
    assert_true(cell_turn_keys(c));
    assert_int_equal(in_state(c, KEY_NEXT), 1);
}

/* Who works with the old keys goes on with them; they are wiped when the last lets go. */
static void workbench_takes_newer_keys_when_a_request_begins(void **state)
{
    struct cell *c = *state;
    struct workbench other;
    const struct keyring *old;
    uint64_t generation;

    es256_only(c);
    assert_true(workbench_init(&other, &c->vault.keys));
    old = other.keys;
    generation = old->generation;
    assert_true(cell_turn_keys(c));
    assert_ptr_equal(other.keys, old); /* in the middle of a request */
    assert_null(keyring_next(other.keys, JWS_ES256));
    workbench_refresh(&other);
    assert_int_equal(other.keys->generation, generation + 1);
    assert_non_null(keyring_next(other.keys, JWS_ES256));
    workbench_rest(&other);
    assert_null(other.keys);
    workbench_refresh(&other);
    assert_int_equal(other.keys->generation, generation + 1);
    assert_non_null(workbench_mint(&other, other.mint_current));
    workbench_fini(&other);
}

/*
 * A client that wants RSA before there is an RSA key is asked to come back, and its code is as good as
 * before.
 */
static void client_whose_key_is_not_there_yet_is_told_to_wait(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct party rsa;

    c->request.client_add.signing_alg = SPAN_LITERAL("RS256");
    cell_add_client(c, &rsa, "rsa");
    flow_ask(c, &f)->client_id = SPAN_LITERAL("rsa");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    flow_present(c, &f, &rsa);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_SIGNER_MISSING);
    assert_int_equal(c->answer, ANSWER_TEMPORARILY_UNAVAILABLE);
    cell_assert_audit(c, "code_redeem", "signer_missing");
    while (cell_turn_keys(c))
        ;
    flow_present(c, &f, &rsa);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    assert_true(c->reply.code_redeem.id_token.len > 0);
}

/*
 * The same for as long as its algorithm is out of the configuration. Nothing of it spoils the commit that
 * others share, nothing is spent, and a stolen code is caught all the same.
 */
static void client_of_an_algorithm_that_is_gone_spends_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct party rsa;

    while (cell_turn_keys(c))
        ;
    c->request.client_add.signing_alg = SPAN_LITERAL("RS256");
    cell_add_client(c, &rsa, "rsa");
    flow_ask(c, &f)->client_id = SPAN_LITERAL("rsa");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    flow_present(c, &f, &rsa);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    cell_close(c);
    c->vault.config.signing_algorithms = 1u << JWS_ES256;
    cell_open(c);
    while (cell_turn_keys(c))
        ;
    assert_int_equal(flow_refresh_as(c, &f, &rsa, NULL), OUTCOME_SIGNER_MISSING);
    flow_present(c, &f, &rsa);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    cell_assert_audit(c, "code_redeem", "code_replayed");
    assert_int_equal(flow_refresh_as(c, &f, &rsa, NULL), OUTCOME_GRANT_REVOKED);
}

/* A request that is repeated (I10) waits for the key too. */
static void repeated_request_waits_for_the_key_too(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    flow_present(c, &f, &c->app);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .signing_alg = SPAN_LITERAL("RS256")};
    memcpy(f.handle.bytes, c->request_id, LIMIT_REQUEST_ID); /* the update has an id of its own */
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    memcpy(c->request_id, f.handle.bytes, LIMIT_REQUEST_ID);
    flow_present(c, &f, &c->app);
    c->repeat = true;
    assert_int_equal(flow_redeem(c, &f), OUTCOME_SIGNER_MISSING);
    while (cell_turn_keys(c))
        ;
    flow_present(c, &f, &c->app);
    c->repeat = true;
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST_EMPTY(new_store_gets_its_keys),
        CELL_TEST_EMPTY(key_goes_through_its_life),
        CELL_TEST_EMPTY(life_goes_on_after_a_restart),
        CELL_TEST_EMPTY(clock_that_jumps_cuts_nothing_short),
        CELL_TEST_EMPTY(key_of_an_older_store_is_taken_over),
        CELL_TEST_EMPTY(algorithm_taken_out_of_the_configuration_stops_signing),
        CELL_TEST_EMPTY(key_that_is_gone_goes_on_record_by_its_own_name),
        CELL_TEST_EMPTY(failed_commit_changes_nothing),
        CELL_TEST_EMPTY(rotation_does_not_wait_for_a_spare),
        CELL_TEST_EMPTY(workbench_takes_newer_keys_when_a_request_begins),
        CELL_TEST(client_whose_key_is_not_there_yet_is_told_to_wait),
        CELL_TEST(client_of_an_algorithm_that_is_gone_spends_nothing),
        CELL_TEST(repeated_request_waits_for_the_key_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
