/*
 * The audit log: one record for each decision, in the same transaction as what it decided (I4), chained so
 * that none can be changed or left out later (proto/audit_chain.h).
 */
#ifndef STRONGROOM_VAULT_AUDIT_H
#define STRONGROOM_VAULT_AUDIT_H

#include "common/outcome.h"
#include "proto/audit_chain.h"
#include "proto/message.h"
#include "vault/store.h"

struct audit_head {
    uint64_t size; /* records in the log; the next one gets size + 1 */
    uint8_t hash[AUDIT_CHAIN_HEAD];
};

/* Read the head. A store without one has an empty log; one that does not fit its newest record is STORE_FAILED. */
MUST_CHECK enum outcome audit_head_load(struct store_txn *txn, struct audit_head *ret_head);

/* Write the head; once per commit, after its records. */
MUST_CHECK enum outcome audit_head_store(struct store_txn *txn, const struct audit_head *head);

/*
 * Append a record; sets its sequence and moves the head. On failure the transaction must be given up and the
 * head taken back by the caller, who kept a copy.
 */
MUST_CHECK enum outcome audit_append(struct store_txn *txn, struct audit_head *head, struct audit_record *record);

#endif
