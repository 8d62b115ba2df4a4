/*
 * The end_session endpoint (OpenID Connect RP-Initiated Logout 1.0): where clients send a browser to be
 * signed out, by GET or POST, and where the form of the page posts that asks the customer. The vault says
 * whether it is certain that the customer means it, or that the page has to ask.
 *
 * A session cookie does not come with a form that another site posts (SameSite=Lax), so a POST without one
 * does not show that nobody is signed in. The browser is sent here once more, by GET, and brings its cookie
 * along.
 */
#include "common/uri.h"
#include "frontend/cookie.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"
#include "frontend/worker.h"

enum {
    END_HINT,
    END_CLIENT_ID,
    END_URI,
    END_STATE,
    END_UI_LOCALES,
    END_LOGOUT_HINT, /* known, so that it is not repeated; we need none */
    END_CSRF,        /* this one and the next are our form's: by POST only */
    END_CONFIRM,
};

static const struct form_field fields[] = {
    {"id_token_hint", LIMIT_ID_TOKEN},
    {"client_id", LIMIT_CLIENT_ID},
    {"post_logout_redirect_uri", LIMIT_LOGOUT_URI},
    {"state", LIMIT_STATE},
    {"ui_locales", LIMIT_HINT},
    {"logout_hint", 0},
    {"csrf", LIMIT_COOKIE},
    {"confirm", LIMIT_WORD},
};

static bool is_posted(const struct exchange *x)
{
    return x->request->method == HTTP_VERB_POST;
}

static struct secret_ref session_of(const struct exchange *x)
{
    return cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls);
}

static enum language language_of(const struct exchange *x)
{
    enum language language = language_of_locales(x->form.values[END_UI_LOCALES].text);

    return language == LANGUAGE_NONE ? respond_language(x) : language;
}

/* ---- answers ------------------------------------------------------------------------------------------- */

/* Back to the client if it asked for that and may, else a page that says how things are. */
static void leave(struct exchange *x, bool is_still_signed_in, struct span location, struct span client_name)
{
    const struct page_signed_out_model model = {
        .language = language_of(x), .is_still_signed_in = is_still_signed_in, .client_name = client_name};
    struct response *r = location.len ? respond_redirect_begin(x) : respond_begin(x, 200, RESPOND_NO_STORE);

    /* Only one that came along: no other site, by an image of it, can make the browser forget its session. */
    if (!is_still_signed_in && session_of(x).len)
        respond_end_cookie(r, COOKIE_SESSION);
    if (location.len) {
        respond_redirect_send(r, location);
        return;
    }
    if (!page_signed_out(&r->body, x->worker->brand, &model))
        r->body.overflow = true;
    respond_page_send(r, model.language, SPAN_NONE);
}

static void ask(struct exchange *x, const struct rep_logout_page *reply)
{
    const struct form_value *v = x->form.values;
    const struct page_logout_model model = {
        .language = language_of(x),
        .client_name = reply->client_name,
        .customer_name = reply->customer_name,
        .csrf = reply->csrf,
        .id_token_hint = v[END_HINT].text,
        .client_id = v[END_CLIENT_ID].text,
        .post_logout_redirect_uri = v[END_URI].text,
        .state = v[END_STATE].text,
        .ui_locales = v[END_UI_LOCALES].text,
    };
    struct response *r = respond_begin(x, 200, RESPOND_NO_STORE);

    if (!page_logout(&r->body, x->worker->brand, &model))
        r->body.overflow = true;
    respond_page_send(r, model.language, reply->redirect_source);
}

/* ---- asking the vault ---------------------------------------------------------------------------------- */

static void call_page(struct exchange *x, vault_done_logout_page *done)
{
    const struct form_value *v = x->form.values;
    const struct req_logout_page request = {
        .session = session_of(x),
        .id_token_hint = v[END_HINT].text,
        .client_id = v[END_CLIENT_ID].text,
        .post_logout_redirect_uri = v[END_URI].text,
        .state = v[END_STATE].text,
    };

    vault_call_logout_page(x, &request, done);
}

