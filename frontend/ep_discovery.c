/*
 * What clients configure themselves from: the discovery document, at both of its addresses (OpenID Connect
 * Discovery 4, RFC 8414 3), and the public keys (RFC 7517). They are answered from what the worker has;
 * only one that has just begun may have to ask the vault first.
 */
#include "frontend/endpoints.h"
#include "frontend/respond.h"
#include "frontend/vault_call.h"
#include "frontend/worker.h"

/*
 * These documents are public, the same for everybody and got without credentials, so there is nothing that
 * a page of another origin could steal by reading them; browser-based tools and clients do read them. No
 * other endpoint says this, least of all authorize (RFC 9700 2.6).
 */
static void send_document(struct exchange *x, const struct metadata_document *document)
{
    struct response *r = respond_kept_begin(x, document->etag, x->worker->metadata.max_age_s);

    respond_header(r, "Access-Control-Allow-Origin", SPAN_LITERAL("*"));
    respond_kept_send(r, document->bytes, "application/json");
}

/* True if there is something to send now; else the client has got the error. */
static bool take_first(struct exchange *x, enum answer answer, const struct rep_metadata *reply)
{
    if (answer == ANSWER_OK && metadata_take(&x->worker->metadata, reply))
        return true;
    respond_error(x, answer == ANSWER_OK ? ANSWER_SERVER_ERROR : answer);
    return false;
}

static void on_first_discovery(struct exchange *x, enum answer answer, const struct rep_metadata *reply)
{
    if (take_first(x, answer, reply))
        send_document(x, &x->worker->metadata.discovery);
}

void ep_discovery(struct exchange *x)
{
    static const struct req_metadata request;

    if (x->worker->metadata.is_known)
        send_document(x, &x->worker->metadata.discovery);
    else
        vault_call_metadata(x, &request, on_first_discovery);
}

static void on_first_keys(struct exchange *x, enum answer answer, const struct rep_metadata *reply)
{
    if (take_first(x, answer, reply))
        send_document(x, &x->worker->metadata.jwks);
}

void ep_jwks(struct exchange *x)
{
    static const struct req_metadata request;

    if (x->worker->metadata.is_known)
        send_document(x, &x->worker->metadata.jwks);
    else
        vault_call_metadata(x, &request, on_first_keys);
}
