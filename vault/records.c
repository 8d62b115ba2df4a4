#include "vault/records.h"

#include "common/log.h"
#include "proto/codec.h"

FIELD_TABLE(key_table, key_record, RECORD_KEY)
FIELD_TABLE(client_table, client_record, RECORD_CLIENT)
FIELD_TABLE(user_table, user_record, RECORD_USER)
FIELD_TABLE(session_table, session_record, RECORD_SESSION)
FIELD_TABLE(grant_table, grant_record, RECORD_GRANT)
FIELD_TABLE(handle_table, handle_record, RECORD_HANDLE)

struct field_table key_fields, client_fields, user_fields, session_fields, grant_fields, handle_fields;

__attribute__((constructor)) static void make_tables(void)
{
    key_fields = key_table();
    client_fields = client_table();
    user_fields = user_table();
    session_fields = session_table();
    grant_fields = grant_table();
    handle_fields = handle_table();
}

enum outcome store_outcome(enum store_result result)
{
    switch (result) {
    case STORE_OK: return OUTCOME_OK;
    case STORE_FULL: return OUTCOME_STORE_FULL;
    case STORE_NOT_FOUND:
    case STORE_FAILED:
    case STORE_BROKEN: break;
    }
    return OUTCOME_STORE_FAILED;
}

enum outcome record_decode(struct span value, const struct field_table *fields, void *ret_record)
{
    if (codec_decode(value, fields, ret_record))
        return OUTCOME_OK;
    log_limited(LOG_ERROR, 1, "record_damaged", log_cstr("first_field", fields->fields[0].name));
    return OUTCOME_RECORD_DAMAGED;
}

enum outcome record_get(struct store_txn *txn, enum store_table table, struct span key,
                        const struct field_table *fields, enum outcome missing, void *ret_record)
{
    struct span value;
    enum store_result result = store_get(txn, table, key, &value);

    if (result == STORE_NOT_FOUND)
        return missing;
    if (result != STORE_OK)
        return store_outcome(result);
    return record_decode(value, fields, ret_record);
}

enum outcome record_put(struct store_txn *txn, enum store_table table, struct span key,
                        const struct field_table *fields, const void *record)
{
    /* Only the writer puts, so one buffer serves; gathered because the record may point into the page at hand. */
    static _Thread_local uint8_t room[RECORD_MAX];
    struct buf out = buf_over(room, sizeof(room));

    if (!codec_encode(&out, fields, record))
        return OUTCOME_INTERNAL;
    return store_outcome(store_put(txn, table, key, buf_span(&out)));
}