/* After a LOGOUT that was not to be: the session has ended meanwhile, or the form was none of ours. */
static void on_page_again(struct exchange *x, enum answer answer, const struct rep_logout_page *reply)
{
    if (answer != ANSWER_OK)
        respond_error_page(x, answer);
    else if (reply->next == LOGOUT_NOTHING)
        leave(x, false, reply->location, reply->client_name);
    else
        ask(x, reply);
}

static void on_logged_out(struct exchange *x, enum answer answer, const struct rep_logout *reply)
{
    if (answer == ANSWER_OK)
        leave(x, false, reply->location, reply->client_name);
    else if (answer == ANSWER_LOGOUT_UNCONFIRMED || answer == ANSWER_SESSION_NEEDED)
        call_page(x, on_page_again);
    else
        respond_error_page(x, answer);
}

static void call_logout(struct exchange *x)
{
    const struct form_value *v = x->form.values;
    const struct req_logout request = {
        .session = session_of(x),
        .id_token_hint = v[END_HINT].text,
        .client_id = v[END_CLIENT_ID].text,
        .post_logout_redirect_uri = v[END_URI].text,
        .state = v[END_STATE].text,
        .csrf = v[END_CSRF].text,
    };

    vault_call_logout(x, &request, on_logged_out);
}

static void on_page(struct exchange *x, enum answer answer, const struct rep_logout_page *reply)
{
    if (answer != ANSWER_OK) {
        respond_error_page(x, answer);
        return;
    }
    switch (reply->next) {
    case LOGOUT_NOTHING: leave(x, false, reply->location, reply->client_name); return;
    case LOGOUT_END: call_logout(x); return;
    case LOGOUT_ASK: ask(x, reply); return;
    default: respond_error_page(x, ANSWER_SERVER_ERROR); return;
    }
}

/* The customer rather stays. Nothing changes, so no anti-forgery value is needed for that. */
static void on_page_stay(struct exchange *x, enum answer answer, const struct rep_logout_page *reply)
{
    if (answer != ANSWER_OK)
        respond_error_page(x, answer);
    else
        leave(x, reply->next != LOGOUT_NOTHING, reply->location, reply->client_name);
}

/* ---- the request --------------------------------------------------------------------------------------- */

/* The same request by GET; what only our form sends stays behind. */
static void send_again_by_get(struct exchange *x)
{
    uint8_t room[LIMIT_LOCATION];
    struct buf location = buf_over(room, sizeof(room));
    char separator = '?';

    buf_put_text(&location, PAGE_PATH_END_SESSION);
    for (size_t i = END_HINT; i <= END_UI_LOCALES; i++) {
        struct span value = x->form.values[i].text;

        if (value.len == 0)
            continue;
        buf_put_u8(&location, (uint8_t)separator);
        buf_put_text(&location, fields[i].name);
        buf_put_u8(&location, '=');
        uri_put_escaped(&location, value);
        separator = '&';
    }
    if (buf_ok(&location))
        respond_redirect_send(respond_redirect_begin(x), buf_span(&location));
    else
        respond_error_page(x, ANSWER_PAGE_BAD_REQUEST);
}

void ep_end_session(struct exchange *x)
{
    struct span confirm;

    if (is_posted(x))
        form_parse(&x->form, x->request->body, fields, sizeof(fields) / sizeof(fields[0]));
    else
        form_parse(&x->form, x->request->query, fields, END_CSRF);
    confirm = x->form.values[END_CONFIRM].text;
    if (!form_is_sound(&x->form))
        respond_error_page(x, ANSWER_PAGE_BAD_REQUEST);
    else if (is_posted(x) && session_of(x).len == 0)
        send_again_by_get(x);
    else if (span_equal_text(confirm, "yes"))
        call_logout(x);
    else
        call_page(x, span_equal_text(confirm, "no") ? on_page_stay : on_page);
}
