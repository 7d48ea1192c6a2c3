/* batch_text.h - a source of a test's own, and what lies in its open batch */
#ifndef BATCH_TEXT_H
#define BATCH_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "link/frame.h"
#include "series.h"
#include "source.h"

static inline void
batch_text_layout(void *arg, uint64_t home, struct frame **frame_p)
{
    (void)arg;
    (void)home;
    frame_release(frame_p);
}

static inline void
batch_text_forget(void *arg, uint32_t number)
{
    (void)arg;
    (void)number;
}

static inline int
batch_text_batch(void *arg, struct frame **frame_p, weir_stored *fate,
                 void *fate_arg)
{
    (void)arg;
    (void)fate;
    (void)fate_arg;
    frame_release(frame_p);
    return 0;
}

/* Makes a source whose batches go nowhere. */
static inline struct weir_source *
batch_text_source(struct source_figures *figures)
{
    static const struct outlet nowhere = {
        .layout = batch_text_layout,
        .forget = batch_text_forget,
        .batch = batch_text_batch,
    };
    const struct source_settings settings = {.outlet = &nowhere,
                                             .figures = figures};
    return source_new(&settings);
}

static inline int
batch_text_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct batch_text {
    char **lines; /* [count] */
    size_t count;
};

static inline void
batch_text_line(struct batch_text *self, const struct weir_series *series,
                double value, const int64_t *time_ns)
{
    char *name = series_text(series);
    char *line = NULL;
    int length = time_ns ? asprintf(&line, "%s %.17g %lld\n", name, value,
                                    (long long)*time_ns)
                         : asprintf(&line, "%s %.17g\n", name, value);

    if (length < 0)
        abort();
    free(name);
    self->lines = xrealloc(self->lines, self->count + 1, sizeof(*self->lines));
    self->lines[self->count++] = line;
}

static inline void
batch_text_sheet(struct batch_text *self, const struct sheet *sheet)
{
    const struct weir_layout *shape = layout_shape(sheet->layout);

    for (uint32_t i = 0; i < shape->count; i++) {
        if (sheet->present[i / 64] >> (i % 64) & 1)
            batch_text_line(self, &shape->series[i], sheet->values[i], NULL);
    }
    for (uint32_t i = 0; i < sheet->loose_count; i++)
        batch_text_line(self, &shape->series[sheet->index[i]], sheet->loose[i],
                        &sheet->times_ns[i]);
}

/* Returns what the open batch of 'source' has, a line "series value [time]"
 * each, sorted; freed by the caller.  '*ret_count' (or NULL) is how many. */
static inline char *
batch_text(const struct weir_source *source, size_t *ret_count)
{
    struct batch_text self = {0};
    size_t size = 0;
    char *text = NULL;

    for (uint32_t i = 0; i < source->sheet_count; i++)
        batch_text_sheet(&self, &source->sheets[i]);
    if (self.count)
        qsort(self.lines, self.count, sizeof(*self.lines), batch_text_compare);
    FILE *out = x_or_die(open_memstream(&text, &size));
    for (size_t i = 0; i < self.count; i++) {
        (void)fputs(self.lines[i], out);
        free(self.lines[i]);
    }
    (void)fclose(out);
    free(self.lines);
    if (ret_count)
        *ret_count = self.count;
    return text;
}

/* Returns the series of 'source' that is written like 'text', or NULL. */
static inline const struct weir_series *
batch_text_series(const struct weir_source *source, const char *text)
{
    for (uint32_t s = 0; s < source->sheet_count; s++) {
        const struct weir_layout *shape =
            layout_shape(source->sheets[s].layout);
        for (uint32_t i = 0; i < shape->count; i++) {
            char *name = series_text(&shape->series[i]);
            bool found = strcmp(name, text) == 0;
            free(name);
            if (found)
                return &shape->series[i];
        }
    }
    return NULL;
}

#endif /* BATCH_TEXT_H */
