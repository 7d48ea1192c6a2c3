/* where.h - a condition, and what of it a storage can look for
 *
 * A WHERE is about times, which make one range; about tags, which choose among
 * series; and about fields, which choose among points.  What is compared with a
 * text or a pattern is a tag, and with a number a field, since no field here is
 * a text.  Tags joined by AND at the top become matchers of a select; all else
 * is looked at series by series, and what then is left, point by point.
 */
#ifndef INFLUXQL_WHERE_H
#define INFLUXQL_WHERE_H

#include <weir/storage.h>

#include "survey.h"
#include "tree.h"

/* A comparison of a tag. */
struct where_test {
    const struct node *node;
    struct weir_matcher matcher; /* of the label */
    const char *tag;
};

struct where {
    int64_t since_ns, until_ns;   /* both inclusive */
    bool has_since, has_until;    /* the text says so */
    const struct node *condition; /* or NULL */
    const struct source *sources;
    struct weir_pattern **source_patterns; /* [source_count], in their order */
    size_t source_count;
    struct weir_pattern *name_patterns[2]; /* of metrics' names; or NULL */
    struct where_test *tests;              /* [test_count] */
    size_t test_count;
    struct weir_matcher *matchers; /* [count]: what a storage looks for */
    size_t count;
    struct arena arena;
};

enum { WHERE_WHY_SIZE = 512 };

/* Reads a condition, NULL for none, for series of 'database' and of the
 * sources, NULL for any; all of them outlive it.  Returns 0, or -EINVAL with
 * the reason, in InfluxDB's words, in 'why'; where_fini() is due then, too. */
int where_init(struct where *self, const struct node *condition,
               const char *database, const struct source *sources,
               char why[WHERE_WHY_SIZE]);

/* What is known of a condition once a series is: it holds, it does not, or it
 * depends on fields. */
enum verdict { VERDICT_NO, VERDICT_YES, VERDICT_DEPENDS };

enum verdict where_of_series(const struct where *self,
                             const struct found *series);

/* The same, of a condition's part. */
enum verdict where_of_node(const struct where *self, const struct node *node,
                           const struct found *series);

/* Looks for metrics of such names alone, a pattern, besides. */
void where_name(struct where *self, const char *text);

/* Says whether a measurement is one of the sources'. */
bool where_is_source(const struct where *self, const char *measurement);

/* Returns what is left of a condition when times, which as in InfluxDB hold for
 * all whatever they are joined by, are left out; NULL when nothing is. */
const struct node *where_without_time(const struct node *node);

/* Says whether a comparison is of fields, rather than of a tag. */
bool where_is_of_fields(const struct where *self, const struct node *node);

/* Compiles InfluxDB's pattern, which may begin and end anywhere.  Returns 0, or
 * -EINVAL with the reason; the caller owns the pattern. */
int where_compile(const char *text, struct weir_pattern **ret_pattern,
                  char why[WHERE_WHY_SIZE]);

/* Says whether a name is that of the time. */
bool where_is_time(const struct node *node);

void where_fini(struct where *self);

#endif /* INFLUXQL_WHERE_H */
