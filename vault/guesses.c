#include "vault/guesses.h"

#include "vault/user.h"

#define PLACES 4096 /* another name that falls on a place takes it over */

static struct guess {
    uint64_t name; /* keyed hash */
    uint64_t failures;
    uint64_t locked_until_s;
} places[PLACES];

uint64_t guesses_wait_s(uint64_t failures)
{
    uint64_t over = failures - LOGIN_FREE_FAILURES;

    if (failures < LOGIN_FREE_FAILURES)
        return 0;
    return over < 10 && (UINT64_C(1) << over) < LOGIN_LOCK_MAX_S ? UINT64_C(1) << over : LOGIN_LOCK_MAX_S;
}

enum outcome guesses_count(struct op *op, struct span username, uint64_t *ret_retry_after_s)
{
    uint8_t room[LIMIT_NAME], hash[MAC_LEN];
    struct span name = user_login_key(username, room);
    struct guess *guess;
    uint64_t id;

    if (!mac_compute(op->bench->hash, "guess", &name, 1, hash))
        return OUTCOME_INTERNAL;
    memcpy(&id, hash, sizeof(id));
    guess = &places[id % PLACES];
    if (guess->name != id)
        *guess = (struct guess){.name = id};
    if (guess->locked_until_s > op->now_s) {
        *ret_retry_after_s = guess->locked_until_s - op->now_s;
        return OUTCOME_USER_LOCKED;
    }
    guess->failures++;
    if (guesses_wait_s(guess->failures))
        guess->locked_until_s = op->now_s + guesses_wait_s(guess->failures);
    return OUTCOME_USER_UNKNOWN;
}
