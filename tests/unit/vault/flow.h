/*
 * A customer's way through a cell (cell.h): authorize, login, consent, and what a client does with the code
 * and the tokens that come of it. Each step fills a request and returns how it ended; flow_code() and
 * flow_tokens() go all the way and expect every step to work.
 */
#ifndef STRONGROOM_TESTS_UNIT_VAULT_FLOW_H
#define STRONGROOM_TESTS_UNIT_VAULT_FLOW_H

#include "tests/unit/vault/cell.h"

/* RFC 7636 appendix B. */
#define FLOW_VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define FLOW_CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define FLOW_SCOPE "openid customers accounts transactions"

struct flow {
    struct kept handle, browser, session, location, code;
    struct kept access, refresh;
};

/* A request that is right in every way; a test changes what it wants to see refused. */
static inline struct req_authorize *flow_ask(struct cell *c, const struct flow *f)
{
    c->request.authorize = (struct req_authorize){
        .client_id = SPAN_LITERAL("app"),
        .redirect_uri = SPAN_LITERAL(CELL_REDIRECT),
        .response_type = SPAN_LITERAL("code"),
        .scope = SPAN_LITERAL(FLOW_SCOPE),
        .state = SPAN_LITERAL("af0ifjsldkj="),
        .nonce = SPAN_LITERAL("n-0S6_WzA2Mj"),
        .code_challenge = SPAN_LITERAL(FLOW_CHALLENGE),
        .code_challenge_method = SPAN_LITERAL("S256"),
    };
    if (f->browser.len)
        c->request.authorize.browser = kept_secret(&f->browser);
    if (f->session.len)
        c->request.authorize.session = kept_secret(&f->session);
    return &c->request.authorize;
}

/* Send what flow_ask() prepared. */
static inline enum outcome flow_authorize(struct cell *c, struct flow *f)
{
    enum outcome rc = cell_call(c, MESSAGE_AUTHORIZE);

    kept_take(&f->handle, c->reply.authorize.handle);
    kept_take(&f->location, c->reply.authorize.location);
    if (c->reply.authorize.browser.len)
        kept_take(&f->browser, secret_ref_reveal(c->reply.authorize.browser));
    return rc;
}

static inline enum outcome flow_login(struct cell *c, struct flow *f, const char *username, const char *password)
{
    struct kept csrf;
    enum outcome rc;

    c->request.login_page = (struct req_login_page){kept_span(&f->handle), kept_secret(&f->browser), {0}};
    rc = cell_call(c, MESSAGE_LOGIN_PAGE);
    if (rc != OUTCOME_OK)
        return rc;
    kept_take(&csrf, c->reply.login_page.csrf);
    c->request.login = (struct req_login){.handle = kept_span(&f->handle),
                                          .browser = kept_secret(&f->browser),
                                          .csrf = kept_span(&csrf),
                                          .username = span_of_text(username),
                                          .password = secret_text(password)};
    rc = cell_call(c, MESSAGE_LOGIN);
    if (rc == OUTCOME_OK)
        kept_take(&f->session, secret_ref_reveal(c->reply.login.session));
    return rc;
}

static inline enum outcome flow_consent_page(struct cell *c, const struct flow *f)
{
    c->request.consent_page =
        (struct req_consent_page){kept_span(&f->handle), kept_secret(&f->browser), kept_secret(&f->session), {0}};
    return cell_call(c, MESSAGE_CONSENT_PAGE);
}

static inline struct req_consent *flow_answer(struct cell *c, const struct flow *f, struct kept *csrf, bool approve)
{
    c->request.consent = (struct req_consent){.handle = kept_span(&f->handle),
                                              .browser = kept_secret(&f->browser),
                                              .session = kept_secret(&f->session),
                                              .csrf = kept_span(csrf),
                                              .approve = approve};
    return &c->request.consent;
}

/* The value of a parameter in a location, as it stands there; absent if it is not there. */
static inline struct span flow_parameter(const struct kept *location, const char *name)
{
    struct span rest = kept_span(location);
    struct span word;

    if (!span_next_word(&rest, '?', &word))
        return SPAN_NONE;
    rest = span_from(rest, 1);
    while (span_next_word(&rest, '&', &word))
        if (span_starts_with(word, span_of_text(name)) && word.ptr[strlen(name)] == '=')
            return span_from(word, strlen(name) + 1);
    return SPAN_NONE;
}

