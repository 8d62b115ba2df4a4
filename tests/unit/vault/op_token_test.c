/*
 * A code and the refresh tokens that come of it: what each may be used for, by whom, how often, how long.
 */
#include "tests/unit/vault/flow.h"
#include "vault/grant.h"

/* ---- codes -------------------------------------------------------------------------------------------- */

static void code_becomes_tokens(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(c->reply.code_redeem.expires_in_s, 900);
    assert_true(span_equal_text(c->reply.code_redeem.scope, FLOW_SCOPE));
    assert_int_equal(f.access.len, TOKEN_TEXT_LEN);
    assert_int_equal(f.refresh.len, TOKEN_TEXT_LEN);
    assert_true(c->reply.code_redeem.id_token.len > 0);
    cell_assert_audit(c, "code_redeem", "ok");
    assert_true(flow_is_active(c, &f.access));
}

static void code_used_twice_ends_its_grant(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
    cell_assert_audit(c, "code_redeem", "code_replayed");
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_GRANT_REVOKED);
}

static void code_used_after_refresh_ends_its_grant(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_false(flow_is_active(c, &f.access));
}

/* I10: the reply was lost, the front end asks again under the same id. */
static void repeated_request_gets_the_same_tokens(void **state)
{
    static const uint64_t after_s[] = {0, 1, 59, GRANT_REPEAT_S};
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(after_s) / sizeof(after_s[0]); i++) {
        struct flow f = {0}, again;

        flow_tokens(c, &f);
        again = f;
        cell_advance(c, after_s[i]);
        c->repeat = true;
        assert_int_equal(flow_redeem(c, &again), OUTCOME_OK);
        assert_true(kept_equal(&f.access, &again.access));
        assert_true(kept_equal(&f.refresh, &again.refresh));
        assert_int_equal(c->reply.code_redeem.expires_in_s, 900 - after_s[i]);
    }
}

static void repeat_after_a_minute_is_a_replay(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    cell_advance(c, GRANT_REPEAT_S + 1);
    c->repeat = true;
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_false(flow_is_active(c, &f.access));
}

/* A request id is no credential: the evidence has to be right again. */
static void repeat_with_another_verifier_is_a_replay(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    flow_present(c, &f, &c->app)->code_verifier = secret_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl");
    c->repeat = true;
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CODE_REPLAYED);
    assert_false(flow_is_active(c, &f.access));
}

struct wrong_code {
    const char *redirect_uri, *verifier;
    enum outcome outcome;
};

/* The right client with wrong evidence holds a code that is not meant for it as it is: the code is burnt. */
static void wrong_binding_burns_the_code(void **state)
{
    static const struct wrong_code rows[] = {
        {CELL_REDIRECT, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", OUTCOME_CODE_VERIFIER_WRONG},
        {CELL_REDIRECT, FLOW_VERIFIER "x", OUTCOME_CODE_VERIFIER_WRONG},
        {CELL_REDIRECT, FLOW_CHALLENGE, OUTCOME_CODE_VERIFIER_WRONG},
        {CELL_REDIRECT, "short", OUTCOME_CODE_VERIFIER_WRONG},
        {CELL_REDIRECT, "", OUTCOME_CODE_VERIFIER_WRONG},
        {CELL_REDIRECT "/", FLOW_VERIFIER, OUTCOME_CODE_REDIRECT_WRONG},
        {CELL_REDIRECT "?", FLOW_VERIFIER, OUTCOME_CODE_REDIRECT_WRONG},
        {"https://APP.example/callback", FLOW_VERIFIER, OUTCOME_CODE_REDIRECT_WRONG},
        {"", FLOW_VERIFIER, OUTCOME_CODE_REDIRECT_WRONG},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};
        struct req_code_redeem *request;

        flow_code(c, &f);
        request = flow_present(c, &f, &c->app);
        request->redirect_uri = span_of_text(rows[i].redirect_uri);
        request->code_verifier = secret_text(rows[i].verifier);
        assert_int_equal(flow_redeem(c, &f), rows[i].outcome);
        assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
        assert_int_equal(flow_redeem(c, &f), OUTCOME_GRANT_REVOKED);
    }
}

static void wrong_client_burns_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    flow_present(c, &f, &c->other);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_OF_OTHER_CLIENT);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
    flow_present(c, &f, &c->app)->client_secret = secret_text("guessed");
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CLIENT_SECRET_WRONG);
    assert_int_equal(c->answer, ANSWER_INVALID_CLIENT);
    flow_present(c, &f, &c->api);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_CLIENT_WRONG_KIND);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    /* Nor does another client's try end what the right one has by now. */
    flow_present(c, &f, &c->other);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_OF_OTHER_CLIENT);
    assert_true(flow_is_active(c, &f.access));
}

