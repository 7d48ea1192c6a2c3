/* overview_probe.h - one question of a survey, and what becomes of its answer
 *
 * A probe joins what it hears into the survey's rows, by the labels instance
 * and job of each series.
 */
#ifndef OVERVIEW_PROBE_H
#define OVERVIEW_PROBE_H

#include "overview_survey.h"

/* The window before is looked at, too: rates of change are from there. */
enum { POINTS_MOST = 2 * SPARK_POINTS };

struct probe;

/* Takes a value of an instant. */
typedef void probe_take(struct probe *self, const struct weir_series *series,
                        double value);

struct probe {
    struct survey *survey;
    probe_take *take; /* or NULL: the values of a column at its steps */
    size_t index;     /* of the column or condition */
    bool leaves_now;  /* what is now comes by another question */
    char *text;
    struct subject *subject; /* of the series that comes; or NULL */
    uint32_t series;         /* its index in the layout */
    uint32_t count;          /* values of it so far */
    int64_t times_ns[POINTS_MOST];
    double values[POINTS_MOST];
};

/* What an instant tells: that a condition holds, a column's value now, when
 * something was last heard of, and why a target could not be scraped. */
probe_take probe_take_condition, probe_take_now, probe_take_seen,
    probe_take_reason;

/* Joins a part of the answer. */
void probe_hear(struct probe *self, const struct weir_result *result);

/* Notes that there is no answer. */
void probe_fail(struct probe *self, const char *why);

#endif /* OVERVIEW_PROBE_H */
