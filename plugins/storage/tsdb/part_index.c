/* part_index.c - the index of a part: what each chunk is
 *
 * An entry is a byte of flags and varints, of which the common chunk needs few:
 * series since the entry before, vector since the entry before, size of the
 * frame, and what the flags say.  A double that is a decimal of few digits is
 * written as one varint, its digits and places; another one as a varint of its
 * bytes in reverse, since those of short numbers end in zeros.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "decimal.h"
#include "link/crc32c.h"
#include "part_format.h"

enum {
    STRETCH = 1,  /* times are not all of the vector's: skip, count, and how
                   * much later and earlier it begins and ends */
    LEVEL = 2,    /* max is min */
    PRODUCT = 4,  /* sum is count * min */
    HAS_NANS = 8, /* counts of stale markers and other NaNs */
    FLAGS = 15,
    ENTRY_MOST = 128, /* bytes */
    PLACES_WIDTH = 5, /* bits of a decimal's places, or NOT_DECIMAL */
    NOT_DECIMAL = (1 << PLACES_WIDTH) - 1,
};

static uint64_t
bits_of(double value)
{
    return decimal_bits(value);
}

static void
put_double(struct wire_out *out, double value)
{
    uint64_t bits = __builtin_bswap64(bits_of(value)), number = 0;
    unsigned places = decimal_places(value, 0);

    if (places <= DECIMALS_MOST)
        (void)decimal_find(value, decimal_powers[places], &number);
    number = varint_fold(number) << PLACES_WIDTH | places;
    if (places <= DECIMALS_MOST && number <= bits) {
        varint_put(out, number);
        return;
    }
    varint_put(out, NOT_DECIMAL);
    varint_put(out, bits);
}

/* Sets 'bad' when it makes no sense. */
static double
read_double(struct wire_in *in)
{
    uint64_t number = varint_read(in);
    unsigned places = number & NOT_DECIMAL;

    if (places <= DECIMALS_MOST)
        return (double)(int64_t)varint_unfold(number >> PLACES_WIDTH) /
               decimal_powers[places];
    uint64_t bits = __builtin_bswap64(varint_read(in));
    double value;
    memcpy(&value, &bits, sizeof(value));
    if (number != NOT_DECIMAL)
        in->bad = true;
    return value;
}

static double
product(const struct codec_summary *summary, uint32_t count)
{
    return summary->min * (double)(count - summary->stales - summary->nans);
}

static unsigned
flags_of(const struct part_chunk *chunk, const struct part_vector *whole)
{
    const struct codec_summary *summary = &chunk->summary;
    unsigned flags = 0;

    if (chunk->skip || chunk->count != whole->count)
        flags |= STRETCH;
    if (bits_of(summary->max) == bits_of(summary->min))
        flags |= LEVEL;
    if (bits_of(summary->sum) == bits_of(product(summary, chunk->count)))
        flags |= PRODUCT;
    if (summary->stales || summary->nans)
        flags |= HAS_NANS;
    return flags;
}

void
part_entry_write(struct wire_out *out, const struct part_chunk *chunk,
                 const struct part_place *before,
                 const struct part_vector *whole)
{
    const struct codec_summary *summary = &chunk->summary;
    unsigned flags = flags_of(chunk, whole);

    wire_put_u8(out, (uint8_t)flags);
    varint_put(out, chunk->series - before->series);
    varint_put(out,
               varint_fold((uint64_t)chunk->vector - (uint64_t)before->vector));
    varint_put(out, chunk->size);
    if (flags & STRETCH) {
        varint_put(out, chunk->skip);
        varint_put(out, chunk->count);
        varint_put(out, (uint64_t)chunk->from_ns - (uint64_t)whole->from_ns);
        varint_put(out, (uint64_t)whole->until_ns - (uint64_t)chunk->until_ns);
    }
    if (flags & HAS_NANS) {
        varint_put(out, summary->stales);
        varint_put(out, summary->nans);
    }
    put_double(out, summary->min);
    if (!(flags & LEVEL))
        put_double(out, summary->max);
    if (!(flags & PRODUCT))
        put_double(out, summary->sum);
}

struct part_place
part_page_begin(const unsigned char *page, size_t size)
{
    struct part_page head;

    memcpy(&head, page, sizeof(head));
    return (struct part_place){
        .in = {page + sizeof(head), size - sizeof(head), false},
        .left = head.count,
        .offset = head.offset,
        .series = head.series,
        .vector = head.vector,
    };
}

