/* store_values.h - what series of a host and its services are like
 *
 * The synthetic mix of the store's study: of 20 series 7 never change, 4 are
 * counters of bytes, 3 are memory that changes every other time, 2 are seconds
 * of a processor in ticks, and the rest are one each of what else there is.
 * The same every time.
 */
#ifndef STORE_VALUES_H
#define STORE_VALUES_H

#include <stdint.h>

/* Returns a value like those of the series 'number', to begin with. */
double mix_first(uint32_t number);

/* Returns what the series 'number' has after 'before'. */
double mix_next(uint32_t number, double before);

#endif /* STORE_VALUES_H */
