/* notebook.c - what a source sent, read back */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <weir/text.h>

#include "base.h"
#include "harness_inner.h"
#include "series.h"

static struct layout *
find_layout(void *arg, uint32_t number)
{
    const struct notebook *self = arg;

    for (size_t i = 0; i < self->layout_count; i++)
        if (layout_number(self->layouts[i]) == number)
            return self->layouts[i];
    return NULL;
}

static struct layout *
add_layout(struct notebook *self, uint32_t number)
{
    self->layouts = xrealloc(self->layouts, self->layout_count + 1,
                             sizeof(struct layout *));
    self->layouts[self->layout_count++] = layout_new(number);
    return self->layouts[self->layout_count - 1];
}

static void
take_layout(void *arg, uint64_t home, struct frame **frame_p)
{
    struct notebook *self = arg;
    struct frame_view view = frame_look(*frame_p);
    struct frame_layout head;

    (void)home;
    if (frame_layout_head(&view, &head) < 0)
        abort();
    struct layout *layout = find_layout(self, head.number);
    if (!layout)
        layout = add_layout(self, head.number);
    if (frame_layout_read(&view, layout) < 0)
        abort();
    if (self->layout_came)
        self->layout_came(self->arg, layout, head.from);
    frame_release(frame_p);
}

static void
forget_layout(void *arg, uint32_t number)
{
    (void)arg;
    (void)number; /* the last batch may still have it */
}

static void
add_note(struct notebook *self, const struct weir_series *series,
         const struct note *note)
{
    self->notes =
        xrealloc(self->notes, self->note_count + 1, sizeof(*self->notes));
    self->notes[self->note_count] = *note;
    self->notes[self->note_count++].series = series_text(series);
}

static void
note_row(struct notebook *self, const struct weir_rows *rows, uint32_t row)
{
    uint32_t words = (rows->width + 63) / 64;

    for (uint32_t c = 0; c < rows->width; c++) {
        if (rows->present &&
            !(rows->present[row * words + c / 64] >> (c % 64) & 1))
            continue;
        struct note note = {
            .value = rows->values[row * rows->width + c],
            .time_ns = rows->times_ns[row],
        };
        add_note(self, &rows->layout->series[c], &note);
    }
}

static int
compare_notes(const void *a, const void *b)
{
    const struct note *left = a;
    const struct note *right = b;
    int order = strcmp(left->series, right->series);

    if (order)
        return order;
    return (left->time_ns > right->time_ns) - (left->time_ns < right->time_ns);
}

static void
note_batch(struct notebook *self)
{
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(self->batch, &count);

    for (size_t i = 0; i < count; i++)
        for (uint32_t row = 0; row < rows[i].count; row++)
            note_row(self, &rows[i], row);
    const struct weir_loose *loose = frame_batch_loose(self->batch, &count);
    for (size_t i = 0; i < count; i++)
        for (uint32_t s = 0; s < loose[i].count; s++) {
            struct note note = {.value = loose[i].values[s],
                                .time_ns = loose[i].times_ns[s],
                                .loose = true};
            add_note(self, &loose[i].layout->series[loose[i].index[s]], &note);
        }
    if (self->note_count)
        qsort(self->notes, self->note_count, sizeof(*self->notes),
              compare_notes);
}

/* A batch that was stored; told on the stage, as in earnest. */
struct stored {
    struct stored *next;
    weir_stored *fate;
    void *arg;
};

/* What a fate calls may store more, which is told later. */
static void
tell(struct notebook *self, int rc)
{
    struct stored *stored = weir_take(self->stored);

    self->stored_end = &self->stored;
    while (stored) {
        struct stored *next = stored->next;
        stored->fate(self->self, stored->arg, rc, NULL);
        free(stored);
        stored = next;
    }
}

static void
tell_stored(void *arg)
{
    tell(arg, 0);
}

static void
add_stored(struct notebook *self, weir_stored *fate, void *fate_arg)
{
    struct stored *stored = xcalloc(1, sizeof(*stored));

    *stored = (struct stored){.fate = fate, .arg = fate_arg};
    if (!self->stored)
        stage_post(self->stage, tell_stored, self);
    *self->stored_end = stored;
    self->stored_end = &stored->next;
}

static void
cancel(void *arg, int rc)
{
    tell(arg, rc == -ESHUTDOWN ? rc : 0);
}

static int
take_batch(void *arg, struct frame **frame_p, weir_stored *fate, void *fate_arg)
{
    struct notebook *self = arg;
    uint32_t number = 0;

    notebook_clear(self);
    frame_release(&self->frame);
    self->frame = weir_take(*frame_p);
    struct frame_view view = frame_look(self->frame);
    if (frame_batch_read(self->batch, &view, find_layout, self, &number) < 0)
        abort();
    if (self->batch_came)
        self->batch_came(self->arg, self->batch);
    note_batch(self);
    if (fate)
        add_stored(self, fate, fate_arg);
    return 0;
}

const struct outlet *
notebook_outlet(struct notebook *self)
{
    self->outlet = (struct outlet){
        .layout = take_layout,
        .forget = forget_layout,
        .batch = take_batch,
        .cancel = cancel,
        .arg = self,
    };
    return &self->outlet;
}

void
notebook_init(struct notebook *self, struct stage *stage, void *memory)
{
    self->stage = stage;
    self->self = memory;
    self->batch = frame_batch_new();
    self->stored_end = &self->stored;
}

void
notebook_clear(struct notebook *self)
{
    for (size_t i = 0; i < self->note_count; i++)
        free(self->notes[i].series);
    self->note_count = 0;
}

void
notebook_fini(struct notebook *self)
{
    if (!self->batch)
        return;
    tell(self, -ESHUTDOWN);
    notebook_clear(self);
    free(self->notes);
    frame_batch_destroy(&self->batch);
    frame_release(&self->frame);
    for (size_t i = 0; i < self->layout_count; i++)
        layout_destroy(&self->layouts[i]);
    free(self->layouts);
}

const struct note *
notebook_find(const struct notebook *self, const char *series)
{
    for (size_t i = 0; i < self->note_count; i++)
        if (strcmp(self->notes[i].series, series) == 0)
            return &self->notes[i];
    return NULL;
}

char *
notebook_text(const struct notebook *self)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < self->note_count; i++) {
        const struct note *note = &self->notes[i];
        char number[WEIR_DOUBLE_SIZE];
        (void)weir_format_double(note->value, number);
        (void)fprintf(out, "%s %s", note->series, number);
        if (note->loose)
            (void)fprintf(out, " %" PRId64, note->time_ns);
        (void)fputc('\n', out);
    }
    (void)fclose(out);
    return x_or_die(text);
}
