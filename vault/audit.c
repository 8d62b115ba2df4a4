#include "vault/audit.h"

#include "proto/codec.h"
#include "vault/records.h"

#define HEAD_LEN (8 + AUDIT_CHAIN_HEAD)

static void put_u64(uint8_t to[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t take_u64(const uint8_t from[8])
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | from[i];
    return value;
}

/* The head says how long the log is; the newest row must be that long and have that hash. */
static bool fits_newest_row(struct store_txn *txn, const struct audit_head *head)
{
    struct span key, value;
    enum store_result result = store_last(txn, TABLE_AUDIT, &key, &value);

    if (result == STORE_NOT_FOUND)
        return head->size == 0;
    return result == STORE_OK && key.len == 8 && take_u64(key.ptr) == head->size &&
           value.len > AUDIT_CHAIN_HEAD && memcmp(value.ptr, head->hash, AUDIT_CHAIN_HEAD) == 0;
}

enum outcome audit_head_load(struct store_txn *txn, struct audit_head *ret_head)
{
    struct audit_head head = {0};
    struct span value;
    enum store_result result = store_get(txn, TABLE_META, SPAN_LITERAL("audit"), &value);

    if (result == STORE_OK && value.len == HEAD_LEN) {
        head.size = take_u64(value.ptr);
        memcpy(head.hash, value.ptr + 8, AUDIT_CHAIN_HEAD);
    } else if (result != STORE_NOT_FOUND) {
        return OUTCOME_STORE_FAILED;
    }
    if (!fits_newest_row(txn, &head))
        return OUTCOME_STORE_FAILED;
    *ret_head = head;
    return OUTCOME_OK;
}

enum outcome audit_head_store(struct store_txn *txn, const struct audit_head *head)
{
    uint8_t value[HEAD_LEN];

    put_u64(value, head->size);
    memcpy(value + 8, head->hash, AUDIT_CHAIN_HEAD);
    return store_outcome(store_put(txn, TABLE_META, SPAN_LITERAL("audit"), span_of(value, sizeof(value))));
}

enum outcome audit_append(struct store_txn *txn, struct audit_head *head, struct audit_record *record)
{
    uint8_t row[LIMIT_AUDIT_RECORD];
    uint8_t key[8];
    struct buf out = buf_over(row, sizeof(row));

    record->sequence = head->size + 1;
    buf_reserve(&out, AUDIT_CHAIN_HEAD);
    if (!codec_encode(&out, &audit_record_fields, record))
        return OUTCOME_INTERNAL;
    audit_chain_extend(head->hash, span_from(buf_span(&out), AUDIT_CHAIN_HEAD));
    memcpy(row, head->hash, AUDIT_CHAIN_HEAD);
    head->size++;
    put_u64(key, head->size);
    return store_outcome(store_append(txn, TABLE_AUDIT, span_of(key, sizeof(key)), buf_span(&out)));
}
