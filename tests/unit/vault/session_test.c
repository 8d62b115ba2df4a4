/* The browser's session: what it is known by, what it remembers of the login, and when it is over. */
#include "tests/unit/vault/flow.h"
#include "vault/session.h"

/* The session of a flow as the store has it. */
static void load(struct cell *c, const struct flow *f, struct session_record *ret_session,
                 struct kept *ret_key)
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

/* Within one second a client may want a newer login than the one there was. */
static void new_login_is_newer_to_the_millisecond(void **state)
{
    static const char *const prompts[] = {"login", "select_account", NULL};
    struct cell *c = *state;
    struct flow f = {0};

    login(c, &f);
    for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
        clock_advance(&c->vault.clock, 1);
        flow_ask(c, &f)->prompt = span_of_text(prompts[i]);
        if (!prompts[i])
            c->request.authorize.max_age = SPAN_LITERAL("0");
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(c->reply.authorize.next, AUTHORIZE_LOGIN);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_SESSION_ENDED);
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
    }
    assert_int_equal(vault_now_ms(&c->vault) / 1000, CELL_NOW_S);
}

struct since_row {
    uint64_t s, ms;
    bool is_since;
};

static void time_of_a_login_has_two_parts(void **state)
{
    static const struct since_row rows[] = {{0, 0, true},      {999, 999, true},  {1000, 0, true},
                                            {1000, 499, true}, {1000, 500, true}, {1000, 501, false},
                                            {1001, 0, false},  {1001, 499, false}};
    const struct session_record session = {.auth_time_s = 1000, .auth_ms = 500};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(session_is_since(&session, rows[i].s, rows[i].ms), rows[i].is_since);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(login_leaves_its_level_and_its_times),
        CELL_TEST(sid_is_the_sessions_own_and_tells_nothing),
        CELL_TEST(new_login_is_newer_to_the_millisecond),
        cmocka_unit_test(time_of_a_login_has_two_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
