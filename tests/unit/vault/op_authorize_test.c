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

#define SET(name, field, value) \
    static void name(struct req_authorize *request) { request->field = value; }
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
        {form_unusable, OUTCOME_AUTHORIZE_UNREADABLE},      {no_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {empty_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},   {unknown_client, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {resource_server, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN}, {client_in_capitals, OUTCOME_AUTHORIZE_CLIENT_UNKNOWN},
        {no_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},      {empty_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {other_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},   {longer_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {query_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},   {fragment_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {shorter_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD}, {capital_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {port_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},    {escaped_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
        {dotted_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},  {http_redirect, OUTCOME_AUTHORIZE_REDIRECT_BAD},
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

/* Everything at the bounds of the schema still fits the handle, the location and the audit. */
static void largest_request_goes_all_the_way(void **state)
{
    static uint8_t letters[LIMIT_URI + 1];
    struct cell *c = *state;
    struct flow f = {0};
    struct party party;
    struct kept uri;
    struct req_authorize *request;

    memset(letters, 'x', sizeof(letters));
    kept_take(&uri, span_of(letters, LIMIT_URI));
    memcpy(uri.bytes, CELL_REDIRECT "/", strlen(CELL_REDIRECT "/"));
    letters[LIMIT_CLIENT_ID] = '\0';
    c->request.client_add.name = span_of(letters, LIMIT_NAME);
    c->request.client_add.redirect_uris.items[0] = kept_span(&uri);
    c->request.client_add.redirect_uris.len = 1;
    cell_add_client(c, &party, (const char *)letters);
    letters[LIMIT_CLIENT_ID] = 'x';
    request = flow_ask(c, &f);
    request->client_id = span_of(letters, LIMIT_CLIENT_ID);
    request->redirect_uri = kept_span(&uri);
    request->state = span_of(letters, LIMIT_STATE);
    request->nonce = span_of(letters, LIMIT_NONCE);
    request->code_challenge = span_of(letters, LIMIT_CHALLENGE);
    request->login_hint = span_of(letters, LIMIT_HINT);
    assert_int_equal(flow_authorize(c, &f), OUTCOME_OK);
    assert_true(f.handle.len > 6000);
    assert_int_equal(flow_login(c, &f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, &f, true), OUTCOME_OK);
    assert_int_equal(f.code.len, TOKEN_TEXT_LEN);
    assert_int_equal(flow_parameter(&f.location, "state").len, LIMIT_STATE);
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
    assert_int_equal(cell_count(c, TABLE_GRANTS) + cell_count(c, TABLE_SESSIONS) + cell_count(c, TABLE_EXPIRY), 0);
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
        {100, NULL, "4294967396", AUTHORIZE_CONSENT, NULL}, /* 2^32 + 100 */
        {100, NULL, "18446744073709551716", AUTHORIZE_CONSENT, NULL}, /* 2^64 + 100 */
        {100, NULL, "9999999999999999999999999999999999999999999999999999999999999999", AUTHORIZE_CONSENT, NULL},
        {100, NULL, "0000000000000000000000000000000000000000000000000000000000000099", AUTHORIZE_LOGIN, NULL},
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
        CELL_TEST(largest_request_goes_all_the_way),
        CELL_TEST(nothing_is_stored),
        CELL_TEST(prompt_and_max_age_decide_what_comes_next),
        CELL_TEST(old_session_does_not_do_where_a_new_login_was_asked_for),
        CELL_TEST(browser_keeps_its_cookie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
