/* trail_test.c - batches packed and made plain again, byte for byte */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "layout.h"
#include "link/trail.h"
#include "spec.h"

enum { LAYOUTS = 3, WIDTH_MOST = 150, ROWS_MOST = 4 };

/* One end's rows. */
struct end {
    struct trail_row *rows[LAYOUTS]; /* of layouts 1, 2... */
    uint32_t width;                  /* of each layout */
};

/* Both ends, and what is packed. */
struct scene {
    uint64_t seed;
    struct end packer, reader;
    struct trail trail;
    struct wire_out room;
    struct layout *layouts[LAYOUTS];
    double values[LAYOUTS][ROWS_MOST * WIDTH_MOST]; /* the last ones */
    uint64_t present[ROWS_MOST * (WIDTH_MOST / 64 + 1)];
    int64_t time_ns;
    uint64_t sequence;
    struct trail_plain plain;
};

static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct end *self = arg;

    if (number == 0 || number > LAYOUTS)
        return NULL;
    *ret_width = self->width;
    return &self->rows[number - 1];
}

static struct scene *
scene_new(void)
{
    struct scene *self = xcalloc(1, sizeof(*self));

    self->seed = spec_seed();
    self->packer.width = WIDTH_MOST;
    self->reader.width = WIDTH_MOST;
    self->trail = (struct trail){.find = find_row, .arg = &self->packer};
    for (uint32_t i = 0; i < LAYOUTS; i++)
        self->layouts[i] = layout_new(i + 1);
    self->plain.bytes = xcalloc(TRAIL_PLAIN_MOST, 1);
    return self;
}

static void
scene_destroy(struct scene **self_p)
{
    struct scene *self = *self_p;

    for (size_t i = 0; i < LAYOUTS; i++) {
        trail_row_destroy(&self->packer.rows[i]);
        trail_row_destroy(&self->reader.rows[i]);
        layout_destroy(&self->layouts[i]);
    }
    wire_out_fini(&self->room);
    free(self->plain.bytes);
    free(self);
}

static uint64_t
draw(struct scene *self, uint64_t bound)
{
    return bound ? spec_random(&self->seed) % bound : 0;
}

/* What a column of a kind may have next. */
static double
next_value(struct scene *self, uint32_t column, double before)
{
    static const double odd[] = {0, -0.0, 1e300, -1e-300, 5e15, 0.1};
    uint64_t bits = spec_random(&self->seed);
    double any;

    memcpy(&any, &bits, sizeof(any));
    switch (column % 7) {
    case 0:
        return before + (double)draw(self, 100);
    case 1:
        return (double)draw(self, 100000) / 100;
    case 2:
        return any;
    case 3:
        return odd[draw(self, ARRAY_SIZE(odd))];
    case 4:
        return before + (double)draw(self, 1000) / 1e9;
    case 5:
        return draw(self, 20) ? before : (double)NAN;
    default:
        return before - 1e12 * (double)draw(self, 3);
    }
}

struct shape {
    uint32_t layout, width, count;
    bool has_present;
};

/* Fills a row with what may follow the row 'before', which may be the same. */
static void
fill_row(struct scene *self, const struct shape *shape, const double *before,
         double *now, uint64_t *present)
{
    memset(present, 0, (shape->width + 63) / 64 * sizeof(*present));
    for (uint32_t i = 0; i < shape->width; i++) {
        bool is = !shape->has_present || draw(self, 10);
        now[i] = is ? before[i] : 0;
        if (is && draw(self, 3) == 0)
            now[i] = next_value(self, i, before[i]);
        present[i / 64] |= (uint64_t)is << i % 64;
    }
}

/* Makes rows over a layout, perhaps with absent series. */
static struct weir_rows
next_rows(struct scene *self, const struct shape *shape,
          int64_t times_ns[ROWS_MOST])
{
    size_t words = (shape->width + 63) / 64;
    double *values = self->values[shape->layout - 1];
    const double *before = values;

    for (uint32_t row = 0; row < shape->count; row++) {
        double *now = values + (size_t)row * shape->width;
        times_ns[row] = self->time_ns += 1 + (int64_t)draw(self, NS_PER_S);
        fill_row(self, shape, before, now, self->present + row * words);
        before = now;
    }
    return (struct weir_rows){
        .layout = layout_shape(self->layouts[shape->layout - 1]),
        .width = shape->width,
        .count = shape->count,
        .times_ns = times_ns,
        .values = values,
        .present = shape->has_present ? self->present : NULL};
}

