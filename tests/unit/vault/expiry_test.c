/* What ends by itself is removed in its time, in small bites, and what lives on is looked at again. */
#include "tests/unit/vault/flow.h"
#include "vault/grant.h"

/* A commit with nothing in it but the sweeper's bite. */
static void sweep(struct cell *c)
{
    struct store_txn *txn = NULL;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    cell_commit(c, &txn);
}

static bool is_due(struct cell *c)
{
    struct store_txn *txn = NULL;
    bool due;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    due = expiry_is_due(txn, vault_now_ms(&c->vault) / 1000);
    store_abort(&txn);
    return due;
}

/* Kept a while beyond the code's end, so that its handle stays answered for as long as it could be shown again. */
static void code_that_nobody_redeems_goes_away(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
    assert_int_equal(cell_count(c, TABLE_GRANTS_BY_CUSTOMER), 1);
    cell_advance(c, 899);
    assert_false(is_due(c));
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_HANDLE_ANSWERED);
    cell_advance(c, 1);
    assert_true(is_due(c));
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
    assert_int_equal(cell_count(c, TABLE_GRANTS_BY_CUSTOMER), 0);
    assert_false(is_due(c));
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_HANDLE_EXPIRED);
}

static void grant_in_use_is_entered_again(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (int i = 0; i < 3; i++) {
        cell_advance(c, 29 * CELL_DAY_S);
        sweep(c);
        assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    }
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
    assert_int_equal(cell_count(c, TABLE_EXPIRY), 1); /* the session went, the grant stands once */
    cell_advance(c, 30 * CELL_DAY_S);
    sweep(c); /* the entry that is due may be an old one: the grant is looked at as it is now */
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
    assert_int_equal(cell_count(c, TABLE_EXPIRY), 0);
}

static void session_goes_when_it_ends(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 1);
    cell_advance(c, 8 * 3600 - 1);
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 1);
    cell_advance(c, 1);
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 0);
}

static void revoked_entry_goes_when_its_token_ends(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK);
    assert_int_equal(cell_count(c, TABLE_REVOKED), 1);
    cell_advance(c, 899);
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_REVOKED), 1);
    assert_false(flow_is_active(c, &f.access));
    cell_advance(c, 1);
    sweep(c);
    assert_int_equal(cell_count(c, TABLE_REVOKED), 0);
    assert_false(flow_is_active(c, &f.access));
}

/* A revoked grant is kept as long as its tokens could have lived, so that reuse is still told from nothing. */
static void revoked_grant_is_kept_until_its_tokens_end(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_revoke(c, &c->app, &f.refresh), OUTCOME_OK);
    cell_advance(c, 30 * CELL_DAY_S - 1);
    sweep(c);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
    cell_advance(c, 1);
    sweep(c);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_UNKNOWN);
}

static void bite_is_bounded(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = NULL;
    const uint64_t entries = 2 * EXPIRY_BITE + 10;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    for (uint64_t i = 0; i < entries; i++)
        assert_int_equal(expiry_enter(txn, CELL_NOW_S - 1, EXPIRY_REVOKED, span_of(&i, sizeof(i))), OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
    for (uint64_t left = entries; left > 0;) {
        assert_true(is_due(c));
        sweep(c);
        left -= left < EXPIRY_BITE ? left : EXPIRY_BITE;
        assert_int_equal(cell_count(c, TABLE_EXPIRY), left);
    }
    assert_false(is_due(c));
}

static void entries_of_things_that_are_gone_do_no_harm(void **state)
{
    static const enum expiry_kind kinds[] = {EXPIRY_GRANT, EXPIRY_SESSION, EXPIRY_REVOKED, (enum expiry_kind)77};
    struct cell *c = *state;
    struct store_txn *txn = NULL;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        assert_int_equal(expiry_enter(txn, CELL_NOW_S, kinds[i], SPAN_LITERAL("nobody")), OUTCOME_OK);
    assert_int_equal(expiry_sweep(txn, CELL_NOW_S - 1), OUTCOME_OK);
    assert_int_equal(store_count(txn, TABLE_EXPIRY), 4);
    assert_int_equal(expiry_sweep(txn, CELL_NOW_S), OUTCOME_OK);
    assert_int_equal(store_count(txn, TABLE_EXPIRY), 0);
    store_abort(&txn);
}

static void key_that_does_not_fit_is_refused(void **state)
{
    struct cell *c = *state;
    struct store_txn *txn = NULL;
    uint8_t key[65] = {0};

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(expiry_enter(txn, CELL_NOW_S, EXPIRY_GRANT, span_of(key, 64)), OUTCOME_OK);
    assert_int_equal(expiry_enter(txn, CELL_NOW_S, EXPIRY_GRANT, span_of(key, 65)), OUTCOME_INTERNAL);
    store_abort(&txn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(code_that_nobody_redeems_goes_away),
        CELL_TEST(grant_in_use_is_entered_again),
        CELL_TEST(session_goes_when_it_ends),
        CELL_TEST(revoked_entry_goes_when_its_token_ends),
        CELL_TEST(revoked_grant_is_kept_until_its_tokens_end),
        CELL_TEST_EMPTY(bite_is_bounded),
        CELL_TEST_EMPTY(entries_of_things_that_are_gone_do_no_harm),
        CELL_TEST_EMPTY(key_that_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
