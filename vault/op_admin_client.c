/*
 * CLIENT_*: the operator registers clients and resource servers and gives them secrets. A secret leaves the
 * vault once, in the reply that made it; the store keeps its keyed hash (I3).
 */
#include "vault/client.h"
#include "vault/document.h"
#include "vault/registration.h"

#include "common/b64url.h"

#define CLIENT_ID_BYTES 16

/* ---- answering --------------------------------------------------------------------------------------- */

static enum outcome answer_client(struct op *op, struct span client_id, const struct client_record *client,
                                  struct span note, struct span *ret_json)
{
    struct document document = document_begin(op);

    document_client(&document.json, NULL, client_id, client, note);
    return document_end(&document, ret_json);
}

/*
 * Compose the answer to a change, and only then store it: what could never be shown is refused before anything
 * is written.
 */
static enum outcome store_client(struct op *op, struct span client_id, const struct client_record *client,
                                 struct span note, struct span *ret_json, struct span *ret_problem)
{
    if (answer_client(op, client_id, client, note, ret_json) != OUTCOME_OK) {
        *ret_problem = SPAN_LITERAL(
            "its URIs are too long altogether: what a client registers has to fit 64 KiB");
        return OUTCOME_ADMIN_BAD_VALUE;
    }
    return record_put(op->txn, TABLE_CLIENTS, client_id, &client_fields, client);
}

/* ---- CLIENT_ADD -------------------------------------------------------------------------------------- */

