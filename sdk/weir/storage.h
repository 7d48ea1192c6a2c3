/* weir/storage.h - what a storage is given, and how a storage is asked
 *
 * weir_durable(), weir_refused(), weir_room(), weir_matches() and the
 * weir_sink_...() functions may be called from any thread.
 */
#ifndef WEIR_STORAGE_H
#define WEIR_STORAGE_H

#include <stdbool.h>

#include <weir/batch.h>

struct weir_request;

/* Goes with each batch that a storage appends.  What identifies the batch,
 * stream and sequence, belongs into the same record as its data, so that a
 * storage can say after a restart what it has (see 'last' in weir/plugin.h). */
struct weir_ticket {
    uint64_t number;    /* 1, 2, 3... since this instance was opened */
    uint8_t stream[16]; /* the sender's numbered sequence of batches */
    uint64_t sequence;  /* 1, 2, 3... in the stream; gaps do not occur */
    const char *peer;   /* who sent it, for a log line; lent for the call */
};

/* Everything up to the ticket 'number' is durable. */
WEIR_API void weir_durable(void *self, uint64_t number);

/* The batch of ticket 'number' can never be stored; 'why' is for people. */
WEIR_API void weir_refused(void *self, uint64_t number, const char *why);

/* There is room again, after append returned -EAGAIN or -ENOSPC. */
WEIR_API void weir_room(void *self);

enum weir_match { WEIR_EQUAL, WEIR_NOT_EQUAL, WEIR_LIKE, WEIR_NOT_LIKE };

struct weir_pattern;

/* A condition on one label; "__name__" is the metric's name with its suffix. */
struct weir_matcher {
    const char *name;
    enum weir_match match;
    const char *value;                  /* a text, or the pattern's text */
    const struct weir_pattern *pattern; /* compiled; NULL unless (not) like */
};

/* Says whether a series whose label has 'value' (NULL for no such label, which
 * is the same as "") meets the condition.  A pattern is anchored at both ends;
 * one that exceeds its bound of steps does not match. */
WEIR_API bool weir_matches(const struct weir_matcher *self, const char *value);

/* The same, but a pattern that exceeds its bound of steps is told: returns 1,
 * 0, or -E2BIG. */
WEIR_API int weir_try_match(const struct weir_matcher *self, const char *value);

/* Says whether 'series' meets all 'count' conditions. */
WEIR_API bool weir_matches_series(const struct weir_matcher *matchers,
                                  size_t count,
                                  const struct weir_series *series);

/* Compiles 'text' as an anchored pattern with a bounded number of steps.
 * Returns 0, or -EINVAL with the reason and place in 'why', 'size' bytes.
 * The caller owns the pattern; any thread may match with it. */
WEIR_API int weir_pattern_new(const char *text, char *why, size_t size,
                              struct weir_pattern **ret_pattern);
WEIR_API void weir_pattern_destroy(struct weir_pattern **pattern_p);

/* What a select wants to hear. */
enum weir_want {
    WEIR_SAMPLES,
    WEIR_SERIES,       /* series alone */
    WEIR_LABEL_NAMES,  /* texts */
    WEIR_LABEL_VALUES, /* texts: the values of 'label' */
    WEIR_METRICS,      /* one series a metric, for type, unit and help */
    WEIR_STATUS,       /* texts "name=value": what the storage says of itself */
    WEIR_TARGETS,
};

/* What the asker will compute of the samples: a hint. */
enum weir_function {
    WEIR_RAW,
    WEIR_FIRST,
    WEIR_LAST,
    WEIR_COUNT_OF,
    WEIR_SUM,
    WEIR_AVG,
    WEIR_MIN,
    WEIR_MAX,
    WEIR_RATE,
    WEIR_FIGURES, /* what weir_summary() tells: see weir_sink_figures() */
};

/* What an answer may cost; 0 is the host's default. */
struct weir_bounds {
    uint64_t samples;
    uint64_t memory_bytes;
    uint32_t series;
    int64_t deadline_ns; /* on CLOCK_MONOTONIC */
};

