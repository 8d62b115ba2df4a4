/* The authorization request: what ends on a page of ours, what redirects with which error, what goes on. */
#include "tests/unit/vault/flow.h"

static void seeds_sample_request_is_accepted(void **state)
{
    struct cell *c = *state;
    struct party centzy;

    c->request.client_add.redirect_uris.items[0] = SPAN_LITERAL("https://centzy.org/oidc_callback");
    c->request.client_add.redirect_uris.len = 1;
    cell_add_client(c, &centzy, "8-NKBucVBblNc1LUlok76nz0-JpG8qWAXPIPf2P1NBA");
    c->request.authorize = (struct req_authorize){
        .client_id = SPAN_LITERAL("8-NKBucVBblNc1LUlok76nz0-JpG8qWAXPIPf2P1NBA"),
        .redirect_uri = SPAN_LITERAL("https://centzy.org/oidc_callback"),
        .response_type = SPAN_LITERAL("code"),
        .code_challenge = SPAN_LITERAL("uR7wSgfQ1JGJBevOjxefcyWnkX4SpclYyxorm10tBIY"),
        .code_challenge_method = SPAN_LITERAL("S256"),
        .scope = SPAN_LITERAL("openid customers accounts transactions"),
        .state = SPAN_LITERAL("YW55dGhpbmcgeW91IG5lZWQ="),
    };
    assert_int_equal(cell_call(c, MESSAGE_AUTHORIZE), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.next, AUTHORIZE_LOGIN);
    assert_true(c->reply.authorize.handle.len > 0);
    assert_int_equal(c->reply.authorize.browser.len, 22);
}

/* ---- a table of one change each ------------------------------------------------------------------------- */

typedef void change(struct req_authorize *request);

#define SET(name, field, value)                                                                              \
    static void name(struct req_authorize *request)                                                          \
    {                                                                                                        \
        request->field = value;                                                                              \
    }
#define TEXT(name, field, text) SET(name, field, SPAN_LITERAL(text))

SET(form_unusable, problem, AUTHORIZE_FORM_UNUSABLE)
SET(form_repeated, problem, AUTHORIZE_FORM_REPEATED)
SET(form_malformed, problem, AUTHORIZE_FORM_MALFORMED)
SET(no_client, client_id, SPAN_NONE)
TEXT(empty_client, client_id, "")
TEXT(unknown_client, client_id, "nobody")
TEXT(resource_server, client_id, "api")
TEXT(client_in_capitals, client_id, "APP")
SET(no_redirect, redirect_uri, SPAN_NONE)
TEXT(empty_redirect, redirect_uri, "")
TEXT(other_redirect, redirect_uri, "https://evil.example/callback")
TEXT(longer_redirect, redirect_uri, CELL_REDIRECT "/")
TEXT(query_redirect, redirect_uri, CELL_REDIRECT "?x")
TEXT(fragment_redirect, redirect_uri, CELL_REDIRECT "#x")
TEXT(shorter_redirect, redirect_uri, "https://app.example/callbac")
TEXT(capital_redirect, redirect_uri, "https://App.example/callback")
TEXT(port_redirect, redirect_uri, "https://app.example:443/callback")
TEXT(escaped_redirect, redirect_uri, "https://app.example/%63allback")
TEXT(dotted_redirect, redirect_uri, "https://app.example/x/../callback")
TEXT(http_redirect, redirect_uri, "http://app.example/callback")
SET(request_object, has_request, true)
SET(request_uri, has_request_uri, true)
SET(no_response_type, response_type, SPAN_NONE)
TEXT(token_response_type, response_type, "token")
TEXT(hybrid_response_type, response_type, "code id_token")
TEXT(capital_response_type, response_type, "Code")
SET(no_challenge, code_challenge, SPAN_NONE)
TEXT(short_challenge, code_challenge, "abcdefghijklmnopqrstuvwxyz01234")
TEXT(bad_challenge, code_challenge, "abcdefghijklmnopqrstuvwxyz01234=")
SET(no_method, code_challenge_method, SPAN_NONE)
TEXT(plain_method, code_challenge_method, "plain")
TEXT(small_method, code_challenge_method, "s256")
SET(no_scope, scope, SPAN_NONE)
TEXT(empty_scope, scope, "")
TEXT(scope_without_openid, scope, "accounts")
TEXT(unknown_scope, scope, "openid everything")
TEXT(scope_twice, scope, "openid accounts accounts")
TEXT(unknown_prompt, prompt, "shout")
TEXT(none_and_login, prompt, "none login")
TEXT(none_twice, prompt, "none none")
TEXT(prompt_none, prompt, "none")
TEXT(prompt_none_padded, prompt, " none")
TEXT(max_age_word, max_age, "soon")
TEXT(max_age_negative, max_age, "-1")
TEXT(max_age_fraction, max_age, "1.5")
TEXT(max_age_spaced, max_age, " 5")
TEXT(max_age_hexadecimal, max_age, "0x10")
SET(registration, has_registration, true)
TEXT(mode_form_post, response_mode, "form_post")
TEXT(mode_fragment, response_mode, "fragment")
TEXT(mode_jwt, response_mode, "query.jwt")
TEXT(mode_capital, response_mode, "Query")
TEXT(none_and_consent, prompt, "consent none")
TEXT(none_and_account, prompt, "none select_account")
TEXT(prompt_in_capitals, prompt, "NONE")

