/* pack.c - a few samples as bytes, soon
 *
 * Integers are: how many bits each takes, and 128 when it is their differences
 * that follow; how many zero bits below were left out; varints of the first,
 * before differences, and of the least; the bits.
 *
 * Values are a byte, and
 *
 *     0 to 18   decimals with so many places: integers
 *     19        one value: its bits
 *     20        a bit for each value that changed, and those differences,
 *               trimmed (trim.h)
 */
#include <config.h>

#include "pack.h"

#include "bits.h"
#include "decimal.h"
#include "link/varint.h"
#include "trim.h"

enum { CONSTANT = DECIMALS_MOST + 1, CHANGES };
enum { DIFFERENCES = 128 };

_Static_assert((int)PACK_MOST == (int)BITS_MOST, "all at once");

/* Integers ----------------------------------------------------------------- */

/* What lies in a range takes 'width' bits each, above 'least'. */
struct span {
    uint64_t least;
    unsigned width, zeros;
};

static struct span
span_of(const uint64_t *numbers, size_t count)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    uint64_t all = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t number = (int64_t)numbers[i];
        least = number < least ? number : least;
        most = number > most ? number : most;
        all |= numbers[i] ^ numbers[0];
    }
    uint64_t width = (uint64_t)most - (uint64_t)least;
    unsigned zeros = all ? (unsigned)__builtin_ctzll(all) : 0;
    return (struct span){(uint64_t)least, bits_width(width >> zeros), zeros};
}

static unsigned char *
write_integers(const uint64_t *numbers, size_t count, unsigned char *at)
{
    uint64_t steps[PACK_MOST] = {0}, rest[PACK_MOST];
    const uint64_t *given = numbers;
    struct span span = span_of(numbers, count);

    for (size_t i = 1; i < count; i++)
        steps[i - 1] = numbers[i] - numbers[i - 1];
    struct span between = span_of(steps, count > 1 ? count - 1 : 1);
    *at = 0;
    if (between.width < span.width) {
        span = between;
        given = steps;
        *at = DIFFERENCES;
        count--;
    }
    *at++ |= (unsigned char)span.width;
    *at++ = (unsigned char)span.zeros;
    if (given == steps)
        at = varint_write(at, varint_fold(numbers[0]));
    at = varint_write(at, varint_fold(span.least));
    for (size_t i = 0; i < count; i++)
        rest[i] = (given[i] - span.least) >> span.zeros;
    return bits_pack(rest, count, span.width, at);
}

static void
read_integers(struct wire_in *in, size_t count, uint64_t *ret_numbers)
{
    uint8_t form = wire_u8(in);
    uint8_t zeros = wire_u8(in);
    bool steps = form & DIFFERENCES;
    uint64_t number = steps ? varint_unfold(varint_read(in)) : 0;
    uint64_t least = varint_unfold(varint_read(in));
    uint64_t rest[PACK_MOST];

    if (!steps) {
        bits_read(in, count, form, 0, rest);
        for (size_t i = 0; i < count; i++)
            ret_numbers[i] = least + (rest[i] << zeros);
        return;
    }
    bits_read(in, count - 1, form & ~DIFFERENCES, 0, rest);
    ret_numbers[0] = number;
    for (size_t i = 1; i < count; i++)
        ret_numbers[i] = number += least + (rest[i - 1] << zeros);
}

size_t
pack_times(const int64_t *times_ns, size_t count, unsigned char *bytes)
{
    uint64_t numbers[PACK_MOST];

    memcpy(numbers, times_ns, count * sizeof(*numbers));
    return (size_t)(write_integers(numbers, count, bytes) - bytes);
}

void
unpack_times(const unsigned char *bytes, size_t size, size_t count,
             int64_t *ret_times_ns)
{
    struct wire_in in = {bytes, size, false};
    uint64_t numbers[PACK_MOST];

    read_integers(&in, count, numbers);
    memcpy(ret_times_ns, numbers, count * sizeof(*numbers));
}

/* Values ------------------------------------------------------------------- */

/* What is too large, or no number, changes the exponent of the sum. */
static inline uint64_t
leaves_range(double sum)
{
    return (decimal_bits(sum) ^ decimal_bits(decimal_rounder)) >> 52;
}

/* Makes integers of all of them; says whether they are such.  The number of
 * turns is fixed, so that the compiler takes several at once. */
