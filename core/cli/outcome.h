/* cli/outcome.h - the answer of Prometheus' API to a question, read
 *
 * All that it points to lives until outcome_destroy().
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum outcome_type {
    OUTCOME_SCALAR, /* one series without labels, with one sample */
    OUTCOME_STRING, /* no series, but 'text' */
    OUTCOME_VECTOR, /* one sample a series */
    OUTCOME_MATRIX, /* samples by time; a series may have none */
};

struct outcome_label {
    const char *name, *value;
};

struct outcome_series {
    struct outcome_label *labels; /* [label_count], sorted by name, __name__
                                   * before all others */
    size_t label_count;
    int64_t *times_ns; /* [count], whole milliseconds */
    double *values;    /* [count] */
    size_t count;
};

struct outcome_texts {
    size_t count;
    const char **items; /* [count] */
};

struct outcome {
    const char *error; /* why there is no result; NULL: there is */
    enum outcome_type type;
    struct outcome_series *series; /* [count], in the order of the answer */
    size_t count;
    const char *text;       /* of a string */
    int64_t time_ns;        /* of a string */
    size_t histogram_count; /* native ones, which are left out */
    struct outcome_texts warnings, infos;
    struct arena memory;
};

/* Reads 'size' bytes of JSON.  Returns 0, also for an answer that tells an
 * error, or -EBADMSG when it is not an answer of this kind. */
int outcome_read(const char *text, size_t size, struct outcome **ret_outcome);

void outcome_destroy(struct outcome **self_p);

/* Returns the value of the label 'name', or "". */
const char *outcome_value(const struct outcome_series *series,
                          const char *name);

#endif /* CLI_OUTCOME_H */
