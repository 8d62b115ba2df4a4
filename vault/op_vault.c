/*
 * HEALTH and CLIENT_CHECK for front ends; STATUS, AUDIT_READ and BACKUP for the operator.
 */
#include "vault/audit.h"
#include "vault/document.h"
#include "vault/key_life.h"
#include "vault/listener.h"
#include "vault/workbench.h"

#include "common/version.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUDIT_PAGE_BYTES (48 * 1024)
#define FRONTENDS_SHOWN 32

enum outcome op_health(struct op *op)
{
    struct rep_health *reply = &op->reply->health;

    reply->writable = atomic_load(&op->vault->writable);
    reply->version = SPAN_LITERAL(STRONGROOM_VERSION);
    reply->issuer = span_of_text(op->vault->config.issuer);
    return OUTCOME_OK;
}

/* The dispatcher has done it. */
enum outcome op_client_check(struct op *op)
{
    (void)op;
    return OUTCOME_OK;
}

/* ---- STATUS ------------------------------------------------------------------------------------------ */

static void put_store(struct op *op, struct json_writer *json)
{
    json_object_open(json, "store");
    json_u64(json, "clients", store_count(op->txn, TABLE_CLIENTS));
    json_u64(json, "users", store_count(op->txn, TABLE_USERS));
    json_u64(json, "sessions", store_count(op->txn, TABLE_SESSIONS));
    json_u64(json, "grants", store_count(op->txn, TABLE_GRANTS));
    json_u64(json, "revoked_access_tokens", store_count(op->txn, TABLE_REVOKED));
    json_u64(json, "size_bytes", store_size(op->vault->store));
    json_u64(json, "size_max_bytes", op->vault->config.store.size_max);
    json_object_close(json);
}

static void put_audit(struct op *op, struct json_writer *json)
{
    struct audit_head head;

    if (audit_head_load(op->txn, &head) != OUTCOME_OK)
        return;
    json_object_open(json, "audit");
    json_u64(json, "size", head.size);
    json_hex(json, "head", span_of(head.hash, sizeof(head.hash)));
    json_object_close(json);
}

/* Which key signs, and when the next one takes its place; `key list` tells the rest. */
static void put_signing_keys(struct op *op, struct json_writer *json)
{
    struct key_rules rules = key_life_rules(&op->vault->config);

    json_array_open(json, "signing_keys");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++) {
        const struct sign_key *key = keyring_signer(op->bench->keys, (enum jws_alg)alg);
        uint64_t next_at_s = key_life_signs_from_s(op->bench->keys, (enum jws_alg)alg, &rules);

        if (!key)
            continue;
        json_object_open(json, NULL);
        json_text(json, "algorithm", span_of_text(jws_alg_name(key->alg)));
        json_text(json, "kid", span_of_text(key->kid));
        if (next_at_s)
            json_u64(json, "next_rotation_at", next_at_s);
        json_object_close(json);
    }
    json_array_close(json);
}

static void put_lanes(struct op *op, struct json_writer *json)
{
    struct vault *vault = op->vault;

    json_object_open(json, "requests");
    json_u64(json, "read", atomic_load(&vault->requests[LANE_READ]));
    json_u64(json, "commit", atomic_load(&vault->requests[LANE_COMMIT]));
    json_u64(json, "slow", atomic_load(&vault->requests[LANE_SLOW]));
    json_u64(json, "commits", atomic_load(&vault->commits));
    json_u64(json, "refused_busy", atomic_load(&vault->refused));
    json_u64(json, "protocol_violations", atomic_load(&vault->violations));
    json_object_close(json);
}

static void put_sockets(struct op *op, struct json_writer *json)
{
    struct listener_status status[FRONTENDS_SHOWN];
    size_t len = listeners_status(op->vault, status, FRONTENDS_SHOWN);

    json_array_open(json, "frontends");
    for (size_t i = 0; i < len; i++) {
        json_object_open(json, NULL);
        json_text(json, "name", span_of_text(status[i].name));
        json_u64(json, "connections", status[i].connections);
        json_u64(json, "refused", status[i].refused);
        json_object_close(json);
    }
    json_array_close(json);
}

enum outcome op_status(struct op *op)
{
    struct document document = document_begin(op);
    struct json_writer *json = &document.json;

    json_object_open(json, NULL);
    json_text(json, "version", SPAN_LITERAL(STRONGROOM_VERSION));
    json_text(json, "issuer", span_of_text(op->vault->config.issuer));
    json_u64(json, "uptime_s", (clock_monotonic_ms() - op->vault->started_ms) / 1000);
    json_bool(json, "writable", atomic_load(&op->vault->writable));
    put_store(op, json);
    put_audit(op, json);
    put_signing_keys(op, json);
    put_lanes(op, json);
    put_sockets(op, json);
    json_object_close(json);
    return document_end(&document, &op->reply->status.json);
}

/* ---- AUDIT_READ -------------------------------------------------------------------------------------- */

