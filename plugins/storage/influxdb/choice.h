/* choice.h - which one sample of a series says all that is asked
 *
 * A series may have thousands of samples in the time in question, while whoever
 * asks wants its last value, or the greatest.  InfluxDB finds that itself, and
 * tells when it was.  Sums and counts are none of these: one sample has none,
 * and InfluxDB's sums are not the same to the last digit.
 *
 * Pure.
 */
#ifndef INFLUXDB_CHOICE_H
#define INFLUXDB_CHOICE_H

#include <stdbool.h>

#include <weir/storage.h>

/* Says whether what is asked is the last value, as that of 'until'. */
static inline bool
choice_is_last(const struct weir_select *what)
{
    return weir_asks_once(what, WEIR_LAST) && !what->digest;
}

/* Returns the select of those times alone that the choice is to be made of. */
struct weir_select choice_narrow(const struct weir_select *what);

/* Returns what InfluxDB calls the choice from a field of the type 'cast'; NULL
 * when all samples are wanted. */
const char *choice_of(const struct weir_select *what, const char *cast);

#endif /* INFLUXDB_CHOICE_H */
