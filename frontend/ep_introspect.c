/*
 * Introspection (RFC 7662, SPEC 4): the busiest endpoint. The vault decides and says what there is to say;
 * here it only becomes JSON, or is passed on as the vault signed it for a caller that asks for that (RFC
 * 9701). Errors are JSON in either case.
 */
#include "proto/introspection.h"
#include "frontend/accept.h"
#include "frontend/client_request.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"

#define MEDIA_TYPE_JWT "application/token-introspection+jwt"

enum { INTROSPECT_TOKEN = CLIENT_REQUEST_OWN, INTROSPECT_HINT };

static const struct form_field fields[] = {CLIENT_REQUEST_FIELDS, {"token", 0}, {"token_type_hint", 0}};

/*
 * Stands for a token that is too long to be sent, or for none: the vault has still to find that the caller
 * may ask, and that is all that it is asked. What merely looks wrong is sent as it is, since the vault looks
 * anyway.
 */
static const struct span no_token = SPAN_LITERAL("-");

static void on_introspected(struct exchange *x, enum answer answer, const struct rep_introspect *reply)
{
    struct response *r;
    struct json_writer json;

    if (answer == ANSWER_OK && x->fault) {
        client_request_send_fault(x);
        return;
    }
    if (answer != ANSWER_OK) {
        respond_error(x, answer);
        return;
    }
    r = respond_begin(x, 200, RESPOND_NO_STORE);
    if (reply->jwt.len) {
        buf_put_span(&r->body, reply->jwt);
        respond_text_send(r, MEDIA_TYPE_JWT);
        return;
    }
    json = json_begin(&r->body);
    introspection_put(&json, NULL, reply);
    respond_json_send(r);
}

void ep_introspect(struct exchange *x)
{
    struct req_introspect request;
    struct span token;

    if (!client_request_parse(x, fields, sizeof(fields) / sizeof(fields[0])))
        return;
    token = x->form.values[INTROSPECT_TOKEN].text;
    x->fault = client_request_fault(x);
    if (!x->fault && span_is_empty(token))
        x->fault = "token is missing.";
    if (x->fault || token.len > LIMIT_TOKEN)
        token = no_token;
    request = (struct req_introspect){
        .client_id = x->client.client_id,
        .client_secret = x->client.client_secret,
        .token = secret_ref_of(token),
        .as_jwt = accept_prefers(x->request->accept, MEDIA_TYPE_JWT, "application/json")};
    vault_call_introspect(x, &request, on_introspected);
}
