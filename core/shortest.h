/* shortest.h - the shortest decimal of a double
 *
 * Reports print millions of numbers, and printf() would be most of the work.
 * Pure.
 */
#ifndef SHORTEST_H
#define SHORTEST_H

#include <stdbool.h>
#include <stdint.h>

/* digits * 10^exponent; the digits may end in zeros. */
struct shortest {
    uint64_t digits;
    int exponent;
};

/* Finds the decimal of fewest digits, and of these the nearest, that reads back
 * as exactly 'number', which is above 0 and finite.  Returns false for numbers
 * below 1e-23 or so, and above 1e26 or so. */
bool shortest_decimal(double number, struct shortest *ret_shortest);

#endif /* SHORTEST_H */
