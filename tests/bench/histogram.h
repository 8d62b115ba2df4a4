/*
 * Latencies counted in buckets that grow with the value, as an HdrHistogram does it: each power of two is
 * cut into 128 steps, so a percentile is right to within 1 % from nanoseconds to a quarter of an hour, and
 * recording is one shift and one increment. Nothing is sampled and nothing is thrown away.
 */
#ifndef STRONGROOM_TESTS_BENCH_HISTOGRAM_H
#define STRONGROOM_TESTS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 128
#define HISTOGRAM_OCTAVES 34

/* Owned by the caller; all zero is an empty one. */
struct histogram {
    uint64_t count;
    uint64_t longest_ns;
    uint64_t bucket[HISTOGRAM_STEPS * HISTOGRAM_OCTAVES];
};

void histogram_record(struct histogram *h, uint64_t value_ns);

/* The value that `share` (0.5, 0.99) of all recorded ones do not exceed; 0 if nothing was recorded. */
uint64_t histogram_percentile(const struct histogram *h, double share);

#endif
