/*
 * The authorization endpoint (RFC 6749 4.1.1, SPEC 2). The parameters go to the vault as they were sent, with
 * a word on what was wrong with the form; it decides whether the browser sees an error page, goes back to the
 * client, or goes on to log in.
 */
#include "common/uri.h"
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

static void go_to(struct exchange *x, const char *path, const struct rep_authorize *reply)
{
    struct response *r = respond_redirect_begin(x);
    uint8_t room[LIMIT_HANDLE + 64];
    struct buf location = buf_over(room, sizeof(room));

    buf_put_text(&location, path);
    buf_put_text(&location, "?request=");
    uri_put_escaped(&location, reply->handle);
    if (!buf_ok(&location) || span_is_empty(reply->handle))
        r->headers.overflow = true;
    if (reply->browser.len)
        respond_set_cookie(r, COOKIE_BROWSER, reply->browser, 0);
    respond_redirect_send(r, buf_span(&location));
}

static void on_authorized(struct exchange *x, enum answer answer, const struct rep_authorize *reply)
{
    if (answer != ANSWER_OK) {
        respond_error_page(x, answer);
        return;
    }
    switch (reply->next) {
    case AUTHORIZE_LOGIN: go_to(x, PAGE_PATH_LOGIN, reply); return;
    case AUTHORIZE_CONSENT: go_to(x, PAGE_PATH_CONSENT, reply); return;
    case AUTHORIZE_REDIRECT: respond_redirect_send(respond_redirect_begin(x), reply->location); return;
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
        .has_request = v[AUTHORIZE_REQUEST_OBJECT].state != FORM_ABSENT,
        .has_request_uri = v[AUTHORIZE_REQUEST_URI].state != FORM_ABSENT,
        .problem = problem_of(&x->form),
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .session = cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls),
    };
    vault_call_authorize(x, &request, on_authorized);
}
