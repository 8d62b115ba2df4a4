/*
 * Makes keys before they are needed. An RSA key takes some hundred milliseconds, for which no request and no
 * commit can wait; so a thread of its own keeps one spare of each algorithm ready in locked memory.
 *
 * The writer takes a spare inside a transaction. It is used up when that has been committed, and a spare
 * still when it has not: no key is ever given out twice.
 */
#ifndef STRONGROOM_VAULT_KEY_MAKER_H
#define STRONGROOM_VAULT_KEY_MAKER_H

#include "common/secret.h"
#include "vault/jws.h"

struct key_maker;

/* For these algorithms, bits 1 << enum jws_alg. NULL without memory. */
struct key_maker *key_maker_new(unsigned algorithms);
void key_maker_free(struct key_maker **maker);

/* The thread. stop() also where it was not started. */
MUST_CHECK bool key_maker_start(struct key_maker *maker);
void key_maker_stop(struct key_maker *maker);

/* Make one spare that is missing; false if none is. What the thread does all day; a test calls it itself. */
bool key_maker_make_one(struct key_maker *maker);

/* ---- the writer's -------------------------------------------------------------------------------------- */

/* Is there a spare that this transaction has not taken? */
bool key_maker_has(struct key_maker *maker, enum jws_alg alg);

/* Take it: PKCS 8, the maker's own until used_up() or put_back(). KEY_MISSING if there is none. */
MUST_CHECK enum outcome key_maker_take(struct key_maker *maker, enum jws_alg alg,
                                       const struct secret **ret_pair);

/* How the transaction that took them ended. */
void key_maker_used_up(struct key_maker *maker);
void key_maker_put_back(struct key_maker *maker);

#endif
