/* decimal.h - doubles that once were decimal texts
 *
 * A double v is the decimal n / 10^e when dividing gives back each bit of v.
 * The division is correctly rounded, so every value that once was a text of up
 * to 15 digits is found.
 */
#ifndef TSDB_DECIMAL_H
#define TSDB_DECIMAL_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DECIMALS_MOST = 18 };

static const double decimal_powers[DECIMALS_MOST + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
};

/* Adding this to a double up to 2^51 rounds it to an integer, which then stands
 * in the low bits. */
static const double decimal_rounder = 0x1.8p52;
static const double decimal_most = 0x1p51;

static inline uint64_t
decimal_bits(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* Says whether 'value' is '*ret_number' / 'power'. */
static inline bool
decimal_find(double value, double power, uint64_t *ret_number)
{
    double scaled = value * power;
    double sum = scaled + decimal_rounder;

    *ret_number = decimal_bits(sum) - decimal_bits(decimal_rounder);
    return (fabs(scaled) <= decimal_most) &
           (decimal_bits((sum - decimal_rounder) / power) ==
            decimal_bits(value));
}

/* Returns how many places 'value' has, 'least' or more; DECIMALS_MOST + 1 for
 * too many. */
static inline unsigned
decimal_places(double value, unsigned least)
{
    uint64_t number;
    unsigned places = least;

    while (places <= DECIMALS_MOST &&
           !decimal_find(value, decimal_powers[places], &number))
        places++;
    return places;
}

/* Makes doubles of 'count' integers up to 'decimal_most', 8 bytes each, that
 * lie in their place; and divides such doubles by 'power'. */
void decimals_to_integers(double *values, size_t count);
void decimals_divide(double *values, size_t count, double power);

#endif /* TSDB_DECIMAL_H */
