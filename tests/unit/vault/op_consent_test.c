/* The customer's answer: once per request, in its own browser, by who is logged in, for a client still there. */
#include "tests/unit/vault/flow.h"
#include "vault/grant.h"
#include "vault/session.h"

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

/* ---- without a page ------------------------------------------------------------------------------------- */

/* A grant that stands, and a second request for the same, past the login. */
static void ask_again(struct cell *c, struct flow *f, const char *prompt)
{
    if (f->session.len == 0)
        flow_tokens(c, f);
    cell_advance(c, 10);
    flow_ask(c, f)->prompt = span_of_text(prompt);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_REMEMBERED);
    assert_true(f->handle.len > 0);
}

static void remembered_consent_makes_a_grant_of_its_own(void **state)
{
    struct cell *c = *state;
    struct flow first = {0}, f;

    flow_tokens(c, &first);
    f = first;
    ask_again(c, &f, NULL);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    cell_assert_audit(c, "consent_remembered", "ok");
    assert_true(span_starts_with(kept_span(&f.location), SPAN_LITERAL(CELL_REDIRECT "?code=sr_ac_")));
    assert_true(span_equal_text(flow_parameter(&f.location, "state"), "af0ifjsldkj%3D"));
    assert_true(span_equal_text(flow_parameter(&f.location, "iss"), "https%3A%2F%2Fauth.bank.example"));
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    /* Each stands and falls alone. */
    assert_int_equal(cell_count(c, TABLE_GRANTS), 2);
    assert_int_equal(flow_revoke(c, &c->app, &first.refresh), OUTCOME_OK);
    assert_false(flow_is_active(c, &first.access));
    assert_true(flow_is_active(c, &f.access));
}

static void remembered_consent_answers_a_request_once(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept code;

    ask_again(c, &f, NULL);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    code = f.code;
    c->repeat = true; /* whose reply was lost (I10) */
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    assert_true(kept_equal(&f.code, &code));
    assert_int_equal(cell_count(c, TABLE_GRANTS), 2);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(c->answer, ANSWER_PAGE_ANSWERED_ALREADY);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_HANDLE_ANSWERED);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 2);
}

static void request_answered_on_the_page_is_answered(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    ask_again(c, &f, NULL);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK); /* the page is there for who wants it */
    assert_int_equal(flow_remembered(c, &f), OUTCOME_HANDLE_ANSWERED);
    cell_assert_audit(c, "consent_remembered", "handle_answered");
}

/* What a front end that has been taken over may try: it has handles and cookies of its visitors, no more. */
static void nothing_is_remembered_without_its_proofs(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, other = {0}, bent;
    uint64_t grants;

    ask_again(c, &f, NULL);
    assert_int_equal(cell_add_user(c, "bob", CELL_PASSWORD), OUTCOME_OK);
    flow_ask(c, &other);
    assert_int_equal(flow_authorize(c, &other), OUTCOME_OK);
    assert_int_equal(flow_login(c, &other, "bob", CELL_PASSWORD), OUTCOME_OK);
    grants = cell_count(c, TABLE_GRANTS);

    bent = f;
    bent.session = other.session; /* bob's: he has allowed nothing */
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_CONSENT_NOT_REMEMBERED);
    assert_int_equal(c->answer, ANSWER_CONSENT_NEEDED);
    bent.session.len = 0;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_SESSION_ENDED);
    assert_int_equal(c->answer, ANSWER_SESSION_NEEDED);
    kept_take(&bent.session, SPAN_LITERAL("nothing"));
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_SESSION_ENDED);
    bent = f;
    bent.browser = other.browser;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_HANDLE_FOREIGN_BROWSER);
    bent = f;
    bent.handle = other.handle;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_HANDLE_FOREIGN_BROWSER);
    bent = f;
    bent.handle.bytes[20] ^= 1;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_HANDLE_INVALID);
    bent.handle.len = 0;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_HANDLE_INVALID);
    assert_int_equal(cell_count(c, TABLE_GRANTS), grants);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
}

static void remembered_consent_needs_client_handle_and_customer_as_they_are_now(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    ask_again(c, &f, NULL);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    assert_int_equal(cell_set_client(c, "app", true), OUTCOME_OK);
    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .scope = SPAN_LITERAL("openid")};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_AUTHORIZE_UNREADABLE);
    c->request.client_update = (struct req_client_update){
        .client_id = SPAN_LITERAL("app"),
        .scope = SPAN_LITERAL(FLOW_SCOPE),
        .redirect_uris = {{SPAN_LITERAL("https://app.example/elsewhere")}, 1}};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_AUTHORIZE_REDIRECT_BAD);
    c->request.client_update = (struct req_client_update){
        .client_id = SPAN_LITERAL("app"), .redirect_uris = {{SPAN_LITERAL(CELL_REDIRECT)}, 1}};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    assert_int_equal(cell_set_user(c, CELL_USER, false), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_SESSION_ENDED);
    assert_int_equal(cell_set_user(c, CELL_USER, true), OUTCOME_OK);
    cell_advance(c, 1000);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_HANDLE_EXPIRED);
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
}

