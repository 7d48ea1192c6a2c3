/* trail_unpack.c - makes plain batches of packed ones */
#include <config.h>

#include <errno.h>
#include <math.h>

#include "base.h"
#include "link/trail_inner.h"

/* A batch that is unpacked. */
struct unpacking {
    trail_find *find;
    void *arg;
    struct wire_in in;
    uint64_t sequence;
    uint32_t pass;
    unsigned char *plain; /* [size] */
    size_t size, filled;
    uint32_t missing; /* the layout that is not known */
};

/* Returns room for the next 'size' bytes of the plain body, or NULL. */
static void *
make(struct unpacking *self, size_t size)
{
    if (size > self->size - self->filled)
        return NULL;
    self->filled += size;
    return self->plain + self->filled - size;
}

/* Reads the bytes of an exclusive or, whose first byte is 'code'. */
static uint64_t
read_bits(struct wire_in *in, uint8_t code)
{
    unsigned count = (code >> CODE_COUNT_SHIFT & 7u) + 1;
    unsigned below = code >> CODE_BELOW_SHIFT & 7u;

    if (code > CODE_MOST || !(code & CODE_BITS) ||
        below + count > sizeof(uint64_t))
        in->bad = true;
    return in->bad ? 0 : wire_number(in, count) << 8 * below;
}

/* Reads a varint whose first byte is 'code'. */
static uint64_t
read_steps(struct wire_in *in, uint8_t code)
{
    uint64_t number = code & 0x7f;

    if (code & 0x80)
        number |= varint_read(in) << 7;
    return varint_unfold(number >> 1);
}

static uint64_t
add_steps(struct wire_in *in, uint64_t before, uint64_t steps, unsigned digits)
{
    double scale = trail_scale(digits);
    double from = rint(trail_double(before) * scale);

    if (!(fabs(from) < decimal_most)) {
        in->bad = true;
        return 0;
    }
    return trail_bits((from + (double)(int64_t)steps) / scale);
}

static void
read_value(struct wire_in *in, uint64_t *value, uint8_t *digits)
{
    uint8_t code = wire_u8(in);

    if (code == CODE_DIGITS) {
        uint8_t said = wire_u8(in);
        in->bad |= said > DIGITS_MOST;
        *digits = said > DIGITS_MOST ? 0 : said;
        code = wire_u8(in);
        in->bad |= code & CODE_BITS;
    }
    if (code & CODE_BITS)
        *value ^= read_bits(in, code);
    else
        *value = add_steps(in, *value, read_steps(in, code), *digits);
}

/* Reads the bitmap of 'count' columns; returns NULL when it has more. */
static const unsigned char *
read_bitmap(struct wire_in *in, size_t count)
{
    const unsigned char *bitmap = wire_take(in, trail_bitmap_size(count));

    if (bitmap && count % 8 && bitmap[count / 8] >> count % 8) {
        in->bad = true;
        return NULL;
    }
    return bitmap;
}

static void
read_present(struct wire_in *in, struct trail_row *row, uint32_t width,
             uint64_t *ret_present)
{
    size_t words = part_words(width);
    const unsigned char *bitmap = read_bitmap(in, words);

    for (size_t word = 0; bitmap && word < words; word++) {
        if (bitmap[word / 8] >> word % 8 & 1)
            row->present[word] ^= read_bits(in, wire_u8(in));
        row->present[word] |= trail_padding(width, word);
        ret_present[word] = row->present[word] & ~trail_padding(width, word);
    }
}

static void
read_values(struct wire_in *in, struct trail_row *row, uint32_t width,
            const uint64_t *present, uint64_t *ret_values)
{
    const unsigned char *bitmap = read_bitmap(in, width);

    for (uint32_t from = 0; bitmap && from < width; from += WORD_BITS) {
        uint64_t changed = 0;
        uint32_t rest = width - from < WORD_BITS ? width - from : WORD_BITS;
        memcpy(&changed, bitmap + from / 8, trail_bitmap_size(rest));
        for (; changed && !in->bad; changed &= changed - 1) {
            size_t i = from + (size_t)__builtin_ctzll(changed);
            read_value(in, &row->values[i], &row->digits[i]);
        }
        memcpy(ret_values + from, row->values + from,
               rest * sizeof(*ret_values));
        uint64_t absent = present ? ~present[from / WORD_BITS] &
                                        ~trail_padding(width, from / WORD_BITS)
                                  : 0;
        for (; absent; absent &= absent - 1)
            ret_values[from + (size_t)__builtin_ctzll(absent)] = 0;
    }
}

/* Reads the rows of a part to where its times, values and bits belong. */
static void
read_rows(struct unpacking *self, const struct part_head *head,
          struct trail_row *row, uint64_t *times)
{
    struct wire_in *in = &self->in;
    uint64_t *values = times + head->count;
    uint64_t *present = values + (size_t)head->count * head->width;
    bool has_present = head->flags & PART_HAS_PRESENT;

