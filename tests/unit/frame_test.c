/* frame_test.c - batches and layouts as bytes, and bytes that are neither */
#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/crc32c.h"
#include "link/frame.h"
#include "series.h"
#include "spec.h"

static const struct weir_metric metrics[] = {
    {"node_cpu_seconds_total", WEIR_COUNTER, "seconds", "Time of a mode."},
    {"latency_seconds", WEIR_HISTOGRAM, "seconds", "How long it took."},
};

enum { COLUMNS = 70 }; /* more than a word of presence bits */

/* A layout with 'count' series of two metrics. */
static struct layout *
layout_with(uint32_t number, uint32_t count)
{
    struct layout *self = layout_new(number);

    for (uint32_t i = 0; i < count; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%u", i);
        const struct weir_label labels[] = {
            {"cpu", text}, {"mode", "ä \n\""}, {0}};
        (void)layout_add(self,
                         &(struct weir_series){&metrics[i % 2],
                                               i % 2 ? "_bucket" : "", labels});
    }
    return self;
}

static struct frame_view
view_of(const struct frame *frame)
{
    size_t size = 0;
    const void *bytes = frame_bytes(frame, &size);
    struct frame_view view = {0};

    ck_assert_int_eq(frame_parse(bytes, size, &view), 0);
    return view;
}

static struct layout *
find_layout(void *arg, uint32_t number)
{
    struct layout *layout = arg;
    return layout && layout_number(layout) == number ? layout : NULL;
}

static void
same_series(const struct weir_series *a, const struct weir_series *b)
{
    ck_assert(series_equal(a, b));
    ck_assert_int_eq(a->metric->type, b->metric->type);
    ck_assert_str_eq(a->metric->unit, b->metric->unit);
    ck_assert_str_eq(a->metric->help, b->metric->help);
}

static void
same_layouts(const struct layout *a, const struct layout *b)
{
    const struct weir_layout *left = layout_shape(a);
    const struct weir_layout *right = layout_shape(b);

    ck_assert_uint_eq(left->count, right->count);
    for (uint32_t i = 0; i < left->count; i++)
        same_series(&left->series[i], &right->series[i]);
}

/* What a batch of one rows and one loose part over a layout looks like. */
struct sample_batch {
    struct layout *layout;
    int64_t times_ns[2];
    double values[2 * COLUMNS];
    uint64_t present[4];
    uint32_t index[3];
    int64_t loose_times_ns[3];
    double loose_values[3];
    struct weir_rows rows;
    struct weir_loose loose;
};

static struct sample_batch *
sample_batch_new(void)
{
    struct sample_batch *self = xcalloc(1, sizeof(*self));

    self->layout = layout_with(7, COLUMNS);
    for (uint32_t i = 0; i < 2 * COLUMNS; i++)
        self->values[i] = i == 3 ? 0 : i + 0.5;
    memcpy(self->present, (uint64_t[]){~UINT64_C(8), 0x3f, ~UINT64_C(0), 0x3f},
           sizeof(self->present));
    for (uint32_t i = 0; i < 3; i++) {
        self->times_ns[i % 2] = 1000 + i % 2;
        self->index[i] = 20 * i;
        self->loose_times_ns[i] = 5000 - i;
        self->loose_values[i] = -1.5 * i;
    }
    self->rows = (struct weir_rows){.layout = layout_shape(self->layout),
                                    .width = COLUMNS,
                                    .count = 2,
                                    .times_ns = self->times_ns,
                                    .values = self->values,
                                    .present = self->present};
    self->loose = (struct weir_loose){.layout = layout_shape(self->layout),
                                      .count = 3,
                                      .index = self->index,
                                      .times_ns = self->loose_times_ns,
                                      .values = self->loose_values};
    return self;
}

static void
sample_batch_destroy(struct sample_batch **self_p)
{
    layout_destroy(&(*self_p)->layout);
    free(*self_p);
}

static struct frame *
frame_of(const struct sample_batch *sample)
{
    return frame_of_batch(&sample->rows, 1, &sample->loose, 1);
}

