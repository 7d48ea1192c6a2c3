/* source_store.h - a store in a test: an outlet that reads what a source sends
 *
 * It keeps layouts until they are forgotten, writes each sample as a line, and
 * tells fates when the test says so.  What a real store would refuse ends the
 * test.
 */
#ifndef SOURCE_STORE_H
#define SOURCE_STORE_H

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

#include <weir/text.h>

#include "base.h"
#include "series.h"
#include "source.h"
#include "spec.h"

enum { STORE_LAYOUTS = 256, STORE_FATES = 16 };

struct store {
    struct outlet outlet;
    struct source_figures figures;
    struct layout *layouts[STORE_LAYOUTS]; /* NULL: free */
    struct frame_batch *batch;
    char **lines; /* [line_count], of all batches since store_clear() */
    size_t line_count;
    bool silent;        /* writes no lines */
    unsigned frames;    /* batches taken */
    unsigned forgotten; /* layouts */
    unsigned room;      /* batches that it takes yet */
    uint64_t samples;
    uint64_t last_bits; /* of the last sample */
    int64_t time_ns;    /* of the last row */
    struct {
        weir_stored *stored; /* NULL: told */
        void *arg;
    } fates[STORE_FATES];
    size_t fate_count;
    void *memory; /* what fates get as 'self'; or NULL */
    char *text;   /* of the last store_text() */
};

static inline struct layout *
store_find(void *arg, uint32_t number)
{
    struct store *self = arg;

    for (size_t i = 0; i < STORE_LAYOUTS; i++)
        if (self->layouts[i] && layout_number(self->layouts[i]) == number)
            return self->layouts[i];
    return NULL;
}

static inline void
store_layout(void *arg, uint64_t home, struct frame **frame_p)
{
    struct store *self = arg;
    struct frame_view view = frame_look(*frame_p);
    struct frame_layout head = {0};
    size_t free = 0;

    (void)home;
    ck_assert_int_eq(frame_layout_head(&view, &head), 0);
    struct layout *layout = store_find(self, head.number);
    while (!layout && self->layouts[free])
        ck_assert_uint_lt(++free, STORE_LAYOUTS);
    if (!layout)
        layout = self->layouts[free] = layout_new(head.number);
    ck_assert_int_eq(frame_layout_read(&view, layout), 0);
    frame_release(frame_p);
}

static inline void
store_forget(void *arg, uint32_t number)
{
    struct store *self = arg;

    for (size_t i = 0; i < STORE_LAYOUTS; i++)
        if (self->layouts[i] && layout_number(self->layouts[i]) == number) {
            layout_destroy(&self->layouts[i]);
            self->forgotten++;
            return;
        }
    ck_abort_msg("a layout that was never sent is forgotten");
}

static inline void
store_line(struct store *self, const struct weir_series *series, double value,
           const int64_t *time_ns)
{
    char number[WEIR_DOUBLE_SIZE] = "stale";
    uint64_t bits = 0;

    memcpy(&bits, &value, sizeof(bits));
    self->last_bits = bits;
    self->samples++;
    if (self->silent)
        return;
    if (bits != WEIR_STALE_BITS)
        (void)weir_format_double(value, number);
    char *name = series_text(series);
    char *line = NULL;
    int length =
        time_ns ? asprintf(&line, "%s %s %" PRId64 "\n", name, number, *time_ns)
                : asprintf(&line, "%s %s\n", name, number);
    ck_assert_int_gt(length, 0);
    free(name);
    self->lines =
        xrealloc(self->lines, self->line_count + 1, sizeof(*self->lines));
    self->lines[self->line_count++] = line;
}

static inline void
store_rows(struct store *self, const struct weir_rows *rows)
{
    ck_assert_uint_eq(rows->count, 1);
    self->time_ns = rows->times_ns[0];
    for (uint32_t c = 0; c < rows->width; c++)
        if (!rows->present || rows->present[c / 64] >> (c % 64) & 1)
            store_line(self, &rows->layout->series[c], rows->values[c], NULL);
}

