/* The browser's session: what it is known by, what it remembers of the login, and when it is over. */
#include "tests/unit/vault/flow.h"
#include "vault/session.h"

/* The session of a flow as the store has it. */
static void load(struct cell *c, const struct flow *f, struct session_record *ret_session, struct kept *ret_key)
{
    struct store_txn *txn = NULL;
    uint8_t key[MAC_LEN];

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    c->op.txn = txn;
    assert_int_equal(session_key(&c->op, kept_secret(&f->session), key), OUTCOME_OK);
    kept_take(ret_key, span_of(key, sizeof(key)));
    assert_int_equal(record_get(txn, TABLE_SESSIONS, span_of(key, sizeof(key)), &session_fields,
                                OUTCOME_SESSION_ENDED, ret_session),
                     OUTCOME_OK);
    store_abort(&txn);
}

static void login(struct cell *c, struct flow *f)
{
    flow_ask(c, f);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    assert_int_equal(flow_login(c, f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
}

static void login_leaves_its_level_and_its_times(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct session_record session;
    struct kept key;

    login(c, &f);
    load(c, &f, &session, &key);
    assert_true(span_equal_text(session.acr, "urn:strongroom:acr:password"));
    assert_int_equal(session.auth_time_s, CELL_NOW_S);
    assert_int_equal(session.used_at_s, CELL_NOW_S);
    assert_int_equal(session.ends_at_s, CELL_NOW_S + 8 * 3600);
}

static void sid_is_the_sessions_own_and_tells_nothing(void **state)
{
    struct cell *c = *state;
    struct flow one = {0}, two = {0};
    struct session_record session;
    struct kept key, other_key;
    uint8_t sid[SESSION_SID_LEN], again[SESSION_SID_LEN], other[SESSION_SID_LEN];

    login(c, &one);
    login(c, &two);
    load(c, &one, &session, &key);
    load(c, &two, &session, &other_key);
    assert_int_equal(session_sid(&c->op, key.bytes, sid), OUTCOME_OK);
    assert_int_equal(session_sid(&c->op, key.bytes, again), OUTCOME_OK);
    assert_int_equal(session_sid(&c->op, other_key.bytes, other), OUTCOME_OK);
    assert_memory_equal(sid, again, sizeof(sid));
    assert_memory_not_equal(sid, other, sizeof(sid));
    assert_null(memmem(key.bytes, key.len, sid, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(login_leaves_its_level_and_its_times),
        CELL_TEST(sid_is_the_sessions_own_and_tells_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
