/*
 * The vault's parts in one place: made in main(), read by every thread.
 */
#ifndef STRONGROOM_VAULT_VAULT_H
#define STRONGROOM_VAULT_VAULT_H

#include "common/clock.h"
#include "common/rng.h"
#include "vault/keyring.h"
#include "vault/store.h"
#include "vault/vault_config.h"

#include <stdatomic.h>

struct writer;
struct slow;
struct listeners;

struct vault {
    struct vault_config config;
    struct store *store;
    struct keyring keys;
    struct clock clock;
    struct rng rng;
    struct writer *writer;
    struct slow *slow;
    struct listeners *listeners;
    uint64_t started_ms;            /* monotonic */
    _Atomic uint64_t newest_ms;     /* the newest time that was committed (I9) */
    atomic_bool writable;           /* how the last commit ended */
    atomic_bool stopping;
    atomic_bool broken;             /* the store needs a new process */
    atomic_uint_fast64_t requests[3]; /* by lane */
    atomic_uint_fast64_t commits;
    atomic_uint_fast64_t refused;   /* BUSY, by a bound */
    atomic_uint_fast64_t violations; /* peers that were disconnected for breaking the protocol */
};

/* The later of the clock and the newest time that was committed: time does not go back (I9). */
static inline uint64_t vault_now_ms(struct vault *vault)
{
    uint64_t now = clock_now_ms(&vault->clock);
    uint64_t newest = atomic_load_explicit(&vault->newest_ms, memory_order_relaxed);

    return now > newest ? now : newest;
}

#endif
