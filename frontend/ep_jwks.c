/*
 * The public keys (RFC 7517). A few minutes in a cache are safe: a key is published long before it signs.
 */
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"

static void on_keys(struct exchange *x, enum answer answer, const struct rep_metadata *reply)
{
    struct response *r;

    if (answer != ANSWER_OK) {
        respond_error(x, answer);
        return;
    }
    r = respond_begin(x, 200, RESPOND_PUBLIC_5_MINUTES);
    buf_put_span(&r->body, reply->jwks);
    respond_json_send(r);
}

void ep_jwks(struct exchange *x)
{
    const struct req_metadata request = {{0}};

    vault_call_metadata(x, &request, on_keys);
}
