/* Logging in: whose password, in which browser, how often, and how long the session lasts. */
#include "tests/unit/vault/flow.h"
#include "vault/user.h"

static void start(struct cell *c, struct flow *f)
{
    flow_ask(c, f);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_LOGIN);
}

static void right_password_makes_a_session(void **state)
{
    static const char *const names[] = {"ada", "ADA", "Ada"};
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct flow f = {0};

        start(c, &f);
        assert_int_equal(flow_login(c, &f, names[i], CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(c->reply.login.session_s, 8 * 3600);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
        assert_true(span_equal_text(c->reply.consent_page.customer_name, "ada"));
    }
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 3);
}

struct attempt {
    const char *username, *password;
    enum outcome outcome;
};

static void everything_else_gets_one_answer(void **state)
{
    static const struct attempt rows[] = {
        {"ada", "correct horse batterY", OUTCOME_PASSWORD_WRONG},
        {"ada", "correct horse battery ", OUTCOME_PASSWORD_WRONG},
        {"ada", "", OUTCOME_PASSWORD_WRONG},
        {"adb", CELL_PASSWORD, OUTCOME_USER_UNKNOWN},
        {"", CELL_PASSWORD, OUTCOME_USER_UNKNOWN},
        {"ada ", CELL_PASSWORD, OUTCOME_USER_UNKNOWN},
        {"ad\xc3\xa4", CELL_PASSWORD, OUTCOME_USER_UNKNOWN},
    };
    struct cell *c = *state;
    struct flow f = {0};

    start(c, &f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(flow_login(c, &f, rows[i].username, rows[i].password), rows[i].outcome);
        assert_int_equal(c->answer, ANSWER_LOGIN_FAILED);
        assert_int_equal(c->reply.login.session.len, 0);
        cell_assert_audit(c, "login", outcome_name(rows[i].outcome));
    }
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_USER_DISABLED);
    assert_int_equal(c->answer, ANSWER_LOGIN_FAILED);
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 0);
}

static void failures_in_a_row_make_one_wait(void **state)
{
    /* How long each failure from the fifth on makes one wait. */
    static const uint64_t waits_s[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
    struct cell *c = *state;
    struct flow f = {0};

    c->vault.config.lifetimes.handle_s = 86400;
    start(c, &f);
    for (int i = 1; i < LOGIN_FREE_FAILURES; i++)
        assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_PASSWORD_WRONG);
    for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
        assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_PASSWORD_WRONG);
        /* While it lasts not even the right password is looked at, and a wrong one adds nothing. */
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_USER_LOCKED);
        assert_int_equal(c->answer, ANSWER_LOGIN_LOCKED);
        assert_int_equal(c->reply.login.retry_after_s, waits_s[i]);
        assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_USER_LOCKED);
        cell_advance(c, waits_s[i] - 1);
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_USER_LOCKED);
        assert_int_equal(c->reply.login.retry_after_s, 1);
        cell_advance(c, 1);
    }
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    for (int i = 1; i < LOGIN_FREE_FAILURES; i++) /* and the count starts anew */
        assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_PASSWORD_WRONG);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
}

static void operator_ends_a_wait(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    start(c, &f);
    for (int i = 0; i < LOGIN_FREE_FAILURES; i++)
        assert_int_equal(flow_login(c, &f, CELL_USER, "wrong"), OUTCOME_PASSWORD_WRONG);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_USER_LOCKED);
    assert_int_equal(cell_set_user(c, CELL_USER, true), OUTCOME_OK);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
}

static void repeated_login_begins_one_session(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf, first;

    start(c, &f);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    first = f.session;
    c->request.login_page = (struct req_login_page){kept_span(&f.handle), kept_secret(&f.browser), {0}};
    c->repeat = true;
    assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
    kept_take(&csrf, c->reply.login_page.csrf);
    c->request.login = (struct req_login){.handle = kept_span(&f.handle),
                                          .browser = kept_secret(&f.browser),
                                          .csrf = kept_span(&csrf),
                                          .username = SPAN_LITERAL(CELL_USER),
                                          .password = secret_text(CELL_PASSWORD)};
    c->repeat = true;
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_OK);
    assert_true(span_equal(secret_ref_reveal(c->reply.login.session), kept_span(&first)));
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 1);
}

