/* weir/query.h - asking the storages that the configuration names in 'from'
 *
 * The answer comes in parts, by a callback on the instance's own thread; a
 * part is lent for the call, and the next one comes after it returns, which is
 * the answer's flow control.
 */
#ifndef WEIR_QUERY_H
#define WEIR_QUERY_H

#include <weir/storage.h>

/* The figures of one series over a window that ends at 'until', of length
 * until - after.  A rate is how fast that figure itself changes, per second:
 * the figure over the window less the figure over the window before, divided
 * by the length.  A slope is the change per second between samples, counters
 * corrected for resets.  What cannot be told is NAN. */
enum weir_figure { WEIR_FIGURE_AVG, WEIR_FIGURE_MAX, WEIR_FIGURE_MIN };

struct weir_figures {
    const struct weir_series *series;
    uint64_t count;  /* samples in the window */
    double value[3]; /* by enum weir_figure */
    double last;
    double rate[3];         /* per second */
    double rate_percent[3]; /* of the figure over the window before, a second */
    double slope[3];        /* per second */
};

struct weir_note {
    const char *kind; /* "error", "warning" or "info" */
    const char *text; /* whole: one of weir_query() names its place, too */
    size_t position;  /* the byte of the question's text, from 1; or 0 */
};

/* A part of an answer. */
struct weir_result {
    int rc; /* 0: more comes.  1: the last part.  Negative, and the last:
             * -ETIMEDOUT, -E2BIG above a bound, -ECANCELED, -EINVAL, or what
             * the only storage said; then a note tells */
    bool malformed;   /* with -EINVAL: the text is no question of this kind, as
                       * opposed to one that can not be answered */
    const char *type; /* "series", "texts" or "figures"; of a
                       * weir_query() see there */
    bool evaluated; /* 'samples' are the function's values; of several functions
                     * a series has one of each at a time, in the order of the
                     * enum, maybe in two parts */
    const struct weir_loose *samples;   /* NULL, or of "series" */
    const char *const *texts;           /* [count], of "texts" */
    const struct weir_figures *figures; /* [count], of "figures" */
    size_t count;
    const struct weir_note *notes; /* [note_count]: absent storages... */
    size_t note_count;
};

/* Hears a part; returns false to hear no more: then the select ends, and
 * 'heard' is not called again. */
typedef bool weir_heard(void *self, void *arg,
                        const struct weir_result *result);

/* Asks every storage in 'from' and gives the samples, series or texts, merged:
 * a series comes once, its samples by time; of equal times the first storage
 * in the configuration wins.  'what' is copied; a pattern in it must live
 * until the last part.  Returns 0, -ENOTCONN when nothing is in 'from', or
 * -EAGAIN when too many selects run already. */
WEIR_API int weir_select(void *self, const struct weir_select *what,
                         weir_heard *heard, void *arg);

/* The same, answered with the figures of each series over the window
 * (after, until]. */
WEIR_API int weir_summary(void *self, const struct weir_select *what,
                          weir_heard *heard, void *arg);

/* Computes the figures of 'series' over the window (after, until] of 'samples',
 * which are all of one series, by time, and reach back over the window before,
 * too.  Of the samples only their count, times and values are looked at.  For
 * values that a plugin made itself, such as those of an expression. */
WEIR_API void weir_figures_of(const struct weir_series *series,
                              const struct weir_loose *samples,
                              int64_t after_ns, int64_t until_ns,
                              struct weir_figures *ret_figures);

/* A question in PromQL. */
struct weir_question {
    const char *text;
    /* The steps start, start + step, ... up to end.  Step 0 is one instant,
     * which is both start and end. */
    int64_t start_ns, end_ns, step_ns;
    int64_t lookback_ns; /* how old a sample may be; 0: the longer of 5 minutes
                          * and two intervals */
    struct weir_bounds bounds;
    struct weir_request *client; /* whose leaving ends the question; or NULL */
};

/* Asks what 'question' says, which is copied.  Parts come as from weir_select()
 * but of one of these types, the same in all parts of an answer:
 *   "scalar"  one sample, of a series without name and labels
 *   "string"  the only one of 'texts'
 *   "vector"  at most one sample a series, in the order of the answer, all at
 *             the instant
 *   "matrix"  samples by series and time; all that has steps comes so, and so
 *             does up[5m] at an instant, with the times of its samples
 * A series that has lost its name has the empty one, "", which is otherwise no
 * name; all others have a whole name and the suffix "".  Names and labels may
 * be any UTF-8, as label_replace() makes them.  The layout of a part is that of
 * its samples and those before.
 *
 * Warnings and infos come with the last part, worded as Prometheus does; so
 * does the error's note when 'rc' is -EINVAL (the question is wrong; the note
 * tells in Prometheus' words), -ETIMEDOUT, -E2BIG, -ECANCELED, or what the
 * storages said; -EAGAIN is for want of memory, of which others have too much.
 * Returns 0, -ENOTCONN when nothing is in 'from', or -EAGAIN
 * when too many questions run; without 0 'heard' is never called. */
WEIR_API int weir_query(void *self, const struct weir_question *question,
                        weir_heard *heard, void *arg);

/* What all questions of an instance may take together; 0 is the default. */
struct weir_query_limits {
    uint32_t at_once;      /* questions that select or are evaluated; 12 */
    uint32_t waiting;      /* those that wait for their turn; 1,024 */
    uint64_t memory_bytes; /* of all that run; 256 MiB */
    int64_t slow_ns;       /* what takes longer is logged; 0: nothing is */
};

/* Sets them, from the next question on; call it in open().  Above 'waiting'
 * weir_query() returns -EAGAIN; above the memory a question ends with
 * -EAGAIN and an error's note. */
WEIR_API void weir_query_limit(void *self,
                               const struct weir_query_limits *limits);

/* A selector of series in PromQL, such as 'up{job=~"a|b"}', that was read. */
struct weir_selector;

/* Reads 'text'.  Returns 0, or -EINVAL with the reason, in Prometheus' words,
 * in 'why', 'size' bytes. */
WEIR_API int weir_selector_new(const char *text, char *why, size_t size,
                               struct weir_selector **ret_selector);

/* Returns its conditions, '*ret_count' of them, ready for a select; valid as
 * long as the selector. */
WEIR_API const struct weir_matcher *
weir_selector_matchers(const struct weir_selector *self, size_t *ret_count);

WEIR_API void weir_selector_destroy(struct weir_selector **selector_p);

/* Writes the question 'text' in lines that are easy to read; the caller frees
 * '*ret_text'.  Returns 0, or -EINVAL as weir_selector_new(). */
WEIR_API int weir_query_format(const char *text, char *why, size_t size,
                               char **ret_text);

/* Writes the syntax tree of the question 'text' as JSON, in the shape of
 * Prometheus' API; otherwise the same. */
WEIR_API int weir_query_parse(const char *text, char *why, size_t size,
                              char **ret_json);

#endif /* WEIR_QUERY_H */
