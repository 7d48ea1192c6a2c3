/* plan_inner.h - what the files of plan.h share */
#ifndef INFLUXQL_PLAN_INNER_H
#define INFLUXQL_PLAN_INNER_H

#include "plan.h"

/* Says whether a name has what InfluxDB's pattern looks for; one that is none
 * is kept as the reason why not. */
bool plan_matches(struct plan *self, const char *pattern, const char *name);

/* Keeps that a function is not known here. */
void plan_refuse(struct plan *self, const char *function);

/* Makes the columns of those that the text has. */
void plan_expand(struct plan *self);

/* Names the columns. */
void plan_title(struct plan *self);

#endif /* INFLUXQL_PLAN_INNER_H */