START_TEST(sums_as_the_standard_says)
{
    unsigned char bytes[64];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 37);

    ck_assert_uint_eq(crc32c(0, "123456789", 9), 0xe3069283);
    for (size_t size = 0; size <= sizeof(bytes); size++) {
        ck_assert_uint_eq(crc32c(0, bytes, size),
                          crc32c_by_table(0, bytes, size));
        ck_assert_uint_eq(crc32c(crc32c(0, bytes, size), bytes, sizeof(bytes)),
                          crc32c(crc32c(0, bytes, size), bytes, sizeof(bytes)));
    }
    ck_assert_uint_eq(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
}
END_TEST

START_TEST(sums_many_bytes_as_the_standard_says)
{
    unsigned char bytes[5000];
    uint64_t chance = spec_seed();

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)spec_random(&chance);
    for (size_t size = 800; size <= sizeof(bytes) - 64; size += 7) {
        uint32_t before = (uint32_t)spec_random(&chance);
        const unsigned char *from = bytes + size % 64;
        ck_assert_uint_eq(crc32c(before, from, size),
                          crc32c_by_table(before, from, size));
    }
}
END_TEST

START_TEST(keeps_a_header)
{
    struct frame_head head = {FRAME_ACK, 3, 1, UINT64_MAX, 42};
    weir_cleanup(frame_release) struct frame *frame =
        frame_new(&head, "body", 4);

    struct frame_view view = view_of(frame);
    ck_assert_int_eq(view.head.type, FRAME_ACK);
    ck_assert_int_eq(view.head.flags, 3);
    ck_assert_int_eq(view.head.slot, 1);
    ck_assert(view.head.a == UINT64_MAX && view.head.b == 42);
    ck_assert_uint_eq(view.size, 4);
    ck_assert_mem_eq(view.body, "body", 4);

    head.a = 1;
    frame_set_head(frame, &head);
    ck_assert_uint_eq(view_of(frame).head.a, 1);
}
END_TEST