static void code_ends_after_a_minute(void **state)
{
    struct cell *c = *state;
    struct flow in_time = {0}, late = {0};

    flow_code(c, &in_time);
    cell_advance(c, 59);
    assert_int_equal(flow_redeem(c, &in_time), OUTCOME_OK);
    flow_code(c, &late);
    cell_advance(c, 60);
    assert_int_equal(flow_redeem(c, &late), OUTCOME_CODE_EXPIRED);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
    assert_int_equal(flow_redeem(c, &late), OUTCOME_CODE_EXPIRED);
    cell_advance(c, 900); /* the sweeper takes the grant, which nothing can come of any more */
    assert_int_equal(flow_redeem(c, &late), OUTCOME_CODE_EXPIRED);
    assert_int_equal(flow_redeem(c, &late), OUTCOME_GRANT_UNKNOWN);
}

static void only_a_code_is_a_code(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept forged;

    flow_tokens(c, &f);
    flow_present(c, &f, &c->app)->code = kept_secret(&f.access);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_WRONG_KIND);
    flow_present(c, &f, &c->app)->code = kept_secret(&f.refresh);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_WRONG_KIND);
    kept_take(&forged, kept_span(&f.code));
    forged.bytes[40] = forged.bytes[40] == 'A' ? 'B' : 'A';
    flow_present(c, &f, &c->app)->code = kept_secret(&forged);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_FORGED);
    flow_present(c, &f, &c->app)->code = secret_text("");
    assert_int_equal(flow_redeem(c, &f), OUTCOME_TOKEN_FORGED);
    assert_true(flow_is_active(c, &f.access));
}

/* ---- rotation ----------------------------------------------------------------------------------------- */

static void refresh_rotates(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, first;

    flow_tokens(c, &f);
    for (int i = 0; i < 5; i++) {
        first = f;
        cell_advance(c, 100);
        assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
        assert_false(kept_equal(&first.refresh, &f.refresh));
        assert_false(kept_equal(&first.access, &f.access));
        /* An access token lives its time out; only refresh tokens are superseded. */
        assert_true(flow_is_active(c, &first.access));
        assert_true(flow_is_active(c, &f.access));
    }
}

static void reuse_ends_this_grant_and_no_other(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, stolen, sibling = {0};

    flow_tokens(c, &f);
    sibling.browser = f.browser;
    sibling.session = f.session;
    flow_tokens(c, &sibling);
    stolen = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_refresh(c, &stolen), OUTCOME_REFRESH_REUSED);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
    cell_assert_audit(c, "refresh", "refresh_reused");
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
    assert_true(flow_is_active(c, &sibling.access));
    assert_int_equal(flow_refresh(c, &sibling), OUTCOME_OK);
}

static void much_older_token_is_reuse_too(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, stolen;

    flow_tokens(c, &f);
    stolen = f;
    for (int i = 0; i < 4; i++)
        assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_refresh(c, &stolen), OUTCOME_REFRESH_REUSED);
    assert_false(flow_is_active(c, &f.access));
}

static void repeated_refresh_gets_the_same_tokens(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, again;

    flow_tokens(c, &f);
    again = f;
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "openid accounts"), OUTCOME_OK);
    cell_advance(c, GRANT_REPEAT_S);
    c->repeat = true;
    assert_int_equal(flow_refresh_as(c, &again, &c->app, "openid accounts"), OUTCOME_OK);
    assert_true(kept_equal(&f.access, &again.access));
    assert_true(kept_equal(&f.refresh, &again.refresh));
    assert_true(span_equal_text(c->reply.refresh.scope, "openid accounts"));
}

/* The tokens are composed again, so they cannot differ from what they were. */
static void repeat_for_another_scope_is_refused_and_ends_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, again;

    flow_tokens(c, &f);
    again = f;
    assert_int_equal(flow_refresh_as(c, &f, &c->app, "openid"), OUTCOME_OK);
    c->repeat = true;
    assert_int_equal(flow_refresh_as(c, &again, &c->app, "openid accounts"), OUTCOME_SCOPE_NOT_GRANTED);
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
}

static void refresh_repeated_late_is_reuse(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, again;

    flow_tokens(c, &f);
    again = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    cell_advance(c, GRANT_REPEAT_S + 1);
    c->repeat = true;
    assert_int_equal(flow_refresh(c, &again), OUTCOME_REFRESH_REUSED);
}

