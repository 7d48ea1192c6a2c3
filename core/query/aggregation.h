/* query/aggregation.h - what the files of aggregators share */
#ifndef QUERY_AGGREGATION_H
#define QUERY_AGGREGATION_H

#include "query/evaluator.h"
#include "query/labelmap.h"

/* An aggregation at work. */
struct aggregation {
    struct evaluator *evaluator;
    const struct expression_aggregation *what;
    const struct expression *expression;
    const struct grid *grid;
    struct vector inner;
    struct vector parameter; /* of a scalar one */
    struct arena arena;      /* of the groups' labels */
    struct labelmap groups;
    size_t *members; /* [inner.count], tracks sorted by group */
    size_t *starts;  /* [groups.count + 1], in 'members' */
};

/* Returns the labels of the group of a series with 'labels', in 'arena'. */
const struct labelset *
aggregation_labels(struct arena *arena,
                   const struct expression_aggregation *what,
                   const struct labelset *labels);

/* Say which series of a group come, at each step: topk and its like. */
void aggregation_rank(struct aggregation *self, struct vector *ret_vector);

/* Counts equal values. */
void aggregation_count_values(struct aggregation *self,
                              struct vector *ret_vector);

#endif /* QUERY_AGGREGATION_H */