struct page_row {
    change *change;
    enum outcome outcome;
};

/* Until client and redirect URI are known to belong together there is nowhere to redirect to. */
static void wrong_client_or_redirect_ends_on_our_page(void **state)
{
    static const struct page_row rows[] = {
        {form_unusable, OUTCOME_AUTHORIZE_UNREADABLE},
        {no_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {empty_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {unknown_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {resource_server, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {client_in_capitals, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {no_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {empty_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {other_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {longer_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {query_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {fragment_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {shorter_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {capital_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {port_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {escaped_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {dotted_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {http_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
    };
    struct cell *c = *state;
    struct flow f = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rows[i].change(flow_ask(c, &f));
        if (flow_authorize(c, &f) != rows[i].outcome)
            fail_msg("row %zu", i);
        assert_int_equal(f.location.len, 0);
        assert_int_equal(f.handle.len, 0);
    }
    assert_int_equal(cell_set_client(c, "app", false), OUTCOME_OK);
    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_AUTHORIZE_CLIENT_UNKNOWN);
}

struct redirect_row {
    change *change;
    const char *error;
};

static void other_mistakes_redirect_with_their_error(void **state)
{
    static const struct redirect_row rows[] = {
        {form_repeated, "invalid_request"},
        {form_malformed, "invalid_request"},
        {request_object, "request_not_supported"},
        {request_uri, "request_uri_not_supported"},
        {no_response_type, "invalid_request"},
        {token_response_type, "unsupported_response_type"},
        {hybrid_response_type, "unsupported_response_type"},
        {capital_response_type, "unsupported_response_type"},
        {no_challenge, "invalid_request"},
        {short_challenge, "invalid_request"},
        {bad_challenge, "invalid_request"},
        {no_method, "invalid_request"},
        {plain_method, "invalid_request"},
        {small_method, "invalid_request"},
        {no_scope, "invalid_scope"},
        {empty_scope, "invalid_scope"},
        {scope_without_openid, "invalid_scope"},
        {unknown_scope, "invalid_scope"},
        {scope_twice, "invalid_scope"},
        {unknown_prompt, "invalid_request"},
        {none_and_login, "invalid_request"},
        {none_twice, "invalid_request"},
        {prompt_none, "login_required"},
        {prompt_none_padded, "login_required"},
        {max_age_word, "invalid_request"},
        {max_age_negative, "invalid_request"},
        {max_age_fraction, "invalid_request"},
        {max_age_spaced, "invalid_request"},
        {max_age_hexadecimal, "invalid_request"},
        {registration, "registration_not_supported"},
        {mode_form_post, "invalid_request"},
        {mode_fragment, "invalid_request"},
        {mode_jwt, "invalid_request"},
        {mode_capital, "invalid_request"},
        {none_and_consent, "invalid_request"},
        {none_and_account, "invalid_request"},
        {prompt_in_capitals, "invalid_request"},
    };
    struct cell *c = *state;
    struct flow f = {0};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rows[i].change(flow_ask(c, &f));
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(c->reply.authorize.next, AUTHORIZE_REDIRECT);
        assert_int_equal(f.handle.len, 0);
        if (!span_equal_text(flow_parameter(&f.location, "error"), rows[i].error))
            fail_msg("row %zu: %.*s", i, SPAN_PRINTF(kept_span(&f.location)));
        assert_true(span_starts_with(kept_span(&f.location), SPAN_LITERAL(CELL_REDIRECT "?error=")));
        assert_true(span_equal_text(flow_parameter(&f.location, "state"), "af0ifjsldkj%3D"));
        assert_true(span_equal_text(flow_parameter(&f.location, "iss"), "https%3A%2F%2Fauth.bank.example"));
        assert_true(flow_parameter(&f.location, "error_description").len > 0);
    }
}

static void state_is_returned_only_if_it_was_sent(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct req_authorize *request = flow_ask(c, &f);

    request->state = SPAN_NONE;
    request->scope = SPAN_NONE;
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_true(span_is_absent(flow_parameter(&f.location, "state")));
    assert_true(flow_parameter(&f.location, "iss").len > 0);
}

/* Where the bank has pages that explain its errors. */
static void error_uri_comes_where_the_bank_has_pages(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_ask(c, &f)->scope = SPAN_NONE;
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_true(span_is_absent(flow_parameter(&f.location, "error_uri")));
    c->vault.config.error_uri_base = strdup("https://developer.bank.example/errors?about=");
    flow_ask(c, &f)->scope = SPAN_NONE;
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_true(span_equal_text(flow_parameter(&f.location, "error_uri"),
                                "https%3A%2F%2Fdeveloper.bank.example%2Ferrors%3Fabout%3Dinvalid_scope"));
    assert_true(span_equal_text(flow_parameter(&f.location, "state"), "af0ifjsldkj%3D"));
    flow_ask(c, &f)->prompt = SPAN_LITERAL("none");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_true(span_equal_text(flow_parameter(&f.location, "error_uri"),
                                "https%3A%2F%2Fdeveloper.bank.example%2Ferrors%3Fabout%3Dlogin_required"));
    flow_code(c, &f); /* an answer that is no error has none */
    assert_true(span_is_absent(flow_parameter(&f.location, "error_uri")));
}

/* The ID token that comes with the flow's code. */
static struct kept id_token_of(struct cell *c, struct flow *f, const struct party *party)
{
    struct kept token;

    flow_present(c, f, party);
    assert_int_equal(cell_call(c, MESSAGE_CODE_REDEEM), OUTCOME_OK);
    kept_take(&token, c->reply.code_redeem.id_token);
    return token;
}

/* Everything at the bounds of the schema still fits the handle, the location and the audit. */
static void largest_request_goes_all_the_way(void **state)
{
    static uint8_t letters[LIMIT_URI];
    static char id[LIMIT_CLIENT_ID + 1];
    struct cell *c = *state;
    struct flow f = {0};
    struct party party;
    struct kept uri, hint;

    memset(letters, 'x', sizeof(letters));
    kept_take(&uri, span_of(letters, LIMIT_URI));
    memcpy(uri.bytes, CELL_REDIRECT "/", strlen(CELL_REDIRECT "/"));
    memset(id, 'x', LIMIT_CLIENT_ID);
    c->request.client_add.name = span_of(letters, LIMIT_NAME);
    c->request.client_add.redirect_uris.items[0] = kept_span(&uri);
    c->request.client_add.redirect_uris.len = 1;
    c->request.client_add.subject_type = SPAN_LITERAL("pairwise");
    cell_add_client(c, &party, id);
    hint.len = 0;
    for (int i = 0; i < 2; i++) { /* the second time with the first one's ID token */
        struct req_authorize *request = flow_ask(c, &f);

        request->client_id = span_of_text(id);
        request->redirect_uri = kept_span(&uri);
        request->state = span_of(letters, LIMIT_STATE);
        request->nonce = span_of(letters, LIMIT_NONCE);
        request->code_challenge = span_of(letters, LIMIT_CHALLENGE);
        request->login_hint = span_of(letters, LIMIT_HINT);
        request->acr_values = span_of(letters, LIMIT_HINT);
        request->ui_locales = SPAN_LITERAL("es-x-as-long-as-it-likes");
        request->prompt = SPAN_LITERAL("consent login");
        request->max_age = SPAN_LITERAL("86400");
        if (i == 1)
            request->id_token_hint = kept_span(&hint);
        else /* what a client can redeem */
            request->code_challenge = SPAN_LITERAL(FLOW_CHALLENGE);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(c->reply.authorize.next, AUTHORIZE_LOGIN);
        assert_true(f.handle.len > 6000);
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
        assert_int_equal(f.code.len, TOKEN_TEXT_LEN);
        assert_int_equal(flow_parameter(&f.location, "state").len, LIMIT_STATE);
        if (i == 0) {
            flow_present(c, &f, &party)->redirect_uri = kept_span(&uri);
            assert_int_equal(cell_call(c, MESSAGE_CODE_REDEEM), OUTCOME_OK);
            kept_take(&hint, c->reply.code_redeem.id_token);
        }
    }
}

/* I7 */
static void nothing_is_stored(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    uint64_t audit = cell_count(c, TABLE_AUDIT);

    for (int i = 0; i < 20; i++) {
        flow_ask(c, &f);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    }
    assert_int_equal(cell_count(c, TABLE_AUDIT), audit);
    assert_int_equal(
        cell_count(c, TABLE_GRANTS) + cell_count(c, TABLE_SESSIONS) + cell_count(c, TABLE_EXPIRY), 0);
}

/* ---- who is logged in already --------------------------------------------------------------------------- */

struct prompt_row {
    uint64_t after_s; /* since the login */
    const char *prompt, *max_age;
    uint64_t next;
    const char *error;
};

static void prompt_and_max_age_decide_what_comes_next(void **state)
{
    static const struct prompt_row rows[] = {
        {100, NULL, NULL, AUTHORIZE_CONSENT, NULL},
        {100, "consent", NULL, AUTHORIZE_CONSENT, NULL},
        {100, "login", NULL, AUTHORIZE_LOGIN, NULL},
        {100, "login consent", NULL, AUTHORIZE_LOGIN, NULL},
        {100, "select_account", NULL, AUTHORIZE_LOGIN, NULL},
        {100, "none", NULL, AUTHORIZE_REDIRECT, "consent_required"},
        {100, "none", "99", AUTHORIZE_REDIRECT, "login_required"},
        {100, NULL, "100", AUTHORIZE_CONSENT, NULL},
        {100, NULL, "99", AUTHORIZE_LOGIN, NULL},
        {100, NULL, "0", AUTHORIZE_LOGIN, NULL},
        {0, NULL, "0", AUTHORIZE_LOGIN, NULL},
        {0, "login", NULL, AUTHORIZE_LOGIN, NULL},
        {100, NULL, "999999999", AUTHORIZE_CONSENT, NULL},
        {100, NULL, "2147483647", AUTHORIZE_CONSENT, NULL},
        {100, NULL, "4294967346", AUTHORIZE_CONSENT, NULL},           /* 2^32 + 50 */
        {100, NULL, "18446744073709551666", AUTHORIZE_CONSENT, NULL}, /* 2^64 + 50 */
        {100, NULL, "9999999999999999999999999999999999999999999999999999999999999999", AUTHORIZE_CONSENT,
         NULL},
        {100, NULL, "0000000000000000000000000000000000000000000000000000000000000099", AUTHORIZE_LOGIN,
         NULL},
        {100, NULL, "", AUTHORIZE_CONSENT, NULL},
        {1800, NULL, NULL, AUTHORIZE_LOGIN, NULL},
        {1800, "none", NULL, AUTHORIZE_REDIRECT, "login_required"},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};
        struct req_authorize *request;

        flow_code(c, &f);
        cell_advance(c, rows[i].after_s);
        request = flow_ask(c, &f);
        request->prompt = span_of_text(rows[i].prompt);
        request->max_age = span_of_text(rows[i].max_age);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        if (c->reply.authorize.next != rows[i].next)
            fail_msg("row %zu: next %u", i, (unsigned)c->reply.authorize.next);
        if (rows[i].error)
            assert_true(span_equal_text(flow_parameter(&f.location, "error"), rows[i].error));
    }
}

/* Who is sent to the login page cannot go around it with the session there was. */
static void old_session_does_not_do_where_a_new_login_was_asked_for(void **state)
{
    static const char *const prompts[] = {"login", "select_account", NULL};
    struct cell *c = *state;
    struct flow f = {0};

    flow_code(c, &f);
    for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
        struct req_authorize *request;

        cell_advance(c, 10);
        request = flow_ask(c, &f);
        request->prompt = span_of_text(prompts[i]);
        request->max_age = prompts[i] ? SPAN_NONE : SPAN_LITERAL("5");
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_SESSION_ENDED);
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    }
}

/* With a consent that is remembered there may be no page at all. */
static void remembered_consent_spares_the_pages(void **state)
{
    static const struct prompt_row rows[] = {
        {10, NULL, NULL, AUTHORIZE_REMEMBERED, NULL},
        {10, "", "", AUTHORIZE_REMEMBERED, NULL},
        {10, "none", NULL, AUTHORIZE_REMEMBERED, NULL},
        {10, "none", "10", AUTHORIZE_REMEMBERED, NULL},
        {10, "none", "9", AUTHORIZE_REDIRECT, "login_required"},
        {10, "none", "0", AUTHORIZE_REDIRECT, "login_required"},
        {10, "consent", NULL, AUTHORIZE_CONSENT, NULL},
        {10, "login", NULL, AUTHORIZE_LOGIN, NULL},
        {10, "select_account", NULL, AUTHORIZE_LOGIN, NULL},
        {10, "consent select_account", NULL, AUTHORIZE_LOGIN, NULL},
        {10, NULL, "9", AUTHORIZE_LOGIN, NULL},
        {10, NULL, "10", AUTHORIZE_REMEMBERED, NULL},
        {10, "none consent", NULL, AUTHORIZE_REDIRECT, "invalid_request"},
        {1799, "none", NULL, AUTHORIZE_REMEMBERED, NULL},
        {1800, "none", NULL, AUTHORIZE_REDIRECT, "login_required"},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};
        struct req_authorize *request;

        flow_tokens(c, &f);
        cell_advance(c, rows[i].after_s);
        request = flow_ask(c, &f);
        request->prompt = span_of_text(rows[i].prompt);
        request->max_age = span_of_text(rows[i].max_age);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        if (c->reply.authorize.next != rows[i].next)
            fail_msg("row %zu: next %u", i, (unsigned)c->reply.authorize.next);
        assert_int_equal(f.handle.len > 0, rows[i].error == NULL);
        if (rows[i].error)
            assert_true(span_equal_text(flow_parameter(&f.location, "error"), rows[i].error));
    }
}

/* After a login that was asked for, the consent is as good as before. */
static void new_login_needs_no_new_consent(void **state)
{
    static const char *const prompts[] = {"login", "select_account", NULL};
    struct cell *c = *state;
    struct flow f = {0};

    flow_tokens(c, &f);
    for (size_t i = 0; i < sizeof(prompts) / sizeof(prompts[0]); i++) {
        struct req_authorize *request;

        cell_advance(c, 10);
        request = flow_ask(c, &f);
        request->prompt = span_of_text(prompts[i]);
        request->max_age = prompts[i] ? SPAN_NONE : SPAN_LITERAL("5");
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_SESSION_ENDED); /* around the login page */
        assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
        assert_int_equal(flow_consent_page(c, &f), OUTCOME_OK);
        assert_true(c->reply.consent_page.is_remembered);
        assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
        assert_int_equal(flow_redeem(c, &f), OUTCOME_OK);
    }
}

/* ---- acr_values ----------------------------------------------------------------------------------------- */

#define ACR "urn:strongroom:acr:password"

struct acr_row {
    const char *asked; /* acr_values */
    const char *now;   /* what a password is worth today; the session's was ACR */
    bool is_good;      /* the session does */
};

static void set_acr(struct cell *c, const char *acr)
{
    free(c->vault.config.acr);
    c->vault.config.acr = strdup(acr);
}

static void acr_values_ask_for_a_login_only_where_it_would_be_better(void **state)
{
    static const struct acr_row rows[] = {
        {NULL, ACR, true},
        {"", ACR, true},
        {ACR, ACR, true},
        {"urn:other " ACR, ACR, true},
        {"urn:other", ACR, true}, /* what we cannot give is no reason */
        {"URN:STRONGROOM:ACR:PASSWORD", ACR, true},
        {ACR, "urn:bank:2", true}, /* the session has what was asked for */
        {"urn:bank:2 " ACR, "urn:bank:2", true},
        {"urn:bank:3", "urn:bank:2", true},
        {"urn:bank:2", "urn:bank:2", false},
        {"urn:bank:3 urn:bank:2", "urn:bank:2", false},
        {"urn:bank:22", "urn:bank:2", true},
    };
    struct cell *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct flow f = {0};

        set_acr(c, ACR);
        flow_tokens(c, &f);
        cell_advance(c, 10);
        set_acr(c, rows[i].now);
        flow_ask(c, &f)->acr_values = span_of_text(rows[i].asked);
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        if (c->reply.authorize.next != (rows[i].is_good ? AUTHORIZE_REMEMBERED : AUTHORIZE_LOGIN))
            fail_msg("row %zu", i);
        flow_ask(c, &f)->acr_values = span_of_text(rows[i].asked);
        c->request.authorize.prompt = SPAN_LITERAL("none");
        assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
        assert_int_equal(c->reply.authorize.next,
                         rows[i].is_good ? AUTHORIZE_REMEMBERED : AUTHORIZE_REDIRECT);
        if (!rows[i].is_good) { /* and a new login is what was asked for */
            flow_ask(c, &f)->acr_values = span_of_text(rows[i].asked);
            assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
            assert_int_equal(flow_remembered(c, &f), OUTCOME_SESSION_ENDED);
            assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
            assert_int_equal(flow_remembered(c, &f), OUTCOME_OK);
            cell_advance(c, 1);
            flow_ask(c, &f)->acr_values = span_of_text(rows[i].asked);
            assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
            assert_int_equal(c->reply.authorize.next, AUTHORIZE_REMEMBERED);
        }
    }
}

/* ---- id_token_hint -------------------------------------------------------------------------------------- */

static uint64_t next_with_hint(struct cell *c, struct flow *f, const struct kept *hint, const char *prompt)
{
    struct req_authorize *request = flow_ask(c, f);

    request->id_token_hint = kept_span(hint);
    request->prompt = span_of_text(prompt);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    return c->reply.authorize.next;
}

static void expect_hint_decides(struct cell *c)
{
    struct flow ada = {0}, bob = {0};
    struct kept hint;

    assert_int_equal(cell_add_user(c, "bob", CELL_PASSWORD), OUTCOME_OK);
    flow_code(c, &ada);
    hint = id_token_of(c, &ada, &c->app);
    cell_advance(c, 1);
    assert_int_equal(next_with_hint(c, &ada, &hint, NULL), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &ada), OUTCOME_OK);
    assert_int_equal(next_with_hint(c, &ada, &hint, "none"), AUTHORIZE_REMEMBERED);
    assert_int_equal(flow_remembered(c, &ada), OUTCOME_OK);
    assert_int_equal(next_with_hint(c, &ada, &hint, "consent"), AUTHORIZE_CONSENT);
    assert_int_equal(flow_consent(c, &ada, true), OUTCOME_OK);

    /* Bob is logged in where Ada is expected. */
    flow_ask(c, &bob);
    assert_int_equal(flow_authorize(c, &bob), OUTCOME_OK);
    assert_int_equal(flow_login(c, &bob, "bob", CELL_PASSWORD), OUTCOME_OK);
    cell_advance(c, 1);
    assert_int_equal(next_with_hint(c, &bob, &hint, "none"), AUTHORIZE_REDIRECT);
    assert_true(span_equal_text(flow_parameter(&bob.location, "error"), "login_required"));
    assert_int_equal(next_with_hint(c, &bob, &hint, NULL), AUTHORIZE_LOGIN);
    assert_int_equal(flow_consent_page(c, &bob), OUTCOME_SESSION_ENDED);
    assert_int_equal(flow_remembered(c, &bob), OUTCOME_SESSION_ENDED);
    assert_int_equal(flow_login(c, &bob, "bob", CELL_PASSWORD), OUTCOME_USER_NOT_THE_ONE_HINTED);
    assert_int_equal(c->answer, ANSWER_LOGIN_FAILED);
    assert_int_equal(flow_login(c, &bob, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_remembered(c, &bob), OUTCOME_OK);
}

static void hint_decides_who_may_log_in(void **state)
{
    expect_hint_decides(*state);
}

/* The token has the client's own name for the customer, and the session the bank's. */
static void hint_of_a_pairwise_client_decides_as_well(void **state)
{
    struct cell *c = *state;

    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .subject_type = SPAN_LITERAL("pairwise")};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    expect_hint_decides(c);
}

/* Who knows the bank's own subject, as a resource server does, cannot make a pairwise client's hint of it. */
static void hint_from_before_the_client_was_pairwise_names_nobody(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};
    struct kept hint;

    flow_code(c, &f);
    hint = id_token_of(c, &f, &c->app);
    c->request.client_update = (struct req_client_update){.client_id = SPAN_LITERAL("app"),
                                                          .subject_type = SPAN_LITERAL("pairwise")};
    assert_int_equal(cell_call(c, MESSAGE_CLIENT_UPDATE), OUTCOME_OK);
    cell_advance(c, 1);
    assert_int_equal(next_with_hint(c, &f, &hint, NULL), AUTHORIZE_LOGIN);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_USER_NOT_THE_ONE_HINTED);
}

static void what_is_no_hint_of_this_client_is_refused(void **state)
{
    static const char *const wrong[] = {"garbage", "a.b.c", "..", ".", "eyJhbGciOiJub25lIn0.e30."};
    struct cell *c = *state;
    struct flow f = {0}, other = {0};
    struct kept hint, bent;

    flow_code(c, &f);
    hint = id_token_of(c, &f, &c->app);
    flow_ask(c, &other)->client_id = SPAN_LITERAL("other");
    assert_int_equal(flow_authorize(c, &other), OUTCOME_OK);
    assert_int_equal(flow_login(c, &other, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &other, true), OUTCOME_OK);
    bent = id_token_of(c, &other, &c->other);
    assert_int_equal(next_with_hint(c, &f, &bent, NULL), AUTHORIZE_REDIRECT);
    assert_true(span_equal_text(flow_parameter(&f.location, "error"), "invalid_request"));
    for (size_t i = 0; i < hint.len; i += 13) {
        bent = hint;
        bent.bytes[i] = bent.bytes[i] == 'A' ? 'B' : 'A';
        assert_int_equal(next_with_hint(c, &f, &bent, NULL), AUTHORIZE_REDIRECT);
        assert_true(span_equal_text(flow_parameter(&f.location, "error"), "invalid_request"));
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        kept_take(&bent, span_of_text(wrong[i]));
        assert_int_equal(next_with_hint(c, &f, &bent, "none"), AUTHORIZE_REDIRECT);
        assert_true(span_equal_text(flow_parameter(&f.location, "error"), "invalid_request"));
    }
    kept_take(&bent, kept_span(&f.access)); /* nothing of ours but ID tokens */
    if (bent.len)
        assert_int_equal(next_with_hint(c, &f, &bent, NULL), AUTHORIZE_REDIRECT);
    cell_advance(c, 400 * CELL_DAY_S); /* one that is over is as good a name */
    assert_int_equal(next_with_hint(c, &f, &hint, NULL), AUTHORIZE_LOGIN);
}

static void browser_keeps_its_cookie(void **state)
{
    struct cell *c = *state;
    struct flow f = {0};

    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.browser.len, 22);
    flow_ask(c, &f);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.browser.len, 0);
    flow_ask(c, &f)->browser = secret_text("not one of ours");
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_int_equal(c->reply.authorize.browser.len, 22);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST(seeds_sample_request_is_accepted),
        CELL_TEST(wrong_client_or_redirect_ends_on_our_page),
        CELL_TEST(other_mistakes_redirect_with_their_error),
        CELL_TEST(state_is_returned_only_if_it_was_sent),
        CELL_TEST(error_uri_comes_where_the_bank_has_pages),
        CELL_TEST(largest_request_goes_all_the_way),
        CELL_TEST(nothing_is_stored),
        CELL_TEST(prompt_and_max_age_decide_what_comes_next),
        CELL_TEST(old_session_does_not_do_where_a_new_login_was_asked_for),
        CELL_TEST(remembered_consent_spares_the_pages),
        CELL_TEST(new_login_needs_no_new_consent),
        CELL_TEST(acr_values_ask_for_a_login_only_where_it_would_be_better),
        CELL_TEST(hint_decides_who_may_log_in),
        CELL_TEST(hint_of_a_pairwise_client_decides_as_well),
        CELL_TEST(hint_from_before_the_client_was_pairwise_names_nobody),
        CELL_TEST(what_is_no_hint_of_this_client_is_refused),
        CELL_TEST(browser_keeps_its_cookie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