static const char *client_id_problem(struct span client_id)
{
    for (size_t i = 0; i < client_id.len; i++)
        if (client_id.ptr[i] < 0x20 || client_id.ptr[i] == 0x7f)
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

/* Fill the record from the request; the sentence that says why not, if it cannot be. */
static struct span fill_client(struct op *op, const struct req_client_add *request,
                               struct client_record *ret_client)
{
    const struct vault_config *config = &op->vault->config;
    const struct registration_words words = {request->signing_alg, request->subject_type, request->sector};
    struct span problem;

    *ret_client = (struct client_record){
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
        .post_logout_redirect_uris = request->post_logout_redirect_uris,
    };
    if (request->scope.len == 0 && !request->is_resource_server)
        ret_client->scope = all_scopes(op);
    problem = registration_take_words(op, &words, NULL, ret_client);
    return span_is_absent(problem) ? registration_problem(op, ret_client) : problem;
}

enum outcome op_client_add(struct op *op)
{
    const struct req_client_add *request = &op->request->client_add;
    struct rep_client_add *reply = &op->reply->client_add;
    uint8_t hash[MAC_LEN] = {0}, registration[CLIENT_REGISTRATION_LEN] = {0};
    struct client_record client;
    struct span client_id;
    enum outcome rc;

    reply->problem = fill_client(op, request, &client);
    if (span_is_absent(reply->problem))
        reply->problem = span_of_text(client_id_problem(request->client_id));
    if (!span_is_absent(reply->problem))
        return OUTCOME_ADMIN_BAD_VALUE;
    rc = choose_id(op, request->client_id, &client_id);
    if (rc != OUTCOME_OK)
        return rc;
    op->audit.client_id = client_id;
    if (!rng_fill(&op->vault->rng, registration, sizeof(registration)))
        return OUTCOME_NO_RANDOM;
    rc = client_secret_new(op, client_id, &reply->client_secret, hash);
    if (rc != OUTCOME_OK)
        return rc;
    client.secret_hash = span_of(hash, sizeof(hash));
    client.registration = span_of(registration, sizeof(registration));
    rc = store_client(op, client_id, &client, SPAN_NONE, &reply->json, &reply->problem);
    if (rc != OUTCOME_OK)
        reply->client_secret = (struct secret_ref){NULL, 0}; /* of nobody */
    return rc;
}

/* ---- looking ----------------------------------------------------------------------------------------- */

static enum outcome put_client(struct op *op, struct json_writer *json, struct span client_id,
                               struct span value)
{
    enum outcome rc = record_decode(value, &client_fields, &op->client);

    if (rc == OUTCOME_OK)
        document_client(json, NULL, client_id, &op->client, SPAN_NONE);
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

    return rc == OUTCOME_OK
               ? answer_client(op, client_id, &op->client, SPAN_NONE, &op->reply->client_show.json)
               : rc;
}

/* ---- CLIENT_UPDATE ----------------------------------------------------------------------------------- */

static void take_text(struct span value, struct span *member)
{
    if (!span_is_absent(value))
        *member = value;
}

static void take_number(uint64_t value, uint64_t *member)
{
    if (value)
        *member = value;
}

static void take_list(const struct span_list *values, struct span_list *member)
{
    if (values->len)
        *member = *values;
}

/* What is absent stays. The same for the sentence as in fill_client(). */
static struct span change_client(struct op *op, const struct req_client_update *request,
                                 const struct client_record *before, struct client_record *client)
{
    const struct registration_words words = {request->signing_alg, request->subject_type, request->sector};
    struct span problem;

    if (request->no_refresh_grace && request->refresh_grace_s)
        return SPAN_LITERAL("either a refresh grace or none");
    if (request->no_post_logout && request->post_logout_redirect_uris.len)
        return SPAN_LITERAL("either post-logout redirect URIs or none");
    take_text(request->name, &client->name);
    take_list(&request->redirect_uris, &client->redirect_uris);
    take_text(request->scope, &client->scope);
    take_text(request->audience, &client->audience);
    take_number(request->access_token_s, &client->access_token_s);
    take_number(request->refresh_token_s, &client->refresh_token_s);
    take_number(request->refresh_grace_s, &client->refresh_grace_s);
    take_number(request->consent_s, &client->consent_s);
    take_list(&request->post_logout_redirect_uris, &client->post_logout_redirect_uris);
    if (request->no_refresh_grace)
        client->refresh_grace_s = 0;
    if (request->no_post_logout)
        client->post_logout_redirect_uris.len = 0;
    if (client->audience.len == 0)
        return SPAN_LITERAL("the audience must not be empty");
    problem = registration_take_words(op, &words, before, client);
    return span_is_absent(problem) ? registration_problem(op, client) : problem;
}

enum outcome op_client_update(struct op *op)
{
    static const char new_subjects[] =
        "the client knows every customer by another sub from now on; it will not "
        "recognise those who come back";
    const struct req_client_update *request = &op->request->client_update;
    struct rep_client_update *reply = &op->reply->client_update;
    struct client_record client;
    struct span changed, note;
    enum outcome rc = load_client(op, request->client_id);

    if (rc != OUTCOME_OK)
        return rc;
    client = op->client;
    reply->problem = change_client(op, request, &op->client, &client);
    if (!span_is_absent(reply->problem))
        return OUTCOME_ADMIN_BAD_VALUE;
    changed = registration_differences(op, &op->client, &client);
    op->audit.detail = changed.len ? changed : SPAN_LITERAL("nothing");
    note = registration_changes_subjects(&op->client, &client) ? span_of_text(new_subjects) : SPAN_NONE;
    return store_client(op, request->client_id, &client, note, &reply->json, &reply->problem);
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
    return answer_client(op, request->client_id, &op->client, SPAN_NONE, &op->reply->client_set_status.json);
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
    return rc == OUTCOME_OK ? answer_client(op, request->client_id, &op->client, SPAN_NONE, &reply->json)
                            : rc;
}

/* Its grants end with the record: grant_stands() asks for it each time. */
enum outcome op_client_remove(struct op *op)
{
    struct span client_id = op->request->client_remove.client_id;
    enum outcome rc = load_client(op, client_id);

    if (rc == OUTCOME_OK)
        rc = store_outcome(store_delete(op->txn, TABLE_CLIENTS, client_id));
    return rc == OUTCOME_OK
               ? answer_client(op, client_id, &op->client, SPAN_NONE, &op->reply->client_remove.json)
               : rc;
}
