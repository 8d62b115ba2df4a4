/*
 * Revocation (RFC 7009, SPEC 4). token_type_hint is only a hint, and the vault sees from the token what it
 * is, so the hint is not even passed on.
 */
#include "common/token_text.h"
#include "frontend/client_request.h"
#include "frontend/endpoints.h"
#include "frontend/respond.h"

enum { REVOKE_TOKEN = CLIENT_REQUEST_OWN, REVOKE_HINT };

static const struct form_field fields[] = {CLIENT_REQUEST_FIELDS, {"token", 0}, {"token_type_hint", 0}};

static void on_revoked(struct exchange *x, enum answer answer, const struct rep_revoke *reply)
{
    (void)reply;
    if (answer != ANSWER_OK)
        respond_error(x, answer);
    else
        respond_empty_send(respond_begin(x, 200, RESPOND_NO_STORE));
}

void ep_revoke(struct exchange *x)
{
    struct req_revoke request;
    const char *fault;
    struct span token;

    if (!client_request_parse(x, fields, sizeof(fields) / sizeof(fields[0])))
        return;
    token = x->form.values[REVOKE_TOKEN].text;
    fault = client_request_fault(x);
    if (!fault && span_is_empty(token))
        fault = "token is missing.";
    if (fault) {
        client_request_refuse(x, fault);
        return;
    }
    /* What cannot be one of ours is as good as revoked, for a client that is one (RFC 7009 2.2). */
    if (!token_text_looks_valid(token)) {
        client_request_finish(x, ANSWER_OK);
        return;
    }
    request = (struct req_revoke){.client_id = x->client.client_id,
                                  .client_secret = x->client.client_secret,
                                  .token = secret_ref_of(token)};
    vault_call_revoke(x, &request, on_revoked);
}
