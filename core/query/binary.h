/* query/binary.h - what the files of binary operators share */
#ifndef QUERY_BINARY_H
#define QUERY_BINARY_H

#include "query/evaluator.h"

/* Returns the value of one pair; of a comparison the left one or, where it does
 * not hold, none; with 'returns_bool' 1 or 0. */
double binary_compute(const struct expression_binary *binary, double left,
                      double right);

/* Says whether the result is no longer what its name says. */
bool binary_drops_name(const struct expression_binary *binary);

/* Returns the labels by which the series of both sides match, in 'arena'. */
const struct labelset *binary_signature(struct arena *arena,
                                        const struct expression_binary *binary,
                                        const struct labelset *labels);

/* Operators between two vectors, in binary_match.c, and those of sets, in
 * binary_set.c. */
void binary_match(struct evaluator *self,
                  const struct expression_binary *binary,
                  const struct grid *grid, struct vector *ret_vector);
void binary_set(struct evaluator *self, const struct expression_binary *binary,
                const struct grid *grid, struct vector *ret_vector);

#endif /* QUERY_BINARY_H */
