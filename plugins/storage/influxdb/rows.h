/* rows.h - the series and samples of fields, as InfluxDB tells them
 *
 * Tags become labels: a tag whose name a label can have is that label, another
 * one is escaped as plugins/influx/naming.h says.  What is no series here is
 * left out: one with a label twice, with too many or too long ones, or with
 * what is no UTF-8.
 *
 * One thread has rows.
 */
#ifndef INFLUXDB_ROWS_H
#define INFLUXDB_ROWS_H

#include <weir/storage.h>

#include "catalogue.h"
#include "metrics.h"
#include "reply.h"

struct rows;

/* The caller frees it; what is given outlives it. */
struct rows *rows_new(const struct weir_select *what, struct weir_sink *sink,
                      struct metrics *metrics);
void rows_destroy(struct rows **self_p);

/* The answer that comes next is about these fields, a statement each; they
 * outlive it. */
void rows_expect(struct rows *self, const struct catalogue_field *fields,
                 size_t count);

/* The calls of a reply, for 'arg', the rows. */
int rows_series(void *arg, struct reply_series *series);
int rows_row(void *arg, const struct reply_cell *cells, size_t count);

/* Returns how many series were left out, so far. */
uint64_t rows_left_out(const struct rows *self);

/* Gives what is left of the last series.  Returns 0 or what the sink did. */
int rows_end(struct rows *self);

#endif /* INFLUXDB_ROWS_H */
