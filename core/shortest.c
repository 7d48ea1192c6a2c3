/* shortest.c - the shortest decimal of a double
 *
 * The method is R. Giulietti's "Schubfach": scale the number and the ends of
 * what rounds to it by a power of ten, so that its digits are a whole number of
 * 16 or 17 digits, and see whether a multiple of ten lies between the ends.
 */
#include <config.h>

#include "shortest.h"

#include <string.h>

enum { POWER_LEAST = -12, POWER_MOST = 40 };

/* Powers of ten, scaled by a power of two to 128 bits and rounded up. */
static const struct power {
    uint64_t high, low;
} powers[] = {
    {0x8cbccc096f5088cb, 0xf93f87b7442e45d4}, /* -12 */
    {0xafebff0bcb24aafe, 0xf78f69a51539d749}, /* -11 */
    {0xdbe6fecebdedd5be, 0xb573440e5a884d1c}, /* -10 */
    {0x89705f4136b4a597, 0x31680a88f8953031}, /* -9 */
    {0xabcc77118461cefc, 0xfdc20d2b36ba7c3e}, /* -8 */
    {0xd6bf94d5e57a42bc, 0x3d32907604691b4d}, /* -7 */
    {0x8637bd05af6c69b5, 0xa63f9a49c2c1b110}, /* -6 */
    {0xa7c5ac471b478423, 0x0fcf80dc33721d54}, /* -5 */
    {0xd1b71758e219652b, 0xd3c36113404ea4a9}, /* -4 */
    {0x83126e978d4fdf3b, 0x645a1cac083126ea}, /* -3 */
    {0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4}, /* -2 */
    {0xcccccccccccccccc, 0xcccccccccccccccd}, /* -1 */
    {0x8000000000000000, 0x0000000000000000}, /* 0 */
    {0xa000000000000000, 0x0000000000000000}, /* 1 */
    {0xc800000000000000, 0x0000000000000000}, /* 2 */
    {0xfa00000000000000, 0x0000000000000000}, /* 3 */
    {0x9c40000000000000, 0x0000000000000000}, /* 4 */
    {0xc350000000000000, 0x0000000000000000}, /* 5 */
    {0xf424000000000000, 0x0000000000000000}, /* 6 */
    {0x9896800000000000, 0x0000000000000000}, /* 7 */
    {0xbebc200000000000, 0x0000000000000000}, /* 8 */
    {0xee6b280000000000, 0x0000000000000000}, /* 9 */
    {0x9502f90000000000, 0x0000000000000000}, /* 10 */
    {0xba43b74000000000, 0x0000000000000000}, /* 11 */
    {0xe8d4a51000000000, 0x0000000000000000}, /* 12 */
    {0x9184e72a00000000, 0x0000000000000000}, /* 13 */
    {0xb5e620f480000000, 0x0000000000000000}, /* 14 */
    {0xe35fa931a0000000, 0x0000000000000000}, /* 15 */
    {0x8e1bc9bf04000000, 0x0000000000000000}, /* 16 */
    {0xb1a2bc2ec5000000, 0x0000000000000000}, /* 17 */
    {0xde0b6b3a76400000, 0x0000000000000000}, /* 18 */
    {0x8ac7230489e80000, 0x0000000000000000}, /* 19 */
    {0xad78ebc5ac620000, 0x0000000000000000}, /* 20 */
    {0xd8d726b7177a8000, 0x0000000000000000}, /* 21 */
    {0x878678326eac9000, 0x0000000000000000}, /* 22 */
    {0xa968163f0a57b400, 0x0000000000000000}, /* 23 */
    {0xd3c21bcecceda100, 0x0000000000000000}, /* 24 */
    {0x84595161401484a0, 0x0000000000000000}, /* 25 */
    {0xa56fa5b99019a5c8, 0x0000000000000000}, /* 26 */
    {0xcecb8f27f4200f3a, 0x0000000000000000}, /* 27 */
    {0x813f3978f8940984, 0x4000000000000000}, /* 28 */
    {0xa18f07d736b90be5, 0x5000000000000000}, /* 29 */
    {0xc9f2c9cd04674ede, 0xa400000000000000}, /* 30 */
    {0xfc6f7c4045812296, 0x4d00000000000000}, /* 31 */
    {0x9dc5ada82b70b59d, 0xf020000000000000}, /* 32 */
    {0xc5371912364ce305, 0x6c28000000000000}, /* 33 */
    {0xf684df56c3e01bc6, 0xc732000000000000}, /* 34 */
    {0x9a130b963a6c115c, 0x3c7f400000000000}, /* 35 */
    {0xc097ce7bc90715b3, 0x4b9f100000000000}, /* 36 */
    {0xf0bdc21abb48db20, 0x1e86d40000000000}, /* 37 */
    {0x96769950b50d88f4, 0x1314448000000000}, /* 38 */
    {0xbc143fa4e250eb31, 0x17d955a000000000}, /* 39 */
    {0xeb194f8e1ae525fd, 0x5dcfab0800000000}, /* 40 */
};

