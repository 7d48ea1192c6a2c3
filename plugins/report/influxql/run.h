/* run.h - one request, from its coming to its answer
 *
 * At most max_queries run at a time, the others wait for their turn.  The
 * statements are answered one after the other; the answer is sent when all are.
 */
#ifndef INFLUXQL_RUN_H
#define INFLUXQL_RUN_H

#include "influxql.h"

/* Answers what a request asks; takes it.  'may_change': it came by POST. */
void run_begin(struct influxql *owner, struct weir_request *request,
               bool may_change);

/* Ends all that wait, and cuts off all that is being sent. */
void runs_end(struct influxql *owner);

#endif /* INFLUXQL_RUN_H */