static inline void
store_loose(struct store *self, const struct weir_loose *loose)
{
    for (uint32_t i = 0; i < loose->count; i++)
        store_line(self, &loose->layout->series[loose->index[i]],
                   loose->values[i], &loose->times_ns[i]);
}

static inline int
store_batch(void *arg, struct frame **frame_p, weir_stored *stored,
            void *stored_arg)
{
    struct store *self = arg;
    struct frame_view view = frame_look(*frame_p);
    uint32_t number = 0;
    size_t count = 0;

    if (self->room == 0) {
        frame_release(frame_p);
        return -EAGAIN;
    }
    self->room--;
    self->frames++;
    ck_assert_int_eq(
        frame_batch_read(self->batch, &view, store_find, self, &number), 0);
    const struct weir_rows *rows = frame_batch_rows(self->batch, &count);
    for (size_t i = 0; i < count; i++)
        store_rows(self, &rows[i]);
    const struct weir_loose *loose = frame_batch_loose(self->batch, &count);
    for (size_t i = 0; i < count; i++)
        store_loose(self, &loose[i]);
    if (stored) {
        ck_assert_uint_lt(self->fate_count, STORE_FATES);
        self->fates[self->fate_count].stored = stored;
        self->fates[self->fate_count++].arg = stored_arg;
    }
    frame_release(frame_p);
    return 0;
}

/* Tells the nth fate of those that wait. */
static inline void
store_tell(struct store *self, size_t nth, int rc, const char *why)
{
    weir_stored *stored = self->fates[nth].stored;

    self->fates[nth].stored = NULL;
    stored(self->memory, self->fates[nth].arg, rc, why);
}

static inline void
store_cancel(void *arg, int rc)
{
    struct store *self = arg;

    for (size_t i = 0; i < self->fate_count; i++)
        if (self->fates[i].stored)
            store_tell(self, i, rc, NULL);
    self->fate_count = 0;
}

static inline void
store_init(struct store *self)
{
    *self = (struct store){
        .outlet = {.layout = store_layout,
                   .forget = store_forget,
                   .batch = store_batch,
                   .cancel = store_cancel,
                   .arg = self},
        .batch = frame_batch_new(),
        .room = UINT32_MAX,
    };
}

static inline void
store_clear(struct store *self)
{
    for (size_t i = 0; i < self->line_count; i++)
        free(self->lines[i]);
    self->line_count = 0;
    self->frames = 0;
    self->forgotten = 0;
    self->samples = 0;
}

/* All sources that sent here are gone, and took their layouts with them. */
static inline void
store_fini(struct store *self)
{
    store_clear(self);
    store_cancel(self, -ESHUTDOWN);
    for (size_t i = 0; i < STORE_LAYOUTS; i++)
        ck_assert_ptr_null(self->layouts[i]);
    frame_batch_destroy(&self->batch);
    free(self->lines);
    free(self->text);
}

static inline int
store_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns what came since the last call, sorted, a line "series value[ time]"
 * each; valid until the next call. */
static inline const char *
store_text(struct store *self)
{
    size_t size = 0;

    free(self->text);
    self->text = NULL;
    FILE *out = x_or_die(open_memstream(&self->text, &size));
    if (self->line_count)
        qsort(self->lines, self->line_count, sizeof(*self->lines),
              store_compare);
    for (size_t i = 0; i < self->line_count; i++)
        (void)fputs(self->lines[i], out);
    (void)fclose(out);
    store_clear(self);
    return self->text;
}

static inline size_t
store_layout_count(const struct store *self)
{
    size_t count = 0;

    for (size_t i = 0; i < STORE_LAYOUTS; i++)
        count += self->layouts[i] != NULL;
    return count;
}

/* A source that sends to 'store'; what 'extra' (or NULL) says, and else
 * nothing. */
static inline struct weir_source *
store_source(struct store *store, const struct source_settings *extra)
{
    struct source_settings settings =
        extra ? *extra : (struct source_settings){0};
    settings.outlet = &store->outlet;
    settings.figures = &store->figures;
    return source_new(&settings);
}

#endif /* SOURCE_STORE_H */