/* The id of the request that spent the predecessor does not help once the successor has been used. */
static void refresh_repeated_after_its_successor_is_reuse(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, again;
    uint8_t id[LIMIT_REQUEST_ID];

    flow_tokens(c, &f);
    again = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    memcpy(id, c->request_id, sizeof(id));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    memcpy(c->request_id, id, sizeof(id));
    c->repeat = true;
    assert_int_equal(flow_refresh(c, &again), OUTCOME_REFRESH_REUSED);
    assert_false(flow_is_active(c, &f.access));
}

static void grace_gives_the_same_successor(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, lost, late;

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.refresh_grace_s = 30;
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    lost = late = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    cell_advance(c, 29);
    assert_int_equal(flow_refresh(c, &lost), OUTCOME_OK);
    assert_true(kept_equal(&f.refresh, &lost.refresh));
    assert_true(kept_equal(&f.access, &lost.access));
    cell_advance(c, 1);
    assert_int_equal(flow_refresh(c, &late), OUTCOME_REFRESH_REUSED);
    assert_false(flow_is_active(c, &f.access));
}

static void grace_ends_when_the_successor_is_used(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, lost;

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.refresh_grace_s = 30;
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    lost = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(flow_refresh(c, &lost), OUTCOME_REFRESH_REUSED);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_REVOKED);
}

static void refresh_token_lives_thirty_days_from_its_own_issue(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (int i = 0; i < 3; i++) {
        cell_advance(c, 30 * CELL_DAY_S - 1);
        assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    }
    cell_advance(c, 30 * CELL_DAY_S);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_TOKEN_ENDED);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
}

static void nothing_outlives_the_consent(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.consent_s = 1000;
    cell_add_client(c, &c->app, "app");
    flow_tokens(c, &f);
    cell_advance(c, 500);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.refresh.expires_in_s, 500);
    cell_advance(c, 499);
    assert_true(flow_is_active(c, &f.access));
    cell_advance(c, 1);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_TOKEN_ENDED);
}

struct narrowing {
    const char *asked, *given;
    enum outcome outcome;
};

static void scope_can_be_narrowed_only(void **state)
{
    static const struct narrowing rows[] = {
        {"openid accounts", "openid accounts", OUTCOME_OK},
        {"accounts openid", "openid accounts", OUTCOME_OK},
        {"accounts", "accounts", OUTCOME_OK},
        {NULL, FLOW_SCOPE, OUTCOME_OK}, /* the refresh token kept all of it */
        {"openid statements", NULL, OUTCOME_SCOPE_NOT_GRANTED},
        {"openid nothing", NULL, OUTCOME_SCOPE_NOT_GRANTED},
        {"OPENID", NULL, OUTCOME_SCOPE_NOT_GRANTED},
        {"openid,accounts", NULL, OUTCOME_SCOPE_NOT_GRANTED},
        {" ", NULL, OUTCOME_SCOPE_NOT_GRANTED},
        {FLOW_SCOPE, FLOW_SCOPE, OUTCOME_OK}, /* and a refusal spent nothing */
    };
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(flow_refresh_as(c, &f, &c->app, rows[i].asked), rows[i].outcome);
        if (rows[i].given)
            assert_true(span_equal_text(c->reply.refresh.scope, rows[i].given));
        else
            assert_int_equal(c->answer, ANSWER_INVALID_SCOPE);
    }
}

/* ---- who it belongs to -------------------------------------------------------------------------------- */

static void refresh_token_of_another_client_is_refused(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(flow_refresh_as(c, &f, &c->other, NULL), OUTCOME_TOKEN_OF_OTHER_CLIENT);
    assert_int_equal(flow_refresh_as(c, &f, &c->api, NULL), OUTCOME_CLIENT_WRONG_KIND);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
}

static void access_token_does_not_refresh(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, mixed;

    flow_tokens(c, &f);
    mixed = f;
    mixed.refresh = f.access;
    assert_int_equal(flow_refresh(c, &mixed), OUTCOME_TOKEN_WRONG_KIND);
    mixed.refresh = f.code;
    assert_int_equal(flow_refresh(c, &mixed), OUTCOME_TOKEN_WRONG_KIND);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
}

static void disabled_client_gets_nothing_until_enabled(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_CLIENT_DISABLED);
    assert_int_equal(c->answer, ANSWER_INVALID_CLIENT);
    assert_int_equal(cell_set_client(c, "app", true), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
}

static void client_registered_anew_does_not_inherit(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, pending = {0};

    flow_tokens(c, &f);
    flow_code(c, &pending);
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_CLIENT_UNKNOWN);
    cell_add_client(c, &c->app, "app");
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_TOKEN_OF_OTHER_CLIENT);
    assert_int_equal(flow_redeem(c, &pending), OUTCOME_TOKEN_OF_OTHER_CLIENT);
}

