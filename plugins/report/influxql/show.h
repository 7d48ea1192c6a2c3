/* show.h - what SHOW tells, made of the databases and of a survey
 */
#ifndef INFLUXQL_SHOW_H
#define INFLUXQL_SHOW_H

#include "result.h"
#include "survey.h"
#include "tree.h"

/* Says whether a statement needs a survey of series. */
bool show_surveys(enum statement_kind kind);

/* Looks whether such a statement can be answered; what is wrong is in 'into'.
 * '*ret_in_time' says whether times choose among the series. */
int show_check(const struct statement *what, const char *database,
               struct result *into, bool *ret_in_time);

/* Answers such a statement, in at most 'most_bytes'; more is an error. */
void show_survey(const struct statement *what, const struct survey *survey,
                 size_t most_bytes, struct result *into);

/* Answer the others. */
void show_databases(const char *const *names, size_t count,
                    struct result *into);
void show_policies(struct result *into);

#endif /* INFLUXQL_SHOW_H */
