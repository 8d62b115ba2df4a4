/*
 * CLIENT_*: the operator registers clients and resource servers and gives them secrets. A secret leaves the
 * vault once, in the reply that made it; the store keeps its keyed hash (I3).
 */
#include "vault/client.h"
#include "vault/document.h"
#include "vault/scope.h"

#include "common/b64url.h"
#include "common/uri.h"

#define CLIENT_ID_BYTES 16

/* ---- CLIENT_ADD -------------------------------------------------------------------------------------- */

static const char *problem_of(const struct op *op, const struct req_client_add *request)
{
    struct span rest = request->scope;
    struct span word;

    if (request->name.len == 0)
        return "a name is needed; customers will read it";
    if (request->is_resource_server && request->redirect_uris.len)
        return "a resource server has no redirect URI";
    if (!request->is_resource_server && request->redirect_uris.len == 0)
        return "a client needs at least one redirect URI";
    for (size_t i = 0; i < request->redirect_uris.len; i++)
        if (uri_redirect_problem(request->redirect_uris.items[i]))
            return uri_redirect_problem(request->redirect_uris.items[i]);
    while (span_next_word(&rest, ' ', &word))
        if (!scope_find(&op->vault->config, word))
            return "a scope is not one of those in the vault's configuration";
    if (request->scope.len && !span_list_has(request->scope, SPAN_LITERAL("openid")))
        return "the scope must hold openid";
    for (size_t i = 0; i < request->client_id.len; i++)
        if (request->client_id.ptr[i] < 0x20 || request->client_id.ptr[i] == 0x7f)
            return "a client_id must not hold control characters";
    return NULL;
}

static struct span all_scopes(struct op *op)
{
    size_t start = op->text.len;

    for (size_t i = 0; i < op->vault->config.scope_count; i++) {
        if (i)
            buf_put_u8(&op->text, ' ');
        buf_put_text(&op->text, op->vault->config.scopes[i].name);
    }
    return span_of(op->text.ptr + start, op->text.len - start);
}

static enum outcome choose_id(struct op *op, struct span wanted, struct span *ret_id)
{
    uint8_t bytes[CLIENT_ID_BYTES];
    size_t start = op->text.len;
    struct span value;
    enum store_result found;

    if (wanted.len == 0) {
        if (!rng_fill(&op->vault->rng, bytes, sizeof(bytes)))
            return OUTCOME_NO_RANDOM;
        b64url_encode(&op->text, span_of(bytes, sizeof(bytes)));
        wanted = span_of(op->text.ptr + start, op->text.len - start);
    }
    found = store_get(op->txn, TABLE_CLIENTS, wanted, &value);
    if (found == STORE_OK) {
        op->reply->client_add.problem = SPAN_LITERAL("there is a client with that client_id already");
        return OUTCOME_ADMIN_CONFLICT;
    }
    *ret_id = wanted;
    return found == STORE_NOT_FOUND ? OUTCOME_OK : store_outcome(found);
}

static uint64_t or_default(uint64_t value, uint64_t fallback)
{
    return value ? value : fallback;
}

static enum outcome answer_client(struct op *op, struct span client_id, const struct client_record *client,
                                  struct span *ret_json)
{
    struct document document = document_begin(op);

    document_client(&document.json, NULL, client_id, client);
    return document_end(&document, ret_json);
}

enum outcome op_client_add(struct op *op)
{
    const struct req_client_add *request = &op->request->client_add;
    struct rep_client_add *reply = &op->reply->client_add;
    const struct vault_config *config = &op->vault->config;
    const char *problem = problem_of(op, request);
    uint8_t hash[MAC_LEN] = {0}, registration[CLIENT_REGISTRATION_LEN] = {0};
    struct client_record client = {
        .name = request->name,
        .is_resource_server = request->is_resource_server,
        .profile = SPAN_LITERAL("green"),
        .redirect_uris = request->redirect_uris,
        .scope = request->scope,
        .audience = request->audience.len ? request->audience : span_of_text(config->audience),
        .access_token_s = or_default(request->access_token_s, config->lifetimes.access_token_s),
        .refresh_token_s = or_default(request->refresh_token_s, config->lifetimes.refresh_token_s),
        .refresh_grace_s = request->refresh_grace_s,
        .consent_s = or_default(request->consent_s, config->lifetimes.consent_s),
        .created_at_s = op->now_s,
        .secret_at_s = op->now_s,
        .secret_hash = span_of(hash, sizeof(hash)),
        .registration = span_of(registration, sizeof(registration)),
    };
    struct span client_id;
    enum outcome rc;

