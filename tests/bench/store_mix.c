/* store_mix.c - made up samples: the mixes of the study, TSBS, a month
 *
 * The mix has twenty types of series in the proportions that a host has; TSBS
 * is the cpu-only set of the Time Series Benchmark Suite: ten fields a host,
 * each a walk between 0 and 100, cut to integers or not.
 */
#include <config.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base.h"
#include "store_rows.h"

static uint64_t
chance(void)
{
    static uint64_t state = 1;
    uint64_t bits = state += UINT64_C(0x9e3779b97f4a7c15);

    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

/* From 0 up to 1. */
static double
share(void)
{
    return (double)(chance() >> 11) / 0x1p53;
}

/* About normal, deviation 1. */
static double
normal(void)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += share();
    return sum;
}

/* Gives the next value; 'step_s' has passed. */
typedef double next_value(double before, double step_s);

static double
constant(double before, double step_s)
{
    (void)step_s;
    return before;
}

static double
rare_counter(double before, double step_s)
{
    return share() < 0.01 * step_s ? before + 1 : before;
}

static double
byte_counter(double before, double step_s)
{
    return before + rint(fabs(1000 + 400 * normal()) * step_s);
}

static double
cpu_seconds(double before, double step_s)
{
    return rint(before * 100 + rint(share() * 60 * step_s)) / 100;
}

static double
sparse_counter(double before, double step_s)
{
    return share() < 0.2 * step_s ? before + 1 + rint(share() * 9) : before;
}

static double
memory(double before, double step_s)
{
    (void)step_s;
    return share() < 0.5 ? before : fabs(before + 4096 * rint(100 * normal()));
}

static double
load_average(double before, double step_s)
{
    (void)step_s;
    return rint(fabs(before + 0.02 * normal()) * 100) / 100;
}

static double
percent(double before, double step_s)
{
    (void)before;
    (void)step_s;
    return rint(500 + normal() * 100) / 10;
}

static double
duration(double before, double step_s)
{
    (void)before;
    (void)step_s;
    return rint(1e7 + fabs(normal()) * 1e6) / 1e9;
}

static double
walk(double before, double step_s)
{
    double value = before + normal();

    (void)step_s;
    return value < 0 ? 0 : value > 100 ? 100 : value;
}

static next_value *const mix[] = {
    constant,     constant,     constant,     constant,     constant,
    constant,     constant,     rare_counter, byte_counter, byte_counter,
    byte_counter, byte_counter, cpu_seconds,  cpu_seconds,  sparse_counter,
    memory,       memory,       memory,       percent,      duration,
};
static next_value *const loads[] = {load_average};
static next_value *const walks[] = {walk};

/* What is made; 'whole' says that values are cut to integers. */
static const struct kind {
    const char *name;
    next_value *const *types; /* [type_count], in turn */
    uint32_t type_count, width;
    size_t count;
    int64_t step_ms, jitter_ms;
    bool whole;
} kinds[] = {
    {"mix1", mix, ARRAY_SIZE(mix), 300, 17280, 1000, 5, false},
    {"mix15", mix, ARRAY_SIZE(mix), 600, 8640, 15000, 0, false},
    {"integers", walks, 1, 500, 8640, 10000, 0, true},
    {"doubles", walks, 1, 500, 8640, 10000, 0, false},
    {"month", loads, 1, 1, 2592000, 1000, 0, false},
    {"small", mix, ARRAY_SIZE(mix), 20, 2000, 1000, 5, false},
};

const char *
rows_kinds(void)
{
    return "mix1      20 types of series, 1 s with 5 ms of jitter, 5.2 M\n"
           "mix15     the same, 15 s, 5.2 M\n"
           "integers  TSBS cpu-only, 10 s, 4.3 M\n"
           "doubles   the same without the cut\n"
           "month     one series, 1 s, 2.6 M\n"
           "small     like mix1, 40,000\n";
}

static void
name_series(struct rows *self)
{
    for (uint32_t i = 0; i < self->width; i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "made_%u{host=\"host-%u\"}", i % 20,
                       i / 20);
        self->series[i] = x_or_die(strdup(text));
    }
}

static void
make_times(struct rows *self, const struct kind *kind, int64_t until_ns)
{
    for (size_t i = 0; i < self->count; i++) {
        int64_t back_ms = (int64_t)(self->count - 1 - i) * kind->step_ms;
        int64_t late_ms = kind->jitter_ms
                              ? (int64_t)(share() * 2 * (double)kind->jitter_ms)
                              : 0;
        self->times_ns[i] =
            until_ns / NS_PER_S * NS_PER_S - (back_ms - late_ms) * NS_PER_MS;
    }
}

struct rows *
rows_make(const char *name, int64_t until_ns)
{
    const struct kind *kind = kinds;

    while (kind < kinds + ARRAY_SIZE(kinds) && strcmp(kind->name, name) != 0)
        kind++;
    if (kind == kinds + ARRAY_SIZE(kinds))
        return NULL;
    struct rows *self = rows_new(kind->width, kind->count);
    double *before = xcalloc(kind->width, sizeof(*before));
    double step_s = (double)kind->step_ms / 1000;
    for (uint32_t i = 0; i < self->width; i++)
        before[i] = rint(share() * 100);
    for (size_t cell = 0; cell < self->count * self->width; cell++) {
        uint32_t column = (uint32_t)(cell % self->width);
        double value =
            kind->types[column % kind->type_count](before[column], step_s);
        self->values[cell] = kind->whole ? trunc(value) : value;
        before[column] = value;
    }
    free(before);
    name_series(self);
    make_times(self, kind, until_ns);
    return self;
}