static void remembering_is_using_the_session(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (int i = 0; i < 3; i++) { /* 30 minutes idle would end it */
        cell_advance(c, 1200);
        ask_again(c, &f, i == 1 ? "none" : NULL);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    }
}

static void grant_knows_its_session(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct store_txn *txn = NULL;
    struct grant_record grant;
    struct span key, row;
    uint8_t session[MAC_LEN], sid[SESSION_SID_LEN];

    for (int i = 0; i < 2; i++) { /* one from the page, one without */
        if (i == 0)
            flow_tokens(c, &f);
        else
            ask_again(c, &f, NULL);
        if (i == 1)
            assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
        assert_int_equal(store_read_begin(c->vault.store, &txn), STORE_OK);
        assert_int_equal(store_last(txn, TABLE_GRANTS, &key, &row), STORE_OK);
        assert_int_equal(record_decode(row, &grant_fields, &grant), OUTCOME_OK);
        assert_int_equal(session_key(&c->op, kept_secret(&f.session), session), OUTCOME_OK);
        assert_int_equal(session_sid(&c->op, session, sid), OUTCOME_OK);
        assert_true(span_equal(grant.sid, span_of(sid, sizeof(sid))));
        assert_true(span_equal_text(grant.acr, "urn:strongroom:acr:password"));
        assert_int_equal(grant.auth_time_s, CELL_NOW_S);
        store_abort(&txn);
    }
}

/* ---- prompt=none: never a page -------------------------------------------------------------------------- */

/* The answer is the client's: a redirect with this error. */
static void expect_silent_refusal(struct cell *c, struct flow *f, const char *error, const char *recorded)
{
    f->code.len = 0;
    assert_int_equal(flow_remembered(c, f), OUTCOME_OK);
    assert_int_equal(f->code.len, 0);
    assert_true(span_starts_with(kept_span(&f->location), SPAN_LITERAL(CELL_REDIRECT "?error=")));
    assert_true(span_equal_text(flow_parameter(&f->location, "error"), error));
    assert_true(span_equal_text(flow_parameter(&f->location, "state"), "af0ifjsldkj%3D"));
    assert_true(flow_parameter(&f->location, "iss").len > 0);
    cell_assert_audit(c, "consent_remembered", recorded);
}

static void silent_request_gets_its_code(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    ask_again(c, &f, "none");
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
    assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
}

static void consent_that_ended_meanwhile_is_told_to_the_client(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    ask_again(c, &f, "none");
    assert_int_equal(flow_revoke(c, &c->app, &f.refresh), OUTCOME_OK);
    expect_silent_refusal(c, &f, "consent_required", "consent_not_remembered");
    c->vault.config.remember_consent = false;
    expect_silent_refusal(c, &f, "consent_required", "consent_not_remembered");
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
}

static void session_that_ended_meanwhile_is_told_to_the_client(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, gone;

    ask_again(c, &f, "none");
    gone = f;
    gone.session.len = 0;
    expect_silent_refusal(c, &gone, "login_required", "session_ended");
    assert_int_equal(cell_reset_password(c, CELL_USER, "another password"), OUTCOME_OK);
    expect_silent_refusal(c, &f, "login_required", "session_ended");
    assert_int_equal(cell_count(c, TABLE_GRANTS), 1);
}

/* There is nowhere to redirect to, or nobody of whom we know that it is the one. */
static void silent_request_is_redirected_only_where_it_is_known_to_belong(void **state)
{
    struct cell *c = *state;
    struct flow f = {0}, bent;

    ask_again(c, &f, "none");
    bent = f;
    bent.browser.bytes[3] ^= 1;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_HANDLE_FOREIGN_BROWSER);
    assert_int_equal(c->reply.consent_remembered.location.len, 0);
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    bent = f;
    bent.session.len = 0;
    assert_int_equal(flow_remembered(c, &bent), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
    assert_int_equal(cell_remove_client(c, "app"), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
}

static void silent_request_leads_to_no_page(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf = {.len = 22};

    ask_again(c, &f, "none");
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_HANDLE_INVALID);
    c->request.login = (struct req_login){.handle = kept_span(&f.handle),
                                          .browser = kept_secret(&f.browser),
                                          .username = SPAN_LITERAL(CELL_USER),
                                          .password = secret_text(CELL_PASSWORD)};
    assert_int_equal(cell_call(c, MESSAGE_LOGIN), OUTCOME_HANDLE_INVALID);
    assert_int_equal(flow_consent_page(c, &f), OUTCOME_HANDLE_INVALID);
    memset(csrf.bytes, 'x', csrf.len);
    flow_answer(c, &f, &csrf, true);
    assert_int_equal(cell_call(c, MESSAGE_CONSENT), OUTCOME_HANDLE_INVALID);
    assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
}

