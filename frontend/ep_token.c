/*
 * The token endpoint (RFC 6749 4.1.3 and 6, SPEC 3). Which grant types there are is a table; each lifts its
 * parameters out of the form and leaves the decision to the vault.
 */
#include "common/token_text.h"
#include "frontend/client_request.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"

enum {
    FORM_GRANT_TYPE = CLIENT_REQUEST_OWN,
    FORM_CODE,
    FORM_REDIRECT_URI,
    FORM_VERIFIER,
    FORM_REFRESH_TOKEN,
    FORM_SCOPE,
};

/* A code or refresh token of another length than ours is wrong, not malformed. */
static const struct form_field fields[] = {
    CLIENT_REQUEST_FIELDS,
    {"grant_type", 0},
    {"code", 0},
    {"redirect_uri", LIMIT_URI},
    {"code_verifier", LIMIT_VERIFIER},
    {"refresh_token", 0},
    {"scope", LIMIT_SCOPE},
};

static struct span value(const struct exchange *x, int field)
{
    return x->form.values[field].text;
}

static void send_tokens(struct exchange *x, struct secret_ref access_token, uint64_t expires_in_s,
                        struct secret_ref refresh_token, struct span scope, struct span id_token)
{
    struct response *r = respond_begin(x, 200, RESPOND_NO_STORE_NO_CACHE);
    struct json_writer json = json_begin(&r->body);

    json_object_open(&json, NULL);
    json_text(&json, "access_token", secret_ref_reveal(access_token));
    json_text(&json, "token_type", SPAN_LITERAL("Bearer"));
    json_u64(&json, "expires_in", expires_in_s);
    json_text(&json, "refresh_token", secret_ref_reveal(refresh_token));
    json_text(&json, "scope", scope);
    json_text(&json, "id_token", id_token);
    json_object_close(&json);
    respond_json_send(r);
}

static void on_redeemed(struct exchange *x, enum answer answer, const struct rep_code_redeem *reply)
{
    if (answer != ANSWER_OK)
        respond_error(x, answer);
    else
        send_tokens(x, reply->access_token, reply->expires_in_s, reply->refresh_token, reply->scope,
                    reply->id_token);
}

static void redeem_code(struct exchange *x)
{
    const struct req_code_redeem request = {
        .client_id = x->client.client_id,
        .client_secret = x->client.client_secret,
        .code = secret_ref_of(value(x, FORM_CODE)),
        .redirect_uri = value(x, FORM_REDIRECT_URI),
        .code_verifier = secret_ref_of(value(x, FORM_VERIFIER)),
    };

    if (span_is_empty(value(x, FORM_CODE)))
        client_request_refuse(x, "code is missing.");
    else if (span_is_empty(request.redirect_uri))
        client_request_refuse(x, "redirect_uri is missing; send the one that was used at authorize.");
    else if (span_is_empty(value(x, FORM_VERIFIER)))
        client_request_refuse(x, "code_verifier is missing: PKCE is required (RFC 7636).");
    else if (!token_text_looks_valid(value(x, FORM_CODE)))
        client_request_finish(x, ANSWER_INVALID_GRANT);
    else
        vault_call_code_redeem(x, &request, on_redeemed);
}

static void on_refreshed(struct exchange *x, enum answer answer, const struct rep_refresh *reply)
{
    if (answer != ANSWER_OK)
        respond_error(x, answer);
    else
        send_tokens(x, reply->access_token, reply->expires_in_s, reply->refresh_token, reply->scope,
                    reply->id_token);
}

static void refresh(struct exchange *x)
{
    const struct req_refresh request = {
        .client_id = x->client.client_id,
        .client_secret = x->client.client_secret,
        .refresh_token = secret_ref_of(value(x, FORM_REFRESH_TOKEN)),
        .scope = value(x, FORM_SCOPE),
    };

    if (span_is_empty(value(x, FORM_REFRESH_TOKEN)))
        client_request_refuse(x, "refresh_token is missing.");
    else if (!token_text_looks_valid(value(x, FORM_REFRESH_TOKEN)))
        client_request_finish(x, ANSWER_INVALID_GRANT);
    else
        vault_call_refresh(x, &request, on_refreshed);
}

static const struct {
    const char *name;
    void (*run)(struct exchange *x);
} grant_types[] = {
    {"authorization_code", redeem_code},
    {"refresh_token", refresh},
};

void ep_token(struct exchange *x)
{
    const char *fault;

    if (!client_request_parse(x, fields, sizeof(fields) / sizeof(fields[0])))
        return;
    fault = client_request_fault(x);
    if (!fault && span_is_empty(value(x, FORM_GRANT_TYPE)))
        fault = "grant_type is missing; it must be authorization_code or refresh_token.";
    if (fault) {
        client_request_refuse(x, fault);
        return;
    }
    for (size_t i = 0; i < sizeof(grant_types) / sizeof(grant_types[0]); i++) {
        if (span_equal_text(value(x, FORM_GRANT_TYPE), grant_types[i].name)) {
            grant_types[i].run(x);
            return;
        }
    }
    client_request_finish(x, ANSWER_UNSUPPORTED_GRANT_TYPE);
}
