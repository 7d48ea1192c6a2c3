/* survey.h - the series of a database as InfluxDB has them
 *
 * Not thread safe; memory that lacks ends the program, so who adds looks at
 * 'bytes'.
 */
#ifndef INFLUXQL_SURVEY_H
#define INFLUXQL_SURVEY_H

#include <weir/batch.h>

#include "result.h"

/* A field of one of InfluxDB's series; texts are the survey's. */
struct found {
    const char *measurement, *field;
    const char *metric; /* its name here */
    struct tag *tags;   /* [tag_count], sorted by key */
    size_t tag_count;
};

struct survey {
    struct found *found; /* [count] */
    size_t count, room;
    size_t bytes;
    struct arena arena;
};

/* Adds a series, translated back. */
void survey_add(struct survey *self, const struct weir_series *series);

/* Sorts by measurement, then tags, then field. */
void survey_sort(struct survey *self);

/* Adds one by what InfluxDB calls it; texts and tags, sorted, are the
 * caller's. */
void survey_add_found(struct survey *self, const struct found *found);

/* Return the place of a series in a survey that was sorted, or -1. */
int64_t survey_find(const struct survey *self,
                    const struct weir_series *series);
int64_t survey_find_found(const struct survey *self,
                          const struct found *wanted);

/* Returns the value of a tag, "" when there is none. */
const char *found_tag(const struct found *self, const char *key);

/* Less than, equal to, or greater than 0: by tags. */
int found_compare_tags(const struct found *left, const struct found *right);

/* Frees all of it; it may be used again.  (core/survey.h has the name 'fini',
 * and tests link both.) */
void survey_clear(struct survey *self);

#endif /* INFLUXQL_SURVEY_H */
