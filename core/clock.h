/* clock.h - wall and monotonic time, in nanoseconds */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t
clock_read_ns(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Since 1970-01-01 UTC: what samples carry. */
static inline int64_t
clock_wall_ns(void)
{
    return clock_read_ns(CLOCK_REALTIME);
}

/* The same in whole milliseconds: what answers tell. */
static inline int64_t
clock_wall_ms(void)
{
    return clock_wall_ns() / 1000000 * 1000000;
}

/* Never goes back: what waiting is measured with. */
static inline int64_t
clock_now_ns(void)
{
    return clock_read_ns(CLOCK_MONOTONIC);
}

/* The same a few milliseconds ago at most, for a tenth of the time. */
static inline int64_t
clock_about_ns(void)
{
    return clock_read_ns(CLOCK_MONOTONIC_COARSE);
}

#endif /* CLOCK_H */
