#include "vault/document.h"

#include "vault/grant.h"
#include "vault/jws.h"

struct document document_begin(struct op *op)
{
    struct document document = {op, op->text.len, json_begin(&op->text)};

    return document;
}

enum outcome document_end(struct document *document, struct span *ret_json)
{
    struct buf *text = &document->op->text;

    if (!buf_ok(text) || text->len - document->start > LIMIT_JSON)
        return OUTCOME_INTERNAL;
    *ret_json = span_of(text->ptr + document->start, text->len - document->start);
    return OUTCOME_OK;
}

static void put_list(struct json_writer *json, const char *name, const struct span_list *list)
{
    json_array_open(json, name);
    for (size_t i = 0; i < list->len; i++)
        json_text(json, NULL, list->items[i]);
    json_array_close(json);
}

static void put_status(struct json_writer *json, bool is_disabled)
{
    json_text(json, "status", span_of_text(is_disabled ? "disabled" : "enabled"));
}

static void put_secret(struct json_writer *json, uint64_t created_at_s)
{
    json_object_open(json, NULL);
    json_u64(json, "created_at", created_at_s);
    json_object_close(json);
}

/* How answers are signed and whom they name; the words are those of OpenID Connect Dynamic Registration 2. */
static void put_signing(struct json_writer *json, const struct client_record *client)
{
    const char *alg = jws_alg_name(client->signing_alg ? (enum jws_alg)client->signing_alg : JWS_ES256);

    if (client->is_resource_server) {
        json_text(json, "introspection_signed_response_alg", span_of_text(alg));
        return;
    }
    json_text(json, "id_token_signed_response_alg", span_of_text(alg));
    json_text(json, "subject_type", span_of_text(client->is_pairwise ? "pairwise" : "public"));
    if (client->is_pairwise)
        json_text(json, "sector_identifier", client->sector);
}

void document_client(struct json_writer *json, const char *name, struct span client_id,
                     const struct client_record *client, struct span note)
{
    json_object_open(json, name);
    json_text(json, "client_id", client_id);
    json_text(json, "name", client->name);
    json_text(json, "kind", span_of_text(client->is_resource_server ? "resource_server" : "client"));
    put_status(json, client->is_disabled);
    json_text(json, "profile", client->profile);
    put_list(json, "redirect_uris", &client->redirect_uris);
    put_list(json, "post_logout_redirect_uris", &client->post_logout_redirect_uris);
    json_text(json, "scope", client->scope);
    json_text(json, "audience", client->audience);
    json_u64(json, "access_token_s", client->access_token_s);
    json_u64(json, "refresh_token_s", client->refresh_token_s);
    json_u64(json, "refresh_grace_s", client->refresh_grace_s);
    json_u64(json, "consent_s", client->consent_s);
    put_signing(json, client);
    json_u64(json, "created_at", client->created_at_s);
    json_array_open(json, "secrets");
    put_secret(json, client->secret_at_s);
    if (client->old_secret_hash.ptr)
        put_secret(json, client->old_secret_at_s);
    json_array_close(json);
    json_text(json, "note", note);
    json_object_close(json);
}

void document_user(struct json_writer *json, const char *name, struct span subject,
                   const struct user_record *user, bool with_claims)
{
    json_object_open(json, name);
    json_text(json, "sub", subject);
    json_text(json, "username", user->username);
    json_text(json, "name", user->name);
    put_status(json, user->is_disabled);
    put_list(json, "accounts", &user->accounts);
    json_u64(json, "created_at", user->created_at_s);
    json_u64(json, "failures", user->failures);
    json_u64(json, "locked_until", user->locked_until_s);
    if (with_claims) {
        put_list(json, "claims", &user->claims);
        json_u64(json, "claims_at", user->claims_at_s);
    }
    json_object_close(json);
}

void document_grant(struct op *op, struct json_writer *json, const char *name, struct span id,
                    const struct grant_record *grant)
{
    uint8_t room[LIMIT_GRANT_ID];
    struct client_record client;
    struct user_record user;

    json_object_open(json, name);
    json_text(json, "grant_id", grant_id_text(id, room));
    json_text(json, "sub", grant->subject);
    /* Read where they lie: op_load would copy the records into the text that the document is being written to. */
    if (record_get(op->txn, TABLE_USERS, grant->subject, &user_fields, OUTCOME_USER_UNKNOWN, &user) ==
        OUTCOME_OK)
        json_text(json, "username", user.username);
    json_text(json, "client_id", grant->client_id);
    if (record_get(op->txn, TABLE_CLIENTS, grant->client_id, &client_fields, OUTCOME_CLIENT_UNKNOWN,
                   &client) == OUTCOME_OK)
        json_text(json, "client_name", client.name);
    json_text(json, "scope", grant->scope);
    json_text(json, "status", span_of_text(grant_status(grant, op->now_s)));
    json_u64(json, "created_at", grant->created_at_s);
    json_u64(json, "ends_at", grant->ends_at_s);
    json_u64(json, "refresh_expires_at", grant->refresh_ends_at_s);
    json_u64(json, "generation", grant->generation);
    json_u64(json, "last_used_at", grant->spent_at_s);
    json_u64(json, "revoked_at", grant->revoked_at_s);
    json_text(json, "revoked_reason", grant->revoked_reason);
    json_object_close(json);
}

/* The smallest key that is greater than `key`: the same with a zero byte behind it. */
static void seek_behind(struct buf *from, struct span key)
{
    from->len = 0;
    buf_put_span(from, key);
    buf_put_u8(from, 0);
}

enum outcome document_list(struct op *op, const char *name, enum store_table table, struct span after,
                           enum outcome (*put)(struct op *op, struct json_writer *json, struct span key,
                                               struct span value),
                           struct span *ret_json, struct span *ret_next)
{
    struct document document = document_begin(op);
    uint8_t room[STORE_KEY_MAX + 1];
    struct buf from = buf_over(room, sizeof(room));
    struct span key, value;

    if (after.len)
        seek_behind(&from, after);
    json_object_open(&document.json, NULL);
    json_array_open(&document.json, name);
    while (span_is_absent(*ret_next) &&
           store_seek(op->txn, table, buf_span(&from), &key, &value) == STORE_OK) {
        enum outcome rc = put(op, &document.json, key, value);

        if (rc != OUTCOME_OK)
            return rc;
        if (op->text.len - document.start > DOCUMENT_PAGE)
            *ret_next = key;
        seek_behind(&from, key);
    }
    json_array_close(&document.json);
    json_object_close(&document.json);
    return document_end(&document, ret_json);
}
