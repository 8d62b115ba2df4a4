/*
 * The login page and its form. A wrong password shows the page again, with a sentence that does not tell
 * whether the name or the password was wrong; whether there is a wait, the vault says.
 */
#include "common/uri.h"
#include "frontend/cookie.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"
#include "frontend/worker.h"

enum { LOGIN_REQUEST, LOGIN_CSRF, LOGIN_USERNAME, LOGIN_PASSWORD };

static const struct form_field fields[] = {
    {"request", LIMIT_HANDLE},
    {"csrf", LIMIT_COOKIE},
    {"username", LIMIT_NAME},
    {"password", LIMIT_PASSWORD},
};

static void on_page(struct exchange *x, enum answer answer, const struct rep_login_page *reply)
{
    struct span typed = x->form.values[LOGIN_USERNAME].text;
    struct page_login_model model;
    struct response *r;

    if (answer != ANSWER_OK) {
        respond_error_page(x, answer);
        return;
    }
    model = (struct page_login_model){
        .language = language_find(reply->language),
        .client_name = reply->client_name,
        .handle = x->form.values[LOGIN_REQUEST].text,
        .csrf = reply->csrf,
        .login_hint = span_is_absent(typed) ? reply->login_hint : typed,
        .message = x->message,
        .message_kind = (enum page_message_kind)x->message_kind,
    };
    r = respond_begin(x, x->page_status, RESPOND_NO_STORE);
    if (x->retry_after_s)
        respond_header_u64(r, "Retry-After", x->retry_after_s);
    if (!page_login(&r->body, x->worker->brand, &model))
        r->body.overflow = true;
    respond_page_send(r, model.language, reply->redirect_source);
}

static void show(struct exchange *x)
{
    const struct req_login_page request = {
        .handle = x->form.values[LOGIN_REQUEST].text,
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .accept_language = exchange_accept_language(x),
    };

    if (span_is_empty(request.handle))
        respond_error_page(x, ANSWER_PAGE_HANDLE_ENDED);
    else
        vault_call_login_page(x, &request, on_page);
}

static void show_again(struct exchange *x, enum answer answer, uint64_t retry_after_s)
{
    x->page_status = answer_http_status(answer);
    x->message = answer;
    x->message_kind = answer == ANSWER_LOGIN_FAILED ? PAGE_MESSAGE_INPUT : PAGE_MESSAGE_ERROR;
    x->retry_after_s = answer == ANSWER_LOGIN_LOCKED && !retry_after_s ? 1 : retry_after_s;
    show(x);
}

void ep_login_show(struct exchange *x)
{
    form_parse(&x->form, x->request->query, fields, 1);
    x->page_status = 200;
    x->message = ANSWER_OK;
    x->retry_after_s = 0;
    show(x);
}

static void on_login(struct exchange *x, enum answer answer, const struct rep_login *reply)
{
    uint8_t room[3 * LIMIT_HANDLE + 64];
    struct buf location = buf_over(room, sizeof(room));
    struct response *r;

    if (answer == ANSWER_LOGIN_FAILED || answer == ANSWER_LOGIN_LOCKED) {
        show_again(x, answer, reply->retry_after_s);
        return;
    }
    if (answer != ANSWER_OK || reply->session.len == 0) {
        respond_error_page(x, answer == ANSWER_OK ? ANSWER_SERVER_ERROR : answer);
        return;
    }
    buf_put_text(&location, PAGE_PATH_CONSENT "?request=");
    uri_put_escaped(&location, x->form.values[LOGIN_REQUEST].text);
    r = respond_redirect_begin(x);
    respond_set_cookie(r, COOKIE_SESSION, reply->session, reply->session_s);
    respond_redirect_send(r, buf_span(&location));
}

void ep_login_submit(struct exchange *x)
{
    const struct form_value *v = x->form.values;
    struct req_login request;

    form_parse(&x->form, x->request->body, fields, sizeof(fields) / sizeof(fields[0]));
    if (x->form.has_repeated || v[LOGIN_REQUEST].state == FORM_MALFORMED ||
        v[LOGIN_CSRF].state == FORM_MALFORMED) {
        respond_error_page(x, ANSWER_PAGE_HANDLE_ENDED);
        return;
    }
    /* Too long or not to be read: nobody's name and nobody's password. */
    if (span_is_empty(v[LOGIN_USERNAME].text) || span_is_empty(v[LOGIN_PASSWORD].text)) {
        show_again(x, ANSWER_LOGIN_FAILED, 0);
        return;
    }
    request = (struct req_login){
        .handle = v[LOGIN_REQUEST].text,
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .csrf = v[LOGIN_CSRF].text,
        .username = v[LOGIN_USERNAME].text,
        .password = secret_ref_of(v[LOGIN_PASSWORD].text),
    };
    if (span_is_empty(request.handle))
        respond_error_page(x, ANSWER_PAGE_HANDLE_ENDED);
    else
        vault_call_login(x, &request, on_login);
}
