/* query/digest.c - what samples come to at steps, computed where they lie */
#include <config.h>

#include "query/digest.h"

#include "base.h"
#include "query/evaluation.h"
#include "query/slide.h"

struct digester {
    const struct weir_digest *what;
    digest_goes_on *goes_on;
    void *arg;
    struct slide slide;
    size_t step;       /* the next one */
    int64_t *times_ns; /* [count], samples that later steps may want */
    double *values;    /* [count] */
    size_t count, room;
    int64_t *point_times_ns; /* [point_count], room for all steps */
    double *points;          /* [point_count] */
    size_t point_count;
};

/* What a series is at an instant. */
static bool
last_unless_stale(const struct window *window, double *ret_value)
{
    *ret_value = window->values[window->count - 1];
    return !value_is_none(*ret_value);
}

static const struct window_kind instant = {.compute = last_unless_stale};

static const struct window_kind *
kind_of(const struct weir_digest *what)
{
    return what->function == DIGEST_INSTANT
               ? &instant
               : window_kind((enum function_id)what->function);
}

bool
digest_is_valid(const struct weir_digest *self)
{
    const struct grid *ends = &self->ends;

    if (self->function > DIGEST_INSTANT || !kind_of(self) ||
        (self->function != DIGEST_INSTANT &&
         function_by_id((enum function_id)self->function)->argument_count != 1))
        return false;
    if (self->range_ns <= 0 || self->range_ns > TIME_MOST_NS ||
        ends->step_ns <= 0 || ends->count == 0 ||
        ends->count > DIGEST_STEPS_MOST || ends->start_ns < -TIME_MOST_NS ||
        ends->start_ns > TIME_MOST_NS)
        return false;
    return ends->step_ns <=
           (TIME_MOST_NS - ends->start_ns) / (int64_t)ends->count;
}

bool
digest_equal(const struct weir_digest *a, const struct weir_digest *b)
{
    if (!a || !b)
        return a == b;
    return a->function == b->function && a->range_ns == b->range_ns &&
           a->ends.start_ns == b->ends.start_ns &&
           a->ends.step_ns == b->ends.step_ns && a->ends.count == b->ends.count;
}

void
digest_fill(const struct weir_digest *self,
            const struct evaluation_series *points, double *track)
{
    const struct grid *ends = &self->ends;
    int64_t last_ns = grid_time(ends, ends->count - 1);

    for (; points; points = points->rest) {
        for (size_t i = 0; i < points->count; i++) {
            int64_t time_ns = points->times_ns[i];
            if (time_ns >= ends->start_ns && time_ns <= last_ns)
                track[(time_ns - ends->start_ns) / ends->step_ns] =
                    points->values[i];
        }
    }
}

struct digester *
digester_new(const struct weir_digest *what, digest_goes_on *goes_on, void *arg)
{
    struct digester *self = xcalloc(1, sizeof(*self));

    self->what = what;
    self->goes_on = goes_on;
    self->arg = arg;
    self->slide.kind = kind_of(what);
    self->slide.overlaps = slide_overlaps(what->range_ns, &what->ends);
    self->point_times_ns =
        xrealloc(NULL, what->ends.count, sizeof(*self->point_times_ns));
    self->points = xrealloc(NULL, what->ends.count, sizeof(*self->points));
    return self;
}

void
digester_destroy(struct digester **self_p)
{
    struct digester *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    slide_fini(&self->slide);
    free(self->times_ns);
    free(self->values);
    free(self->point_times_ns);
    free(self->points);
    free(self);
}

/* A step whose window ends at the last sample may see another one of that
 * time. */
static bool
is_known(const struct digester *self, int64_t end_ns, bool whole)
{
    const struct slide *slide = &self->slide;

    return whole ||
           (slide->count > 0 && end_ns < slide->times_ns[slide->count - 1]);
}

/* Computes the steps that are known. */
static void
compute(struct digester *self, bool whole)
{
    const struct grid *ends = &self->what->ends;

    for (; self->step < ends->count; self->step++) {
        struct window window = {.end_ns = grid_time(ends, self->step)};
        double value = 0;

        if (!is_known(self, window.end_ns, whole))
            return;
        window.time_ns = window.end_ns;
        window.start_ns = moments_range(window.end_ns, self->what->range_ns);
        bool any = slide_move(&self->slide, &window);
        if (!self->goes_on(self->arg, window.count + 1))
            return;
        if (!any || !self->slide.kind->compute(&window, &value))
            continue;
        self->point_times_ns[self->point_count] = window.end_ns;
        self->points[self->point_count++] = value;
    }
}

