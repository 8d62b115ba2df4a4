/*
 * KEY_LIST: the keys and where they are in their lives (vault/key_life.h), never a key itself. Times are Unix
 * seconds; a member that does not apply is absent.
 *
 *     KEY_LIST      {"now": 1800000000, "rotate_after_s": 7776000, "announce_s": 86400,
 *                    "algorithms": [{"algorithm": "ES256", "next_rotation_at": 1807776000,
 *                                    "is_scheduled": true}],
 *                    "keys": [{"purpose": "sign", "algorithm": "ES256", "state": "current", "kid": "Tm9...",
 *                              "number": 4, "created_at": 1800000000, "current_at": 1800000000},
 *                             {... "state": "next", "created_at": ..., "may_sign_at": 1800086400,
 *                              "scheduled_at": 1807776000, "signs_from": 1807776000},
 *                             {... "state": "retired", ..., "retired_at": ..., "gone_at": 1800086400},
 *                             {"purpose": "mint", "state": "current", "number": 1, "created_at": ...}]}
 *                   purpose is sign, mint, handle or root; only a sign key has an algorithm and a kid.
 *                   may_sign_at: when its announcement is over; signs_from: when it will begin by itself.
 *                   An algorithm without next_rotation_at has no next key yet, or is not configured any more.
 */
#include "vault/document.h"
#include "vault/key_life.h"
#include "vault/workbench.h"

/* A time of which there may be none. */
static void put_time(struct json_writer *json, const char *name, uint64_t at_s)
{
    if (at_s)
        json_u64(json, name, at_s);
}

static void put_name(struct json_writer *json, const char *name, const char *text)
{
    json_text(json, name, span_of_text(text));
}

static const char *purpose_name(uint64_t purpose)
{
    switch ((enum key_purpose)purpose) {
    case KEY_MINT: return "mint";
    case KEY_HANDLE: return "handle";
    case KEY_ROOT: return "root";
    case KEY_SIGN: return "sign";
    }
    return "unknown";
}

static void put_sign_key(struct op *op, struct json_writer *json, const struct sign_key *key)
{
    struct key_rules rules = key_life_rules(&op->vault->config);

    json_object_open(json, NULL);
    put_name(json, "purpose", "sign");
    put_name(json, "algorithm", jws_alg_name(key->alg));
    put_name(json, "state", key_state_name(key->state));
    put_name(json, "kid", key->kid);
    json_u64(json, "number", key->number);
    json_u64(json, "created_at", key->created_at_s);
    put_time(json, "current_at", key->current_at_s);
    put_time(json, "retired_at", key->retired_at_s);
    put_time(json, "scheduled_at", key->scheduled_at_s);
    if (key->state == KEY_NEXT) {
        json_u64(json, "may_sign_at", key_life_may_sign_at_s(key, &rules));
        json_u64(json, "signs_from", key_life_signs_from_s(op->bench->keys, key->alg, &rules));
    }
    if (key->state == KEY_RETIRED)
        json_u64(json, "gone_at", key_life_gone_at_s(key));
    json_object_close(json);
}

/* The others have a record each, and a life of their own. */
static enum outcome put_other_keys(struct op *op, struct json_writer *json)
{
    uint32_t number = 0;
    struct span value;

    for (;;) {
        enum store_result found = key_record_seek(op->txn, number, &number, &value);
        struct key_record record;
        enum outcome rc;

        if (found == STORE_NOT_FOUND)
            return OUTCOME_OK;
        rc = found == STORE_OK ? record_decode(value, &key_fields, &record) : store_outcome(found);
        if (rc != OUTCOME_OK)
            return rc;
        if (record.purpose != KEY_SIGN) {
            json_object_open(json, NULL);
            put_name(json, "purpose", purpose_name(record.purpose));
            put_name(json, "state", key_state_name((enum key_state)record.state));
            json_u64(json, "number", number);
            json_u64(json, "created_at", record.created_at_s);
            json_object_close(json);
        }
        if (number++ == UINT32_MAX)
            return OUTCOME_OK;
    }
}

static void put_algorithm(struct op *op, struct json_writer *json, enum jws_alg alg)
{
    struct key_rules rules = key_life_rules(&op->vault->config);
    const struct sign_key *next = keyring_next(op->bench->keys, alg);

    json_object_open(json, NULL);
    put_name(json, "algorithm", jws_alg_name(alg));
    put_time(json, "next_rotation_at", key_life_signs_from_s(op->bench->keys, alg, &rules));
    json_bool(json, "is_scheduled", next && next->scheduled_at_s);
    json_object_close(json);
}

enum outcome op_key_list(struct op *op)
{
    const struct keyring *ring = op->bench->keys;
    struct document document = document_begin(op);
    struct json_writer *json = &document.json;
    enum outcome rc;

    json_object_open(json, NULL);
    json_u64(json, "now", op->now_s);
    json_u64(json, "rotate_after_s", op->vault->config.keys.rotate_after_s);
    json_u64(json, "announce_s", op->vault->config.keys.announce_s);
    json_array_open(json, "algorithms");
    for (int alg = JWS_ES256; alg < JWS_ALG_COUNT; alg++)
        if (op->vault->config.signing_algorithms & 1u << alg)
            put_algorithm(op, json, (enum jws_alg)alg);
    json_array_close(json);
    json_array_open(json, "keys");
    for (size_t i = 0; i < ring->signs_len; i++)
        put_sign_key(op, json, &ring->signs[i]);
    rc = put_other_keys(op, json);
    json_array_close(json);
    json_object_close(json);
    return rc == OUTCOME_OK ? document_end(&document, &op->reply->key_list.json) : rc;
}