START_TEST(refuses_a_frame_with_any_bit_wrong_or_any_byte_missing)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    size_t size = 0;
    const unsigned char *bytes = frame_bytes(frame, &size);
    weir_cleanup(weir_free) unsigned char *copy = xcalloc(size + 1, 1);
    struct frame_view view;

    memcpy(copy, bytes, size);
    for (size_t bit = 0; bit < size * 8; bit++) {
        copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
        ck_assert_int_eq(frame_parse(copy, size, &view), -EBADMSG);
        copy[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    for (size_t less = 0; less < size; less++)
        ck_assert_int_eq(frame_parse(copy, less, &view), -EBADMSG);
    ck_assert_int_eq(frame_parse(copy, size + 1, &view), -EBADMSG);
}
END_TEST

START_TEST(carries_a_layout_and_what_it_grows_by)
{
    weir_cleanup(layout_destroy) struct layout *sent = layout_with(7, COLUMNS);
    weir_cleanup(layout_destroy) struct layout *heard = layout_new(7);
    uint32_t next = 0;
    weir_cleanup(frame_release) struct frame *whole =
        frame_of_layout(layout_shape(sent), 7, 0, &next);

    ck_assert_uint_eq(next, COLUMNS);
    struct frame_view view = view_of(whole);
    ck_assert_int_eq(frame_layout_read(&view, heard), 0);
    same_layouts(sent, heard);

    (void)layout_add(
        sent, &(struct weir_series){&metrics[0], "", &(struct weir_label){0}});
    weir_cleanup(frame_release) struct frame *rest =
        frame_of_layout(layout_shape(sent), 7, COLUMNS - 2, &next);
    view = view_of(rest);
    struct frame_layout head = {0};
    ck_assert_int_eq(frame_layout_head(&view, &head), 0);
    ck_assert_uint_eq(head.number, 7);
    ck_assert_uint_eq(head.from, COLUMNS - 2);
    ck_assert_uint_eq(head.end, COLUMNS + 1);
    ck_assert_int_eq(frame_layout_read(&view, heard), 0);
    same_layouts(sent, heard);
}
END_TEST

START_TEST(cuts_a_layout_that_does_not_fit_a_frame)
{
    weir_cleanup(layout_destroy) struct layout *sent = layout_new(1);
    weir_cleanup(layout_destroy) struct layout *heard = layout_new(1);
    char value[4001];

    memset(value, 'x', sizeof(value) - 1);
    value[4000] = '\0';
    for (uint32_t i = 0; i < 600; i++) {
        (void)snprintf(value, 8, "%06u", i);
        value[6] = 'x';
        value[7] = 'x';
        const struct weir_label labels[] = {{"long", value}, {0}};
        (void)layout_add(sent, &(struct weir_series){&metrics[0], "", labels});
    }
    uint32_t from = 0;
    int frames = 0;
    while (from < 600) {
        weir_cleanup(frame_release) struct frame *frame =
            frame_of_layout(layout_shape(sent), 1, from, &from);
        struct frame_view view = view_of(frame);
        ck_assert_int_eq(frame_layout_read(&view, heard), 0);
        frames++;
    }
    ck_assert_int_eq(frames, 3);
    same_layouts(sent, heard);
}
END_TEST

START_TEST(refuses_a_gap_and_a_series_that_comes_twice)
{
    weir_cleanup(layout_destroy) struct layout *sent = layout_with(7, 4);
    weir_cleanup(layout_destroy) struct layout *heard = layout_new(7);
    uint32_t next = 0;
    weir_cleanup(frame_release) struct frame *late =
        frame_of_layout(layout_shape(sent), 7, 2, &next);
    struct frame_view view = view_of(late);
    ck_assert_int_eq(frame_layout_read(&view, heard), -EBADMSG);

    (void)layout_add(sent, &layout_shape(sent)->series[1]);
    weir_cleanup(frame_release) struct frame *twice =
        frame_of_layout(layout_shape(sent), 7, 0, &next);
    view = view_of(twice);
    ck_assert_int_eq(frame_layout_read(&view, heard), -EBADMSG);
    ck_assert_uint_eq(layout_shape(heard)->count, 0);
}
END_TEST

/* Reads 'size' bytes as a body of a layout; the checksum is right. */
static int
read_layout_bytes(const unsigned char *body, size_t size)
{
    weir_cleanup(layout_destroy) struct layout *heard = layout_new(7);
    struct frame_view view = {{.type = FRAME_LAYOUT}, body, size};
    int rc = frame_layout_read(&view, heard);

    if (rc < 0)
        ck_assert_uint_eq(layout_shape(heard)->count, 0);
    return rc;
}

START_TEST(refuses_layouts_that_are_cut_or_garbled)
{
    weir_cleanup(layout_destroy) struct layout *sent = layout_with(7, 4);
    uint32_t next = 0;
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_layout(layout_shape(sent), 7, 0, &next);
    struct frame_view view = view_of(frame);
    int taken = 0;

    for (size_t less = 0; less < view.size; less++) {
        /* In memory of its own, so that a sanitizer sees one byte too many. */
        weir_cleanup(weir_free) unsigned char *cut = xcalloc(less, 1);
        memcpy(cut, view.body, less);
        ck_assert_int_eq(read_layout_bytes(cut, less), -EBADMSG);
    }
    for (size_t at = 0; at < view.size; at++) {
        weir_cleanup(weir_free) unsigned char *garbled = xcalloc(view.size, 1);
        memcpy(garbled, view.body, view.size);
        garbled[at] = 0xff;
        taken += read_layout_bytes(garbled, view.size) == 0;
    }
    /* 0xff is no UTF-8, but units and helps may hold any bytes. */
    ck_assert_int_lt(taken, 60);
}
END_TEST

START_TEST(carries_rows_and_loose_samples)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct frame_view view = view_of(frame);
    uint32_t number = 0;
    size_t count = 0;
    int made = 0;
    *layout_resolved(sample->layout) = &made;

    ck_assert_int_eq(
        frame_batch_read(batch, &view, find_layout, sample->layout, &number),
        0);
    const struct weir_rows *rows = frame_batch_rows(batch, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_eq(rows->layout, layout_shape(sample->layout));
    ck_assert_ptr_eq(rows->resolved, &made);
    ck_assert_uint_eq(rows->width, COLUMNS);
    ck_assert_uint_eq(rows->count, 2);
    ck_assert_mem_eq(rows->times_ns, sample->times_ns, 16);
    ck_assert_mem_eq(rows->values, sample->values, sizeof(sample->values));
    ck_assert_mem_eq(rows->present, sample->present, sizeof(sample->present));

    const struct weir_loose *loose = frame_batch_loose(batch, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_eq(loose->resolved, &made);
    ck_assert_uint_eq(loose->count, 3);
    ck_assert_mem_eq(loose->index, sample->index, 12);
    ck_assert_mem_eq(loose->times_ns, sample->loose_times_ns, 24);
    ck_assert_mem_eq(loose->values, sample->loose_values, 24);
}
END_TEST

START_TEST(lends_what_is_aligned_and_copies_the_rest)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct frame_view view = view_of(frame);
    weir_cleanup(weir_free) unsigned char *shifted = xcalloc(view.size + 1, 1);
    uint32_t number = 0;
    size_t count = 0;
    struct frame_view odd = {view.head, shifted + 1, view.size};
    memcpy(shifted + 1, view.body, view.size);

    ck_assert_int_eq(
        frame_batch_read(batch, &view, find_layout, sample->layout, &number),
        0);
    const unsigned char *values =
        (const unsigned char *)frame_batch_rows(batch, &count)->values;
    ck_assert(values > view.body && values < view.body + view.size);

    ck_assert_int_eq(
        frame_batch_read(batch, &odd, find_layout, sample->layout, &number), 0);
    const struct weir_rows *rows = frame_batch_rows(batch, &count);
    ck_assert_mem_eq(rows->values, sample->values, sizeof(sample->values));
}
END_TEST

START_TEST(leaves_out_empty_parts_and_refuses_what_is_too_much)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    struct weir_rows empty = sample->rows;
    empty.count = 0;
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&empty, 1, NULL, 0);
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct frame_view view = view_of(frame);
    uint32_t number = 0;
    size_t count = 1;

    ck_assert_int_eq(frame_batch_read(batch, &view, find_layout, NULL, &number),
                     0);
    (void)frame_batch_rows(batch, &count);
    ck_assert_uint_eq(count, 0);

    struct weir_rows large = sample->rows;
    large.count = 2000;
    ck_assert_ptr_null(frame_of_batch(&large, 1, NULL, 0));
}
END_TEST

