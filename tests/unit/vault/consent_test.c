/* A consent that was given before: what it covers, what ends it, and which of several counts. */
#include "tests/unit/vault/flow.h"
#include "vault/consent.h"
#include "vault/grant.h"

/* Where a request for these scopes goes, of a browser whose customer is logged in. */
static uint64_t next_for(struct cell *c, struct flow *f, const char *scope)
{
    flow_ask(c, f)->scope = span_of_text(scope);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    return c->reply.authorize.next;
}

/* A consent for these scopes, given on the page, whose code became tokens. */
static void give(struct cell *c, struct flow *f, const char *scope)
{
    flow_ask(c, f)->scope = span_of_text(scope);
    c->request.authorize.prompt = SPAN_LITERAL("consent");
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    if (c->reply.authorize.next == AUTHORIZE_LOGIN)
        assert_int_equal(flow_login(c, f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, f, true), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, f), OUTCOME_OK);
}

/* The grant that was made last, as the store has it. */
static void newest_grant(struct cell *c, struct grant_record *ret_grant, struct kept *ret_id,
                         struct kept *ret_row)
{
    struct store_txn *txn = NULL;
    struct span key, row;

    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_last(txn, TABLE_GRANTS, &key, &row), STORE_OK);
    kept_take(ret_id, key);
    kept_take(ret_row, row);
    assert_int_equal(record_decode(kept_span(ret_row), &grant_fields, ret_grant), OUTCOME_OK);
    store_abort(&txn);
}

/* Change it behind everybody's back. */
static void store_grant(struct cell *c, const struct kept *id, const struct grant_record *grant)
{
    struct store_txn *txn = NULL;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(grant_store(txn, kept_span(id), grant), OUTCOME_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

struct scope_row {
    const char *given, *asked;
    uint64_t next;
};

static void no_more_scopes_than_were_given(void **state)
{
    static const struct scope_row rows[] = {
        {"openid accounts", "openid accounts", AUTHORIZE_REMEMBERED},
        {"openid accounts", "accounts openid", AUTHORIZE_REMEMBERED},
        {"openid accounts", "openid", AUTHORIZE_REMEMBERED},
        {"openid customers accounts", "accounts openid", AUTHORIZE_REMEMBERED},
        {"openid", "openid accounts", AUTHORIZE_CONSENT},
        {"openid accounts", "openid transactions", AUTHORIZE_CONSENT},
        {"openid accounts", "openid accounts customers", AUTHORIZE_CONSENT},
        {"openid customers accounts statements", "openid transactions", AUTHORIZE_CONSENT},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};

        give(c, &f, rows[i].given);
        if (next_for(c, &f, rows[i].asked) != rows[i].next)
            fail_msg("row %zu", i);
        assert_int_equal(flow_revoke(c, &c->app, &f.refresh), OUTCOME_OK);
    }
}

/* Two consents do not add up: what was never allowed together is asked for. */
static void scopes_of_two_consents_do_not_add_up(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    give(c, &f, "openid accounts");
    give(c, &f, "openid customers");
    assert_int_equal(next_for(c, &f, "openid accounts"), AUTHORIZE_REMEMBERED);
    assert_int_equal(next_for(c, &f, "openid customers"), AUTHORIZE_REMEMBERED);
    assert_int_equal(next_for(c, &f, "openid accounts customers"), AUTHORIZE_CONSENT);
}

static void only_the_same_client_and_customer(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, friend = {0};
    struct party longer;

    cell_add_client(c, &longer, "app2");
    assert_int_equal(cell_add_user(c, "bob", CELL_PASSWORD), OUTCOME_OK);
    give(c, &f, FLOW_SCOPE);
    flow_ask(c, &f)->client_id = SPAN_LITERAL("other");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_CONSENT);
    flow_ask(c, &f)->client_id = SPAN_LITERAL("app2");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_CONSENT);
    /* Somebody else, in the same browser. */
    friend.browser = f.browser;
    assert_int_equal(next_for(c, &friend, FLOW_SCOPE), AUTHORIZE_LOGIN);
    assert_int_equal(flow_login(c, &friend, "bob", CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, &friend), OUTCOME_OK);
    assert_false(c->reply.consent_page.is_remembered);
    assert_int_equal(flow_remembered(c, &friend), OUTCOME_CONSENT_NOT_REMEMBERED);
    assert_int_equal(next_for(c, &friend, FLOW_SCOPE), AUTHORIZE_CONSENT);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
}

