/* where.h - a condition, and what of it a storage can look for
 *
 * A WHERE is about times, which make one range; about tags, which choose among
 * series; and about fields, which choose among points.  Conditions on tags that
 * are joined by AND at the top become matchers of a select; all else is looked
 * at series by series, and what then is left, point by point.
 */
#ifndef INFLUXQL_WHERE_H
#define INFLUXQL_WHERE_H

#include <weir/storage.h>

#include "survey.h"
#include "tree.h"

struct where {
    int64_t since_ns, until_ns;    /* both inclusive */
    bool has_since, has_until;     /* the text says so */
    const struct node *rest;       /* without the times; or NULL */
    struct weir_matcher *matchers; /* [count] */
    size_t count;
    struct arena arena; /* of the rest and the matchers' texts */
};

enum { WHERE_WHY_SIZE = 512 };

/* Reads a condition, NULL for none, for series of 'database', and of the
 * measurement of 'source' unless that is NULL.  Returns 0, or -EINVAL with the
 * reason, in InfluxDB's words, in 'why'. */
int where_init(struct where *self, const struct node *condition,
               const char *database, const struct source *source,
               char why[WHERE_WHY_SIZE]);

/* What is known of a condition once a series is: it holds, it does not, or it
 * depends on fields. */
enum verdict { VERDICT_NO, VERDICT_YES, VERDICT_DEPENDS };

/* Names that are no tags of 'survey' are fields, unless it is NULL: then all
 * names are tags. */
enum verdict where_of_series(const struct where *self,
                             const struct found *series,
                             const struct survey *survey);

/* Says whether a measurement is one of the sources', or there are none. */
bool where_is_source(const struct where *self, const char *measurement);

void where_fini(struct where *self);

#endif /* INFLUXQL_WHERE_H */
