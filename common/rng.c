#include "common/rng.h"

#include <errno.h>
#include <sys/random.h>

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

/* The kernel gives at most 256 bytes in one piece whatever happens, and may be interrupted in a longer one. */
static bool fill_from_kernel(uint8_t *bytes, size_t len)
{
    while (len) {
        ssize_t n = getrandom(bytes, len, 0);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return true;
}

bool rng_fill(struct rng *rng, void *bytes, size_t len)
{
    switch (rng->kind) {
    case RNG_SYSTEM:
        if (fill_from_kernel(bytes, len))
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