/* A double as mantissa * 2^exponent. */
struct binary {
    uint64_t mantissa;
    int exponent;
    bool closer; /* the next lower double is nearer than the next higher */
};

static struct binary
take_apart(double number)
{
    const uint64_t hidden = UINT64_C(1) << 52;
    uint64_t bits = 0;

    memcpy(&bits, &number, sizeof(bits));
    uint64_t fraction = bits & (hidden - 1);
    int exponent = (int)(bits >> 52 & 0x7ff);
    return (struct binary){
        .mantissa = exponent ? fraction | hidden : fraction,
        .exponent = (exponent ? exponent : 1) - 1075,
        .closer = fraction == 0 && exponent > 1,
    };
}

/* Returns the highest 64 bits of the product of 'power' and 'number'; the last
 * one tells whether anything is behind them. */
static uint64_t
scale(const struct power *power, uint64_t number)
{
    const unsigned __int128 low = (unsigned __int128)power->low * number;
    const unsigned __int128 sum =
        (unsigned __int128)power->high * number + (uint64_t)(low >> 64);

    return (uint64_t)(sum >> 64) | ((uint64_t)sum > 1);
}

/* Of the two whole numbers around the scaled one, and those of ten times, takes
 * the one that is between the ends; all are in quarters. */
static void
choose(uint64_t low, uint64_t middle, uint64_t high,
       struct shortest *ret_shortest)
{
    uint64_t whole = middle / 4;
    uint64_t tens = whole / 10;
    bool tens_in = low <= 40 * tens;
    bool next_tens_in = 40 * tens + 40 <= high;

    if (whole >= 10 && tens_in != next_tens_in) {
        ret_shortest->digits = tens + next_tens_in;
        ret_shortest->exponent++;
        return;
    }
    bool whole_in = low <= 4 * whole;
    bool next_in = 4 * whole + 4 <= high;
    uint64_t half = 4 * whole + 2;
    bool up = middle > half || (middle == half && whole % 2);
    ret_shortest->digits = whole + (whole_in != next_in ? next_in : up);
}

bool
shortest_decimal(double number, struct shortest *ret_shortest)
{
    const struct binary binary = take_apart(number);
    /* The floor of log10(2^exponent), or of 3/4 of that power. */
    int ten = (binary.exponent * 1262611 - (binary.closer ? 524031 : 0)) >> 22;

    if (-ten < POWER_LEAST || -ten > POWER_MOST)
        return false;
    const struct power *power = &powers[-ten - POWER_LEAST];
    int shift = binary.exponent + ((-ten * 1741647) >> 19) + 1;
    uint64_t quarters = 4 * binary.mantissa;
    bool odd = binary.mantissa % 2; /* its ends round to others */
    ret_shortest->exponent = ten;
    choose(scale(power, (quarters - 2 + binary.closer) << shift) + odd,
           scale(power, quarters << shift),
           scale(power, (quarters + 2) << shift) - odd, ret_shortest);
    return true;
}
