/*
 * The gateway's question (SPEC 4), as nginx auth_request and Envoy ext_authz ask it: may this bearer token do
 * this to that resource? On listeners for gateways only. Errors as in RFC 6750 3.
 */
#include "common/token_text.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"

#define REALM "Bearer realm=\"strongroom\""

/* Nobody has tried to authenticate: a challenge without an error code (RFC 6750 3.1). */
static void challenge(struct exchange *x)
{
    struct response *r = respond_begin(x, 401, RESPOND_NO_STORE);

    respond_header(r, "WWW-Authenticate", SPAN_LITERAL(REALM));
    respond_empty_send(r);
}

static void refuse_token(struct exchange *x)
{
    struct response *r = respond_begin(x, 401, RESPOND_NO_STORE);

    respond_header(r, "WWW-Authenticate", SPAN_LITERAL(REALM ", error=\"invalid_token\""));
    respond_empty_send(r);
}

static void refuse_scope(struct exchange *x, struct span required_scope)
{
    struct response *r = respond_begin(x, 403, RESPOND_NO_STORE);

    buf_put_text(&r->headers, "WWW-Authenticate: " REALM ", error=\"insufficient_scope\"");
    if (required_scope.len) {
        buf_put_text(&r->headers, ", scope=\"");
        buf_put_span(&r->headers, required_scope);
        buf_put_text(&r->headers, "\"");
    }
    buf_put_text(&r->headers, "\r\n");
    if (!span_is_printable(required_scope) ||
        (required_scope.len && memchr(required_scope.ptr, '"', required_scope.len)))
        r->headers.overflow = true;
    respond_empty_send(r);
}

static void on_checked(struct exchange *x, enum answer answer, const struct rep_check *reply)
{
    struct response *r;

    switch (answer) {
    case ANSWER_OK: break;
    case ANSWER_INVALID_TOKEN: refuse_token(x); return;
    case ANSWER_INSUFFICIENT_SCOPE: refuse_scope(x, reply->required_scope); return;
    default: respond_error(x, answer); return;
    }
    r = respond_begin(x, 200, RESPOND_NO_STORE);
    respond_header(r, "X-Strongroom-Subject", reply->sub);
    respond_header(r, "X-Strongroom-Client", reply->client_id);
    respond_header(r, "X-Strongroom-Scope", reply->scope);
    respond_header(r, "X-Strongroom-Grant", reply->grant_id);
    respond_empty_send(r);
}

static bool is_sound(struct span header, size_t max)
{
    return header.len > 0 && header.len <= max && span_is_printable(header);
}

void ep_check(struct exchange *x)
{
    struct req_check request = {.method = x->request->original_method, .uri = x->request->original_uri};
    struct span token;

    if (!is_sound(request.method, LIMIT_METHOD) || !is_sound(request.uri, LIMIT_URI)) {
        respond_http_error(x, 400, "invalid_request",
                           "X-Original-Method and X-Original-URI say what is asked for.");
        return;
    }
    if (credentials_take_bearer(x->request->authorization, &token) != CREDENTIALS_USABLE) {
        challenge(x);
        return;
    }
    if (!token_text_looks_valid(token)) {
        refuse_token(x);
        return;
    }
    request.token = secret_ref_of(token);
    vault_call_check(x, &request, on_checked);
}
