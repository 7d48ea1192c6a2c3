/* select.h - answers a SELECT, or a SHOW's search for series
 */
#ifndef INFLUXQL_SELECT_H
#define INFLUXQL_SELECT_H

#include <weir/plugin.h>

#include "result.h"
#include "survey.h"
#include "tree.h"

/* For whom and within which bounds. */
struct asked {
    void *instance;
    const char *database;
    struct weir_request *client;
    struct weir_bounds bounds;
    size_t max_bytes; /* of the result */
    int64_t now_ns;
};

/* Who is told: 'done' is called once, on the instance's thread, maybe before
 * the function that was given this returns; why it failed is in the result. */
typedef void select_done(void *arg);

struct hearer {
    struct result *into;
    select_done *done;
    void *arg;
};

/* Answers 'what', which must live until then. */
void select_start(const struct asked *asked, const struct select *what,
                  const struct hearer *hearer);

/* Finds the series of the database that 'what' is about by its sources and
 * conditions on tags, and its times where 'in_time', sorted, into 'survey'. */
void survey_start(const struct asked *asked, const struct select *what,
                  bool in_time, struct survey *survey,
                  const struct hearer *hearer);

#endif /* INFLUXQL_SELECT_H */