static bool
to_integers(const double values[PACK_MOST], uint64_t numbers[PACK_MOST])
{
    uint64_t wrong = 0;

    for (size_t i = 0; i < PACK_MOST; i++) {
        double sum = values[i] + decimal_rounder;
        double whole = sum - decimal_rounder;
        numbers[i] = decimal_bits(sum) - decimal_bits(decimal_rounder);
        wrong |= decimal_bits(whole) ^ decimal_bits(values[i]);
        wrong |= leaves_range(sum);
    }
    return !wrong;
}

/* The same of decimals, 'power' times as large. */
static bool
to_decimals(const double values[PACK_MOST], double power,
            uint64_t numbers[PACK_MOST])
{
    uint64_t wrong = 0;

    for (size_t i = 0; i < PACK_MOST; i++) {
        double sum = values[i] * power + decimal_rounder;
        double again = (sum - decimal_rounder) / power;
        numbers[i] = decimal_bits(sum) - decimal_bits(decimal_rounder);
        wrong |= decimal_bits(again) ^ decimal_bits(values[i]);
        wrong |= leaves_range(sum);
    }
    return !wrong;
}

/* Returns how many places all of them have, with their integers; CHANGES when
 * they are no decimals. */
static unsigned
find_places(const double values[PACK_MOST], uint64_t numbers[PACK_MOST])
{
    unsigned places = 0;

    if (to_integers(values, numbers))
        return 0;
    for (size_t i = 0; i < PACK_MOST; i++) {
        uint64_t number;
        if (places > 0 &&
            decimal_find(values[i], decimal_powers[places], &number))
            continue;
        places = decimal_places(values[i], places);
        if (places > DECIMALS_MOST)
            return CHANGES;
    }
    return to_decimals(values, decimal_powers[places], numbers) ? places
                                                                : CHANGES;
}

static unsigned char *
write_changes(const double *values, size_t count, unsigned char *at)
{
    unsigned char *map_at = at;
    uint64_t map = 0, before = 0;

    at += sizeof(map);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = decimal_bits(values[i]);
        if (bits == before)
            continue;
        map |= UINT64_C(1) << i;
        at = trim_write(at, bits ^ before);
        before = bits;
    }
    memcpy(map_at, &map, sizeof(map));
    return at;
}

static void
read_changes(struct wire_in *in, size_t count, double *ret_values)
{
    unsigned char bytes[PACK_ROOM + sizeof(uint64_t)] = {0};
    uint64_t map = wire_u64(in), bits = 0, difference = 0;
    const unsigned char *at = bytes, *end = bytes + in->left;

    memcpy(bytes, in->next, in->left);
    for (size_t i = 0; i < count; i++) {
        if (at && map >> i & 1) {
            at = trim_read(at, end, &difference);
            bits ^= difference;
        }
        memcpy(&ret_values[i], &bits, sizeof(bits));
    }
}

static bool
all_equal(const double values[PACK_MOST])
{
    uint64_t differs = 0;

    for (size_t i = 0; i < PACK_MOST; i++)
        differs |= decimal_bits(values[i]) ^ decimal_bits(values[0]);
    return !differs;
}

size_t
pack_values(const double *values, size_t count, unsigned char *bytes)
{
    double all[PACK_MOST];
    uint64_t numbers[PACK_MOST];

    memcpy(all, values, count * sizeof(*all));
    for (size_t i = count; i < PACK_MOST; i++)
        all[i] = values[count - 1];
    if (all_equal(all)) {
        bytes[0] = CONSTANT;
        memcpy(bytes + 1, values, sizeof(*values));
        return 1 + sizeof(*values);
    }
    unsigned places = find_places(all, numbers);
    bytes[0] = (unsigned char)places;
    return (size_t)((places == CHANGES
                         ? write_changes(values, count, bytes + 1)
                         : write_integers(numbers, count, bytes + 1)) -
                    bytes);
}

void
unpack_values(const unsigned char *bytes, size_t size, size_t count,
              double *ret_values)
{
    struct wire_in in = {bytes, size, false};
    unsigned form = wire_u8(&in);
    uint64_t numbers[PACK_MOST];

    if (form == CHANGES) {
        read_changes(&in, count, ret_values);
        return;
    }
    if (form == CONSTANT) {
        uint64_t bits = wire_u64(&in);
        for (size_t i = 0; i < count; i++)
            memcpy(&ret_values[i], &bits, sizeof(bits));
        return;
    }
    read_integers(&in, count, numbers);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = (double)(int64_t)numbers[i] / decimal_powers[form];
}