static void
make_room(struct digester *self, size_t count)
{
    if (count <= self->room)
        return;
    self->room = count > 2 * self->room ? count : 2 * self->room;
    self->times_ns =
        xrealloc(self->times_ns, self->room, sizeof(*self->times_ns));
    self->values = xrealloc(self->values, self->room, sizeof(*self->values));
}

/* Keeps the samples from 'first' on of those that were looked at. */
static void
keep(struct digester *self, size_t first)
{
    const struct slide *slide = &self->slide;
    size_t count = slide->count - first;

    if (slide->times_ns != self->times_ns)
        make_room(self, count);
    if (count > 0) {
        memmove(self->times_ns, slide->times_ns + first,
                count * sizeof(*self->times_ns));
        memmove(self->values, slide->values + first,
                count * sizeof(*self->values));
    }
    self->count = count;
}

/* Without a way out, so that the loop is a few instructions. */
static bool
has_stale(const double *values, size_t count)
{
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any |= value_is_none(values[i]);
    return any;
}

/* Adds samples to those kept, without stale markers unless they matter. */
static void
append(struct digester *self, const int64_t *times_ns, const double *values,
       size_t count)
{
    bool all = self->slide.kind == &instant || !has_stale(values, count);

    make_room(self, self->count + count);
    if (all && count > 0) {
        memcpy(self->times_ns + self->count, times_ns,
               count * sizeof(*times_ns));
        memcpy(self->values + self->count, values, count * sizeof(*values));
        self->count += count;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (value_is_none(values[i]))
            continue;
        self->times_ns[self->count] = times_ns[i];
        self->values[self->count++] = values[i];
    }
}

static void
keep_wanted(struct digester *self)
{
    keep(self, self->step < self->what->ends.count ? self->slide.first
                                                   : self->slide.count);
}

/* Returns how many of the samples it takes, roughly, until no window has any of
 * those kept. */
static size_t
count_bridge(const struct digester *self, const int64_t *times_ns, size_t count)
{
    int64_t last_ns = self->times_ns[self->count - 1];
    int64_t far_ns = self->what->range_ns + self->what->ends.step_ns;

    if (__builtin_add_overflow(last_ns, far_ns, &far_ns))
        return count;
    return slide_find_after(times_ns, 0, count, far_ns);
}

/* Adds to the samples kept only as many as the windows need that have some of
 * them, when these are few; so that the others can be looked at where they are.
 * Returns how many of the samples need not be looked at any more. */
static size_t
bridge(struct digester *self, const int64_t *times_ns, const double *values,
       size_t count)
{
    size_t before = self->count;
    size_t some = before ? count_bridge(self, times_ns, count) : 0;

    if (some == 0 || some > count / 2)
        return 0;
    append(self, times_ns, values, some);
    bool whole = self->count == before + some;
    slide_begin(&self->slide, self->times_ns, self->values, self->count);
    compute(self, false);
    if (whole && self->slide.first >= before) {
        self->count = 0;
        return self->slide.first - before;
    }
    keep_wanted(self);
    return some;
}

struct digest_points
digester_add(struct digester *self, const int64_t *times_ns,
             const double *values, size_t count)
{
    self->point_count = 0;
    size_t done = bridge(self, times_ns, values, count);
    times_ns += done;
    values += done;
    count -= done;
    bool as_is = self->count == 0 &&
                 (self->slide.kind == &instant || !has_stale(values, count));

    if (as_is) {
        slide_begin(&self->slide, times_ns, values, count);
    } else {
        append(self, times_ns, values, count);
        slide_begin(&self->slide, self->times_ns, self->values, self->count);
    }
    compute(self, false);
    keep_wanted(self);
    return (struct digest_points){self->point_times_ns, self->points,
                                  self->point_count};
}

struct digest_points
digester_end(struct digester *self)
{
    self->point_count = 0;
    slide_begin(&self->slide, self->times_ns, self->values, self->count);
    compute(self, true);
    self->count = 0;
    self->step = 0;
    return (struct digest_points){self->point_times_ns, self->points,
                                  self->point_count};
}

uint64_t
digester_bytes(const struct digester *self)
{
    return self->room * (sizeof(*self->times_ns) + sizeof(*self->values)) +
           self->slide.room * 4 * sizeof(double);
}