static void another_browser_of_the_customer_is_as_good(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, phone = {0};

    give(c, &f, FLOW_SCOPE);
    assert_int_equal(next_for(c, &phone, FLOW_SCOPE), AUTHORIZE_LOGIN);
    assert_int_equal(flow_login(c, &phone, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, &phone), OUTCOME_OK);
    assert_true(c->reply.consent_page.is_remembered);
    assert_int_equal(flow_remembered(c, &phone), OUTCOME_OK);
}

/* ---- what ends it --------------------------------------------------------------------------------------- */

static void revoked_by_the_client(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    give(c, &f, FLOW_SCOPE);
    assert_int_equal(flow_revoke(c, &c->app, &f.access), OUTCOME_OK); /* the grant is untouched by that */
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_revoke(c, &c->app, &f.refresh), OUTCOME_OK);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

static void revoked_by_the_bank(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;
    uint8_t text[LIMIT_GRANT_ID];

    give(c, &f, FLOW_SCOPE);
    newest_grant(c, &grant, &id, &row);
    c->request.grant_revoke.grant_id = grant_id_text(kept_span(&id), text);
    assert_int_equal(cell_call(c, MESSAGE_GRANT_REVOKE), OUTCOME_OK);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

static void stolen_code_or_token(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, thief;

    give(c, &f, FLOW_SCOPE);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
    give(c, &f, FLOW_SCOPE);
    thief = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_refresh(c, &thief), OUTCOME_REFRESH_REUSED);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

/* Pending for as long as its code is; then it has given the client nothing. */
static void code_that_nobody_redeemed(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    cell_advance(c, 59);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    cell_advance(c, 1);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

static void tokens_that_have_all_ended(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    c->vault.config.lifetimes.session_s = c->vault.config.lifetimes.session_idle_s = 90 * CELL_DAY_S;
    give(c, &f, FLOW_SCOPE);
    cell_advance(c, 30 * CELL_DAY_S - 1);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    cell_advance(c, 1);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

static void client_of_the_same_name(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    give(c, &f, FLOW_SCOPE);
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    cell_add_client(c, &c->app, "app");
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

/* The configuration asks, or the client does. */
static void where_the_customer_has_to_be_asked(void **state)
{
    static const char *const prompts[] = {"consent", "consent login", "select_account consent"};
    struct cell *c = *state;
    struct flow f = {0};

    give(c, &f, FLOW_SCOPE);
    for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
        flow_ask(c, &f)->prompt = span_of_text(prompts[i]);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_not_equal(c->reply.authorize.next, AUTHORIZE_REMEMBERED);
        if (c->reply.authorize.next == AUTHORIZE_LOGIN)
            assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
        assert_false(c->reply.consent_page.is_remembered);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_CONSENT_NOT_REMEMBERED);
    }
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    c->vault.config.remember_consent = false;
    assert_int_equal(flow_remembered(c, &f), OUTCOME_CONSENT_NOT_REMEMBERED);
    assert_int_equal(c->answer, ANSWER_CONSENT_NEEDED);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
    assert_false(c->reply.consent_page.is_remembered);
}

/* ---- its bounds ----------------------------------------------------------------------------------------- */

static void remembered_one_ends_no_later(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;

    c->vault.config.lifetimes.session_s = c->vault.config.lifetimes.session_idle_s = 400 * CELL_DAY_S;
    give(c, &f, FLOW_SCOPE);
    for (int i = 0; i < 13; i++) { /* however often it is asked for again */
        cell_advance(c, 28 * CELL_DAY_S);
        assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
        assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
        newest_grant(c, &grant, &id, &row);
        assert_int_equal(grant.ends_at_s, CELL_NOW_S + 365 * CELL_DAY_S);
    }
    cell_advance(c, CELL_DAY_S);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_CONSENT);
}

static void shorter_consent_of_the_client_holds_from_now_on(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;

    give(c, &f, FLOW_SCOPE);
    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .consent_s = 3600};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    cell_advance(c, 10);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    newest_grant(c, &grant, &id, &row);
    assert_int_equal(grant.ends_at_s, CELL_NOW_S + 10 + 3600);
}

