/* stale.h - the end of a series, in texts that have no word for it
 *
 * A stale marker is a NaN of certain bits, which text formats write as any NaN.
 * An export writes it into a line that others pass over,
 *
 *     # weir_stale up{job="api"} 1700000000000
 *     # HELP weir_stale up{job="api"} 1700000000
 *
 * a remark, or in OpenMetrics, which has none, help for a metric without
 * samples; an import reads both.
 */
#ifndef STALE_H
#define STALE_H

#include <stdbool.h>
#include <string.h>

#include <weir/batch.h>

#define STALE_REMARK "# weir_stale "
#define STALE_HELP   "# HELP weir_stale "

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

/* Returns what follows one of these in the line 'at' to 'end', or NULL. */
static inline const char *
stale_find(const char *at, const char *end)
{
    static const char *const marks[] = {STALE_REMARK, STALE_HELP};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t length = strlen(marks[i]);
        if ((size_t)(end - at) > length && memcmp(at, marks[i], length) == 0)
            return at + length;
    }
    return NULL;
}

#endif /* STALE_H */
