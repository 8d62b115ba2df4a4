/*
 * CPU time of other processes, all their threads included, from /proc/PID/stat. The kernel counts it in
 * ticks of 10 ms, so a measurement of two seconds is right to about 1 %.
 */
#ifndef STRONGROOM_TESTS_BENCH_PROCESS_CPU_H
#define STRONGROOM_TESTS_BENCH_PROCESS_CPU_H

#include "common/span.h"

#define PROCESS_CPU_MAX 128

/* Filled by the caller: the processes to watch. */
struct process_cpu {
    int pids[PROCESS_CPU_MAX];
    size_t count;
};

/* User and system time of all of them together. False if one of them is gone: the sum would be wrong. */
MUST_CHECK bool process_cpu_read(const struct process_cpu *watched, double *ret_seconds);

#endif
