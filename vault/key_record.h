/*
 * Keys as they rest in the store: a record each (records.def), the key itself in a box under the master key.
 * A box is bound to the key's number and purpose, and for a key with an algorithm to everything else that its
 * record says, so a record that was altered, moved or put back into an earlier state does not open.
 */
#ifndef STRONGROOM_VAULT_KEY_RECORD_H
#define STRONGROOM_VAULT_KEY_RECORD_H

#include "vault/records.h"
#include "vault/seal.h"

enum key_purpose { KEY_MINT = 1, KEY_HANDLE = 2, KEY_ROOT = 3, KEY_SIGN = 4 };
enum key_state { KEY_NEXT = 1, KEY_CURRENT = 2, KEY_RETIRED = 3 };

/* Seal and put; record->sealed is set here. */
MUST_CHECK enum outcome key_record_put(struct store_txn *txn, const struct secret *master, uint32_t number,
                                       const struct key_record *record, const struct secret *key);

/*
 * The record of that number. RECORD_DAMAGED also if there is none: numbers come from the records themselves.
 */
MUST_CHECK enum outcome key_record_get(struct store_txn *txn, uint32_t number, struct key_record *ret_record);

/* The first record from `number` on. STORE_NOT_FOUND at the end; *ret_value is to be decoded. */
MUST_CHECK enum store_result key_record_seek(struct store_txn *txn, uint32_t number, uint32_t *ret_number,
                                             struct span *ret_value);

/* The key itself; false if the box is not of this record or of another master key. */
MUST_CHECK bool key_record_open(const struct secret *master, uint32_t number, const struct key_record *record,
                                struct secret *ret_key);

MUST_CHECK enum outcome key_record_delete(struct store_txn *txn, uint32_t number);

/* One above the greatest there is. */
MUST_CHECK enum outcome key_record_new_number(struct store_txn *txn, uint32_t *ret_number);

#endif
