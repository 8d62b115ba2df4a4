/*
 * Failed logins under names that nobody has, counted like those of names that somebody has, so that being
 * made to wait does not tell which names exist. In memory only and bounded: nothing is stored for a stranger
 * (I7). The writer's alone.
 */
#ifndef STRONGROOM_VAULT_GUESSES_H
#define STRONGROOM_VAULT_GUESSES_H

#include "vault/op.h"

/* How long a login waits after so many failures in a row: nothing at first, then doubling up to a bound. */
uint64_t guesses_wait_s(uint64_t failures);

/*
 * A login under a name that nobody has: USER_UNKNOWN, which counts it, or USER_LOCKED with the seconds that are
 * left, exactly as a name that somebody has would answer.
 */
enum outcome guesses_count(struct op *op, struct span username, uint64_t *ret_retry_after_s);

#endif
