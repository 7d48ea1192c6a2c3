/* weir/batch.h - series, and what carries their samples
 *
 * A *source* is what is collected together: one host, one scrape target, one
 * pushing peer.  It remembers the series that it gave, in *layouts*, so that
 * their names and labels travel once; a *batch* is one cycle of a source and
 * holds little more than the values.  Every time is int64 nanoseconds since
 * 1970-01-01 UTC, every value a double; a NaN keeps its bits.
 *
 * Functions here are called on the instance's own thread.
 */
#ifndef WEIR_BATCH_H
#define WEIR_BATCH_H

#include <stddef.h>
#include <stdint.h>

#define WEIR_API __attribute__((visibility("default")))

/* What a value is.  A counter only grows, but for resets. */
enum weir_type {
    WEIR_UNTYPED,
    WEIR_COUNTER,
    WEIR_GAUGE,
    WEIR_HISTOGRAM,
    WEIR_SUMMARY,
    WEIR_INFO,
};

/* What is measured.  'name' is [a-zA-Z_:][a-zA-Z0-9_:]*; 'unit' is a base unit
 * such as "bytes" or "seconds", or ""; 'help' is one sentence.  No text is
 * NULL.  Type, unit and help are no part of a series' identity. */
struct weir_metric {
    const char *name;
    enum weir_type type;
    const char *unit;
    const char *help;
};

/* One label.  A label set is an array that ends with {0}. */
struct weir_label {
    const char *name;
    const char *value;
};

/* One series: a metric, which of its parts, and a label set.
 * 'suffix' is "", "_bucket", "_sum", "_count" or another ending; it is never
 * NULL.  'labels' is sorted by name, without __name__, and never NULL. */
struct weir_series {
    const struct weir_metric *metric;
    const char *suffix;
    const struct weir_label *labels;
};

/* A list of series, in the order of the columns of rows.  It only grows, to
 * WEIR_LAYOUT_MOST: what lies below 'count' never changes. */
enum { WEIR_LAYOUT_MOST = 4096 };

struct weir_layout {
    uint32_t count;
    const struct weir_series *series; /* [count] */
};

/* Rows: one time for all series of a layout.  What a cycle gives. */
struct weir_rows {
    const struct weir_layout *layout;
    void *resolved;          /* what the storage's resolve made; else NULL */
    uint32_t width;          /* columns, at most the layout's count */
    uint32_t count;          /* rows */
    const int64_t *times_ns; /* [count], ascending */
    const double *values;    /* [count * width], row by row; 0 where absent */
    const uint64_t *present; /* [count * ((width + 63) / 64)], bit c % 64 of
                              * word c / 64 is column c; NULL: all present */
};

/* Loose samples: each with a time of its own.  Also the answers to selects,
 * which are sorted by index, then time: one series is one run. */
struct weir_loose {
    const struct weir_layout *layout;
    void *resolved;          /* as in rows */
    uint32_t count;          /* samples */
    const uint32_t *index;   /* [count], below the layout's count */
    const int64_t *times_ns; /* [count] */
    const double *values;    /* [count] */
};

/* The value that ends a series: it is gone, rather than late.  A NaN with
 * these bits, as Prometheus has it. */
#define WEIR_STALE_BITS UINT64_C(0x7ff0000000000002)

struct weir_source;
struct weir_batch;

/* What a batch carries: '*ret_count' parts, in the order to be stored; valid
 * as long as the batch. */
WEIR_API const struct weir_rows *weir_batch_rows(const struct weir_batch *self,
                                                 size_t *ret_count);
WEIR_API const struct weir_loose *
weir_batch_loose(const struct weir_batch *self, size_t *ret_count);

/* The time that begin was given. */
WEIR_API int64_t weir_batch_time_ns(const struct weir_batch *self);

/* Makes a source called 'name', which stays the same over restarts.  Its
 * series get 'labels' (ends with {0}, or NULL; copied) where they have no such
 * label, and those of the configuration.  'self' is the instance.  Any kind of
 * plugin may have sources; an input has one already, for its collect. */
WEIR_API struct weir_source *weir_source_new(void *self, const char *name,
                                             const struct weir_label *labels);

/* From now on 'labels' above count even where a series has such a label of its
 * own, which then gets "exported_" before its name, once more as long as there
 * is another of that name: for what is told by others, who should not say where
 * it comes from.  To be called before the first batch. */
WEIR_API void weir_source_insist(struct weir_source *self);

/* Changes the labels of a series before it is stored.  'labels' (sorted by
 * name, ends with {0}; lent for the call) are those that it would have, with
 * the source's, and "__name__" for its name.  Returns 1 with those that it is
 * to have in '*ret_labels', sorted, each name once, which are lent until the
 * next call; 0 to leave the series out; or a negative errno to refuse it, which
 * is what weir_series_refer() returns then. */
typedef int weir_rewrite(void *arg, const struct weir_label *labels,
                         const struct weir_label **ret_labels);

