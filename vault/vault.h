/*
 * The vault's parts in one place: made in main(), read by every thread.
 */
#ifndef STRONGROOM_VAULT_VAULT_H
#define STRONGROOM_VAULT_VAULT_H

#include "common/clock.h"
#include "common/rng.h"
#include "vault/keyring.h"
#include "vault/master_key.h"
#include "vault/store.h"
#include "vault/vault_config.h"

#include <stdatomic.h>

struct writer;
struct slow;
struct listeners;
struct notes;
struct key_keeper;

struct vault {
    struct vault_config config;
    struct store *store;
    struct secret master; /* every other key rests in the store in a box under it */
    struct keyring_place keys;
    struct key_keeper *key_keeper;
    struct clock clock;
    struct rng rng;
    struct writer *writer;
    struct slow *slow;
    struct listeners *listeners;
    struct notes *notes;
    uint64_t started_ms;            /* monotonic */
    _Atomic uint64_t newest_ms;     /* the newest time that was committed (I9) */
    _Atomic int64_t floor_offset_ms; /* monotonic clock + this: what that time has become meanwhile */
    atomic_bool writable;           /* how the last commit ended */
    atomic_bool stopping;
    atomic_bool broken;             /* the store needs a new process */
    atomic_uint_fast64_t requests[3]; /* by lane */
    atomic_uint_fast64_t commits;
    atomic_uint_fast64_t refused;   /* BUSY, by a bound */
    atomic_uint_fast64_t violations; /* peers that were disconnected for breaking the protocol */
};

/*
 * The later of the clock and the newest time that was committed, as that has run on since: time does not go
 * back (I9), and it does not stand still either where the clock was once ahead.
 */
static inline uint64_t vault_now_ms(struct vault *vault)
{
    uint64_t now = clock_now_ms(&vault->clock);
    uint64_t newest = atomic_load_explicit(&vault->newest_ms, memory_order_relaxed);
    int64_t offset = atomic_load_explicit(&vault->floor_offset_ms, memory_order_relaxed);
    int64_t run_on = offset ? (int64_t)clock_monotonic_ms() + offset : 0;

    if (run_on > 0 && (uint64_t)run_on > newest)
        newest = (uint64_t)run_on;
    return now > newest ? now : newest;
}

/* A time has been committed, or was read at start. The writer's. */
static inline void vault_set_newest(struct vault *vault, uint64_t newest_ms)
{
    int64_t offset = (int64_t)newest_ms - (int64_t)clock_monotonic_ms();

    if (newest_ms > atomic_load(&vault->newest_ms))
        atomic_store(&vault->newest_ms, newest_ms);
    if (newest_ms && (atomic_load(&vault->floor_offset_ms) == 0 || offset > atomic_load(&vault->floor_offset_ms)))
        atomic_store(&vault->floor_offset_ms, offset);
}

#endif
