/* cell.c - where chunks end */
#include <config.h>

#include "cell.h"

#include <stdlib.h>

#include "base.h"
#include "day.h"

enum { PROBES = 9 }; /* intervals that are looked at for the usual one */

static int
compare_intervals(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* The usual interval between the samples, of which there are two or more. */
static int64_t
usual_interval(const int64_t *times_ns, size_t count)
{
    int64_t intervals_ns[PROBES];

    for (size_t i = 0; i < PROBES; i++) {
        size_t at = i * (count - 2) / (PROBES - 1);
        intervals_ns[i] = times_ns[at + 1] - times_ns[at];
    }
    qsort(intervals_ns, PROBES, sizeof(intervals_ns[0]), compare_intervals);
    return intervals_ns[PROBES / 2];
}

/* The longest stretch of the day whose samples fit into a chunk. */
static int64_t
cell_of(int64_t interval_ns)
{
    static const int64_t parts_of_day[] = {
        1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 288, 1440, 2880, 5760, 17280, 86400};

    for (size_t i = 0; i < ARRAY_SIZE(parts_of_day); i++)
        if (DAY_NS / parts_of_day[i] <= interval_ns * CELL_MOST)
            return DAY_NS / parts_of_day[i];
    return NS_PER_S;
}

/* The number of the cell in which the time is. */
static int64_t
cell_at(int64_t time_ns, int64_t cell_ns)
{
    return (time_ns - 1) / cell_ns;
}

size_t
cell_count(const int64_t *times_ns, size_t count)
{
    if (count < 2 * (size_t)CELL_LEAST)
        return count;
    int64_t cell_ns = cell_of(usual_interval(times_ns, count));
    int64_t cell = cell_at(times_ns[CELL_LEAST], cell_ns);

    for (size_t i = CELL_LEAST; i + CELL_LEAST < count; i++)
        if (cell_at(times_ns[i], cell_ns) != cell)
            return i;
    return count;
}
