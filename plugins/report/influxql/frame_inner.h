/* frame_inner.h - what the files of frame.h share */
#ifndef INFLUXQL_FRAME_INNER_H
#define INFLUXQL_FRAME_INNER_H

#include "frame.h"

/* Drops the rows that do not meet the condition. */
void frame_filter(struct frame *self);

/* Computes a function. */
void frame_call(const struct frame *self, const struct node *call,
                struct run *out);

/* Gives each bucket a point, as fill() says; 'of_count': none are 0. */
void frame_fill(const struct frame *self, struct run *run, bool of_count);

#endif /* INFLUXQL_FRAME_INNER_H */
