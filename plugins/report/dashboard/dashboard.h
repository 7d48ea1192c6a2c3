/* dashboard.h - the instance of report dashboard, and its rooms */
#ifndef DASHBOARD_H
#define DASHBOARD_H

#include <weir/plugin.h>

#include "clock.h"

struct live;
struct survey;

struct dashboard {
    int64_t max_rows, max_queries; /* options: see the table */
    struct weir_size max_memory;
    struct weir_duration query_timeout;
    struct survey *surveys; /* list: those that run, and those still fresh */
    size_t survey_count;
    struct live *live;
};

/* GET /api/v1/overview: see overview.c. */
weir_handler overview_tell;

/* Answers all who wait and frees all surveys: the instance closes. */
void overview_close(struct dashboard *self);

#endif /* DASHBOARD_H */
