/*
 * Liveness: the worker's loop turns. Readiness: the vault answers and accepts writes; it is asked with a
 * deadline of its own, shorter than an orchestrator's.
 */
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"

void ep_livez(struct exchange *x)
{
    struct response *r = respond_begin(x, 200, RESPOND_NO_STORE);

    buf_put_text(&r->body, "{\"status\":\"ok\"}");
    respond_json_send(r);
}

static void send_unavailable(struct exchange *x, const char *reason)
{
    struct response *r = respond_begin(x, 503, RESPOND_NO_STORE);
    struct json_writer json = json_begin(&r->body);

    respond_header_u64(r, "Retry-After", 1);
    json_object_open(&json, NULL);
    json_text(&json, "status", SPAN_LITERAL("unavailable"));
    json_text(&json, "reason", span_of_text(reason));
    json_object_close(&json);
    respond_json_send(r);
}

static void on_health(struct exchange *x, enum answer answer, const struct rep_health *reply)
{
    struct response *r;
    struct json_writer json;

    if (answer != ANSWER_OK) {
        send_unavailable(x, "the vault does not answer");
        return;
    }
    if (!reply->writable) {
        send_unavailable(x, "the vault does not accept writes");
        return;
    }
    r = respond_begin(x, 200, RESPOND_NO_STORE);
    json = json_begin(&r->body);
    json_object_open(&json, NULL);
    json_text(&json, "status", SPAN_LITERAL("ready"));
    json_text(&json, "version", reply->version);
    json_text(&json, "issuer", reply->issuer);
    json_object_close(&json);
    respond_json_send(r);
}

void ep_readyz(struct exchange *x)
{
    const struct req_health request = {{0}};

    vault_call_health(x, &request, on_health);
}
