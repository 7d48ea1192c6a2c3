/* stale.h - the end of a series, in texts that have no word for it
 *
 * A stale marker is a NaN of certain bits, which text formats write as any NaN.
 * An export writes it into a line that others pass over,
 *
 *     # HELP weir_stale up{job="api"} 1700000000
 *
 * help for a metric without samples, and an import reads that.
 */
#ifndef STALE_H
#define STALE_H

#include <stdbool.h>
#include <string.h>

#include <weir/batch.h>

#define STALE_MARK "# HELP weir_stale "

static inline double
stale_value(void)
{
    const uint64_t bits = WEIR_STALE_BITS;
    double value = 0;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline bool
stale_is(double value)
{
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    return bits == WEIR_STALE_BITS;
}

/* Returns what follows the mark in the line 'at' to 'end', or NULL when it is
 * none. */
static inline const char *
stale_find(const char *at, const char *end)
{
    const size_t length = sizeof(STALE_MARK) - 1;

    return (size_t)(end - at) > length && memcmp(at, STALE_MARK, length) == 0
               ? at + length
               : NULL;
}

#endif /* STALE_H */