/* Returns the next batch, with rows of one or two layouts and loose samples. */
static struct frame *
next_batch(struct scene *self)
{
    struct frame_head head = {.type = FRAME_BATCH, .a = ++self->sequence};
    static const uint32_t index[] = {1, 0, 2};
    static const double values[] = {1, 2, 3};
    static const int64_t times_ns[] = {3, 2, 1};
    int64_t row_times_ns[2][ROWS_MOST];
    const struct shape first = {1 + (uint32_t)draw(self, LAYOUTS - 1),
                                1 + (uint32_t)draw(self, WIDTH_MOST),
                                1 + (uint32_t)draw(self, ROWS_MOST),
                                draw(self, 2)};
    static const struct shape second = {LAYOUTS, 64, 1, false};
    struct weir_rows rows[2];
    struct weir_loose loose = {.layout = layout_shape(self->layouts[0]),
                               .count = (uint32_t)draw(self, 4),
                               .index = index,
                               .times_ns = times_ns,
                               .values = values};

    rows[1] = next_rows(self, &second, row_times_ns[1]);
    rows[0] = next_rows(self, &first, row_times_ns[0]);
    struct frame *frame =
        frame_of_batch(rows, 1 + draw(self, 2), &loose, loose.count > 0);
    frame_set_head(frame, &head);
    return frame;
}

static struct frame *
pack(struct scene *self, const struct frame *batch)
{
    struct frame_view view = frame_look(batch);

    return trail_pack(&self->trail, &view, &self->room);
}

static int
unpack(struct scene *self, const struct frame_view *packed)
{
    return trail_unpack(find_row, &self->reader, packed, &self->plain);
}

/* The reader has the packed batch, and it is the same. */
static void
arrives(struct scene *self, const struct frame *batch,
        const struct frame *packed)
{
    struct frame_view view = frame_look(batch);
    struct frame_view packed_view = frame_look(packed);

    ck_assert_int_eq(unpack(self, &packed_view), 0);
    ck_assert_uint_eq(self->plain.size, view.size);
    ck_assert_mem_eq(self->plain.bytes, view.body, view.size);
}

START_TEST(what_was_packed_is_the_same_byte_for_byte)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    unsigned packed_count = 0;

    for (int i = 0; i < 3000; i++) {
        weir_cleanup(frame_release) struct frame *batch = next_batch(scene);
        weir_cleanup(frame_release) struct frame *packed = pack(scene, batch);
        if (!packed)
            continue;
        packed_count++;
        arrives(scene, batch, packed);
    }
    ck_assert_uint_gt(packed_count, 1000);
}
END_TEST

/* A batch of one row. */
static struct frame *
row_batch(struct scene *self, uint32_t layout, int64_t time_ns,
          const double values[WIDTH_MOST])
{
    struct frame_head head = {.type = FRAME_BATCH, .a = ++self->sequence};
    struct weir_rows rows = {.layout = layout_shape(self->layouts[layout - 1]),
                             .width = WIDTH_MOST,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = values};
    struct frame *frame = frame_of_batch(&rows, 1, NULL, 0);

    frame_set_head(frame, &head);
    return frame;
}

/* The same value in all columns. */
static struct frame *
even_batch(struct scene *self, uint32_t layout, double value)
{
    int64_t time_ns = (int64_t)(self->sequence + 1) * NS_PER_S;
    double values[WIDTH_MOST];

    for (size_t i = 0; i < WIDTH_MOST; i++)
        values[i] = value;
    return row_batch(self, layout, time_ns, values);
}

START_TEST(decimals_that_go_up_a_little_take_a_byte)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    for (int i = 0; i < 10; i++) {
        weir_cleanup(frame_release) struct frame *batch =
            even_batch(scene, 1, (1234567 + 7 * i) / 100.0);
        weir_cleanup(frame_release) struct frame *packed = pack(scene, batch);
        arrives(scene, batch, packed);
        if (i > 0)
            ck_assert_uint_lt(frame_look(packed).size, 40 + WIDTH_MOST * 9 / 8);
    }
}
END_TEST

