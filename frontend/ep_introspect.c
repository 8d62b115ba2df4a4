/*
 * Introspection (RFC 7662, SPEC 4): the busiest endpoint. The vault decides and says what there is to say;
 * here it only becomes JSON.
 */
#include "frontend/client_request.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"

enum { INTROSPECT_TOKEN = CLIENT_REQUEST_OWN, INTROSPECT_HINT };

static const struct form_field fields[] = {CLIENT_REQUEST_FIELDS, {"token", 0}, {"token_type_hint", 0}};

/*
 * Stands for a token that is too long to be sent, or for none: the vault has still to find that the caller may
 * ask, and that is all that it is asked. What merely looks wrong is sent as it is, since the vault looks anyway.
 */
static const struct span no_token = SPAN_LITERAL("-");

static void put_active(struct json_writer *json, const struct rep_introspect *reply)
{
    json_text(json, "scope", reply->scope);
    json_text(json, "client_id", reply->client_id);
    json_text(json, "username", reply->username);
    json_text(json, "token_type", SPAN_LITERAL("Bearer"));
    json_u64(json, "exp", reply->exp);
    json_u64(json, "iat", reply->iat);
    json_u64(json, "nbf", reply->iat);
    json_text(json, "sub", reply->sub);
    json_text(json, "aud", reply->aud);
    json_text(json, "iss", reply->iss);
    json_text(json, "jti", reply->jti);
    json_text(json, "grant_id", reply->grant_id);
}

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
    json = json_begin(&r->body);
    json_object_open(&json, NULL);
    json_bool(&json, "active", reply->active);
    if (reply->active)
        put_active(&json, reply);
    json_object_close(&json);
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
    request = (struct req_introspect){.client_id = x->client.client_id,
                                      .client_secret = x->client.client_secret,
                                      .token = secret_ref_of(token)};
    vault_call_introspect(x, &request, on_introspected);
}
