/* row.h - one series of a report, and what it did */
#ifndef SUMMARY_ROW_H
#define SUMMARY_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <weir/query.h>

#include "trend.h"

struct row {
    char *name;                /* with the suffix; or "" */
    struct weir_label *labels; /* ends with {0}; own, texts included */
    char *text;                /* as PromQL has it, and sorted by */
    char *shown;               /* the text, made harmless; NULL until it is
                                * known */
    char *caption;             /* in which it differs from its panel's
                                * others; NULL until it is known */
    const char *unit;          /* of its level; lives with the report */
    struct weir_figures now, before; /* without their series; of the window,
                                      * and of the one before */
    double *points; /* [2 * steps], of both windows, NAN where there is none; or
                     * NULL */
    struct trend trend;
    double moved;    /* see robust_move(); NAN when it is not known */
    bool is_counter; /* its level is how fast it grows */
    bool wanted;     /* points of it are */
};

/* Makes a row of a series, which is copied; its labels can be shown. */
void row_init(struct row *self, const struct weir_series *series);
void row_fini(struct row *self);

/* Returns how the series is written in PromQL; the caller frees it. */
char *row_text(const struct weir_series *series);

/* Returns a copy that can be shown: control characters are blanks, bytes that
 * are no UTF-8 U+FFFD. */
char *row_shown(const char *text);

/* Returns the value of a label, or NULL. */
const char *row_label(const struct row *self, const char *name);

/* What the row is ranked and compared by: the average, or how fast a counter
 * grows on average; NAN when it is not known. */
double row_level(const struct row *self);
double row_level_before(const struct row *self);

#endif /* SUMMARY_ROW_H */
