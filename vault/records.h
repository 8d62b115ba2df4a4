/*
 * The records of records.def as C, and reading and writing them. What was read points into the store and is
 * valid as long as the transaction's record is (vault/store.h).
 */
#ifndef STRONGROOM_VAULT_RECORDS_H
#define STRONGROOM_VAULT_RECORDS_H

#include "common/outcome.h"
#include "proto/message.h"
#include "vault/records.def"
#include "vault/store.h"

#define RECORD_STRUCT(NAME, name)              \
    struct name##_record {                     \
        RECORD_##NAME(MESSAGE_MEMBER) char end_[1]; \
    };
RECORD_STRUCT(KEY, key)
RECORD_STRUCT(CLIENT, client)
RECORD_STRUCT(USER, user)
RECORD_STRUCT(SESSION, session)
RECORD_STRUCT(GRANT, grant)
RECORD_STRUCT(HANDLE, handle)

extern struct field_table key_fields, client_fields, user_fields, session_fields, grant_fields, handle_fields;

/* A record as bytes at the most. */
#define RECORD_MAX (LIMIT_LIST * (LIMIT_URI + 8) + 4096)

/* A store's result as the outcome of a request. NOT_FOUND is the caller's to interpret before. */
enum outcome store_outcome(enum store_result result);

/* Get and decode. `missing` is the outcome when there is no such record; a damaged one is RECORD_DAMAGED. */
MUST_CHECK enum outcome record_get(struct store_txn *txn, enum store_table table, struct span key,
                                   const struct field_table *fields, enum outcome missing, void *ret_record);

/* Encode and put. The record may point into the store: it is gathered before it is written. */
MUST_CHECK enum outcome record_put(struct store_txn *txn, enum store_table table, struct span key,
                                   const struct field_table *fields, const void *record);

/* Decode what a seek returned. */
MUST_CHECK enum outcome record_decode(struct span value, const struct field_table *fields, void *ret_record);

#endif