    for (uint32_t i = 0; i < head->count && !in->bad; i++) {
        times[i] = (uint64_t)row->time_ns + varint_unfold(varint_read(in));
        row->time_ns = (int64_t)times[i];
        if (has_present)
            read_present(in, row, head->width, present);
        read_values(in, row, head->width, has_present ? present : NULL, values);
        values += head->width;
        present += part_words(head->width);
    }
}

/* Finds the row before; '*ret_row' may not be known yet when 'distance' is 0.
 */
static int
find_row(struct unpacking *self, const struct part_head *head,
         uint64_t distance, struct trail_row **ret_row)
{
    uint32_t width = 0;
    struct trail_row **row_p = self->find(self->arg, head->layout, &width);

    self->missing = head->layout;
    if (!row_p || head->width > width)
        return -ENOENT;
    struct trail_row *row = trail_row_reserve(row_p, head->width);
    if (distance == 0)
        trail_row_clear(row);
    else if (row->sequence == 0 || row->pass != self->pass ||
             row->sequence != self->sequence + 1 - distance)
        return -ESTALE;
    *ret_row = row;
    return 0;
}

static int
unpack_rows(struct unpacking *self, struct part_head *head)
{
    uint64_t width = varint_read(&self->in);
    uint64_t count = varint_read(&self->in);
    uint64_t distance = varint_read(&self->in);
    struct trail_row *row = NULL;

    if (self->in.bad || width == 0 || width > WEIR_LAYOUT_MOST || count == 0 ||
        count > TRAIL_PLAIN_MOST / sizeof(uint64_t) ||
        distance > self->sequence)
        return -EBADMSG;
    head->width = (uint32_t)width;
    head->count = (uint32_t)count;
    head->size = part_rows_size(head->width, head->count,
                                head->flags & PART_HAS_PRESENT);
    int rc = find_row(self, head, distance, &row);
    if (rc < 0)
        return rc;
    void *bytes = make(self, sizeof(*head));
    uint64_t *rows = make(self, head->size);
    if (!bytes || !rows)
        return -EBADMSG;
    memcpy(bytes, head, sizeof(*head));
    /* Until all of it is read it is no row that another could hang on. */
    row->sequence = 0;
    read_rows(self, head, row, rows);
    if (self->in.bad)
        return -EBADMSG;
    row->sequence = self->sequence;
    row->pass = self->pass;
    return 0;
}

static int
unpack_loose(struct unpacking *self, struct part_head *head)
{
    uint64_t count = varint_read(&self->in);

    if (self->in.bad || head->flags ||
        count > TRAIL_PLAIN_MOST / sizeof(uint64_t))
        return -EBADMSG;
    head->count = (uint32_t)count;
    head->size = part_loose_size(head->count);
    const unsigned char *from = wire_take(&self->in, head->size);
    unsigned char *to = make(self, sizeof(*head) + head->size);
    if (!from || !to)
        return -EBADMSG;
    memcpy(to, head, sizeof(*head));
    memcpy(to + sizeof(*head), from, head->size);
    return 0;
}

static int
unpack_part(struct unpacking *self)
{
    uint8_t kind = wire_u8(&self->in);
    uint64_t layout = varint_read(&self->in);
    struct part_head head = {
        .kind = kind & 0xf, .flags = kind >> 4, .layout = (uint32_t)layout};

    if (self->in.bad || layout > UINT32_MAX || head.flags & ~PART_HAS_PRESENT)
        return -EBADMSG;
    if (head.kind == PART_ROWS)
        return unpack_rows(self, &head);
    return head.kind == PART_LOOSE ? unpack_loose(self, &head) : -EBADMSG;
}

/* Unpacks 'parts' parts.  Returns 0, or as trail_unpack(). */
static int
unpack_parts(struct unpacking *self, uint64_t parts)
{
    for (; parts > 0; parts--) {
        int rc = unpack_part(self);
        if (rc < 0)
            return rc;
    }
    return wire_ended(&self->in) && self->filled == self->size ? 0 : -EBADMSG;
}

int
trail_unpack(trail_find *find, void *arg, const struct frame_view *batch,
             struct trail_plain *plain)
{
    struct unpacking self = {.find = find,
                             .arg = arg,
                             .in = {batch->body, batch->size, false},
                             .sequence = batch->head.a,
                             .plain = plain->bytes};

    self.size = wire_u32(&self.in);
    self.pass = wire_u32(&self.in);
    uint64_t parts = varint_read(&self.in);
    if (self.in.bad || self.size < BODY_HEAD_SIZE ||
        self.size > TRAIL_PLAIN_MOST ||
        parts > self.size / sizeof(struct part_head))
        return -EBADMSG;
    const uint32_t head[2] = {(uint32_t)parts, 0};
    memcpy(plain->bytes, head, sizeof(head));
    self.filled = sizeof(head);
    int rc = unpack_parts(&self, parts);
    plain->size = self.size;
    plain->missing = self.missing;
    return rc;
}
