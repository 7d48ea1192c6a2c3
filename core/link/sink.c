/* link/sink.c - what a storage's select fills: parts, under bounds */
#include <config.h>

#include "link/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "link/part.h"
#include "query/digest.h"
#include "series.h"

enum {
    SAMPLE_SIZE = sizeof(int64_t) + sizeof(double),
    LOOK_EVERY = 20000,   /* samples that a digest looked at, at the clock */
    BRIEF_WORK = 8192,    /* samples that are given or looked at */
    SERIES_WORK = 128,    /* that a series is worth */
    FIRST_AIM = 16 << 10, /* bytes at which the first part is sent, the next at
                           * twice as many: while it is made, that is heard */
};

struct weir_sink {
    const struct weir_select *what;
    uint64_t id;
    sink_give *give;
    void *arg;
    struct part_draft *draft;
    size_t aim;                /* bytes at which it is sent, PART_AIM at most */
    struct digester *digester; /* makes points of samples; or NULL */
    size_t until_look;         /* samples that it looks at */
    uint64_t series, samples;  /* so far */
    uint64_t text_bytes;       /* of series and texts, which askers keep */
    int64_t last_ns;           /* of the series' samples */
    bool evaluated;
    bool brief, gave_up;
    size_t work; /* that is left, when it is brief */
    int rc;      /* the first failure; it stays */
    char why[256];
    atomic_bool cancelled;
};

/* Keeps the first failure, so that a storage that ignores it fails as well. */
static int
fail(struct weir_sink *self, int rc, const char *why)
{
    if (self->rc == 0) {
        self->rc = rc;
        (void)snprintf(self->why, sizeof(self->why), "%s", why);
    }
    return self->rc;
}

/* What each function looks at first. */
static int
check_wanted(struct weir_sink *self)
{
    if (self->rc < 0)
        return self->rc;
    if (atomic_load_explicit(&self->cancelled, memory_order_relaxed))
        return fail(self, -ECANCELED, "cancelled");
    if (clock_about_ns() >= self->what->bounds.deadline_ns)
        return fail(self, -ETIMEDOUT, "the deadline has passed");
    return 0;
}

/* Notes work that is to be done. */
static int
spend(struct weir_sink *self, size_t work)
{
    if (!self->brief)
        return 0;
    if (work > self->work) {
        self->gave_up = true;
        return fail(self, -ECANCELED, "cancelled");
    }
    self->work -= work;
    return 0;
}

/* A digest may look at each sample many times, so it is asked now and then. */
static bool
digest_looks(void *arg, size_t samples)
{
    struct weir_sink *self = arg;

    if (spend(self, samples) < 0)
        return false;
    if (samples < self->until_look) {
        self->until_look -= samples;
        return true;
    }
    self->until_look = LOOK_EVERY;
    return check_wanted(self) == 0;
}

struct weir_sink *
sink_new(const struct weir_select *what, uint64_t id, sink_give *give,
         void *arg)
{
    struct weir_sink *self = xcalloc(1, sizeof(*self));

    self->what = what;
    self->id = id;
    self->give = give;
    self->arg = arg;
    self->draft = part_draft_new();
    self->aim = FIRST_AIM;
    if (what->digest && what->alone && what->want == WEIR_SAMPLES) {
        self->digester = digester_new(what->digest, digest_looks, self);
        self->evaluated = true;
    }
    return self;
}

void
sink_be_brief(struct weir_sink *self)
{
    self->brief = true;
    self->work = BRIEF_WORK;
}

bool
sink_gave_up(const struct weir_sink *self)
{
    return self->gave_up;
}

void
sink_cancel(struct weir_sink *self)
{
    atomic_store_explicit(&self->cancelled, true, memory_order_relaxed);
}

void
sink_destroy(struct weir_sink **self_p)
{
    struct weir_sink *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    part_draft_destroy(&self->draft);
    digester_destroy(&self->digester);
    free(self);
}

static int
fail_bound(struct weir_sink *self, const char *what, uint64_t most)
{
    char why[128];

    (void)snprintf(why, sizeof(why), "the answer has more than %llu %s",
                   (unsigned long long)most, what);
    return fail(self, -EMSGSIZE, why);
}

/* Sends the part when it is large enough. */
static int
flush(struct weir_sink *self)
{
    if (part_draft_size(self->draft) < self->aim)
        return 0;
    self->aim = 2 * self->aim < PART_AIM ? 2 * self->aim : PART_AIM;
    struct frame *frame =
        part_draft_take(self->draft, self->id, 0, NULL, self->evaluated);
    int rc = self->give(self->arg, &frame);
    if (rc == -ETIMEDOUT)
        return fail(self, rc, "the deadline has passed");
    return rc < 0 ? fail(self, rc, "cancelled") : 0;
}