static inline enum outcome flow_consent(struct cell *c, struct flow *f, bool approve)
{
    struct kept csrf;
    enum outcome rc = flow_consent_page(c, f);

    if (rc != OUTCOME_OK)
        return rc;
    kept_take(&csrf, c->reply.consent_page.csrf);
    flow_answer(c, f, &csrf, approve);
    rc = cell_call(c, MESSAGE_CONSENT);
    if (rc != OUTCOME_OK)
        return rc;
    kept_take(&f->location, c->reply.consent.location);
    kept_take(&f->code, flow_parameter(&f->location, "code"));
    return rc;
}

/* Without a page, on a consent that was given before. */
static inline enum outcome flow_remembered(struct cell *c, struct flow *f)
{
    enum outcome rc;

    c->request.consent_remembered = (struct req_consent_remembered){
        kept_span(&f->handle), kept_secret(&f->browser), kept_secret(&f->session), {0}};
    rc = cell_call(c, MESSAGE_CONSENT_REMEMBERED);
    if (rc != OUTCOME_OK)
        return rc;
    kept_take(&f->location, c->reply.consent_remembered.location);
    kept_take(&f->code, flow_parameter(&f->location, "code"));
    return rc;
}

/* From nothing to a code. A session that is there already is used. */
static inline void flow_code(struct cell *c, struct flow *f)
{
    flow_ask(c, f);
    assert_int_equal(flow_authorize(c, f), OUTCOME_OK);
    if (c->reply.authorize.next == AUTHORIZE_LOGIN)
        assert_int_equal(flow_login(c, f, CELL_USER, CELL_PASSWORD), OUTCOME_OK);
    assert_int_equal(flow_consent(c, f, true), OUTCOME_OK);
    assert_int_equal(f->code.len, TOKEN_TEXT_LEN);
}

static inline struct req_code_redeem *flow_present(struct cell *c, const struct flow *f, const struct party *party)
{
    c->request.code_redeem = (struct req_code_redeem){.client_id = span_of_text(party->id),
                                                      .client_secret = kept_secret(&party->secret),
                                                      .code = kept_secret(&f->code),
                                                      .redirect_uri = SPAN_LITERAL(CELL_REDIRECT),
                                                      .code_verifier = secret_text(FLOW_VERIFIER)};
    return &c->request.code_redeem;
}

static inline enum outcome flow_redeem(struct cell *c, struct flow *f)
{
    enum outcome rc;

    if (c->request.code_redeem.client_id.len == 0)
        flow_present(c, f, &c->app);
    rc = cell_call(c, MESSAGE_CODE_REDEEM);
    if (rc == OUTCOME_OK) {
        kept_take(&f->access, secret_ref_reveal(c->reply.code_redeem.access_token));
        kept_take(&f->refresh, secret_ref_reveal(c->reply.code_redeem.refresh_token));
    }
    return rc;
}

static inline void flow_tokens(struct cell *c, struct flow *f)
{
    flow_code(c, f);
    assert_int_equal(flow_redeem(c, f), OUTCOME_OK);
}

/* Use the refresh token; on success the flow has the new tokens. */
static inline enum outcome flow_refresh_as(struct cell *c, struct flow *f, const struct party *party, const char *scope)
{
    struct req_refresh *request = &c->request.refresh;
    enum outcome rc;

    request->client_id = span_of_text(party->id);
    request->client_secret = kept_secret(&party->secret);
    request->refresh_token = kept_secret(&f->refresh);
    request->scope = span_of_text(scope);
    rc = cell_call(c, MESSAGE_REFRESH);
    if (rc == OUTCOME_OK) {
        kept_take(&f->access, secret_ref_reveal(c->reply.refresh.access_token));
        kept_take(&f->refresh, secret_ref_reveal(c->reply.refresh.refresh_token));
    }
    return rc;
}

static inline enum outcome flow_refresh(struct cell *c, struct flow *f)
{
    return flow_refresh_as(c, f, &c->app, NULL);
}

static inline enum outcome flow_revoke(struct cell *c, const struct party *party, const struct kept *token)
{
    c->request.revoke = (struct req_revoke){
        span_of_text(party->id), kept_secret(&party->secret), kept_secret(token), {0}};
    return cell_call(c, MESSAGE_REVOKE);
}

static inline bool flow_is_active(struct cell *c, const struct kept *token)
{
    c->request.introspect = (struct req_introspect){
        .client_id = SPAN_LITERAL("api"), .client_secret = kept_secret(&c->api.secret), .token = kept_secret(token)};
    assert_int_equal(cell_call(c, MESSAGE_INTROSPECT), OUTCOME_OK);
    return c->reply.introspect.active;
}

static inline enum outcome flow_check(struct cell *c, const struct kept *token, const char *method, const char *uri)
{
    c->request.check =
        (struct req_check){.token = kept_secret(token), .method = span_of_text(method), .uri = span_of_text(uri)};
    return cell_call(c, MESSAGE_CHECK);
}

#endif