/* ---- in the customer's language ------------------------------------------------------------------------- */

struct language_row {
    const char *ui_locales, *accept_language, *language;
};

static void client_and_browser_choose_the_language(void **state)
{
    static const struct language_row rows[] = {
        {NULL, NULL, "en"},       {"", "", "en"},
        {"fr", "es", "fr"},       {"fr-CA es", NULL, "fr"},
        {"de es", "fr", "es"},    {"de", "fr-CA,fr;q=0.9,en;q=0.8", "fr"},
        {NULL, "es-419", "es"},   {"de nl", "de", "en"},
        {NULL, "de,*;q=0", "en"}, {"\xe4\xb8\xad", "nonsense;;;q=", "en"},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};

        flow_ask(c, &f)->ui_locales = span_of_text(rows[i].ui_locales);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        c->request.login_page = (struct req_login_page){
            kept_span(&f.handle), kept_secret(&f.browser), span_of_text(rows[i].accept_language), {0}};
        assert_int_equal(cell_call(c, MESSAGE_LOGIN_PAGE), OUTCOME_OK);
        if (!span_equal_text(c->reply.login_page.language, rows[i].language))
            fail_msg("row %zu: login page", i);
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        c->request.consent_page = (struct req_consent_page){kept_span(&f.handle),
                                                            kept_secret(&f.browser),
                                                            kept_secret(&f.session),
                                                            span_of_text(rows[i].accept_language),
                                                            {0}};
        assert_int_equal(cell_call(c, MESSAGE_CONSENT_PAGE), OUTCOME_OK);
        if (!span_equal_text(c->reply.consent_page.language, rows[i].language))
            fail_msg("row %zu: consent page", i);
    }
}

static const struct rep_consent_page *page_in(struct cell *c, const struct flow *f, const char *language)
{
    c->request.consent_page = (struct req_consent_page){kept_span(&f->handle),
                                                        kept_secret(&f->browser),
                                                        kept_secret(&f->session),
                                                        span_of_text(language),
                                                        {0}};
    assert_int_equal(cell_call(c, MESSAGE_CONSENT_PAGE), OUTCOME_OK);
    return &c->reply.consent_page;
}

static void scopes_have_words_in_that_language_or_the_banks_own(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept csrf;
    struct vault_config_scope *scope = &c->vault.config.scopes[1];

    until_the_page(c, &f, &csrf);
    assert_string_equal(scope->name, "customers");
    assert_true(
        span_equal_text(page_in(c, &f, "fr-CA")->scope_titles.items[1], "Voir votre nom et vos coordonnées"));
    assert_true(span_equal_text(page_in(c, &f, "es")->scope_titles.items[1],
                                "Ver su nombre y sus datos de contacto"));
    assert_true(span_equal_text(page_in(c, &f, "de")->scope_titles.items[1], scope->title));
    for (size_t i = 0; i < scope->translation_count;
         i++) { /* one has no description, the other is not there */
        struct vault_config_words *words = &scope->translations[i];

        free(words->description);
        words->description = NULL;
        if (strcmp(words->language, "es") == 0)
            memcpy(words->language, "fr", 2);
    }
    assert_true(
        span_equal_text(page_in(c, &f, "fr")->scope_titles.items[1], "Voir votre nom et vos coordonnées"));
    assert_true(span_equal_text(page_in(c, &f, "fr")->scope_descriptions.items[1], scope->description));
    assert_true(span_equal_text(page_in(c, &f, "es")->scope_titles.items[1], scope->title));
    assert_true(span_equal_text(page_in(c, &f, "es")->language, "es"));
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
        CELL_TEST(remembered_consent_makes_a_grant_of_its_own),
        CELL_TEST(remembered_consent_answers_a_request_once),
        CELL_TEST(request_answered_on_the_page_is_answered),
        CELL_TEST(nothing_is_remembered_without_its_proofs),
        CELL_TEST(remembered_consent_needs_client_handle_and_customer_as_they_are_now),
        CELL_TEST(remembering_is_using_the_session),
        CELL_TEST(grant_knows_its_session),
        CELL_TEST(silent_request_gets_its_code),
        CELL_TEST(consent_that_ended_meanwhile_is_told_to_the_client),
        CELL_TEST(session_that_ended_meanwhile_is_told_to_the_client),
        CELL_TEST(silent_request_is_redirected_only_where_it_is_known_to_belong),
        CELL_TEST(silent_request_leads_to_no_page),
        CELL_TEST(client_and_browser_choose_the_language),
        CELL_TEST(scopes_have_words_in_that_language_or_the_banks_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