/* Reads which times of 'whole' are the chunk's. */
static void
read_times(struct wire_in *in, unsigned flags, const struct part_vector *whole,
           struct part_chunk *chunk)
{
    uint64_t skip = 0, count = whole->count, later = 0, earlier = 0;

    if (flags & STRETCH) {
        skip = varint_read(in);
        count = varint_read(in);
        later = varint_read(in);
        earlier = varint_read(in);
    }
    uint64_t extent = (uint64_t)whole->until_ns - (uint64_t)whole->from_ns;
    if (count == 0 || skip > whole->count || count > whole->count - skip ||
        later > extent || earlier > extent - later)
        in->bad = true;
    chunk->skip = (uint32_t)skip;
    chunk->count = (uint32_t)count;
    chunk->from_ns = (int64_t)((uint64_t)whole->from_ns + later);
    chunk->until_ns = (int64_t)((uint64_t)whole->until_ns - earlier);
}

static void
read_summary(struct wire_in *in, unsigned flags, struct part_chunk *chunk)
{
    struct codec_summary *summary = &chunk->summary;
    uint64_t stales = flags & HAS_NANS ? varint_read(in) : 0;
    uint64_t nans = flags & HAS_NANS ? varint_read(in) : 0;

    if (stales > chunk->count || nans > chunk->count - stales)
        in->bad = true;
    summary->stales = (uint32_t)stales;
    summary->nans = (uint32_t)nans;
    summary->min = read_double(in);
    summary->max = flags & LEVEL ? summary->min : read_double(in);
    summary->sum =
        flags & PRODUCT ? product(summary, chunk->count) : read_double(in);
}

int
part_entry_read(struct part_place *place, const struct part_vector *vectors,
                size_t vector_count, struct part_chunk *ret_chunk)
{
    struct wire_in *in = &place->in;
    unsigned flags = wire_u8(in);
    uint64_t series = place->series + varint_read(in);
    uint64_t vector = place->vector + varint_unfold(varint_read(in));
    uint64_t size = varint_read(in);
    struct part_chunk chunk = {
        .series = (uint32_t)series,
        .vector = (uint32_t)vector,
        .offset = place->offset,
        .size = (uint32_t)size,
    };

    if (in->bad || flags > FLAGS || series > UINT32_MAX ||
        vector >= vector_count || size > UINT32_MAX)
        return -EBADMSG;
    read_times(in, flags, &vectors[vector], &chunk);
    read_summary(in, flags, &chunk);
    if (in->bad)
        return -EBADMSG;
    place->left--;
    place->offset += size;
    place->series = chunk.series;
    place->vector = chunk.vector;
    *ret_chunk = chunk;
    return 0;
}

static void
begin_page(struct part_index *self, const struct part_chunk *chunk)
{
    self->page = (struct part_page){
        .offset = chunk->offset,
        .series = chunk->series,
        .vector = chunk->vector,
    };
    self->last.series = chunk->series;
    self->last.vector = chunk->vector;
}

/* Appends the page to 'pages', filled up with zeros unless it is the last. */
static void
end_page(struct part_index *self, size_t size)
{
    static const unsigned char zeros[ENTRY_MOST];
    struct wire_out *pages = &self->pages;
    size_t begin = pages->size;

    wire_put(pages, &self->page, sizeof(self->page));
    wire_put(pages, self->entries.bytes, self->entries.size);
    wire_put(pages, zeros, size - (pages->size - begin));

    unsigned char *page = pages->bytes + begin;
    uint32_t sum = crc32c(0, page + sizeof(sum), size - sizeof(sum));
    memcpy(page, &sum, sizeof(sum));
    self->entries.size = 0;
    self->page.count = 0;
}

void
part_index_add(struct part_index *self, const struct part_chunk *chunk,
               const struct part_vector *whole)
{
    if (sizeof(self->page) + self->entries.size + ENTRY_MOST > PART_PAGE_SIZE)
        end_page(self, PART_PAGE_SIZE);
    if (self->page.count == 0)
        begin_page(self, chunk);
    part_entry_write(&self->entries, chunk, &self->last, whole);
    self->page.count++;
    self->last.series = chunk->series;
    self->last.vector = chunk->vector;
}

void
part_index_end(struct part_index *self)
{
    if (self->page.count)
        end_page(self, sizeof(self->page) + self->entries.size);
}

void
part_index_fini(struct part_index *self)
{
    wire_out_fini(&self->pages);
    wire_out_fini(&self->entries);
}
