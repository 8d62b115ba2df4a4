/*
 * Customers: who they are. A subject is random and is never given to anybody else (OpenID Connect Core 2);
 * the login name is how a customer finds it.
 */
#ifndef STRONGROOM_VAULT_USER_H
#define STRONGROOM_VAULT_USER_H

#include "vault/op.h"

#define LOGIN_FREE_FAILURES 5   /* in a row, before a wait begins */
#define LOGIN_LOCK_MAX_S 900

/*
 * Find a customer by login name; ASCII letters count alike in either case. USER_UNKNOWN if there is none.
 * ret_subject points into the store or op->text, as op_load says.
 */
MUST_CHECK enum outcome user_find(struct op *op, struct span username, struct span *ret_subject,
                                  struct user_record *ret_user);

MUST_CHECK enum outcome user_store(struct store_txn *txn, struct span subject, const struct user_record *user);

/* The key of a login name. */
struct span user_login_key(struct span username, uint8_t room[LIMIT_NAME]);

#endif