static void of_several_the_one_that_ends_last_counts(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;

    give(c, &f, FLOW_SCOPE);
    cell_advance(c, 100);
    give(c, &f, FLOW_SCOPE); /* the longest */
    cell_advance(c, 100);
    give(c, &f, "openid"); /* longer still, for less */
    cell_advance(c, 100);
    give(c, &f, FLOW_SCOPE);
    newest_grant(c, &grant, &id, &row);
    grant.ends_at_s = CELL_NOW_S + 1000;
    store_grant(c, &id, &grant);
    cell_advance(c, 100);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    newest_grant(c, &grant, &id, &row);
    assert_int_equal(grant.ends_at_s, CELL_NOW_S + 100 + 365 * CELL_DAY_S);
}

/* Whoever was allowed to see one account is not shown the others. */
static void accounts_that_were_allowed_stay_the_same(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;

    give(c, &f, FLOW_SCOPE);
    newest_grant(c, &grant, &id, &row);
    grant.accounts.items[0] = SPAN_LITERAL("acc-1");
    grant.accounts.items[1] = SPAN_LITERAL("acc-7");
    grant.accounts.len = 2;
    store_grant(c, &id, &grant);
    cell_advance(c, 1);
    assert_int_equal(next_for(c, &f, "openid accounts"), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    newest_grant(c, &grant, &id, &row);
    assert_true(span_equal_text(grant.scope, "openid accounts"));
    assert_int_equal(grant.accounts.len, 2);
    assert_true(span_equal_text(grant.accounts.items[1], "acc-7"));
}

static void only_the_newest_are_looked_at(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    give(c, &f, "openid accounts");
    for (int i = 1; i < CONSENT_LOOK_MAX; i++) {
        cell_advance(c, 1);
        assert_int_equal(next_for(c, &f, "openid"), AUTHORIZE_REMEMBERED);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    }
    assert_int_equal(next_for(c, &f, "openid accounts"), AUTHORIZE_REMEMBERED);
    assert_int_equal(next_for(c, &f, "openid"), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    assert_int_equal(next_for(c, &f, "openid accounts"), AUTHORIZE_CONSENT);
    assert_int_equal(next_for(c, &f, "openid"), AUTHORIZE_REMEMBERED);
}

/* A record that cannot be read covers nothing, and turns nobody away. */
static void damaged_grant_is_passed_over(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct grant_record grant;
    struct kept id, row;
    struct store_txn *txn = NULL;

    give(c, &f, FLOW_SCOPE);
    cell_advance(c, 1);
    give(c, &f, "openid");
    newest_grant(c, &grant, &id, &row);
    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_put(txn, TABLE_GRANTS, kept_span(&id), SPAN_LITERAL("\x81nothing")), STORE_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
    assert_int_equal(next_for(c, &f, FLOW_SCOPE), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(no_more_scopes_than_were_given),
        CELL_TEST(scopes_of_two_consents_do_not_add_up),
        CELL_TEST(only_the_same_client_and_customer),
        CELL_TEST(another_browser_of_the_customer_is_as_good),
        CELL_TEST(revoked_by_the_client),
        CELL_TEST(revoked_by_the_bank),
        CELL_TEST(stolen_code_or_token),
        CELL_TEST(code_that_nobody_redeemed),
        CELL_TEST(tokens_that_have_all_ended),
        CELL_TEST(client_of_the_same_name),
        CELL_TEST(where_the_customer_has_to_be_asked),
        CELL_TEST(remembered_one_ends_no_later),
        CELL_TEST(shorter_consent_of_the_client_holds_from_now_on),
        CELL_TEST(of_several_the_one_that_ends_last_counts),
        CELL_TEST(accounts_that_were_allowed_stay_the_same),
        CELL_TEST(only_the_newest_are_looked_at),
        CELL_TEST(damaged_grant_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
