#include "vault/key_record.h"

#include "common/buf.h"

#define HEADER_MAX 64
#define KEY_MAX 4000 /* as much as a record's `sealed` holds, less the box */

static void put_be(struct buf *out, uint64_t value, int bytes)
{
    while (bytes--)
        buf_put_u8(out, (uint8_t)(value >> (8 * bytes)));
}

static struct span number_key(uint32_t number, uint8_t room[4])
{
    struct buf out = buf_over(room, 4);

    put_be(&out, number, 4);
    return buf_span(&out);
}

static uint32_t number_of(struct span key)
{
    return (uint32_t)key.ptr[0] << 24 | (uint32_t)key.ptr[1] << 16 | (uint32_t)key.ptr[2] << 8 | key.ptr[3];
}

/*
 * What a box is bound to. Keys without an algorithm, and those of stores that know none, have the short form.
 */
static struct span box_header(uint32_t number, const struct key_record *record, uint8_t room[HEADER_MAX])
{
    struct buf out = buf_over(room, HEADER_MAX);

    put_be(&out, number, 4);
    put_be(&out, record->purpose, 4);
    if (record->algorithm) {
        put_be(&out, record->algorithm, 1);
        put_be(&out, record->state, 1);
        put_be(&out, record->created_at_s, 8);
        put_be(&out, record->current_at_s, 8);
        put_be(&out, record->retired_at_s, 8);
        put_be(&out, record->scheduled_at_s, 8);
    }
    return buf_span(&out);
}

enum outcome key_record_put(struct store_txn *txn, const struct secret *master, uint32_t number,
                            const struct key_record *record, const struct secret *key)
{
    uint8_t box[BOX_OVERHEAD + KEY_MAX], header[HEADER_MAX], room[4];
    struct key_record sealed = *record;
    struct span plain = secret_reveal(key);

    if (plain.len > KEY_MAX || !box_close(master, box_header(number, record, header), plain, box))
        return OUTCOME_INTERNAL;
    sealed.sealed = span_of(box, plain.len + BOX_OVERHEAD);
    return record_put(txn, TABLE_KEYS, number_key(number, room), &key_fields, &sealed);
}

enum outcome key_record_get(struct store_txn *txn, uint32_t number, struct key_record *ret_record)
{
    uint8_t room[4];

    return record_get(txn, TABLE_KEYS, number_key(number, room), &key_fields, OUTCOME_RECORD_DAMAGED,
                      ret_record);
}

enum store_result key_record_seek(struct store_txn *txn, uint32_t number, uint32_t *ret_number,
                                  struct span *ret_value)
{
    uint8_t room[4];
    struct span key;
    enum store_result result = store_seek(txn, TABLE_KEYS, number_key(number, room), &key, ret_value);

    if (result != STORE_OK)
        return result;
    if (key.len != 4)
        return STORE_FAILED;
    *ret_number = number_of(key);
    return STORE_OK;
}

bool key_record_open(const struct secret *master, uint32_t number, const struct key_record *record,
                     struct secret *ret_key)
{
    uint8_t header[HEADER_MAX];

    return box_open(master, box_header(number, record, header), record->sealed, ret_key);
}

enum outcome key_record_delete(struct store_txn *txn, uint32_t number)
{
    uint8_t room[4];

    return store_outcome(store_delete(txn, TABLE_KEYS, number_key(number, room)));
}

enum outcome key_record_new_number(struct store_txn *txn, uint32_t *ret_number)
{
    struct span key, value;
    enum store_result result = store_last(txn, TABLE_KEYS, &key, &value);

    if (result == STORE_NOT_FOUND) {
        *ret_number = 1;
        return OUTCOME_OK;
    }
    if (result != STORE_OK || key.len != 4)
        return OUTCOME_STORE_FAILED;
    *ret_number = number_of(key) + 1;
    return *ret_number ? OUTCOME_OK : OUTCOME_INTERNAL;
}