/* Adds samples, or what was made of them, to parts. */
static int
add_samples(struct weir_sink *self, const int64_t *times_ns,
            const double *values, size_t count)
{
    for (size_t done = 0; done < count;) {
        size_t room = (self->aim - part_draft_size(self->draft)) / SAMPLE_SIZE;
        size_t step = count - done <= room ? count - done : room + 1;
        part_draft_samples(self->draft, times_ns + done, values + done, step);
        done += step;
        int rc = flush(self);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int
add_points(struct weir_sink *self, struct digest_points points)
{
    if (self->rc < 0)
        return self->rc;
    return add_samples(self, points.times_ns, points.values, points.count);
}

static int
end_series(struct weir_sink *self)
{
    return self->digester && self->series > 0
               ? add_points(self, digester_end(self->digester))
               : 0;
}

int
sink_end(struct weir_sink *self, int rc)
{
    char text[128];

    if (self->rc == 0 && rc == 0)
        (void)end_series(self);
    if (self->rc == 0 && rc < 0)
        (void)fail(self, rc, strerror_r(-rc, text, sizeof(text)));
    if (self->rc == -EMSGSIZE)
        self->rc = -E2BIG;
    struct frame *frame =
        part_draft_take(self->draft, self->id, self->rc < 0 ? self->rc : 1,
                        self->why, self->evaluated);
    return self->give(self->arg, &frame);
}

int
weir_sink_wanted(struct weir_sink *self)
{
    return check_wanted(self);
}

int
weir_sink_fail(struct weir_sink *self, int rc, const char *format, ...)
{
    char why[sizeof(self->why)];
    va_list rest;

    va_start(rest, format);
    (void)vsnprintf(why, sizeof(why), format, rest);
    va_end(rest);
    (void)fail(self, rc, why);
    return rc;
}

int
weir_sink_evaluated(struct weir_sink *self)
{
    int rc = check_wanted(self);
    if (rc < 0)
        return rc;
    if (!self->what->alone || self->series > 0 || self->digester)
        return fail(self, -EINVAL, "the storage evaluates unasked");
    self->evaluated = true;
    return 0;
}

int
weir_sink_series(struct weir_sink *self, const struct weir_series *series)
{
    const struct weir_bounds *bounds = &self->what->bounds;

    int rc = check_wanted(self);
    if (rc == 0)
        rc = end_series(self);
    if (rc == 0)
        rc = spend(self, SERIES_WORK);
    if (rc < 0)
        return rc;
    if (self->series == bounds->series)
        return fail_bound(self, "series", bounds->series);
    if (!series_valid(series))
        return fail(self, -EINVAL, "the storage gives an invalid series");
    self->series++;
    self->last_ns = INT64_MIN;
    size_t before = part_draft_size(self->draft);
    part_draft_series(self->draft, series);
    self->text_bytes += part_draft_size(self->draft) - before;
    if (self->text_bytes > bounds->memory_bytes)
        return fail_bound(self, "bytes of series", bounds->memory_bytes);
    return flush(self);
}

const struct weir_select *
sink_select(const struct weir_sink *self)
{
    return self->what;
}

static int
add_count(struct weir_sink *self, size_t count)
{
    uint64_t most = self->what->bounds.samples;

    if (count > most - self->samples)
        return fail_bound(self, "samples", most);
    self->samples += count;
    return 0;
}

int
sink_count(struct weir_sink *self, size_t count)
{
    int rc = check_wanted(self);

    if (rc == 0)
        rc = spend(self, count);
    return rc < 0 ? rc : add_count(self, count);
}

static int
check_samples(struct weir_sink *self, const int64_t *times_ns, size_t count)
{
    if (self->series == 0)
        return fail(self, -EINVAL, "the storage gives samples of no series");
    bool back = count > 0 && times_ns[0] < self->last_ns;
    for (size_t i = 1; i < count; i++)
        back |= times_ns[i] < times_ns[i - 1];
    if (back)
        return fail(self, -EINVAL, "the storage gives times that go back");
    if (count > 0)
        self->last_ns = times_ns[count - 1];
    return 0;
}

int
weir_sink_samples(struct weir_sink *self, const int64_t *times_ns,
                  const double *values, size_t count)
{
    int rc = sink_count(self, count);
    if (rc == 0)
        rc = check_samples(self, times_ns, count);
    if (rc < 0)
        return rc;
    if (!self->digester)
        return add_samples(self, times_ns, values, count);
    if (digester_bytes(self->digester) > self->what->bounds.memory_bytes)
        return fail_bound(self, "bytes of samples",
                          self->what->bounds.memory_bytes);
    return add_points(self,
                      digester_add(self->digester, times_ns, values, count));
}

int
weir_sink_text(struct weir_sink *self, const char *text)
{
    uint64_t most = self->what->bounds.memory_bytes;
    size_t length = strlen(text);

    int rc = check_wanted(self);
    if (rc < 0)
        return rc;
    if (length > PART_TEXT_MOST)
        return fail_bound(self, "bytes in a text", PART_TEXT_MOST);
    self->text_bytes += length + sizeof(const char *);
    if (self->text_bytes > most)
        return fail_bound(self, "bytes of texts", most);
    part_draft_text(self->draft, text);
    return flush(self);
}
