/* overview_condition.h - what is wrong with a thing: a table, and its words
 *
 * A condition is a question in PromQL, or the present value of a column, that
 * should not be above a threshold.  To add one, add a line.
 */
#ifndef OVERVIEW_CONDITION_H
#define OVERVIEW_CONDITION_H

#include "overview_subject.h"

struct condition {
    unsigned kinds;     /* a set of 1U << kind */
    const char *text;   /* PromQL, as that of columns; each series that it gives
                         * is told */
    const char *column; /* or, in its place: the key of one */
    const char *unit;
    double warn, bad;  /* above */
    const char *words; /* {value} and {label} are filled in */
};

enum { CONDITIONS = 22 };
extern const struct condition conditions[CONDITIONS];

/* Returns the question for what is above the threshold, or NULL where a column
 * is looked at; the caller frees it. */
char *condition_question(const struct condition *self, int64_t rate_ns,
                         int64_t window_ns);

/* Tells 'subject' that a series of the question has 'value'. */
void condition_tell(const struct condition *self, struct subject *subject,
                    const struct weir_label *labels, double value);

/* Looks at what needs no question: columns, a target that is down, and what is
 * not heard of any more; then 'subject' is settled. */
void conditions_judge(struct subject *subject, double end_s);

#endif /* OVERVIEW_CONDITION_H */
