/*
 * Randomness as a parameter, so that a test can own it. rng_system() is the kernel's generator, which keeps
 * no state in a thread of ours; the other two exist for tests only and must not be reachable from a configuration.
 *
 *     struct rng rng = rng_system();
 *     if (!rng_fill(&rng, salt, sizeof(salt)))
 *         return OUTCOME_NO_RANDOM;
 */
#ifndef STRONGROOM_COMMON_RNG_H
#define STRONGROOM_COMMON_RNG_H

#include "common/span.h"

enum rng_kind { RNG_SYSTEM, RNG_SEEDED, RNG_FAILING };

struct rng {
    enum rng_kind kind;
    uint64_t state;
};

struct rng rng_system(void);

/* The same bytes in every run; predictable, so for tests only. */
struct rng rng_seeded(uint64_t seed);

/* Fails at every call, to show that nobody goes on without randomness. */
struct rng rng_failing(void);

/* False if there is no randomness to be had; the bytes are zero then. Safe from any thread. */
MUST_CHECK bool rng_fill(struct rng *rng, void *bytes, size_t len);

#endif