START_TEST(a_row_whose_base_is_missing_is_noticed)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();

    for (int i = 0; i < 2; i++) {
        weir_cleanup(frame_release) struct frame *batch =
            even_batch(scene, 1, i);
        weir_cleanup(frame_release) struct frame *packed = pack(scene, batch);
        arrives(scene, batch, packed);
    }
    weir_cleanup(frame_release) struct frame *lost = even_batch(scene, 1, 5);
    weir_cleanup(frame_release) struct frame *lost_packed = pack(scene, lost);
    ck_assert_ptr_nonnull(lost_packed);
    weir_cleanup(frame_release) struct frame *next = even_batch(scene, 1, 6);
    weir_cleanup(frame_release) struct frame *packed = pack(scene, next);
    struct frame_view view = frame_look(packed);
    ck_assert_int_eq(unpack(scene, &view), -ESTALE);
    /* In another pass it hangs on nothing. */
    scene->trail.pass++;
    weir_cleanup(frame_release) struct frame *key = pack(scene, next);
    arrives(scene, next, key);
}
END_TEST

START_TEST(a_layout_that_is_not_known_or_too_short_is_named)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(frame_release) struct frame *batch = even_batch(scene, 2, 1);
    weir_cleanup(frame_release) struct frame *packed = pack(scene, batch);
    struct frame_view view = frame_look(packed);

    scene->reader.width = WIDTH_MOST - 1;
    ck_assert_int_eq(unpack(scene, &view), -ENOENT);
    ck_assert_uint_eq(scene->plain.missing, 2);
}
END_TEST

/* Values of which no byte can be told beforehand. */
static struct frame *
wild_batch(struct scene *self)
{
    uint64_t bits[WIDTH_MOST];
    double values[WIDTH_MOST];

    for (size_t i = 0; i < WIDTH_MOST; i++)
        bits[i] = spec_random(&self->seed);
    memcpy(values, bits, sizeof(values));
    return row_batch(self, 1, 1, values);
}

START_TEST(what_does_not_get_shorter_goes_as_it_is)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(frame_release) struct frame *first = wild_batch(scene);
    weir_cleanup(frame_release) struct frame *second = wild_batch(scene);
    weir_cleanup(frame_release) struct frame *key = pack(scene, first);
    uint32_t pass = scene->trail.pass;

    arrives(scene, first, key);
    ck_assert_ptr_null(pack(scene, second));
    ck_assert_uint_ne(scene->trail.pass, pass);
}
END_TEST

START_TEST(cut_off_and_changed_bytes_are_refused_or_read_within_their_bounds)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(frame_release) struct frame *batch = next_batch(scene);
    weir_cleanup(frame_release) struct frame *packed = NULL;

    while (!(packed = pack(scene, batch))) {
        frame_release(&batch);
        batch = next_batch(scene);
    }
    struct frame_view view = frame_look(packed);
    for (size_t size = 0; size < view.size; size++) {
        weir_cleanup(weir_free) unsigned char *copy = xcalloc(size + 1, 1);
        memcpy(copy, view.body, size);
        struct frame_view cut = {view.head, copy, size};
        ck_assert_int_lt(unpack(scene, &cut), 0);
    }
    for (int i = 0; i < 20000; i++) {
        weir_cleanup(weir_free) unsigned char *copy = xcalloc(view.size, 1);
        memcpy(copy, view.body, view.size);
        for (uint64_t n = 1 + draw(scene, 3); n > 0; n--)
            copy[draw(scene, view.size)] = (unsigned char)draw(scene, 256);
        struct frame_view changed = {view.head, copy, view.size};
        int rc = unpack(scene, &changed);
        ck_assert(rc < 0 || scene->plain.size <= TRAIL_PLAIN_MOST);
    }
}
END_TEST

SPEC("trail", what_was_packed_is_the_same_byte_for_byte,
     decimals_that_go_up_a_little_take_a_byte,
     a_row_whose_base_is_missing_is_noticed,
     a_layout_that_is_not_known_or_too_short_is_named,
     what_does_not_get_shorter_goes_as_it_is,
     cut_off_and_changed_bytes_are_refused_or_read_within_their_bounds)
