/* answer.h - what storage influxdb answers to a select */
#ifndef INFLUXDB_ANSWER_H
#define INFLUXDB_ANSWER_H

#include <weir/storage.h>

struct influxdb;

/* Answers 'what' into 'sink', on a query thread.  Returns 0; what the sink
 * returned to stop; or another negative errno, which the sink was told the
 * reason of. */
int answer_select(struct influxdb *self, const struct weir_select *what,
                  struct weir_sink *sink);

#endif /* INFLUXDB_ANSWER_H */
