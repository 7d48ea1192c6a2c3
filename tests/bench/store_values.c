/* store_values.c - what series of a host and its services are like */
#include <config.h>

#include "store_values.h"

#include <math.h>

typedef double next_value(double before);

static uint64_t
chance(void)
{
    static uint64_t state = 88172645463325252U;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* From 0 to 'most', both inclusive. */
static double
up_to(uint32_t most)
{
    return (double)((chance() >> 32) * (most + UINT64_C(1)) >> 32);
}

static double
constant(double before)
{
    return before;
}

static double
rare_counter(double before)
{
    return up_to(29) == 0 ? before + 1 : before;
}

static double
bytes_counter(double before)
{
    return before + up_to(3000);
}

static double
ticks(double before)
{
    return rint(before * 100 + up_to(100)) / 100;
}

static double
sparse_counter(double before)
{
    return up_to(4) == 0 ? before + up_to(10) : before;
}

static double
memory(double before)
{
    return up_to(1) == 0 ? before + 4096 * (up_to(200) - 100) : before;
}

static double
load(double before)
{
    return rint(fabs(before * 98 + up_to(4))) / 100;
}

static double
percent(double before)
{
    (void)before;
    return up_to(1000) / 10;
}

static double
duration(double before)
{
    (void)before;
    return (1e7 + up_to(1000000)) / 1e9;
}

static next_value *const kinds[] = {
    constant,      constant,      constant,     constant,      constant,
    constant,      constant,      rare_counter, bytes_counter, bytes_counter,
    bytes_counter, bytes_counter, ticks,        ticks,         sparse_counter,
    memory,        memory,        memory,       load,          percent,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), DURATION_EVERY = 53 };

double
mix_first(uint32_t number)
{
    return number % 4 * 4096 * 1000;
}

double
mix_next(uint32_t number, double before)
{
    if (number % DURATION_EVERY == 0)
        return duration(before);
    return kinds[number % KINDS](before);
}
