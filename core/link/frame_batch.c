/* frame_batch.c - the parts of a batch as bytes; see frame_part.h */
#include <config.h>

#include "link/frame.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/frame_part.h"
#include "link/wire.h"

struct frame_batch {
    struct weir_rows *rows; /* [row_count] */
    struct weir_loose *loose;
    size_t row_count, row_room, loose_count, loose_room;
    unsigned char *copy; /* of a body that was not aligned */
    size_t copy_room;
};

static size_t
rows_size(const struct weir_rows *rows)
{
    return part_rows_size(rows->width, rows->count, rows->present);
}

static size_t
loose_size(const struct weir_loose *loose)
{
    return part_loose_size(loose->count);
}

static bool
rows_empty(const struct weir_rows *rows)
{
    return rows->count == 0 || rows->width == 0;
}

/* Where the next bytes of a body go. */
static void
put(unsigned char **at_p, const void *bytes, size_t size)
{
    memcpy(*at_p, bytes, size);
    *at_p += size;
}

static void
put_rows(unsigned char **at_p, const struct weir_rows *rows)
{
    struct part_head head = {
        .kind = PART_ROWS,
        .values = VALUES_DOUBLE,
        .flags = rows->present ? PART_HAS_PRESENT : 0,
        .layout = layout_number(layout_of(rows->layout)),
        .width = rows->width,
        .count = rows->count,
        .size = rows_size(rows),
    };
    size_t count = rows->count;

    put(at_p, &head, sizeof(head));
    put(at_p, rows->times_ns, count * sizeof(*rows->times_ns));
    put(at_p, rows->values, count * rows->width * sizeof(*rows->values));
    if (rows->present)
        put(at_p, rows->present,
            count * part_words(rows->width) * sizeof(*rows->present));
}

static void
put_loose(unsigned char **at_p, const struct weir_loose *loose)
{
    struct part_head head = {
        .kind = PART_LOOSE,
        .values = VALUES_DOUBLE,
        .layout = layout_number(layout_of(loose->layout)),
        .count = loose->count,
        .size = loose_size(loose),
    };
    size_t count = loose->count;
    static const uint32_t padding = 0;

    put(at_p, &head, sizeof(head));
    put(at_p, loose->times_ns, count * sizeof(*loose->times_ns));
    put(at_p, loose->values, count * sizeof(*loose->values));
    put(at_p, loose->index, count * sizeof(*loose->index));
    if (count % 2)
        put(at_p, &padding, sizeof(padding));
}

/* Returns the size of the body, and how many parts are not empty. */
static size_t
body_size(const struct weir_rows *rows, size_t row_count,
          const struct weir_loose *loose, size_t loose_count,
          uint32_t *ret_parts)
{
    size_t size = BODY_HEAD_SIZE;
    uint32_t parts = 0;

    for (size_t i = 0; i < row_count; i++) {
        if (rows_empty(&rows[i]))
            continue;
        size += sizeof(struct part_head) + rows_size(&rows[i]);
        parts++;
    }
    for (size_t i = 0; i < loose_count; i++) {
        if (loose[i].count == 0)
            continue;
        size += sizeof(struct part_head) + loose_size(&loose[i]);
        parts++;
    }
    *ret_parts = parts;
    return size;
}

struct frame *
frame_of_batch(const struct weir_rows *rows, size_t row_count,
               const struct weir_loose *loose, size_t loose_count)
{
    uint32_t head[2] = {0}; /* count of parts, zero */
    size_t size = body_size(rows, row_count, loose, loose_count, &head[0]);

    if (size > FRAME_MOST - FRAME_HEAD_SIZE)
        return NULL;
    unsigned char *at = NULL;
    struct frame *self = frame_draft(size, &at);
    put(&at, head, sizeof(head));
    for (size_t i = 0; i < row_count; i++)
        if (!rows_empty(&rows[i]))
            put_rows(&at, &rows[i]);
    for (size_t i = 0; i < loose_count; i++)
        if (loose[i].count)
            put_loose(&at, &loose[i]);
    frame_seal(self, &(struct frame_head){.type = FRAME_BATCH});
    return self;
}

struct frame_batch *
frame_batch_new(void)
{
    return xcalloc(1, sizeof(struct frame_batch));
}

void
frame_batch_destroy(struct frame_batch **self_p)
{
    struct frame_batch *self = *self_p;

    if (!self)
        return;
    free(self->rows);
    free(self->loose);
    free(self->copy);
    free(self);
    *self_p = NULL;
}

static bool
ascend(const int64_t *times_ns, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (times_ns[i] <= times_ns[i - 1])
            return false;
    return true;
}

/* Says whether the values of the columns whose bits in 'present' are not set
 * are 0. */
static bool
absent_are_zero(const double *values, uint64_t present, uint32_t width)
{
    uint64_t absent = ~present;

    if (width < WORD_BITS)
        absent &= (UINT64_C(1) << width) - 1;
    for (; absent; absent &= absent - 1) {
        uint64_t bits;
        memcpy(&bits, &values[__builtin_ctzll(absent)], sizeof(bits));
        if (bits)
            return false;
    }
    return true;
}

static bool
row_valid(const double *values, const uint64_t *present, uint32_t width)
{
    for (uint32_t column = 0; column < width; column += WORD_BITS) {
        uint32_t rest = width - column;
        uint64_t word = present[column / WORD_BITS];
        if (rest < WORD_BITS && word >> rest)
            return false;
        if (!absent_are_zero(values + column, word, rest))
            return false;
    }
    return true;
}

static bool
presence_valid(const struct weir_rows *rows)
{
    size_t words = part_words(rows->width);

    for (uint32_t i = 0; rows->present && i < rows->count; i++)
        if (!row_valid(rows->values + (size_t)i * rows->width,
                       rows->present + i * words, rows->width))
            return false;
    return true;
}