struct weir_digest;

struct weir_select {
    enum weir_want want;
    bool alone; /* only this store is asked: it may answer with the functions'
                 * values at the steps instead of samples */
    const char *label;                   /* for WEIR_LABEL_VALUES; else NULL */
    const struct weir_matcher *matchers; /* [matcher_count], all must hold */
    size_t matcher_count;
    int64_t after_ns, until_ns;  /* left-open: after < time <= until */
    enum weir_function function; /* over the 'range_ns' before each of the
                                  * steps after + k * step, k = 1, 2...; with
                                  * step 0 there is one step, 'until' */
    uint32_t functions; /* several at once: a set of 1U << function, in place
                         * of 'function'; 0: that one alone */
    uint32_t slice, slices; /* 'slices' above 1: others ask for the rest at the
                             * same time, so each series is to be given in one
                             * of these; only of a storage that can_slice */
    double argument;
    int64_t range_ns, step_ns;
    struct weir_bounds bounds;
    struct weir_request *client; /* whose leaving ends the select; or NULL */
    const struct weir_digest
        *digest; /* what the host itself makes of the
                  * samples that a storage gives; or NULL */
};

/* Returns the set of functions that the select asks for. */
static inline uint32_t
weir_functions(const struct weir_select *self)
{
    return self->functions ? self->functions : UINT32_C(1) << self->function;
}

/* Says whether a store may answer with that function's values at 'until', one
 * of each series, and nothing else is asked. */
static inline bool
weir_asks_once(const struct weir_select *self, enum weir_function function)
{
    return self->want == WEIR_SAMPLES && self->alone && self->step_ns == 0 &&
           weir_functions(self) == UINT32_C(1) << function;
}

/* Where the answer to one select goes.  Each function returns 0; when it
 * returns -ECANCELED (nobody listens any more), -ETIMEDOUT or -EMSGSIZE (a
 * bound was reached), the storage stops and returns that. */
struct weir_sink;

/* Called first, if at all: what follows are the function's values at the
 * steps, not samples.  Only when the select says 'alone'.  Of several functions
 * each step that has a value has one of each, in the order of the enum. */
WEIR_API int weir_sink_evaluated(struct weir_sink *self);

/* Begins the next series; copied.  A series comes at most once. */
WEIR_API int weir_sink_series(struct weir_sink *self,
                              const struct weir_series *series);

/* Gives samples of the series begun last, in ascending order of time; values of
 * several functions at a step have the same time. */
WEIR_API int weir_sink_samples(struct weir_sink *self, const int64_t *times_ns,
                               const double *values, size_t count);

/* Begins the next series and gives its figures over the 'range_ns' before
 * 'until', when WEIR_FIGURES is all that is asked, and weir_sink_evaluated()
 * was called.  They are made of these 'count' samples, in ascending order of
 * time, which are all from 'after' on: that reaches back over the window
 * before, too. A series that has no number in the window is left out. */
WEIR_API int weir_sink_figures(struct weir_sink *self,
                               const struct weir_series *series,
                               const int64_t *times_ns, const double *values,
                               size_t count);

/* Gives a name, a label's value, a status line; copied. */
WEIR_API int weir_sink_text(struct weir_sink *self, const char *text);

/* Says whether anybody still waits for the answer: for a storage that waits
 * itself, and looks now and then. */
WEIR_API int weir_sink_wanted(struct weir_sink *self);

/* Says why the select fails with 'rc', a negative errno, for whoever asked; the
 * first reason stays.  Returns 'rc', for the storage to return. */
WEIR_API int weir_sink_fail(struct weir_sink *self, int rc, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));

/* What a storage may be told to do. */
enum weir_act {
    WEIR_DELETE,
    WEIR_CLEAN,
    WEIR_SNAPSHOT,
    WEIR_IMPORT,
    WEIR_IMPORTED,
    WEIR_IMPORT_UNDO,
};

#endif /* WEIR_STORAGE_H */