static void disabled_customer_ends_what_was_allowed(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, pending = {0};

    flow_tokens(c, &f);
    flow_code(c, &pending);
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_ENDED);
    assert_int_equal(flow_redeem(c, &pending), OUTCOME_GRANT_ENDED);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
}

static void removed_customer_ends_what_was_allowed(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    c->request.user_remove.username = SPAN_LITERAL(CELL_USER);
    assert_int_equal(cell_call(c, MESSAGE_USER_REMOVE), OUTCOME_OK);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_ENDED);
    /* Another customer by that name is another customer. */
    assert_int_equal(cell_add_user(c, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_refresh(c, &f), OUTCOME_GRANT_ENDED);
}

/* ---- a store that is older than its tokens ------------------------------------------------------------- */

static void put_back(struct cell *c, const struct kept *record, const uint8_t id[GRANT_ID_LEN])
{
    struct store_txn *txn = NULL;

    assert_int_equal(store_write_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_put(txn, TABLE_GRANTS, span_of(id, GRANT_ID_LEN), kept_span(record)), STORE_OK);
    assert_int_equal(store_commit(&txn), STORE_OK);
}

static void token_from_the_future_is_refused_and_ends_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, before;
    struct store_txn *txn = NULL;
    struct kept record;
    uint8_t id[GRANT_ID_LEN];
    struct span key, value;

    flow_tokens(c, &f);
    assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
    assert_int_equal(store_last(txn, TABLE_GRANTS, &key, &value), STORE_OK);
    memcpy(id, key.ptr, sizeof(id));
    kept_take(&record, value);
    store_abort(&txn);
    before = f;
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    put_back(c, &record, id); /* as restoring a backup does */
    assert_int_equal(flow_refresh(c, &f), OUTCOME_TOKEN_FROM_THE_FUTURE);
    assert_int_equal(c->answer, ANSWER_INVALID_GRANT);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_refresh(c, &before), OUTCOME_OK);
}

/* I9 */
static void clock_set_back_revives_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, late = {0};

    flow_tokens(c, &f);
    flow_code(c, &late);
    cell_advance(c, 901);
    assert_false(flow_is_active(c, &f.access));
    assert_int_equal(flow_redeem(c, &late), OUTCOME_CODE_EXPIRED);
    clock_set(&c->vault.clock, (CELL_NOW_S - 100) * 1000);
    assert_false(flow_is_active(c, &f.access));
    /* What is made now counts from the newest time that was committed. */
    assert_int_equal(flow_refresh(c, &f), OUTCOME_OK);
    assert_true(flow_is_active(c, &f.access));
    assert_int_equal(c->reply.introspect.iat, CELL_NOW_S + 901);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(code_becomes_tokens),
        CELL_TEST(code_used_twice_ends_its_grant),
        CELL_TEST(code_used_after_refresh_ends_its_grant),
        CELL_TEST(repeated_request_gets_the_same_tokens),
        CELL_TEST(repeat_after_a_minute_is_a_replay),
        CELL_TEST(repeat_with_another_verifier_is_a_replay),
        CELL_TEST(wrong_binding_burns_the_code),
        CELL_TEST(wrong_client_burns_nothing),
        CELL_TEST(code_ends_after_a_minute),
        CELL_TEST(only_a_code_is_a_code),
        CELL_TEST(refresh_rotates),
        CELL_TEST(reuse_ends_this_grant_and_no_other),
        CELL_TEST(much_older_token_is_reuse_too),
        CELL_TEST(repeated_refresh_gets_the_same_tokens),
        CELL_TEST(repeat_for_another_scope_is_refused_and_ends_nothing),
        CELL_TEST(refresh_repeated_late_is_reuse),
        CELL_TEST(refresh_repeated_after_its_successor_is_reuse),
        CELL_TEST(grace_gives_the_same_successor),
        CELL_TEST(grace_ends_when_the_successor_is_used),
        CELL_TEST(refresh_token_lives_thirty_days_from_its_own_issue),
        CELL_TEST(nothing_outlives_the_consent),
        CELL_TEST(scope_can_be_narrowed_only),
        CELL_TEST(refresh_token_of_another_client_is_refused),
        CELL_TEST(access_token_does_not_refresh),
        CELL_TEST(disabled_client_gets_nothing_until_enabled),
        CELL_TEST(client_registered_anew_does_not_inherit),
        CELL_TEST(disabled_customer_ends_what_was_allowed),
        CELL_TEST(removed_customer_ends_what_was_allowed),
        CELL_TEST(token_from_the_future_is_refused_and_ends_nothing),
        CELL_TEST(clock_set_back_revives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
