/* part_summary.c - a chunk's summary as it stands in the index of a part
 *
 * A double that is a decimal of few digits is written as one varint, its digits
 * and places; another one as a varint of its bytes in reverse, since those of
 * short numbers end in zeros.
 *
 * Where min and max are decimals, max may be written as the difference to min
 * in units of the last place, and the sum as that to what it were if the values
 * lay evenly between them: varint difference and a bit, which says that another
 * varint follows.  That has the places that max has more than min; or by how
 * much the bits of the sum, which adding has rounded, are not those of the
 * decimal.
 */
#include <config.h>

#include <string.h>

#include "decimal.h"
#include "part_format.h"

enum {
    PLACES_WIDTH = 5, /* bits of a decimal's places, or NOT_DECIMAL */
    NOT_DECIMAL = (1 << PLACES_WIDTH) - 1,
};

/* Min and max as integers, both in units of one place. */
struct ends {
    unsigned places; /* more than DECIMALS_MOST: they are no decimals */
    uint64_t least, most;
};

static unsigned char *
write_double(double value, unsigned places, unsigned char *at)
{
    uint64_t bits = __builtin_bswap64(decimal_bits(value)), number = 0;

    if (places <= DECIMALS_MOST)
        (void)decimal_find(value, decimal_powers[places], &number);
    number = varint_fold(number) << PLACES_WIDTH | places;
    if (places <= DECIMALS_MOST && number <= bits)
        return varint_write(at, number);
    return varint_write(varint_write(at, NOT_DECIMAL), bits);
}

static double
double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static double
decimal_of(uint64_t number, unsigned places)
{
    return (double)(int64_t)number / decimal_powers[places];
}

/* Sets 'bad' when it makes no sense. */
static double
read_double(struct wire_in *in)
{
    uint64_t number = varint_read(in);
    unsigned places = number & NOT_DECIMAL;

    if (places <= DECIMALS_MOST)
        return decimal_of(varint_unfold(number >> PLACES_WIDTH), places);
    if (number != NOT_DECIMAL)
        in->bad = true;
    return double_of(__builtin_bswap64(varint_read(in)));
}

static uint32_t
counted(const struct codec_summary *summary, uint32_t count)
{
    return count - summary->stales - summary->nans;
}

static double
product(const struct codec_summary *summary, uint32_t count)
{
    return summary->min * (double)counted(summary, count);
}

static uint64_t
even_sum(const struct ends *ends, uint32_t count)
{
    return (uint64_t)((int64_t)((ends->least + ends->most) * count) >> 1);
}

/* Finds the ends in the places of min and of max; 'places' are those of max, or
 * more. */
static struct ends
find_ends(const struct codec_summary *summary, unsigned places)
{
    struct ends ends = {.places = places};

    if (places <= DECIMALS_MOST &&
        (!decimal_find(summary->min, decimal_powers[places], &ends.least) ||
         !decimal_find(summary->max, decimal_powers[places], &ends.most)))
        ends.places = DECIMALS_MOST + 1;
    return ends;
}

/* Writes the number with a bit, and what the bit says that there is. */
static unsigned char *
write_near(uint64_t number, uint64_t more, unsigned char *at)
{
    at = varint_write(at, number << 1 | (more != 0));
    return more ? varint_write(at, more) : at;
}

static uint64_t
read_near(struct wire_in *in, uint64_t *ret_more)
{
    uint64_t number = varint_read(in);

    *ret_more = number & 1 ? varint_read(in) : 0;
    return number >> 1;
}

/* A summary on its way. */
struct writing {
    const struct codec_summary *summary;
    uint32_t counted;                /* values */
    unsigned min_places, max_places; /* of each alone */
    struct ends ends;
    unsigned flags;
    unsigned char *at;
};

/* Goes on behind what was written from 'self->at' to 'end'; or puts what was
 * written to 'near' into its place where that is shorter, and notes 'flag'. */
static void
take_shorter(struct writing *self, const unsigned char *end,
             const unsigned char *near, size_t near_size, unsigned flag)
{
    size_t size = (size_t)(end - self->at);

    if (near_size < size) {
        memcpy(self->at, near, near_size);
        self->flags |= flag;
        size = near_size;
    }
    self->at += size;
}

static void
write_max(struct writing *self)
{
    const struct ends *ends = &self->ends;
    unsigned char near[2 * VARINT_MOST];
    size_t size = SIZE_MAX;
    unsigned char *end =
        write_double(self->summary->max, self->max_places, self->at);

    if (ends->places <= DECIMALS_MOST)
        size = (size_t)(write_near(ends->most - ends->least,
                                   ends->places - self->min_places, near) -
                        near);
    take_shorter(self, end, near, size, PART_NEAR_MAX);
}

/* Writes the sum to 'near' as it differs from what it were; returns its size,
 * SIZE_MAX for none. */
