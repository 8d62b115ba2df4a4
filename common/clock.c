#include "common/clock.h"

#include <time.h>

/* The last moment that four digits of a year can write. */
#define LAST_MS 253402300799999u

struct clock clock_real(void)
{
    return (struct clock){false, 0};
}

struct clock clock_fixed(uint64_t now_ms)
{
    return (struct clock){true, now_ms};
}

void clock_set(struct clock *clock, uint64_t now_ms)
{
    clock->is_fixed = true;
    __atomic_store_n(&clock->fixed_ms, now_ms, __ATOMIC_SEQ_CST);
}

void clock_advance(struct clock *clock, uint64_t by_ms)
{
    __atomic_add_fetch(&clock->fixed_ms, by_ms, __ATOMIC_SEQ_CST);
}

static uint64_t read_ms(clockid_t which)
{
    struct timespec now = {0, 0};

    /* It fails for a clock that does not exist only, and these two always do. */
    (void)clock_gettime(which, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t clock_now_ms(struct clock *clock)
{
    if (clock->is_fixed)
        return __atomic_load_n(&clock->fixed_ms, __ATOMIC_SEQ_CST);
    return read_ms(CLOCK_REALTIME);
}

uint64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

static char *put_digits(char *to, unsigned value, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        to[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + count;
}

/*
 * By hand and not by gmtime_r(), which takes a lock of the C library and may read the time zone's file:
 * the log calls this in a sandbox, in every thread. The calendar is counted from 1 March of the year 0, in
 * eras of 400 years, so that the leap day is the last of its year.
 */
void clock_put_text(uint64_t time_ms, char ret_text[CLOCK_TEXT_SIZE])
{
    uint64_t ms = time_ms > LAST_MS ? LAST_MS : time_ms;
    unsigned second_of_day = (unsigned)(ms / 1000 % 86400);
    unsigned days = (unsigned)(ms / 86400000) + 719468;
    unsigned era = days / 146097;
    unsigned day_of_era = days % 146097;
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted_month = (5 * day_of_year + 2) / 153;
    unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    unsigned year = year_of_era + era * 400 + (month <= 2);
    char *to = ret_text;

    to = put_digits(to, year, 4);
    *to++ = '-';
    to = put_digits(to, month, 2);
    *to++ = '-';
    to = put_digits(to, day, 2);
    *to++ = 'T';
    to = put_digits(to, second_of_day / 3600, 2);
    *to++ = ':';
    to = put_digits(to, second_of_day / 60 % 60, 2);
    *to++ = ':';
    to = put_digits(to, second_of_day % 60, 2);
    *to++ = '.';
    to = put_digits(to, (unsigned)(ms % 1000), 3);
    *to++ = 'Z';
    *to = '\0';
}
