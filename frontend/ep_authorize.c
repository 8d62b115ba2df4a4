/*
 * The authorization endpoint (RFC 6749 4.1.1, SPEC 2). The parameters go to the vault as they were sent, with
 * a word on what was wrong with the form; it decides whether the browser sees an error page, goes back to the
 * client, or goes on to log in. Where the customer has allowed it before, one more call brings the code.
 */
#include "common/uri.h"
#include "frontend/connection.h"
#include "frontend/cookie.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/route.h"
#include "frontend/vault_call.h"

enum {
    AUTHORIZE_CLIENT_ID,
    AUTHORIZE_REDIRECT_URI,
    AUTHORIZE_RESPONSE_TYPE,
    AUTHORIZE_SCOPE,
    AUTHORIZE_STATE,
    AUTHORIZE_NONCE,
    AUTHORIZE_CHALLENGE,
    AUTHORIZE_CHALLENGE_METHOD,
    AUTHORIZE_PROMPT,
    AUTHORIZE_MAX_AGE,
    AUTHORIZE_LOGIN_HINT,
    AUTHORIZE_REQUEST_OBJECT,
    AUTHORIZE_REQUEST_URI,
    AUTHORIZE_ID_TOKEN_HINT,
    AUTHORIZE_ACR_VALUES,
    AUTHORIZE_UI_LOCALES,
    AUTHORIZE_RESPONSE_MODE,
    AUTHORIZE_REGISTRATION,
};

static const struct form_field fields[] = {
    {"client_id", LIMIT_CLIENT_ID},
    {"redirect_uri", LIMIT_URI},
    {"response_type", LIMIT_WORD},
    {"scope", LIMIT_SCOPE},
    {"state", LIMIT_STATE},
    {"nonce", LIMIT_NONCE},
    {"code_challenge", LIMIT_CHALLENGE},
    {"code_challenge_method", LIMIT_WORD},
    {"prompt", LIMIT_WORD},
    {"max_age", LIMIT_WORD},
    {"login_hint", LIMIT_HINT},
    {"request", 0},
    {"request_uri", 0},
    {"id_token_hint", LIMIT_ID_TOKEN},
    {"acr_values", LIMIT_HINT},
    {"ui_locales", LIMIT_HINT},
    {"response_mode", LIMIT_WORD},
    {"registration", 0},
};

static enum authorize_problem problem_of(const struct form *form)
{
    static const int essential[] = {AUTHORIZE_CLIENT_ID, AUTHORIZE_REDIRECT_URI};

    for (size_t i = 0; i < sizeof(essential) / sizeof(essential[0]); i++)
        if (form->values[essential[i]].state == FORM_REPEATED ||
            form->values[essential[i]].state == FORM_MALFORMED)
            return AUTHORIZE_FORM_UNUSABLE;
    if (form->has_repeated)
        return AUTHORIZE_FORM_REPEATED;
    return form->is_malformed ? AUTHORIZE_FORM_MALFORMED : AUTHORIZE_FORM_OK;
}

/* A cookie for a browser that has none yet. */
static struct response *begin_redirect(struct exchange *x, struct secret_ref new_browser)
{
    struct response *r = respond_redirect_begin(x);

    if (new_browser.len)
        respond_set_cookie(r, COOKIE_BROWSER, new_browser, 0);
    return r;
}

static void go_to(struct exchange *x, const char *path, struct span handle, struct secret_ref new_browser)
{
    struct response *r = begin_redirect(x, new_browser);
    uint8_t room[LIMIT_HANDLE + 64];
    struct buf location = buf_over(room, sizeof(room));

    buf_put_text(&location, path);
    buf_put_text(&location, "?request=");
    uri_put_escaped(&location, handle);
    if (!buf_ok(&location) || span_is_empty(handle))
        r->headers.overflow = true;
    respond_redirect_send(r, buf_span(&location));
}

static struct secret_ref cookie_of_browser(const struct exchange *x)
{
    return cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls);
}

static struct secret_ref cookie_of_session(const struct exchange *x)
{
    return cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls);
}

