#include "tests/bench/histogram.h"

#include <stddef.h>

#define STEP_BITS 7 /* log2 of HISTOGRAM_STEPS */

static size_t bucket_of(uint64_t value)
{
    unsigned shift;
    size_t at;

    if (value < HISTOGRAM_STEPS)
        return (size_t)value;
    shift = 63 - (unsigned)__builtin_clzll(value) - STEP_BITS;
    at = ((size_t)shift + 1) * HISTOGRAM_STEPS + (size_t)((value >> shift) - HISTOGRAM_STEPS);
    return at < HISTOGRAM_STEPS * HISTOGRAM_OCTAVES ? at : HISTOGRAM_STEPS * HISTOGRAM_OCTAVES - 1;
}

/* The middle of a bucket, so that a percentile is not always too low or always too high. */
static uint64_t bucket_value(size_t at)
{
    unsigned shift;

    if (at < HISTOGRAM_STEPS)
        return at;
    shift = (unsigned)(at / HISTOGRAM_STEPS) - 1;
    return ((uint64_t)(at % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift) + ((UINT64_C(1) << shift) >> 1);
}

void histogram_record(struct histogram *h, uint64_t value_ns)
{
    h->bucket[bucket_of(value_ns)]++;
    h->count++;
    if (value_ns > h->longest_ns)
        h->longest_ns = value_ns;
}

uint64_t histogram_percentile(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)((double)h->count * share);
    uint64_t seen = 0;

    if (wanted < 1)
        wanted = 1;
    for (size_t at = 0; at < HISTOGRAM_STEPS * HISTOGRAM_OCTAVES; at++) {
        seen += h->bucket[at];
        if (seen >= wanted)
            return bucket_value(at);
    }
    return 0;
}
