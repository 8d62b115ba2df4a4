/*
 * The keeper carries out what vault/key_life.h decides: it changes the records of keys inside a transaction
 * of the writer's and puts the new keyring in place after the commit. A commit that fails changes nothing.
 *
 * New keys are made ahead (vault/key_maker.h). Until the first RSA keys of a new store are there, seconds
 * after its start, whoever needs one is told KEY_MISSING.
 *
 * It is the writer's alone: between key_keeper_begin() and key_keeper_commit() or key_keeper_undo(), in the
 * transaction at hand.
 */
#ifndef STRONGROOM_VAULT_KEY_KEEPER_H
#define STRONGROOM_VAULT_KEY_KEEPER_H

#include "vault/audit.h"
#include "vault/key_life.h"
#include "vault/key_maker.h"

struct vault;
struct key_keeper;

/* How often the writer looks whether something is due, and how soon it tries again what failed. */
#define KEY_KEEPER_LOOK_MS 200
#define KEY_KEEPER_RETRY_MS 10000

/*
 * NULL without memory. The monotonic clock is a parameter, so that a test can own it: clock_monotonic_ms().
 */
struct key_keeper *key_keeper_new(struct vault *vault, uint64_t (*monotonic_ms)(void));
void key_keeper_free(struct key_keeper **keeper);

/* Whoever starts the vault starts and stops its thread. */
struct key_maker *key_keeper_maker(struct key_keeper *keeper);

/* ---- the writer's tick --------------------------------------------------------------------------------- */

/* Is there something that can be done now? Cheap. */
bool key_keeper_is_due(struct key_keeper *keeper);

/* Do all of it, with an audit record for each change. */
MUST_CHECK enum outcome key_keeper_turn(struct key_keeper *keeper, struct store_txn *txn,
                                        struct audit_head *head);

/* ---- each transaction ---------------------------------------------------------------------------------- */

void key_keeper_begin(struct key_keeper *keeper);

/* It is on disk: the new keyring is in place when this returns, and the log says what has changed. */
void key_keeper_commit(struct key_keeper *keeper);

/* It has not happened. Why: for the log, if the keeper's own turn failed. */
void key_keeper_undo(struct key_keeper *keeper);

/* ---- for the operator's operations --------------------------------------------------------------------- */

/* The keys as the transaction at hand has them. */
const struct keyring *key_keeper_ring(const struct key_keeper *keeper);

/* By both clocks, NEXT has been published long enough; RETIRED has no token left. */
bool key_keeper_is_announced(struct key_keeper *keeper, const struct sign_key *next);
bool key_keeper_is_spent(struct key_keeper *keeper, const struct sign_key *retired);

/*
 * Carry out these steps. KEY_MISSING if one needs a spare that is not there. The ring is a new one
 * afterwards.
 */
MUST_CHECK enum outcome key_keeper_do(struct key_keeper *keeper, struct store_txn *txn,
                                      const struct key_step *steps, size_t steps_len);

/* NEXT begins to sign at that time; 0: as the configuration says. */
MUST_CHECK enum outcome key_keeper_schedule(struct key_keeper *keeper, struct store_txn *txn,
                                            enum jws_alg alg, uint64_t at_s);

#endif