/*
 * Behind the login form lies the consent page, or the client at once: the page's policy has to let the browser
 * through, and no further than that.
 */
static void form_may_lead_to_the_client_where_no_page_is_sure_to_follow(void **state)
{
    static const struct {
        const char *prompt;
        bool remember;
        const char *source;
    } rows[] = {
        {"", true, "https://app.example"},
        {"login", true, "https://app.example"},
        {"consent", true, ""},
        {"login consent", true, ""},
        {"", false, ""},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};

        c->vault.config.remember_consent = rows[i].remember;
        flow_ask(c, &f);
        c->request.authorize.prompt = span_of_text(rows[i].prompt);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        c->request.login_page = (struct req_login_page){kept_span(&f.handle), kept_secret(&f.browser), {0}};
        assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
        assert_true(span_equal_text(c->reply.login_page.redirect_source, rows[i].source));
    }
}

/* ---- the form ------------------------------------------------------------------------------------------- */

static void form_needs_its_browser_and_its_value(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, other = {0};
    struct kept csrf, others_csrf;
    struct req_login right;

    start(c, &f);
    start(c, &other);
    c->request.login_page = (struct req_login_page){kept_span(&other.handle), kept_secret(&other.browser), {0}};
    assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
    kept_take(&others_csrf, c->reply.login_page.csrf);
    c->request.login_page = (struct req_login_page){kept_span(&f.handle), kept_secret(&f.browser), {0}};
    assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
    kept_take(&csrf, c->reply.login_page.csrf);
    right = (struct req_login){.handle = kept_span(&f.handle),
                               .browser = kept_secret(&f.browser),
                               .csrf = kept_span(&csrf),
                               .username = SPAN_LITERAL(CELL_USER),
                               .password = secret_text(CELL_PASSWORD)};

    c->request.login = right;
    c->request.login.csrf = SPAN_NONE;
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_CSRF_WRONG);
    c->request.login = right;
    c->request.login.csrf = SPAN_LITERAL("");
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_CSRF_WRONG);
    c->request.login = right;
    c->request.login.csrf = kept_span(&others_csrf);
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_CSRF_WRONG);
    c->request.login = right;
    c->request.login.browser = kept_secret(&other.browser);
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_HANDLE_FOREIGN_BROWSER);
    c->request.login = right;
    c->request.login.browser = secret_text("");
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_HANDLE_FOREIGN_BROWSER);
    c->request.login = right;
    c->request.login.handle = kept_span(&other.handle);
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_HANDLE_FOREIGN_BROWSER);
    assert_int_equal(c->answer, ANSWER_PAGE_HANDLE_ENDED);
    assert_int_equal(cell_count(c, TABLE_SESSIONS), 0);
    c->request.login = right;
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_OK);
}

