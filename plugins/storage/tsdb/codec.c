/* codec.c - the values of a chunk as bytes
 *
 * The first byte says how the values are meant:
 *
 *     0 to 18   decimals: integers, divided by that power of 10
 *     19        the bits of doubles, ordered as the doubles are
 *     32 +      the same, with exceptions: varint count; for each of them
 * varint places since the one before, 8 bytes; in the integers stands the
 * number before instead 64 to 72  one value: that many of its bytes, the high
 * ones
 */
#include <config.h>

#include "codec.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <weir/batch.h>

#include "decimal.h"
#include "ints.h"
#include "link/varint.h"

_Static_assert((int)CODEC_MOST <= (int)INTS_MOST, "a chunk is one stream");
enum {
    BITS = DECIMALS_MOST + 1,
    EXCEPTIONS = 32,
    CONSTANT = 64,
    PROBES = 32, /* values looked at to find the decimals */
    EXCEPTIONS_MOST = CODEC_MOST / 16 + 2,
    WIDE = 4, /* bytes a value, above which bits are tried */
};

_Static_assert((int)CODEC_ROOM >=
                   (int)INTS_ROOM + EXCEPTIONS_MOST * (8 + 2) + 4,
               "it has room for a stream and exceptions");

static double
double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* Integers that order as the doubles do. */
static uint64_t
ordered(uint64_t bits)
{
    return bits >> 63 ? bits ^ (UINT64_MAX >> 1) : bits;
}

/* Guesses how many decimals the values have; BITS for no decimals. */
static unsigned
guess(const double *values, size_t count)
{
    size_t stride = count / PROBES + 1;
    unsigned decimals = 0, missed = 0, probed = 0;

    for (size_t i = 0; i < count; i += stride) {
        if (!isfinite(values[i]))
            continue;
        unsigned found = decimal_places(values[i], decimals);
        probed++;
        if (found == BITS)
            missed++;
        else
            decimals = found;
    }
    return missed * 4 > probed ? BITS : decimals;
}

/* What the values are as integers. */
struct integers {
    unsigned kind; /* decimals, or BITS */
    size_t exception_count;
    uint16_t exceptions[EXCEPTIONS_MOST]; /* places */
    uint64_t numbers[CODEC_MOST];
};

/* Notes the place as an exception; says whether there was room for it. */
static bool
except(struct integers *self, size_t place, size_t count)
{
    if (self->exception_count >= count / 16 + 2)
        return false;
    self->exceptions[self->exception_count++] = (uint16_t)place;
    self->numbers[place] = place ? self->numbers[place - 1] : 0;
    return true;
}

/* Makes integers with 'self->kind' decimals.  Returns 'count', or the place of
 * the value that is one exception too many. */
static size_t
make_decimals(struct integers *self, const double *values, size_t count)
{
    double power = decimal_powers[self->kind];

    self->exception_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!decimal_find(values[i], power, &self->numbers[i]) &&
            !except(self, i, count))
            return i;
    return count;
}

static void
make_bits(struct integers *self, const double *values, size_t count)
{
    self->kind = BITS;
    self->exception_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]) || !except(self, i, count))
            self->numbers[i] = ordered(decimal_bits(values[i]));
}

static void
make_integers(struct integers *self, const double *values, size_t count)
{
    self->kind = guess(values, count);
    while (self->kind != BITS) {
        size_t made = make_decimals(self, values, count);
        if (made == count)
            return;
        self->kind = decimal_places(values[made], self->kind + 1);
    }
    make_bits(self, values, count);
}

static size_t
write_integers(const struct integers *self, const double *values, size_t count,
               unsigned char *bytes)
{
    unsigned char *at = bytes;
    size_t last = 0;

    *at++ =
        (unsigned char)(self->kind | (self->exception_count ? EXCEPTIONS : 0));
    if (self->exception_count)
        at = varint_write(at, self->exception_count);
    for (size_t i = 0; i < self->exception_count; i++) {
        size_t place = self->exceptions[i];
        at = varint_write(at, place - last);
        memcpy(at, &values[place], sizeof(*values));
        at += sizeof(*values);
        last = place;
    }
    return (size_t)(ints_encode(self->numbers, count, at) - bytes);
}

static bool
all_equal(const double *values, size_t count)
{
    uint64_t bits = decimal_bits(values[0]);

    for (size_t i = 1; i < count; i++)
        if (decimal_bits(values[i]) != bits)
            return false;
    return true;
}

/* A value's high bytes, without the low ones that are zero. */
static size_t
write_constant(double value, unsigned char *bytes)
{
    uint64_t bits = decimal_bits(value);
    unsigned size = bits ? 8 - (unsigned)__builtin_ctzll(bits) / 8 : 0;

    bytes[0] = (unsigned char)(CONSTANT + size);
    for (unsigned i = 0; i < size; i++)
        bytes[1 + i] = (unsigned char)(bits >> (56 - 8 * i));
    return 1 + size;
}

