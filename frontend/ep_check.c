/*
 * The gateway's question (SPEC 4), as nginx auth_request and Envoy ext_authz ask it: may this bearer token do
 * this to that resource? On listeners for gateways only. Errors as in RFC 6750 3.
 */
#include "frontend/bearer.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"

static void on_checked(struct exchange *x, enum answer answer, const struct rep_check *reply)
{
    struct response *r;

    if (answer != ANSWER_OK) {
        bearer_refuse(x, answer, reply->required_scope);
        return;
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
    enum bearer_state state;
    struct span token;

    if (!is_sound(request.method, LIMIT_METHOD) || !is_sound(request.uri, LIMIT_URI)) {
        respond_http_error(x, 400, "invalid_request",
                           "X-Original-Method and X-Original-URI say what is asked for.");
        return;
    }
    state = bearer_take(x->request, &token);
    if (state != BEARER_USABLE) {
        bearer_refuse_state(x, state);
        return;
    }
    request.token = secret_ref_of(token);
    vault_call_check(x, &request, on_checked);
}