START_TEST(says_which_layout_it_lacks)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(layout_destroy) struct layout *shorter =
        layout_with(7, COLUMNS - 1);
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct frame_view view = view_of(frame);

    uint32_t number = 0;
    ck_assert_int_eq(frame_batch_read(batch, &view, find_layout, NULL, &number),
                     -ENOENT);
    ck_assert_uint_eq(number, 7);
    number = 0;
    ck_assert_int_eq(
        frame_batch_read(batch, &view, find_layout, shorter, &number), -ENOENT);
    ck_assert_uint_eq(number, 7);
}
END_TEST

/* Reads 'size' bytes as the body of a batch; the checksum is right. */
static int
read_batch_bytes(const struct sample_batch *sample, const void *body,
                 size_t size)
{
    weir_cleanup(frame_batch_destroy) struct frame_batch *batch =
        frame_batch_new();
    struct frame_view view = {{.type = FRAME_BATCH}, body, size};
    uint32_t number = 0;

    return frame_batch_read(batch, &view, find_layout, sample->layout, &number);
}

/* Where what lies in the sample's body: its head, the rows' head, times,
 * values and bits, then the loose part's. */
enum {
    ROWS_AT = 8,
    TIMES_AT = ROWS_AT + 24,
    VALUES_AT = TIMES_AT + 16,
    PRESENT_AT = VALUES_AT + 2 * COLUMNS * 8,
    LOOSE_AT = PRESENT_AT + 32,
    INDEX_AT = LOOSE_AT + 24 + 48,
};

