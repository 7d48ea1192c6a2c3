/* batch_send.c - a batch becomes frames, and they go to the source's outlet */
#include <config.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "source.h"

enum {
    /* Of parts in one frame: what surely fits with their heads. */
    BYTES_MOST = FRAME_MOST - 4096,
    ROWS_MOST = 64,
    PART_HEAD = 64,
    WHY_SIZE = 160,
    LOOSE_SIZE = 4 + 8 + 8,
    LOOSE_MOST = (BYTES_MOST - PART_HEAD) / LOOSE_SIZE / 2,
};

/* How a batch of several frames fared, as one. */
struct whole {
    unsigned pending;
    int rc;
    char why[WHY_SIZE]; /* of 'rc' */
    weir_stored *stored;
    void *arg;
};

/* What goes into the next frame. */
struct parcel {
    struct weir_source *source;
    struct whole *whole; /* or NULL: nobody asks */
    int64_t time_ns;
    size_t size; /* bytes, at most */
    size_t row_count, loose_count;
    uint64_t samples;
    struct weir_rows rows[ROWS_MOST];
    struct weir_loose loose[ROWS_MOST];
    int rc;
};

int
source_worse(int a, int b)
{
    static const int order[] = {-ESHUTDOWN, -EAGAIN, -ECANCELED, -EBADMSG,
                                -EDQUOT};

    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a ? a : b;
}

static void
add_fate(struct whole *whole, int rc, const char *why)
{
    int worse = source_worse(rc, whole->rc);

    if (worse == whole->rc)
        return;
    whole->rc = worse;
    (void)snprintf(whole->why, sizeof(whole->why), "%s", why ? why : "");
}

static void
part_stored(void *self, void *arg, int rc, const char *why)
{
    struct whole *whole = arg;

    add_fate(whole, rc, why);
    if (--whole->pending > 0)
        return;
    if (whole->rc != -ESHUTDOWN)
        whole->stored(self, whole->arg, whole->rc,
                      whole->why[0] ? whole->why : NULL);
    free(whole);
}

static void
post_parcel(struct parcel *parcel)
{
    const struct outlet *outlet = parcel->source->settings.outlet;
    struct source_figures *figures = parcel->source->settings.figures;
    size_t size = 0;

    if (!parcel->row_count && !parcel->loose_count)
        return;
    struct frame *frame = frame_of_batch(parcel->rows, parcel->row_count,
                                         parcel->loose, parcel->loose_count);
    assert(frame);
    (void)frame_bytes(frame, &size);
    if (parcel->whole)
        parcel->whole->pending++;
    int rc = outlet->batch(outlet->arg, &frame,
                           parcel->whole ? part_stored : NULL, parcel->whole);
    if (rc < 0 && parcel->whole)
        parcel->whole->pending--;
    if (rc < 0)
        parcel->rc = rc;
    figures->batches += rc == 0;
    figures->lost_batches += rc < 0;
    figures->bytes += rc == 0 ? size : 0;
    figures->samples += rc == 0 ? parcel->samples : 0;
    parcel->row_count = 0;
    parcel->loose_count = 0;
    parcel->samples = 0;
    parcel->size = 0;
}

static void
make_way(struct parcel *parcel, size_t size)
{
    if (parcel->size + size > BYTES_MOST || parcel->row_count == ROWS_MOST ||
        parcel->loose_count == ROWS_MOST)
        post_parcel(parcel);
    parcel->size += size;
}

static uint64_t
count_bits(const uint64_t *words, uint32_t columns)
{
    uint64_t count = 0;

    for (uint32_t w = 0; w < (columns + 63) / 64; w++)
        count += (uint64_t)__builtin_popcountll(words[w]);
    return count;
}

/* The row of a sheet, if it has any value. */
static void
add_row(struct parcel *parcel, const struct sheet *sheet)
{
    const struct weir_layout *shape = layout_shape(sheet->layout);
    uint64_t count = count_bits(sheet->present, shape->count);

    if (!count)
        return;
    make_way(parcel, PART_HEAD + (size_t)shape->count * 9);
    parcel->rows[parcel->row_count++] = (struct weir_rows){
        .layout = shape,
        .width = shape->count,
        .count = 1,
        .times_ns = &parcel->time_ns,
        .values = sheet->values,
        .present = count == shape->count ? NULL : sheet->present,
    };
    parcel->samples += count;
}

