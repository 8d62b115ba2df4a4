/*
 * The consent page and its form: what the client asks for, and the customer's yes or no. Where the vault says
 * that the customer has said yes before, the code is asked for at once.
 */
#include "common/uri.h"
#include "frontend/cookie.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"
#include "frontend/worker.h"

enum { CONSENT_REQUEST, CONSENT_CSRF, CONSENT_DECISION };

static const struct form_field fields[] = {
    {"request", LIMIT_HANDLE},
    {"csrf", LIMIT_COOKIE},
    {"decision", LIMIT_WORD},
};

/* The session has ended or never was: log in first, with the same request. */
static void send_to_login(struct exchange *x)
{
    uint8_t room[3 * LIMIT_HANDLE + 64];
    struct buf location = buf_over(room, sizeof(room));

    buf_put_text(&location, PAGE_PATH_LOGIN "?request=");
    uri_put_escaped(&location, x->form.values[CONSENT_REQUEST].text);
    respond_redirect_send(respond_redirect_begin(x), buf_span(&location));
}

static void send_page(struct exchange *x, enum answer answer, const struct rep_consent_page *reply)
{
    struct page_consent_model model;
    struct response *r;

    if (answer == ANSWER_SESSION_NEEDED) {
        send_to_login(x);
        return;
    }
    if (answer != ANSWER_OK) {
        respond_error_page(x, answer);
        return;
    }
    model = (struct page_consent_model){
        .language = language_find(reply->language),
        .client_name = reply->client_name,
        .customer_name = reply->customer_name,
        .scope_titles = &reply->scope_titles,
        .scope_descriptions = &reply->scope_descriptions,
        .ends_at_s = reply->ends_at_s,
        .returns_to = reply->redirect_source,
        .handle = x->form.values[CONSENT_REQUEST].text,
        .csrf = reply->csrf,
    };
    r = respond_begin(x, 200, RESPOND_NO_STORE);
    if (!page_consent(&r->body, x->worker->brand, &model))
        r->body.overflow = true;
    respond_page_send(r, model.language, reply->redirect_source);
}

static void ask_for_page(struct exchange *x, vault_done_consent_page *done)
{
    const struct req_consent_page request = {
        .handle = x->form.values[CONSENT_REQUEST].text,
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .session = cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls),
        .accept_language = exchange_accept_language(x),
    };

    vault_call_consent_page(x, &request, done);
}

static void on_remembered(struct exchange *x, enum answer answer, const struct rep_consent_remembered *reply)
{
    if (answer == ANSWER_CONSENT_NEEDED)
        ask_for_page(x, send_page); /* it has just ended: the page, whatever the vault says now */
    else if (answer == ANSWER_SESSION_NEEDED)
        send_to_login(x);
    else if (answer != ANSWER_OK)
        respond_error_page(x, answer);
    else
        respond_redirect_send(respond_redirect_begin(x), reply->location);
}

static void on_page(struct exchange *x, enum answer answer, const struct rep_consent_page *reply)
{
    const struct req_consent_remembered request = {
        .handle = x->form.values[CONSENT_REQUEST].text,
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .session = cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls),
    };

    if (answer == ANSWER_OK && reply->is_remembered)
        vault_call_consent_remembered(x, &request, on_remembered);
    else
        send_page(x, answer, reply);
}

void ep_consent_show(struct exchange *x)
{
    form_parse(&x->form, x->request->query, fields, 1);
    if (span_is_empty(x->form.values[CONSENT_REQUEST].text))
        respond_error_page(x, ANSWER_PAGE_HANDLE_ENDED);
    else
        ask_for_page(x, on_page);
}

static void on_decided(struct exchange *x, enum answer answer, const struct rep_consent *reply)
{
    if (answer == ANSWER_SESSION_NEEDED)
        send_to_login(x);
    else if (answer != ANSWER_OK)
        respond_error_page(x, answer);
    else
        respond_redirect_send(respond_redirect_begin(x), reply->location);
}

void ep_consent_submit(struct exchange *x)
{
    const struct form_value *v = x->form.values;
    struct req_consent request;
    bool approves, denies;

    form_parse(&x->form, x->request->body, fields, sizeof(fields) / sizeof(fields[0]));
    if (!form_is_sound(&x->form) || span_is_empty(v[CONSENT_REQUEST].text)) {
        respond_error_page(x, ANSWER_PAGE_HANDLE_ENDED);
        return;
    }
    approves = span_equal_text(v[CONSENT_DECISION].text, "approve");
    denies = span_equal_text(v[CONSENT_DECISION].text, "deny");
    /* Only a clear word is a decision. */
    if (!approves && !denies) {
        respond_error_page(x, ANSWER_INVALID_REQUEST);
        return;
    }
    request = (struct req_consent){
        .handle = v[CONSENT_REQUEST].text,
        .browser = cookie_find(x->request->cookie, COOKIE_BROWSER, x->has_tls),
        .session = cookie_find(x->request->cookie, COOKIE_SESSION, x->has_tls),
        .csrf = v[CONSENT_CSRF].text,
        .approve = approves,
    };
    vault_call_consent(x, &request, on_decided);
}