/* What the call was made with is kept in the call itself. */
static void on_remembered(struct exchange *x, enum answer answer, const struct rep_consent_remembered *reply)
{
    const struct req_consent_remembered asked = x->call.request.consent_remembered;
    bool is_new = !span_equal(secret_ref_reveal(asked.browser), secret_ref_reveal(cookie_of_browser(x)));
    struct secret_ref new_browser = is_new ? asked.browser : (struct secret_ref){0};

    switch (answer) {
    case ANSWER_OK: respond_redirect_send(begin_redirect(x, new_browser), reply->location); return;
    case ANSWER_SESSION_NEEDED: go_to(x, PAGE_PATH_LOGIN, asked.handle, new_browser); return;
    case ANSWER_CONSENT_NEEDED: go_to(x, PAGE_PATH_CONSENT, asked.handle, new_browser); return;
    default: respond_error_page(x, answer); return;
    }
}

static void redeem_consent(struct exchange *x, const struct rep_authorize *reply)
{
    struct req_consent_remembered request = {.session = cookie_of_session(x)};
    struct span browser = secret_ref_reveal(reply->browser.len ? reply->browser : cookie_of_browser(x));

    if (!connection_keep(x->connection, reply->handle, &request.handle) ||
        !connection_keep(x->connection, browser, &browser)) {
        respond_error_page(x, ANSWER_TEMPORARILY_UNAVAILABLE);
        return;
    }
    request.browser = secret_ref_of(browser);
    vault_call_consent_remembered(x, &request, on_remembered);
}

static void on_authorized(struct exchange *x, enum answer answer, const struct rep_authorize *reply)
{
    if (answer != ANSWER_OK) {
        respond_error_page(x, answer);
        return;
    }
    switch (reply->next) {
    case AUTHORIZE_LOGIN: go_to(x, PAGE_PATH_LOGIN, reply->handle, reply->browser); return;
    case AUTHORIZE_CONSENT: go_to(x, PAGE_PATH_CONSENT, reply->handle, reply->browser); return;
    case AUTHORIZE_REDIRECT: respond_redirect_send(respond_redirect_begin(x), reply->location); return;
    case AUTHORIZE_REMEMBERED: redeem_consent(x, reply); return;
    default: respond_error_page(x, ANSWER_SERVER_ERROR); return;
    }
}

void ep_authorize(struct exchange *x)
{
    const struct form_value *v = x->form.values;
    struct req_authorize request;

    form_parse(&x->form, x->request->method == HTTP_VERB_POST ? x->request->body : x->request->query, fields,
               sizeof(fields) / sizeof(fields[0]));
    request = (struct req_authorize){
        .client_id = v[AUTHORIZE_CLIENT_ID].text,
        .redirect_uri = v[AUTHORIZE_REDIRECT_URI].text,
        .response_type = v[AUTHORIZE_RESPONSE_TYPE].text,
        .scope = v[AUTHORIZE_SCOPE].text,
        .state = v[AUTHORIZE_STATE].text,
        .nonce = v[AUTHORIZE_NONCE].text,
        .code_challenge = v[AUTHORIZE_CHALLENGE].text,
        .code_challenge_method = v[AUTHORIZE_CHALLENGE_METHOD].text,
        .prompt = v[AUTHORIZE_PROMPT].text,
        .max_age = v[AUTHORIZE_MAX_AGE].text,
        .login_hint = v[AUTHORIZE_LOGIN_HINT].text,
        .id_token_hint = v[AUTHORIZE_ID_TOKEN_HINT].text,
        .acr_values = v[AUTHORIZE_ACR_VALUES].text,
        .ui_locales = v[AUTHORIZE_UI_LOCALES].text,
        .response_mode = v[AUTHORIZE_RESPONSE_MODE].text,
        .has_request = v[AUTHORIZE_REQUEST_OBJECT].text.len > 0,
        .has_request_uri = v[AUTHORIZE_REQUEST_URI].text.len > 0,
        .has_registration = v[AUTHORIZE_REGISTRATION].text.len > 0,
        .problem = problem_of(&x->form),
        .browser = cookie_of_browser(x),
        .session = cookie_of_session(x),
    };
    vault_call_authorize(x, &request, on_authorized);
}