    if (problem) {
        reply->problem = span_of_text(problem);
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    rc = choose_id(op, request->client_id, &client_id);
    if (rc != OUTCOME_OK)
        return rc;
    op->audit.client_id = client_id;
    if (client.scope.len == 0 && !client.is_resource_server)
        client.scope = all_scopes(op);
    if (!rng_fill(&op->vault->rng, registration, sizeof(registration)))
        return OUTCOME_NO_RANDOM;
    rc = client_secret_new(op, client_id, &reply->client_secret, hash);
    if (rc == OUTCOME_OK)
        rc = record_put(op->txn, TABLE_CLIENTS, client_id, &client_fields, &client);
    return rc == OUTCOME_OK ? answer_client(op, client_id, &client, &reply->json) : rc;
}

/* ---- looking ----------------------------------------------------------------------------------------- */

static enum outcome put_client(struct op *op, struct json_writer *json, struct span client_id,
                               struct span value)
{
    enum outcome rc = record_decode(value, &client_fields, &op->client);

    if (rc == OUTCOME_OK)
        document_client(json, NULL, client_id, &op->client);
    return rc;
}

enum outcome op_client_list(struct op *op)
{
    struct rep_client_list *reply = &op->reply->client_list;

    return document_list(op, "clients", TABLE_CLIENTS, op->request->client_list.after, put_client,
                         &reply->json, &reply->next);
}

static enum outcome load_client(struct op *op, struct span client_id)
{
    op->audit.client_id = client_id;
    return op_load(op, TABLE_CLIENTS, client_id, &client_fields, OUTCOME_ADMIN_NOT_FOUND, &op->client);
}

enum outcome op_client_show(struct op *op)
{
    struct span client_id = op->request->client_show.client_id;
    enum outcome rc = load_client(op, client_id);

    return rc == OUTCOME_OK ? answer_client(op, client_id, &op->client, &op->reply->client_show.json) : rc;
}

/* ---- changing ---------------------------------------------------------------------------------------- */

enum outcome op_client_set_status(struct op *op)
{
    const struct req_client_set_status *request = &op->request->client_set_status;
    enum outcome rc = load_client(op, request->client_id);

    if (rc != OUTCOME_OK)
        return rc;
    op->client.is_disabled = !request->enabled;
    op->audit.detail = request->enabled ? SPAN_LITERAL("enabled") : SPAN_LITERAL("disabled");
    rc = record_put(op->txn, TABLE_CLIENTS, request->client_id, &client_fields, &op->client);
    if (rc != OUTCOME_OK)
        return rc;
    return answer_client(op, request->client_id, &op->client, &op->reply->client_set_status.json);
}

enum outcome op_client_rotate_secret(struct op *op)
{
    const struct req_client_rotate_secret *request = &op->request->client_rotate_secret;
    struct rep_client_rotate_secret *reply = &op->reply->client_rotate_secret;
    uint8_t hash[MAC_LEN];
    enum outcome rc = load_client(op, request->client_id);

    if (rc == OUTCOME_OK)
        rc = client_secret_new(op, request->client_id, &reply->client_secret, hash);
    if (rc != OUTCOME_OK)
        return rc;
    /* The newest of the old ones stays good until the next rotation, so that a client can change over. */
    op->client.old_secret_hash = request->drop_old ? SPAN_NONE : op->client.secret_hash;
    op->client.old_secret_at_s = request->drop_old ? 0 : op->client.secret_at_s;
    op->client.secret_hash = span_of(hash, sizeof(hash));
    op->client.secret_at_s = op->now_s;
    op->audit.detail = request->drop_old ? SPAN_LITERAL("old secret dropped")
                                         : SPAN_LITERAL("old secret kept");
    rc = record_put(op->txn, TABLE_CLIENTS, request->client_id, &client_fields, &op->client);
    return rc == OUTCOME_OK ? answer_client(op, request->client_id, &op->client, &reply->json) : rc;
}

/* Its grants end with the record: grant_stands() asks for it each time. */
enum outcome op_client_remove(struct op *op)
{
    struct span client_id = op->request->client_remove.client_id;
    enum outcome rc = load_client(op, client_id);

    if (rc == OUTCOME_OK)
        rc = store_outcome(store_delete(op->txn, TABLE_CLIENTS, client_id));
    return rc == OUTCOME_OK ? answer_client(op, client_id, &op->client, &op->reply->client_remove.json) : rc;
}

enum outcome op_client_update(struct op *op)
{
    (void)op;
    return OUTCOME_INTERNAL;
}
