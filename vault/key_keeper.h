/*
 * The keeper carries out what vault/key_life.h decides: it makes keys in a thread of its own, changes their records
 * inside a transaction of the writer's, and puts the new keyring in place after the commit. A commit that fails
 * changes nothing.
 *
 * An RSA key takes some hundred milliseconds to make. So the thread keeps one spare of each configured algorithm
 * ready in locked memory, and nobody waits for it; until the first RSA keys of a new store are there, seconds after
 * its start, whoever needs one is told KEY_MISSING.
 *
 * All but the thread's business is the writer's: between key_keeper_begin() and key_keeper_commit() or
 * key_keeper_undo(), in the transaction at hand.
 */
#ifndef STRONGROOM_VAULT_KEY_KEEPER_H
#define STRONGROOM_VAULT_KEY_KEEPER_H

#include "vault/audit.h"
#include "vault/key_life.h"

struct vault;
struct key_keeper;

/* How often the writer looks whether something is due, and how soon it tries again what failed. */
#define KEY_KEEPER_LOOK_MS 200
#define KEY_KEEPER_RETRY_MS 10000

/* NULL without memory. The monotonic clock is a parameter, so that a test can own it: clock_monotonic_ms(). */
struct key_keeper *key_keeper_new(struct vault *vault, uint64_t (*monotonic_ms)(void));
void key_keeper_free(struct key_keeper **keeper);

/* The thread that makes spares. stop() also where it was not started. */
MUST_CHECK bool key_keeper_start(struct key_keeper *keeper);
void key_keeper_stop(struct key_keeper *keeper);

/* Make one spare that is missing; false if none is. What the thread does all day; a test calls it itself. */
bool key_keeper_make_spare(struct key_keeper *keeper);

/* ---- the writer's tick ---------------------------------------------------------------------------------- */

/* Is there something that can be done now? Cheap. */
bool key_keeper_is_due(struct key_keeper *keeper);

/* Do all of it, with an audit record for each change. */
MUST_CHECK enum outcome key_keeper_turn(struct key_keeper *keeper, struct store_txn *txn, struct audit_head *head);

/* ---- each transaction ------------------------------------------------------------------------------------- */

void key_keeper_begin(struct key_keeper *keeper);

/* It is on disk: the new keyring is in place when this returns, and the log says what has changed. */
void key_keeper_commit(struct key_keeper *keeper);

/* It has not happened. Why: for the log, if the keeper's own turn failed. */
void key_keeper_undo(struct key_keeper *keeper);

/* ---- for the operator's operations -------------------------------------------------------------------------- */

/* The keys as the transaction at hand has them. */
const struct keyring *key_keeper_ring(const struct key_keeper *keeper);

/* By both clocks, NEXT has been published long enough; RETIRED has no token left. */
bool key_keeper_is_announced(struct key_keeper *keeper, const struct sign_key *next);
bool key_keeper_is_spent(struct key_keeper *keeper, const struct sign_key *retired);

/* Can a key of this algorithm be made at this moment? */
bool key_keeper_has_spare(struct key_keeper *keeper, enum jws_alg alg);

/* Carry out these steps. KEY_MISSING if one needs a spare that is not there. The ring is a new one afterwards. */
MUST_CHECK enum outcome key_keeper_do(struct key_keeper *keeper, struct store_txn *txn, const struct key_step *steps,
                                      size_t steps_len);

/* NEXT begins to sign at that time; 0: as the configuration says. */
MUST_CHECK enum outcome key_keeper_schedule(struct key_keeper *keeper, struct store_txn *txn, enum jws_alg alg,
                                            uint64_t at_s);

#endif