static void audit_key(uint64_t sequence, uint8_t room[8])
{
    for (int i = 0; i < 8; i++)
        room[i] = (uint8_t)(sequence >> (56 - 8 * i));
}

enum outcome op_audit_read(struct op *op)
{
    const struct req_audit_read *request = &op->request->audit_read;
    struct rep_audit_read *reply = &op->reply->audit_read;
    struct audit_head head;
    size_t bytes = 0;
    uint64_t next;
    enum outcome rc = audit_head_load(op->txn, &head);

    if (rc != OUTCOME_OK)
        return rc;
    next = request->last ? (head.size > request->last ? head.size - request->last + 1 : 1) : request->from;
    if (next == 0)
        next = 1;
    reply->first = next;
    reply->size = head.size;
    while (reply->rows.len < LIMIT_LIST && next <= head.size && bytes < AUDIT_PAGE_BYTES) {
        uint8_t key[8];
        struct span row;

        enum store_result found;

        audit_key(next++, key);
        found = store_get(op->txn, TABLE_AUDIT, span_of(key, sizeof(key)), &row);
        if (found == STORE_NOT_FOUND)
            break; /* somebody took it away: whoever verifies sees where, for the next page starts with nothing */
        rc = store_outcome(found);
        if (rc != OUTCOME_OK)
            return rc;
        reply->rows.items[reply->rows.len++] = row;
        bytes += row.len;
    }
    return OUTCOME_OK;
}

/* ---- BACKUP ------------------------------------------------------------------------------------------ */

static bool name_is_plain(struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
              c == '_' || (c == '.' && i > 0)))
            return false;
    }
    return name.len > 0;
}

/* A name that sorts by time, where the operator gave none. */
static void default_name(struct op *op, char *room, size_t size)
{
    char text[CLOCK_TEXT_SIZE];
    size_t to = 0;

    clock_put_text(op->now_ms, text);
    for (size_t i = 0; text[i] && to + 1 < size; i++)
        if (text[i] != ':' && text[i] != '.')
            room[to++] = text[i];
    room[to] = '\0';
}

/* In the pool: a copy of a large store takes its time, and the writer goes on meanwhile. */
void slow_backup(struct op *op, struct slow_result *ret_result)
{
    const char *directory = op->vault->config.backup_directory;
    char name[LIMIT_WORD + 1], path[4096], problem[STORE_PROBLEM_MAX];
    struct span wanted = op->request->backup.name;
    struct audit_head head;
    struct stat st;

    ret_result->outcome = OUTCOME_ADMIN_BAD_VALUE;
    if (!directory) {
        snprintf(ret_result->text, sizeof(ret_result->text), "the configuration has no backup_directory");
        return;
    }
    if (wanted.len && !name_is_plain(wanted)) {
        snprintf(ret_result->text, sizeof(ret_result->text), "a backup's name is letters, digits, - _ and .");
        return;
    }
    if (wanted.len)
        snprintf(name, sizeof(name), "%.*s", SPAN_PRINTF(wanted));
    else
        default_name(op, name, sizeof(name));
    snprintf(path, sizeof(path), "%s/%s.mdb", directory, name);
    if (audit_head_load(op->txn, &head) != OUTCOME_OK) {
        ret_result->outcome = OUTCOME_STORE_FAILED;
        return;
    }
    if (!store_copy(op->vault->store, path, problem)) {
        ret_result->outcome = access(path, F_OK) == 0 ? OUTCOME_ADMIN_CONFLICT : OUTCOME_ADMIN_BAD_VALUE;
        snprintf(ret_result->text, sizeof(ret_result->text), "%s", problem);
        return;
    }
    snprintf(ret_result->text, sizeof(ret_result->text), "%s", path);
    ret_result->size_bytes = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
    ret_result->audit_size = head.size;
    memcpy(ret_result->audit_hash, head.hash, sizeof(ret_result->audit_hash));
    ret_result->outcome = OUTCOME_OK;
}

enum outcome op_backup(struct op *op)
{
    struct rep_backup *reply = &op->reply->backup;
    struct span text = span_of_text(op->slow->text);
    struct document document;

    if (op->slow->outcome != OUTCOME_OK) {
        reply->problem = text.len > LIMIT_DESCRIPTION ? span_of(text.ptr, LIMIT_DESCRIPTION) : text;
        return op->slow->outcome;
    }
    op->audit.detail = text.len > LIMIT_DESCRIPTION ? span_of(text.ptr, LIMIT_DESCRIPTION) : text;
    document = document_begin(op);
    json_object_open(&document.json, NULL);
    json_text(&document.json, "path", text);
    json_u64(&document.json, "size_bytes", op->slow->size_bytes);
    json_u64(&document.json, "audit_size", op->slow->audit_size);
    json_hex(&document.json, "audit_head", span_of(op->slow->audit_hash, sizeof(op->slow->audit_hash)));
    json_object_close(&document.json);
    return document_end(&document, &reply->json);
}
