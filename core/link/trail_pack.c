/* trail_pack.c - packs batches */
#include <config.h>

#include <math.h>

#include "base.h"
#include "link/trail_inner.h"

enum {
    VALUE_MOST = 10,    /* bytes of a changed value */
    TRIES_SHIFT = 4,    /* of 'digits': the half above counts tries */
    DIGITS_MASK = 0xf,  /* the half below */
    LONG_STEPS = 5 * 7, /* bits of a varint that may be longer than the bytes */
};

/* A batch that is packed. */
struct packing {
    struct trail *trail;
    struct wire_out *out;
    uint64_t sequence;
    bool keyed; /* a row hangs on no other */
};

static unsigned char *
reserve(struct wire_out *out, size_t size)
{
    if (out->room - out->size < size) {
        out->room = (out->size + size) * 2;
        out->bytes = xrealloc(out->bytes, out->room, 1);
    }
    return out->bytes + out->size;
}

/* Says whether the value is a decimal with so many digits, and how many steps
 * of the last digit it is from the one before. */
static bool
count_steps(uint64_t before, uint64_t now, unsigned digits, uint64_t *ret_steps)
{
    double scale = trail_scale(digits);
    double from = rint(trail_double(before) * scale);
    double to = rint(trail_double(now) * scale);

    if (!(fabs(from) < decimal_most && fabs(to) < decimal_most))
        return false;
    int64_t steps = (int64_t)(to - from);
    *ret_steps = varint_fold((uint64_t)steps);
    /* As it will be made: -0, for one, cannot be. */
    return trail_bits((from + (double)steps) / scale) == now;
}

static bool
find_digits(uint64_t now, unsigned *ret_digits)
{
    double value = trail_double(now);

    for (unsigned digits = 0; digits <= DIGITS_MOST; digits++) {
        double number = rint(value * trail_scale(digits));
        if (!(fabs(number) < decimal_most))
            return false;
        if (trail_bits(number / trail_scale(digits)) == now) {
            *ret_digits = digits;
            return true;
        }
    }
    return false;
}

/* Finds the digits of a value that has others than its column, and the steps
 * with them; after some tries in vain no more. */
static bool
learn_digits(uint64_t before, uint64_t now, uint8_t *memo, uint64_t *ret_steps)
{
    unsigned digits = 0;

    if (!find_digits(now, &digits) ||
        !count_steps(before, now, digits, ret_steps)) {
        *memo += 1 << TRIES_SHIFT;
        return false;
    }
    *memo = (uint8_t)((*memo & ~DIGITS_MASK) | digits);
    return true;
}

/* Writes the bytes of a number that is not 0, between the zeros at its ends. */
static unsigned char *
write_bits(unsigned char *at, uint64_t number)
{
    unsigned below = (unsigned)__builtin_ctzll(number) / 8;
    unsigned count = 8 - below - (unsigned)__builtin_clzll(number) / 8;

    *at++ = (unsigned char)(CODE_BITS | (count - 1) << CODE_COUNT_SHIFT |
                            below << CODE_BELOW_SHIFT);
    number >>= 8 * below;
    memcpy(at, &number, sizeof(number));
    return at + count;
}

/* Writes a changed value to 'at', which has room for VALUE_MOST bytes and 8
 * more. */
static unsigned char *
write_value(unsigned char *at, uint64_t before, uint64_t now, uint8_t *memo)
{
    uint64_t steps = 0;

    if (*memo >> TRIES_SHIFT >= TRIES_MOST)
        return write_bits(at, before ^ now);
    if (count_steps(before, now, *memo & DIGITS_MASK, &steps)) {
        /* Where integers are large, bits may be fewer. */
        if (steps >> (LONG_STEPS - 1))
            return write_bits(at, before ^ now);
        return varint_write(at, steps << 1);
    }
    if (!learn_digits(before, now, memo, &steps))
        return write_bits(at, before ^ now);
    *at++ = CODE_DIGITS;
    *at++ = *memo & DIGITS_MASK;
    return varint_write(at, steps << 1);
}

/* Returns which of up to 64 columns differ. */
static uint64_t
changed_columns(const uint64_t *before, const uint64_t *now, size_t count)
{
    uint64_t changed = 0;

    for (size_t i = 0; i < count; i++)
        changed |= (uint64_t)(before[i] != now[i]) << i;
    return changed;
}

/* Writes a bit for each column, and the values whose bit is set. */
static void
put_values(struct wire_out *out, struct trail_row *row, const uint64_t *values,
           const uint64_t *present, uint32_t width)
{
    size_t bitmap_size = trail_bitmap_size(width);
    unsigned char *bitmap = reserve(
        out, bitmap_size + (size_t)width * VALUE_MOST + 2 * sizeof(uint64_t));
    unsigned char *at = bitmap + bitmap_size;

    for (size_t word = 0; word < part_words(width); word++) {
        size_t from = word * WORD_BITS;
        size_t rest = width - from < WORD_BITS ? width - from : WORD_BITS;
        uint64_t changed =
            changed_columns(row->values + from, values + from, rest);
        if (present)
            changed &= present[word];
        memcpy(bitmap + from / 8, &changed, trail_bitmap_size(rest));
        for (; changed; changed &= changed - 1) {
            size_t i = from + (size_t)__builtin_ctzll(changed);
            at = write_value(at, row->values[i], values[i], &row->digits[i]);
            row->values[i] = values[i];
        }
    }
    out->size = (size_t)(at - out->bytes);
}

