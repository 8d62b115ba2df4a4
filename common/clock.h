/*
 * The time of day as a parameter, so that a test can own it, and the time that only ever runs forward,
 * for deadlines and measurements.
 *
 *     struct clock clock = clock_real();
 *     uint64_t now_ms = clock_now_ms(&clock);
 *
 * That time does not go back across restarts and clock changes (I9) is the vault's business: it takes the
 * later of this clock and the newest time it has committed.
 */
#ifndef STRONGROOM_COMMON_CLOCK_H
#define STRONGROOM_COMMON_CLOCK_H

#include "common/span.h"

struct clock {
    bool is_fixed;
    uint64_t fixed_ms; /* read and written atomically: a test moves it while threads look at it */
};

struct clock clock_real(void);

/* A clock that stands still until clock_set() or clock_advance(). */
struct clock clock_fixed(uint64_t now_ms);
void clock_set(struct clock *clock, uint64_t now_ms);
void clock_advance(struct clock *clock, uint64_t by_ms);

/* Milliseconds since 1970-01-01T00:00:00Z. Safe from any thread. */
uint64_t clock_now_ms(struct clock *clock);

static inline uint64_t clock_now_s(struct clock *clock)
{
    return clock_now_ms(clock) / 1000;
}

/* Milliseconds since some moment before the process started; does not follow when someone sets the clock. */
uint64_t clock_monotonic_ms(void);

/* "2026-11-24T00:30:00.123Z" (RFC 3339) and its NUL. */
#define CLOCK_TEXT_SIZE 25
void clock_put_text(uint64_t time_ms, char ret_text[CLOCK_TEXT_SIZE]);

#endif
