/* where_time.h - the times of a condition */
#ifndef INFLUXQL_WHERE_TIME_H
#define INFLUXQL_WHERE_TIME_H

#include "where.h"

/* Narrows the range by a comparison with the time.  Returns 0, or -EINVAL with
 * the reason in 'why'. */
int where_narrow(struct where *self, const struct node *node,
                 char why[WHERE_WHY_SIZE]);

#endif /* INFLUXQL_WHERE_TIME_H */
