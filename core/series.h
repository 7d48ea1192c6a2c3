/* series.h - metrics and label sets: what is valid, equal, and in which order
 *
 * The identity of a series is its name (the metric's with the suffix) and its
 * labels.  All functions are pure; any thread may call them.
 */
#ifndef SERIES_H
#define SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <weir/batch.h>

#include "arena.h"

/* Limits of what is valid, here and on the wire. */
enum {
    SERIES_NAME_MOST = 512,   /* bytes of a metric's or label's name */
    SERIES_LABELS_MOST = 64,  /* labels of a series */
    SERIES_VALUE_MOST = 4096, /* bytes of a label's value */
    SERIES_HELP_MOST = 4096,  /* bytes of a metric's help */
};

/* Says whether 'text' may name a metric, or a label ("__name__" may not). */
bool series_metric_name_valid(const char *text);
bool series_label_name_valid(const char *text);

/* Says whether every name and value is valid (values are UTF-8), the labels
 * are sorted and none comes twice. */
bool series_valid(const struct weir_series *series);

size_t labels_count(const struct weir_label *labels);

/* Returns the value of the label 'name', or NULL. */
const char *labels_get(const struct weir_label *labels, const char *name);

/* Sorts by name, in place. */
void labels_sort(struct weir_label *labels);

/* Returns a hash of the identity.  It is another one in each process, so that
 * nobody outside can choose names that share one. */
/* Returns what the kernel gives each process to be different by: hashes of
 * texts that others choose begin with it. */
uint64_t series_seed(void);

uint64_t series_hash(const struct weir_series *series);
bool series_equal(const struct weir_series *a, const struct weir_series *b);

/* Says whether two metrics are the same in all. */
static inline bool
metric_equal(const struct weir_metric *a, const struct weir_metric *b)
{
    return a->type == b->type && strcmp(a->name, b->name) == 0 &&
           strcmp(a->unit, b->unit) == 0 && strcmp(a->help, b->help) == 0;
}

/* Orders by name, then by labels; negative, 0 or positive. */
int series_compare(const struct weir_series *a, const struct weir_series *b);

/* Copies the labels, and all that they point to, into the arena. */
const struct weir_label *labels_copy(struct arena *arena,
                                     const struct weir_label *labels);

/* The same, where 'like' (or NULL), sorted as 'labels' are, lives in the arena:
 * the texts that are also there are shared; where all are, it is 'like' itself.
 */
const struct weir_label *labels_copy_like(struct arena *arena,
                                          const struct weir_label *labels,
                                          const struct weir_label *like);

/* Returns the series written as name{a="b",c="d"}, without braces when there
 * are no labels, values escaped as in Prometheus' text; freed by the caller. */
char *series_text(const struct weir_series *series);

#endif /* SERIES_H */