START_TEST(refuses_each_wrong_field)
{
    static const struct {
        size_t at;
        unsigned char byte;
        int rc;
    } wrongs[] = {
        {0, 1, -EBADMSG},                    /* fewer parts: bytes left over */
        {0, 3, -EBADMSG},                    /* more parts than bytes */
        {3, 0xff, -EBADMSG},                 /* a huge number of parts */
        {4, 1, -EBADMSG},                    /* reserved */
        {ROWS_AT, 0, -EBADMSG},              /* no such kind */
        {ROWS_AT, 3, -EBADMSG},              /* no such kind */
        {ROWS_AT, 2, -EBADMSG},              /* loose instead of rows */
        {ROWS_AT + 1, 1, -EBADMSG},          /* values are no doubles */
        {ROWS_AT + 2, 1, -EBADMSG},          /* of a later version */
        {ROWS_AT + 3, 0, -EBADMSG},          /* bits not flagged */
        {ROWS_AT + 3, 3, -EBADMSG},          /* an unknown flag */
        {ROWS_AT + 4, 8, -ENOENT},           /* a layout that nobody knows */
        {ROWS_AT + 8, 0, -EBADMSG},          /* no column */
        {ROWS_AT + 8, 1, -EBADMSG},          /* width does not fit the size */
        {ROWS_AT + 8, COLUMNS + 1, -ENOENT}, /* wider than the layout */
        {ROWS_AT + 11, 1, -EBADMSG},         /* wider than any layout */
        {ROWS_AT + 12, 0, -EBADMSG},         /* no row */
        {ROWS_AT + 12, 3, -EBADMSG},         /* rows do not fit the size */
        {ROWS_AT + 15, 0xff, -EBADMSG},      /* a huge number of rows */
        {ROWS_AT + 16, 1, -EBADMSG},         /* size is not that of the rows */
        {ROWS_AT + 22, 0xff, -EBADMSG},      /* size beyond the frame */
        {TIMES_AT + 8, 0xe8, -EBADMSG},      /* the second time is the first */
        {TIMES_AT + 15, 0x80, -EBADMSG},     /* before the first */
        {VALUES_AT + 3 * 8, 1, -EBADMSG},    /* an absent value is not 0 */
        {PRESENT_AT + 8, 0x7f, -EBADMSG},    /* a bit beyond the width */
        {LOOSE_AT, 1, -EBADMSG},             /* rows instead of loose */
        {LOOSE_AT + 3, 1, -EBADMSG},         /* an unknown flag */
        {LOOSE_AT + 8, 1, -EBADMSG},         /* loose samples have no width */
        {LOOSE_AT + 12, 0, -EBADMSG},        /* no sample */
        {LOOSE_AT + 12, 4, -EBADMSG},        /* the padding as an index */
        {LOOSE_AT + 12, 9, -EBADMSG},        /* more than there are */
        {INDEX_AT, COLUMNS, -ENOENT},        /* beyond the layout */
        {INDEX_AT + 1, 0x10, -EBADMSG},      /* beyond any layout */
        {INDEX_AT + 12, 1, -EBADMSG},        /* padding is 0 */
    };
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    struct frame_view view = view_of(frame);
    weir_cleanup(weir_free) unsigned char *body = xcalloc(view.size, 1);

    for (size_t i = 0; i < ARRAY_SIZE(wrongs); i++) {
        memcpy(body, view.body, view.size);
        body[wrongs[i].at] = wrongs[i].byte;
        ck_assert_msg(read_batch_bytes(sample, body, view.size) == wrongs[i].rc,
                      "wrong %zu is not refused", i);
    }
}
END_TEST

START_TEST(refuses_a_batch_that_is_cut)
{
    weir_cleanup(sample_batch_destroy) struct sample_batch *sample =
        sample_batch_new();
    weir_cleanup(frame_release) struct frame *frame = frame_of(sample);
    struct frame_view view = view_of(frame);

    for (size_t less = 0; less < view.size; less++) {
        weir_cleanup(weir_free) unsigned char *cut = xcalloc(less, 1);
        memcpy(cut, view.body, less);
        ck_assert_int_eq(read_batch_bytes(sample, cut, less), -EBADMSG);
    }
}
END_TEST

SPEC("frame", sums_as_the_standard_says, sums_many_bytes_as_the_standard_says,
     keeps_a_header, refuses_a_frame_with_any_bit_wrong_or_any_byte_missing,
     carries_a_layout_and_what_it_grows_by,
     cuts_a_layout_that_does_not_fit_a_frame,
     refuses_a_gap_and_a_series_that_comes_twice,
     refuses_layouts_that_are_cut_or_garbled, carries_rows_and_loose_samples,
     lends_what_is_aligned_and_copies_the_rest,
     leaves_out_empty_parts_and_refuses_what_is_too_much,
     says_which_layout_it_lacks, refuses_each_wrong_field,
     refuses_a_batch_that_is_cut)
