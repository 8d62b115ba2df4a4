/*
 * What ends by itself is entered in the expiry table under the time when it should be looked at, and looked
 * at in small bites inside ordinary commits; there is no cleaning job to fall behind. A grant that lives
 * longer than it was thought to is entered again.
 */
#ifndef STRONGROOM_VAULT_EXPIRY_H
#define STRONGROOM_VAULT_EXPIRY_H

#include "common/outcome.h"
#include "vault/store.h"

enum expiry_kind { EXPIRY_GRANT = 1, EXPIRY_SESSION = 2, EXPIRY_REVOKED = 3 };

#define EXPIRY_BITE 64 /* entries looked at in one commit at the most */

/* Look at the record `key` of that kind at `at_s`. */
MUST_CHECK enum outcome expiry_enter(struct store_txn *txn, uint64_t at_s, enum expiry_kind kind, struct span key);

/* Look at what is due, at most EXPIRY_BITE entries: remove what has ended, enter the rest anew. */
MUST_CHECK enum outcome expiry_sweep(struct store_txn *txn, uint64_t now_s);

/* True if something is due. */
bool expiry_is_due(struct store_txn *txn, uint64_t now_s);

#endif
