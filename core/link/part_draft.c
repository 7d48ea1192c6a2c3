/* link/part_draft.c - a part of an answer in the making */
#include <config.h>

#include "link/part.h"

#include <stdio.h>

#include <weir/cleanup.h>

#include "link/wire.h"
#include "series.h"

struct part_draft {
    uint32_t series_before; /* of this answer, in the parts before */
    uint32_t series_count;
    uint32_t run_count, sample_count, text_count;
    uint32_t run_series, run_size; /* of the run that is open; 0: none */
    struct wire_out series, runs, times, values, texts;
    struct wire_out metric; /* of the last series, encoded */
    struct wire_out fresh;  /* room for the next one */
};

struct part_draft *
part_draft_new(void)
{
    return xcalloc(1, sizeof(struct part_draft));
}

void
part_draft_destroy(struct part_draft **self_p)
{
    struct part_draft *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    wire_out_fini(&self->series);
    wire_out_fini(&self->runs);
    wire_out_fini(&self->times);
    wire_out_fini(&self->values);
    wire_out_fini(&self->texts);
    wire_out_fini(&self->metric);
    wire_out_fini(&self->fresh);
    free(self);
}

size_t
part_draft_size(const struct part_draft *self)
{
    return self->series.size + self->runs.size + self->times.size +
           self->values.size + self->texts.size;
}

/* Writes a metric once for all series in a row that have it. */
static void
write_metric(struct part_draft *self, const struct weir_metric *metric)
{
    struct wire_out *fresh = &self->fresh, *last = &self->metric;

    fresh->size = 0;
    wire_put_u8(fresh, (uint8_t)metric->type);
    wire_put_text(fresh, metric->name);
    wire_put_text(fresh, metric->unit);
    wire_put_text(fresh, metric->help);
    bool same = fresh->size == last->size &&
                memcmp(fresh->bytes, last->bytes, last->size) == 0;
    wire_put_u8(&self->series, same);
    if (same)
        return;
    wire_put(&self->series, fresh->bytes, fresh->size);
    last->size = 0;
    wire_put(last, fresh->bytes, fresh->size);
}

static void
close_run(struct part_draft *self)
{
    if (self->run_size == 0)
        return;
    wire_put_u32(&self->runs, self->run_series);
    wire_put_u32(&self->runs, self->run_size);
    self->run_count++;
    self->run_size = 0;
}

void
part_draft_series(struct part_draft *self, const struct weir_series *series)
{
    close_run(self);
    write_metric(self, series->metric);
    wire_put_text(&self->series, series->suffix);
    wire_put_u8(&self->series, (uint8_t)labels_count(series->labels));
    for (const struct weir_label *label = series->labels; label->name;
         label++) {
        wire_put_text(&self->series, label->name);
        wire_put_text(&self->series, label->value);
    }
    self->series_count++;
}

void
part_draft_samples(struct part_draft *self, const int64_t *times_ns,
                   const double *values, size_t count)
{
    self->run_series = self->series_before + self->series_count - 1;
    self->run_size += (uint32_t)count;
    self->sample_count += (uint32_t)count;
    wire_put(&self->times, times_ns, count * sizeof(*times_ns));
    wire_put(&self->values, values, count * sizeof(*values));
}

void
part_draft_text(struct part_draft *self, const char *text)
{
    wire_put_text(&self->texts, text);
    self->text_count++;
}

static void
start_anew(struct part_draft *self)
{
    self->series_before += self->series_count;
    self->series_count = self->run_count = 0;
    self->sample_count = self->text_count = 0;
    self->series.size = self->runs.size = 0;
    self->times.size = self->values.size = self->texts.size = 0;
}

struct frame *
part_draft_take(struct part_draft *self, uint64_t id, int rc, const char *why,
                bool evaluated)
{
    weir_cleanup(wire_out_fini) struct wire_out body = {0};
    char reason[PART_WHY_MOST];

    close_run(self);
    (void)snprintf(reason, sizeof(reason), "%s", why ? why : "");
    wire_put_u32(&body, (uint32_t)rc);
    wire_put_u8(&body, evaluated);
    wire_put_text(&body, reason);
    wire_put_u32(&body, self->series_before);
    wire_put_u32(&body, self->series_count);
    wire_put_u32(&body, self->run_count);
    wire_put_u32(&body, self->sample_count);
    wire_put_u32(&body, self->text_count);
    wire_put(&body, self->series.bytes, self->series.size);
    wire_put(&body, self->runs.bytes, self->runs.size);
    wire_put(&body, self->times.bytes, self->times.size);
    wire_put(&body, self->values.bytes, self->values.size);
    wire_put(&body, self->texts.bytes, self->texts.size);
    start_anew(self);
    const struct frame_head head = {.type = FRAME_ANSWER, .a = id};
    return frame_new(&head, body.bytes, body.size);
}