/* Writes which words of the presence bits differ, and how. */
static void
put_present(struct wire_out *out, struct trail_row *row,
            const uint64_t *present, uint32_t width)
{
    size_t words = part_words(width);
    size_t bitmap_size = trail_bitmap_size(words);
    unsigned char *bitmap =
        reserve(out, bitmap_size + (words + 1) * (sizeof(uint64_t) + 1));
    unsigned char *at = bitmap + bitmap_size;

    memset(bitmap, 0, bitmap_size);
    for (size_t word = 0; word < words; word++) {
        uint64_t now = present[word] | trail_padding(width, word);
        uint64_t difference = now ^ row->present[word];
        if (!difference)
            continue;
        bitmap[word / 8] |= (unsigned char)(1 << word % 8);
        at = write_bits(at, difference);
        row->present[word] = now;
    }
    out->size = (size_t)(at - out->bytes);
}

/* Returns the layout's last row, cleared unless the reader has it; NULL when
 * there is no such layout. */
static struct trail_row *
row_before(const struct packing *self, const struct part_head *head)
{
    uint32_t width = 0;
    struct trail_row **row_p =
        self->trail->find(self->trail->arg, head->layout, &width);

    if (!row_p || head->width > width)
        return NULL;
    struct trail_row *row = trail_row_reserve(row_p, head->width);
    if (row->pass != self->trail->pass || row->sequence > self->sequence)
        trail_row_clear(row);
    row->pass = self->trail->pass;
    return row;
}

static bool
pack_rows(struct packing *self, const struct part_head *head,
          const unsigned char *bytes)
{
    const uint64_t *times = (const uint64_t *)(const void *)bytes;
    const uint64_t *values = times + head->count;
    bool has_present = head->flags & PART_HAS_PRESENT;
    struct trail_row *row = row_before(self, head);

    if (!row)
        return false;
    self->keyed |= row->sequence == 0;
    wire_put_u8(self->out, (uint8_t)(head->kind | head->flags << 4));
    varint_put(self->out, head->layout);
    varint_put(self->out, head->width);
    varint_put(self->out, head->count);
    varint_put(self->out,
               row->sequence ? self->sequence - row->sequence + 1 : 0);
    const uint64_t *present = values + (size_t)head->count * head->width;
    for (uint32_t i = 0; i < head->count; i++) {
        varint_put(self->out, varint_fold(times[i] - (uint64_t)row->time_ns));
        row->time_ns = (int64_t)times[i];
        if (has_present)
            put_present(self->out, row, present, head->width);
        put_values(self->out, row, values, has_present ? present : NULL,
                   head->width);
        values += head->width;
        present += part_words(head->width);
    }
    row->sequence = self->sequence;
    return true;
}

static bool
pack_loose(struct packing *self, const struct part_head *head,
           const unsigned char *bytes)
{
    wire_put_u8(self->out, head->kind);
    varint_put(self->out, head->layout);
    varint_put(self->out, head->count);
    wire_put(self->out, bytes, head->size);
    return true;
}

/* Says whether the head is one that frame_of_batch() writes, and the part as
 * long as it says. */
static bool
is_part(const struct part_head *head, size_t left)
{
    size_t size = 0;

    if (head->values != VALUES_DOUBLE || head->version != 0 ||
        head->count == 0 || head->size > left)
        return false;
    if (head->kind == PART_ROWS && head->width > 0 &&
        head->width <= WEIR_LAYOUT_MOST &&
        (head->flags & ~PART_HAS_PRESENT) == 0)
        size = part_rows_size(head->width, head->count, head->flags);
    else if (head->kind == PART_LOOSE && head->flags == 0)
        size = part_loose_size(head->count);
    return head->size == size;
}

static bool
pack_parts(struct packing *self, const struct frame_view *batch)
{
    struct wire_in in = {batch->body, batch->size, false};
    uint32_t parts = wire_u32(&in);

    (void)wire_u32(&in);
    wire_put_u32(self->out, (uint32_t)batch->size);
    wire_put_u32(self->out, self->trail->pass);
    varint_put(self->out, parts);
    for (; parts > 0; parts--) {
        struct part_head head;
        const unsigned char *bytes = wire_take(&in, sizeof(head));
        if (!bytes)
            return false;
        memcpy(&head, bytes, sizeof(head));
        if (!is_part(&head, in.left))
            return false;
        bytes = wire_take(&in, head.size);
        if (!(head.kind == PART_ROWS ? pack_rows : pack_loose)(self, &head,
                                                               bytes))
            return false;
    }
    return wire_ended(&in);
}

struct frame *
trail_pack(struct trail *self, const struct frame_view *batch,
           struct wire_out *room)
{
    struct frame_head head = batch->head;
    struct packing packing = {self, room, batch->head.a, false};

    room->size = 0;
    bool packed = (uintptr_t)batch->body % sizeof(uint64_t) == 0 &&
                  pack_parts(&packing, batch);
    /* A key may be longer: what hangs on it need not. */
    size_t most = packing.keyed ? TRAIL_PLAIN_MOST : batch->size - 1;
    if (!packed || room->size > most) {
        self->pass++;
        return NULL;
    }
    head.flags |= FRAME_PACKED;
    return frame_new(&head, room->bytes, room->size);
}