static size_t
write_near_sum(const struct writing *self, unsigned char *near)
{
    double sum = self->summary->sum;
    uint64_t number;

    if (self->ends.places > DECIMALS_MOST ||
        !(fabs(sum * decimal_powers[self->ends.places]) <= decimal_most))
        return SIZE_MAX;
    (void)decimal_find(sum, decimal_powers[self->ends.places], &number);
    uint64_t bits = decimal_bits(decimal_of(number, self->ends.places));
    uint64_t more = varint_fold(decimal_bits(sum) - bits);
    uint64_t rest = varint_fold(number - even_sum(&self->ends, self->counted));
    if (rest >> 63)
        return SIZE_MAX;
    return (size_t)(write_near(rest, more, near) - near);
}

static void
write_sum(struct writing *self)
{
    unsigned char near[2 * VARINT_MOST];
    double sum = self->summary->sum;
    unsigned char *end = write_double(sum, decimal_places(sum, 0), self->at);
    size_t size = write_near_sum(self, near);

    take_shorter(self, end, near, size, PART_NEAR_SUM);
}

static void
write_nans(struct writing *self)
{
    const struct codec_summary *summary = self->summary;

    if (!summary->stales && !summary->nans)
        return;
    self->flags |= PART_HAS_NANS;
    self->at = varint_write(self->at, summary->stales);
    self->at = varint_write(self->at, summary->nans);
}

void
part_summary_write(const struct codec_summary *summary, uint32_t count,
                   struct part_summary *ret_written)
{
    bool level = decimal_bits(summary->max) == decimal_bits(summary->min);
    unsigned min = decimal_places(summary->min, 0);
    unsigned max = level ? min : decimal_places(summary->max, 0);
    struct writing self = {
        .summary = summary,
        .counted = counted(summary, count),
        .min_places = min,
        .max_places = max,
        .ends = find_ends(summary, min > max ? min : max),
        .at = ret_written->bytes,
    };

    write_nans(&self);
    self.at = write_double(summary->min, min, self.at);
    if (level)
        self.flags |= PART_LEVEL;
    else
        write_max(&self);
    if (decimal_bits(summary->sum) == decimal_bits(product(summary, count)))
        self.flags |= PART_PRODUCT;
    else
        write_sum(&self);
    ret_written->flags = self.flags;
    ret_written->size = (size_t)(self.at - ret_written->bytes);
}

static double
read_max(struct wire_in *in, double min)
{
    uint64_t extra, difference = read_near(in, &extra), least;
    unsigned places = decimal_places(min, 0);

    if (places > DECIMALS_MOST || extra > DECIMALS_MOST - places ||
        !decimal_find(min, decimal_powers[places + extra], &least)) {
        in->bad = true;
        return 0;
    }
    return decimal_of(least + difference, places + (unsigned)extra);
}

static double
read_sum(struct wire_in *in, const struct codec_summary *summary,
         uint32_t count)
{
    unsigned min_places = decimal_places(summary->min, 0);
    unsigned places = decimal_places(summary->max, min_places);
    struct ends ends = find_ends(summary, places);
    uint64_t more, rest = read_near(in, &more);

    if (ends.places > DECIMALS_MOST) {
        in->bad = true;
        return 0;
    }
    uint64_t number = varint_unfold(rest) + even_sum(&ends, count);
    return double_of(decimal_bits(decimal_of(number, ends.places)) +
                     varint_unfold(more));
}

struct codec_summary
part_summary_read(struct wire_in *in, unsigned flags, uint32_t count)
{
    struct codec_summary summary = {0};
    uint64_t stales = flags & PART_HAS_NANS ? varint_read(in) : 0;
    uint64_t nans = flags & PART_HAS_NANS ? varint_read(in) : 0;

    if (stales > count || nans > count - stales)
        in->bad = true;
    summary.stales = (uint32_t)stales;
    summary.nans = (uint32_t)nans;
    summary.min = read_double(in);
    if (flags & PART_LEVEL)
        summary.max = summary.min;
    else
        summary.max =
            flags & PART_NEAR_MAX ? read_max(in, summary.min) : read_double(in);
    if (flags & PART_PRODUCT)
        summary.sum = product(&summary, count);
    else
        summary.sum = flags & PART_NEAR_SUM
                          ? read_sum(in, &summary, counted(&summary, count))
                          : read_double(in);
    return summary;
}

static void
skip_double(struct wire_in *in)
{
    if (varint_read(in) == NOT_DECIMAL)
        (void)varint_read(in);
}

static void
skip_near(struct wire_in *in)
{
    if (varint_read(in) & 1)
        (void)varint_read(in);
}

void
part_summary_skip(struct wire_in *in, unsigned flags)
{
    if (flags & PART_HAS_NANS) {
        (void)varint_read(in);
        (void)varint_read(in);
    }
    skip_double(in);
    if (!(flags & PART_LEVEL))
        (flags & PART_NEAR_MAX ? skip_near : skip_double)(in);
    if (!(flags & PART_PRODUCT))
        (flags & PART_NEAR_SUM ? skip_near : skip_double)(in);
}
