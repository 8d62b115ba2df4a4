/* The customer's answer: once per request, in its own browser, by who is logged in, for a client still there. */
#include "tests/unit/vault/flow.h"

static void until_the_page(struct cell *c, struct flow *f, struct kept *csrf)
{
    flow_ask(c, f);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    if (c->reply.authorize.next == AUTHORIZE_LOGIN)
        assert_int_equal(flow_login(c, f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, f), OUTCOME_OK);
    kept_take(csrf, c->reply.consent_page.csrf);
}

static void page_says_what_is_asked_for(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf;
    struct rep_consent_page *page = &c->reply.consent_page;

    until_the_page(c, &f, &csrf);
    assert_true(span_equal_text(page->client_name, "app"));
    assert_int_equal(page->scope_names.len, 4);
    assert_int_equal(page->scope_titles.len, 4);
    assert_int_equal(page->scope_descriptions.len, 4);
    assert_true(span_equal_text(page->scope_names.items[0], "openid"));
    assert_true(span_equal_text(page->scope_names.items[3], "transactions"));
    assert_int_equal(page->ends_at_s, CELL_NOW_S + 365 * CELL_DAY_S);
    assert_true(span_equal_text(page->redirect_source, "https://app.example"));
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
}

static void approval_makes_a_grant_and_its_code(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    assert_true(span_starts_with(kept_span(&f.location), SPAN_LITERAL(CELL_REDIRECT "?code=sr_ac_")));
    assert_true(span_equal_text(flow_parameter(&f.location, "state"), "af0ifjsldkj%3D"));
    assert_true(span_equal_text(flow_parameter(&f.location, "iss"), "https%3A%2F%2Fauth.bank.example"));
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
    cell_assert_audit(c, "consent", "ok");
}

static void denial_makes_nothing(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf;

    until_the_page(c, &f, &csrf);
    assert_int_equal(flow_consent(c, &f, false), OUTCOME_OK);
    assert_true(span_equal_text(flow_parameter(&f.location, "error"), "access_denied"));
    assert_true(span_equal_text(flow_parameter(&f.location, "state"), "af0ifjsldkj%3D"));
    assert_int_equal(f.code.len, 0);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
    cell_assert_audit(c, "consent", "consent_denied");
}

static void request_is_answered_once(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf, code;

    until_the_page(c, &f, &csrf);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    code = f.code;
    /* The same request, whose reply was lost, gets the same code; every other gets nothing. */
    flow_answer(c, &f, &csrf, true);
    c->repeat = true;
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_OK);
    kept_take(&f.location, c->reply.consent.location);
    assert_true(span_equal(flow_parameter(&f.location, "code"), kept_span(&code)));
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(c->answer, ANSWER_PAGE_ANSWERED_ALREADY);
    flow_answer(c, &f, &csrf, false);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
}

static void form_needs_its_value_browser_and_session(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, other = {0};
    struct kept csrf, others, login_csrf;

    until_the_page(c, &f, &csrf);
    until_the_page(c, &other, &others);
    c->request.login_page = (struct req_login_page){kept_span(&f.handle), kept_secret(&f.browser), {0}};
    assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
    kept_take(&login_csrf, c->reply.login_page.csrf);

    flow_answer(c, &f, &csrf, true)->csrf = SPAN_NONE;
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_CSRF_WRONG);
    flow_answer(c, &f, &others, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_CSRF_WRONG);
    flow_answer(c, &f, &login_csrf, true); /* of the other form */
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_CSRF_WRONG);
    flow_answer(c, &f, &csrf, true)->session = kept_secret(&other.session); /* who logged in meanwhile */
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_CSRF_WRONG);
    assert_int_equal(c->answer, ANSWER_PAGE_HANDLE_ENDED);
    flow_answer(c, &f, &csrf, true)->browser = kept_secret(&other.browser);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_FOREIGN_BROWSER);
    flow_answer(c, &f, &csrf, true)->handle = kept_span(&other.handle);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_FOREIGN_BROWSER);
    flow_answer(c, &f, &csrf, true)->session = secret_text("nothing");
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_SESSION_ENDED);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_OK);
}

static void client_must_still_be_there(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf;

    until_the_page(c, &f, &csrf);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    /* Registered anew with another address, or for less. */
    c->request.client_add.redirect_uris.items[0] = SPAN_LITERAL("https://app.example/elsewhere");
    c->request.client_add.redirect_uris.len = 1;
    cell_add_client(c, &c->app, "app");
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_AUTHORIZE_REDIRECT_BAD);
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    c->request.client_add.scope = SPAN_LITERAL("openid");
    cell_add_client(c, &c->app, "app");
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_AUTHORIZE_UNREADABLE);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
}

static void customer_disabled_meanwhile_cannot_approve(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf;

    until_the_page(c, &f, &csrf);
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_SESSION_ENDED);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(page_says_what_is_asked_for),
        CELL_TEST(approval_makes_a_grant_and_its_code),
        CELL_TEST(denial_makes_nothing),
        CELL_TEST(request_is_answered_once),
        CELL_TEST(form_needs_its_value_browser_and_session),
        CELL_TEST(client_must_still_be_there),
        CELL_TEST(customer_disabled_meanwhile_cannot_approve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