/* From now on 'rewrite' changes each series that is new to the source, once:
 * one that was kept or left out is remembered as that, and one that was refused
 * is asked for when it is added again.  A renamed series keeps the type, unit
 * and help of its metric.  What is added while there is no 'rewrite' (NULL) is
 * not touched, and kept apart from what was added under one, so that a plugin's
 * own series can go into the same batch.  'arg' outlives the source. */
WEIR_API void weir_source_rewrite(struct weir_source *self,
                                  weir_rewrite *rewrite, void *arg);

/* Sends stale markers for all series of the source, frees it and sets
 * '*source_p' to NULL.  Does nothing when it is NULL. */
WEIR_API void weir_source_destroy(struct weir_source **source_p);

/* Says how a batch fared, once for each ended batch that asked:
 *   0           it is durable
 *   -EDQUOT     durable, but for samples that a limit refused
 *   -EBADMSG    refused for ever; 'why' tells
 *   -EAGAIN     there was room for a part of it, or at some stores, only: to
 *               be sent again; what is stored already is not stored twice
 *   -ECANCELED  the instance closes; it may or may not be stored
 * 'why' is a text for people, or NULL. */
typedef void weir_stored(void *self, void *arg, int rc, const char *why);

/* Begins a cycle at 'time_ns'.  A source has one batch at a time; the batch
 * belongs to the caller until end, fail or destroy takes it. */
WEIR_API struct weir_batch *weir_batch_begin(struct weir_source *source,
                                             int64_t time_ns);

/* Sends the batch away, with stale markers for series that the cycle before
 * had and this one has not; sets '*batch_p' to NULL.  'stored' (or NULL) is
 * called with 'arg': later, or at once where there is nothing to send, and
 * before the instance's close at the latest.  Returns 0, or -EAGAIN when there
 * is neither credit nor spool: the batch is lost and 'stored' is not called.
 * Who pushed it should be told to try again. */
WEIR_API int weir_batch_end(struct weir_batch **batch_p, weir_stored *stored,
                            void *arg);

/* Sends nothing: as if the cycle had not happened.  NULL does nothing. */
WEIR_API void weir_batch_destroy(struct weir_batch **batch_p);

/* The cycle failed: all series of the source become stale. */
WEIR_API void weir_batch_fail(struct weir_batch **batch_p);

/* Adds a value to the batch's row.  'metric' outlives the source; 'labels'
 * (ends with {0}, or NULL) are copied when they are new.  A second value for a
 * series replaces the first.  What has an invalid name or label, is above the
 * instance's series_limit, or does not pass keep and drop is left out; the
 * first two are counted.  Adding in the same order each cycle is fastest. */
WEIR_API void weir_add(struct weir_batch *self,
                       const struct weir_metric *metric,
                       const struct weir_label *labels, double value);

/* The same for a part of a metric, such as "_bucket"; 'series' and all that it
 * points to may be gone after the call, but for its metric. */
WEIR_API void weir_add_series(struct weir_batch *self,
                              const struct weir_series *series, double value);

/* Between begin and an end with a negative 'rc' nothing was added: one
 * collector of several failed.  The host logs and counts it under the name
 * 'part', with the reason that weir_fail() left.  Parts do not nest. */
WEIR_API void weir_part_begin(struct weir_batch *self);
WEIR_API void weir_part_end(struct weir_batch *self, const char *part, int rc);

/* Series references, for where there are very many series.
 *
 * Makes a reference to 'series' (copied with all that it points to), filed
 * under 'key', 'size' bytes of any kind (a line's head, a label block; copied).
 * With 'size' 0 it is filed under nothing and lasts until weir_series_drop();
 * else it lasts until the batch ends, and can be found again under its key.
 * Returns 0, -EDQUOT above series_limit, or -EINVAL for an invalid name or
 * label; '*ret_reference' is set in each case, and what is set through a
 * refused reference goes nowhere, so the outcome may be ignored. */
WEIR_API int weir_series_refer(struct weir_batch *self,
                               const struct weir_series *series,
                               const void *key, size_t size,
                               uint32_t *ret_reference);

/* Finds the reference filed under 'key'.  Returns 0, or -ENOENT. */
WEIR_API int weir_series_find(struct weir_batch *self, const void *key,
                              size_t size, uint32_t *ret_reference);

/* Forgets a reference that was made with 'size' 0. */
WEIR_API void weir_series_drop(struct weir_batch *self, uint32_t reference);

/* Sets the value of a series in the batch's row. */
WEIR_API void weir_set(struct weir_batch *self, uint32_t reference,
                       double value);

/* Adds a loose sample with a time of its own. */
WEIR_API void weir_set_at(struct weir_batch *self, uint32_t reference,
                          int64_t time_ns, double value);

/* What an open batch was given so far. */
struct weir_tally {
    uint64_t given; /* values, also those that are left out */
    uint64_t kept;  /* of the row and loose; a series that a text has again
                     * counts again */
    uint64_t added; /* of the row, of series that the cycle before had not */
};

WEIR_API struct weir_tally weir_batch_tally(const struct weir_batch *self);

#endif /* WEIR_BATCH_H */
