#include "vault/op.h"

struct span op_keep(struct op *op, struct span text)
{
    uint8_t *room = buf_reserve(&op->text, text.len);

    if (!room)
        return SPAN_NONE;
    if (text.len)
        memcpy(room, text.ptr, text.len);
    return span_of(room, text.len);
}

enum outcome op_load(struct op *op, enum store_table table, struct span key, const struct field_table *fields,
                     enum outcome missing, void *ret_record)
{
    struct span value;
    enum store_result result = store_get(op->txn, table, key, &value);

    if (result == STORE_NOT_FOUND)
        return missing;
    if (result != STORE_OK)
        return store_outcome(result);
    if (op->message->lane != LANE_READ) {
        value = op_keep(op, value);
        if (span_is_absent(value))
            return OUTCOME_INTERNAL;
    }
    return record_decode(value, fields, ret_record);
}