/* Tries bits in place of decimals so long that they may be no gain. */
static size_t
try_bits(struct integers *integers, const double *values, size_t count,
         size_t size, unsigned char *bytes)
{
    unsigned char other[CODEC_ROOM];

    make_bits(integers, values, count);
    size_t other_size = write_integers(integers, values, count, other);
    if (other_size >= size)
        return size;
    memcpy(bytes, other, other_size);
    return other_size;
}

size_t
codec_encode(const double *values, size_t count, unsigned char *bytes)
{
    struct integers integers;

    if (all_equal(values, count))
        return write_constant(values[0], bytes);
    make_integers(&integers, values, count);
    bool decimals = integers.kind != BITS;
    size_t size = write_integers(&integers, values, count, bytes);
    if (decimals && size > WIDE * count)
        size = try_bits(&integers, values, count, size, bytes);
    return size;
}

static int
read_constant(struct wire_in *in, unsigned size, size_t count,
              double *ret_values)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < size; i++)
        bits |= (uint64_t)wire_u8(in) << (56 - 8 * i);
    if (!wire_ended(in))
        return -EBADMSG;
    double value = double_of(bits);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = value;
    return 0;
}

/* Skips the exceptions, which are needed at the end only. */
static struct wire_in
skip_exceptions(struct wire_in *in, size_t *ret_count)
{
    size_t count = varint_read(in);
    struct wire_in exceptions = *in;

    if (count > EXCEPTIONS_MOST)
        in->bad = true;
    for (size_t i = 0; i < count && !in->bad; i++) {
        (void)varint_read(in);
        (void)wire_take(in, sizeof(double));
    }
    *ret_count = count;
    return exceptions;
}

static int
put_exceptions(struct wire_in *in, size_t exceptions, size_t count,
               double *ret_values)
{
    uint64_t place = 0;

    for (size_t i = 0; i < exceptions; i++) {
        uint64_t skip = varint_read(in);
        uint64_t bits = wire_u64(in);
        if (skip >= count - place)
            return -EBADMSG;
        place += skip;
        ret_values[place] = double_of(bits);
    }
    return 0;
}

static void
to_ordered(size_t count, double *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = double_of(ordered(decimal_bits(values[i])));
}

/* Decodes to doubles; of decimals without exceptions to integers where 'whole'
 * says so.  Sets what they are still to be divided by. */
static int
decode(struct wire_in *in, size_t count, double *ret_values, bool whole,
       double *ret_divisor)
{
    unsigned kind = wire_u8(in);
    size_t exception_count = 0;
    struct wire_in exceptions = *in;

    *ret_divisor = 1;
    if (in->bad || count == 0 || count > CODEC_MOST)
        return -EBADMSG;
    if (kind >= CONSTANT && kind <= CONSTANT + sizeof(double))
        return read_constant(in, kind - CONSTANT, count, ret_values);
    if ((kind & ~(unsigned)EXCEPTIONS) > BITS)
        return -EBADMSG;
    if (kind & EXCEPTIONS)
        exceptions = skip_exceptions(in, &exception_count);
    kind &= ~(unsigned)EXCEPTIONS;
    /* The integers need as much room as the values, and are read there. */
    int rc = ints_decode(in, count, ret_values);
    if (rc < 0)
        return rc;
    if (kind == BITS) {
        to_ordered(count, ret_values);
    } else if (whole && exception_count == 0) {
        decimals_to_integers(ret_values, count);
        *ret_divisor = decimal_powers[kind];
    } else {
        decimals_to_integers(ret_values, count);
        decimals_divide(ret_values, count, decimal_powers[kind]);
    }
    return put_exceptions(&exceptions, exception_count, count, ret_values);
}

int
codec_decode(const unsigned char *bytes, size_t size, size_t count,
             double *ret_values)
{
    struct wire_in in = {bytes, size, false};
    double divisor = 1;

    return decode(&in, count, ret_values, false, &divisor);
}

int
codec_decode_undivided(const unsigned char *bytes, size_t size, size_t count,
                       double *ret_values, double *ret_divisor)
{
    struct wire_in in = {bytes, size, false};

    return decode(&in, count, ret_values, true, ret_divisor);
}

struct codec_summary
codec_summarise(const double *values, size_t count)
{
    struct codec_summary self = {.min = HUGE_VAL, .max = -HUGE_VAL};

    for (size_t i = 0; i < count; i++) {
        double value = values[i];
        if (isnan(value)) {
            if (decimal_bits(value) == WEIR_STALE_BITS)
                self.stales++;
            else
                self.nans++;
            continue;
        }
        self.min = value < self.min ? value : self.min;
        self.max = value > self.max ? value : self.max;
        self.sum += value;
    }
    if (self.stales + self.nans == count)
        self.min = self.max = __builtin_nan("");
    return self;
}