static void
add_loose(struct parcel *parcel, const struct sheet *sheet)
{
    for (uint32_t at = 0; at < sheet->loose_count;) {
        uint32_t count = sheet->loose_count - at;
        if (count > LOOSE_MOST)
            count = LOOSE_MOST;
        make_way(parcel, PART_HEAD + (size_t)count * LOOSE_SIZE);
        parcel->loose[parcel->loose_count++] = (struct weir_loose){
            .layout = layout_shape(sheet->layout),
            .count = count,
            .index = sheet->index + at,
            .times_ns = sheet->times_ns + at,
            .values = sheet->loose + at,
        };
        parcel->samples += count;
        at += count;
    }
}

/* A sheet has the home of its place among the source's sheets, which it has
 * again when they are made anew. */
static uint64_t
home_of(const struct weir_source *source, const struct sheet *sheet)
{
    uint64_t cut = (uint64_t)(sheet - source->sheets);

    return XXH3_64bits_withSeed(&cut, sizeof(cut), source->settings.home);
}

/* What is new in a layout goes before the batch that uses it. */
static void
post_layout(const struct weir_source *source, struct sheet *sheet)
{
    const struct outlet *outlet = source->settings.outlet;
    const struct weir_layout *shape = layout_shape(sheet->layout);

    while (sheet->sent < shape->count) {
        struct frame *frame = frame_of_layout(
            shape, layout_number(sheet->layout), sheet->sent, &sheet->sent);
        outlet->layout(outlet->arg, home_of(source, sheet), &frame);
    }
}

static void
turn(struct weir_source *source, bool lost)
{
    uint32_t *order = source->order;
    uint32_t room = source->order_room;

    source->order = source->next_order;
    source->order_count = source->next_count;
    source->order_room = source->next_room;
    source->next_order = order;
    source->next_room = room;
    for (uint32_t i = 0; i < source->sheet_count; i++)
        sheet_turn(&source->sheets[i], lost);
}

static struct whole *
whole_new(weir_stored *stored, void *arg)
{
    struct whole *self = xcalloc(1, sizeof(*self));

    *self = (struct whole){.pending = 1, .stored = stored, .arg = arg};
    return self;
}

/* Frames that got no room are told by the return, the rest by 'stored': a
 * batch of which nothing went asks for nothing. */
static int
finish(struct parcel *parcel)
{
    struct whole *whole = parcel->whole;

    if (!whole)
        return parcel->rc;
    if (--whole->pending == 0) {
        if (parcel->rc == 0)
            whole->stored(parcel->source->settings.self, whole->arg, 0, NULL);
        free(whole);
    } else if (parcel->rc < 0) {
        add_fate(whole, parcel->rc, "there was room for a part of it only");
        return 0;
    }
    return parcel->rc;
}

static bool
is_parted(const struct weir_source *source)
{
    const struct outlet *outlet = source->settings.outlet;

    return source->sheet_count > 1 && outlet->parts &&
           outlet->parts(outlet->arg);
}

int
weir_batch_end(struct weir_batch **batch_p, weir_stored *stored, void *arg)
{
    struct weir_batch *self = *batch_p;
    struct weir_source *source = self->source;
    struct parcel parcel = {.source = source, .time_ns = self->time_ns};

    assert(self->open && !self->in_part);
    *batch_p = NULL;
    self->open = false;
    if (stored)
        parcel.whole = whole_new(stored, arg);
    bool parted = is_parted(source);
    for (uint32_t i = 0; i < source->sheet_count; i++) {
        struct sheet *sheet = &source->sheets[i];
        (void)sheet_mark(sheet);
        post_layout(source, sheet);
        add_row(&parcel, sheet);
        add_loose(&parcel, sheet);
        if (parted)
            post_parcel(&parcel);
    }
    post_parcel(&parcel);
    turn(source, parcel.rc < 0);
    source_tidy(source, self->time_ns);
    return finish(&parcel);
}

void
weir_batch_fail(struct weir_batch **batch_p)
{
    struct weir_source *source = (*batch_p)->source;

    (*batch_p)->in_part = false;
    source->next_count = 0;
    for (uint32_t i = 0; i < source->sheet_count; i++)
        sheet_undo(&source->sheets[i]);
    (void)weir_batch_end(batch_p, NULL, NULL);
}