static void handle_ends_and_cannot_be_changed(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, bent;

    start(c, &f);
    cell_advance(c, 899);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    for (size_t i = 0; i < f.handle.len; i += 7) {
        bent = f;
        bent.handle.bytes[i] = bent.handle.bytes[i] == 'A' ? 'B' : 'A';
        assert_int_equal(flow_login(c, &bent, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_INVALID);
    }
    bent = f;
    bent.handle.len = 0;
    assert_int_equal(flow_login(c, &bent, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_INVALID);
    bent.handle.len = f.handle.len - 1;
    assert_int_equal(flow_login(c, &bent, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_INVALID);
    kept_take(&bent.handle, SPAN_LITERAL("=== not base64url ==="));
    assert_int_equal(flow_login(c, &bent, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_INVALID);
    cell_advance(c, 1);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_EXPIRED);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_HANDLE_EXPIRED);
}

/* ---- sessions ------------------------------------------------------------------------------------------- */

/* Does the session of `f` still spare its browser the login? */
static bool is_logged_in(struct cell *c, struct flow *f)
{
    flow_ask(c, f);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    return c->reply.authorize.next != AUTHORIZE_LOGIN;
}

static void session_ends_by_idleness_and_by_age(void **state)
{
    struct cell *c = *state;
    struct flow idle = {0}, busy = {0};

    start(c, &idle);
    assert_int_equal(flow_login(c, &idle, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    cell_advance(c, 1799);
    assert_true(is_logged_in(c, &idle)); /* looking is not using */
    cell_advance(c, 1);
    assert_false(is_logged_in(c, &idle));
    flow_code(c, &busy);
    for (int i = 0; i < 17; i++) { /* 17 * 1694 s are just under 8 h */
        cell_advance(c, 1694);
        assert_true(is_logged_in(c, &busy));
        assert_int_equal(flow_consent(c, &busy, true), OUTCOME_OK);
    }
    cell_advance(c, 28800 - 17 * 1694);
    assert_false(is_logged_in(c, &busy));
}

/* Codes that come without a page are uses; they put off the idle end and no other. */
static void session_ends_by_age_however_it_is_used(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (int i = 0; i < 16; i++) {
        cell_advance(c, 1790);
        flow_ask(c, &f)->prompt = SPAN_LITERAL("none");
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(c->reply.authorize.next, AUTHORIZE_REMEMBERED);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
        assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    }
    cell_advance(c, 28800 - 16 * 1790 - 1);
    flow_ask(c, &f)->prompt = SPAN_LITERAL("none");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_REMEMBERED);
    cell_advance(c, 1);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK); /* between the two calls it was over */
    assert_true(span_equal_text(flow_parameter(&f.location, "error"), "login_required"));
    assert_false(is_logged_in(c, &f));
}

static void new_password_ends_sessions(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    start(c, &f);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(cell_reset_password(c, CELL_USER, "another password"), OUTCOME_OK);
    assert_false(is_logged_in(c, &f));
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_SESSION_ENDED);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_PASSWORD_WRONG);
    /* Who logs in with it within the same second is logged in. */
    assert_int_equal(flow_login(c, &f, CELL_USER, "another password"), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
}

static void disabled_customers_sessions_do_not_come_back(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    start(c, &f);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    assert_false(is_logged_in(c, &f));
    cell_advance(c, 1);
    assert_int_equal(cell_set_user(c, CELL_USER, true), OUTCOME_OK);
    assert_false(is_logged_in(c, &f));
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_true(is_logged_in(c, &f));
}

static void clock_set_back_revives_no_session(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    start(c, &f);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    cell_advance(c, 1800);
    assert_int_equal(cell_set_client(c, "other", true), OUTCOME_OK); /* any commit */
    clock_set(&c->vault.clock, CELL_NOW_S * 1000);
    assert_false(is_logged_in(c, &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(right_password_makes_a_session),
        CELL_TEST(everything_else_gets_one_answer),
        CELL_TEST(failures_in_a_row_make_one_wait),
        CELL_TEST(operator_ends_a_wait),
        CELL_TEST(repeated_login_begins_one_session),
        CELL_TEST(form_may_lead_to_the_client_where_no_page_is_sure_to_follow),
        CELL_TEST(form_needs_its_browser_and_its_value),
        CELL_TEST(handle_ends_and_cannot_be_changed),
        CELL_TEST(session_ends_by_idleness_and_by_age),
        CELL_TEST(session_ends_by_age_however_it_is_used),
        CELL_TEST(new_password_ends_sessions),
        CELL_TEST(disabled_customers_sessions_do_not_come_back),
        CELL_TEST(clock_set_back_revives_no_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
