#include "common/rng.h"

#include <limits.h>
#include <openssl/rand.h>

struct rng rng_system(void)
{
    return (struct rng){RNG_SYSTEM, 0};
}

struct rng rng_seeded(uint64_t seed)
{
    return (struct rng){RNG_SEEDED, seed};
}

struct rng rng_failing(void)
{
    return (struct rng){RNG_FAILING, 0};
}

/* SplitMix64: each step of the counter is mixed on its own, so threads only share the counter. */
static uint64_t next_seeded(struct rng *rng)
{
    uint64_t z = __atomic_add_fetch(&rng->state, 0x9e3779b97f4a7c15u, __ATOMIC_SEQ_CST);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void fill_seeded(struct rng *rng, uint8_t *bytes, size_t len)
{
    while (len) {
        uint64_t word = next_seeded(rng);
        size_t part = len < sizeof(word) ? len : sizeof(word);

        memcpy(bytes, &word, part);
        bytes += part;
        len -= part;
    }
}

bool rng_fill(struct rng *rng, void *bytes, size_t len)
{
    switch (rng->kind) {
    case RNG_SYSTEM:
        if (len <= INT_MAX && RAND_bytes(bytes, (int)len) == 1)
            return true;
        break;
    case RNG_SEEDED:
        fill_seeded(rng, bytes, len);
        return true;
    case RNG_FAILING:
        break;
    }
    memset(bytes, 0, len);
    return false;
}