/* Lends an array of 'count' numbers; the body is aligned and all sizes are
 * multiples of 8, so the array is as well. */
#define LEND(in, type, count) \
    ((const type *)(const void *)wire_take(in, (size_t)(count) * sizeof(type)))

static int
read_rows(struct frame_batch *self, struct wire_in *in,
          const struct part_head *head, struct layout *layout)
{
    struct weir_rows rows = {
        .layout = layout_shape(layout),
        .resolved = *layout_resolved(layout),
        .width = head->width,
        .count = head->count,
        /* Not NULL, so that rows_size() counts it. */
        .present = head->flags & PART_HAS_PRESENT ? &(uint64_t){0} : NULL,
    };

    if (head->flags & ~PART_HAS_PRESENT || rows_empty(&rows) ||
        head->size != rows_size(&rows))
        return -EBADMSG;
    rows.times_ns = LEND(in, int64_t, rows.count);
    rows.values = LEND(in, double, (size_t)rows.count *rows.width);
    if (rows.present)
        rows.present = LEND(in, uint64_t, rows.count * part_words(rows.width));
    if (in->bad || !ascend(rows.times_ns, rows.count) || !presence_valid(&rows))
        return -EBADMSG;

    if (self->row_count == self->row_room) {
        self->row_room = self->row_room * 2 + 4;
        self->rows = xrealloc(self->rows, self->row_room, sizeof(*self->rows));
    }
    self->rows[self->row_count++] = rows;
    return 0;
}

static int
read_loose(struct frame_batch *self, struct wire_in *in,
           const struct part_head *head, struct layout *layout)
{
    struct weir_loose loose = {
        .layout = layout_shape(layout),
        .resolved = *layout_resolved(layout),
        .count = head->count,
    };

    if (head->flags || head->width || head->count == 0 ||
        head->size != loose_size(&loose))
        return -EBADMSG;
    loose.times_ns = LEND(in, int64_t, loose.count);
    loose.values = LEND(in, double, loose.count);
    loose.index = LEND(in, uint32_t, loose.count);
    if (loose.count % 2 && wire_u32(in) != 0)
        return -EBADMSG;
    if (in->bad)
        return -EBADMSG;
    uint32_t most = 0;
    for (uint32_t i = 0; i < loose.count; i++)
        most = loose.index[i] > most ? loose.index[i] : most;
    if (most >= WEIR_LAYOUT_MOST)
        return -EBADMSG;
    if (most >= loose.layout->count)
        return -ENOENT;

    if (self->loose_count == self->loose_room) {
        self->loose_room = self->loose_room * 2 + 4;
        self->loose =
            xrealloc(self->loose, self->loose_room, sizeof(*self->loose));
    }
    self->loose[self->loose_count++] = loose;
    return 0;
}

static int
read_part(struct frame_batch *self, struct wire_in *in,
          const struct part_head *head, struct layout *layout)
{
    if (head->width > WEIR_LAYOUT_MOST || head->size > in->left)
        return -EBADMSG;
    if (!layout || head->width > layout_shape(layout)->count)
        return -ENOENT;
    return head->kind == PART_ROWS ? read_rows(self, in, head, layout)
                                   : read_loose(self, in, head, layout);
}

/* Returns the body where it is aligned: as it lies, or copied. */
static const unsigned char *
aligned_body(struct frame_batch *self, const struct frame_view *view)
{
    if ((uintptr_t)view->body % sizeof(uint64_t) == 0)
        return view->body;
    if (self->copy_room < view->size) {
        self->copy_room = view->size;
        self->copy = xrealloc(self->copy, self->copy_room, 1);
    }
    memcpy(self->copy, view->body, view->size);
    return self->copy;
}

int
frame_batch_read(struct frame_batch *self, const struct frame_view *view,
                 frame_find_layout *find, void *arg, uint32_t *ret_number)
{
    struct wire_in in = {aligned_body(self, view), view->size, false};
    uint32_t parts = wire_u32(&in);
    uint32_t zero = wire_u32(&in);

    self->row_count = 0;
    self->loose_count = 0;
    if (in.bad || zero != 0)
        return -EBADMSG;
    for (; parts > 0; parts--) {
        struct part_head head;
        const unsigned char *bytes = wire_take(&in, sizeof(head));
        if (!bytes)
            return -EBADMSG;
        memcpy(&head, bytes, sizeof(head));
        if ((head.kind != PART_ROWS && head.kind != PART_LOOSE) ||
            head.values != VALUES_DOUBLE || head.version != 0)
            return -EBADMSG;
        int rc = read_part(self, &in, &head, find(arg, head.layout));
        if (rc == -ENOENT)
            *ret_number = head.layout;
        if (rc < 0)
            return rc;
    }
    return wire_ended(&in) ? 0 : -EBADMSG;
}

bool
frame_batch_uses(const struct frame_view *view, size_t *at,
                 struct frame_use *ret_use)
{
    struct part_head head;

    *at = *at ? *at : BODY_HEAD_SIZE;
    if (*at > view->size || view->size - *at < sizeof(head))
        return false;
    memcpy(&head, view->body + *at, sizeof(head));
    if (head.size > view->size - *at - sizeof(head))
        return false;
    *at += sizeof(head) + head.size;
    *ret_use = (struct frame_use){head.layout, head.width};
    return true;
}

const struct weir_rows *
frame_batch_rows(const struct frame_batch *self, size_t *ret_count)
{
    *ret_count = self->row_count;
    return self->rows;
}

const struct weir_loose *
frame_batch_loose(const struct frame_batch *self, size_t *ret_count)
{
    *ret_count = self->loose_count;
    return self->loose;
}
