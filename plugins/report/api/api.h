/* api.h - the instance of report api, and its rooms */
#ifndef API_H
#define API_H

#include <weir/plugin.h>

#include "../reply/outbox.h"
#include "clock.h"

struct api {
    struct weir_size max_answer; /* options: see the table */
    struct weir_size max_memory;
    int64_t max_samples, max_series, max_queries, max_queue;
    struct weir_duration query_timeout, slow_query;
    int64_t start_ns;     /* wall clock */
    size_t held_bytes;    /* of all answers */
    struct outbox outbox; /* what is complete, but not sent */
};

/* Returns half of max_memory: the bound of all answers together, and of all
 * questions. */
uint64_t api_half(const struct api *self);

/* The bounds of a select or question: those of the instance, with 'timeout'
 * (nanoseconds, 0: none) where it is shorter. */
struct weir_bounds api_bounds(const struct api *self, int64_t timeout_ns);

/* Handlers: see the routes in api.c. */
weir_handler query_instant, query_range, query_format, query_parse,
    query_exemplars;
weir_handler names_labels, names_values, names_series, metadata_tell;
weir_handler status_build, status_runtime, status_tsdb, status_targets;
weir_handler status_rules, status_alerts, status_config, status_flags;
weir_handler summary_tell;

#endif /* API_H */
