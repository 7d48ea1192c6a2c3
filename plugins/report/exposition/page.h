/* page.h - what one scrape shows: the last value of each series, in order
 *
 * Lines of one family stand together, and within it those of one label set; a
 * histogram's buckets ascend and go before its sum and count.  Texts are copied
 * and escaped when a line is added.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>

#include <weir/batch.h>

/* Metrics with what is said of them once.  A histogram and a summary have one
 * name for all their parts; each other series has one for itself. */
struct page_family {
    struct page_family *older; /* list of all, newest first */
    enum weir_type type;
    const char *name, *unit, *help; /* not escaped; behind the struct */
};

struct page_line {
    const struct page_family *family;
    int rank;             /* of the part within its label set */
    double bound;         /* of a bucket or quantile; else 0 */
    const char *suffix;   /* behind the family's name */
    const char *labels;   /* a="1",b="2": without the two below; may be "" */
    const char *identity; /* instance="x",job="y", or what there is of them */
    const char *limit;    /* le="0.1" or quantile="0.5"; else "" */
    bool identified;      /* 'identity' is shown */
    double value;
};

struct page {
    size_t count, room;
    struct page_line *lines; /* [count] */
    struct page_family *families;
};

/* Adds the value of a series, or replaces it when it is the one that was added
 * last. */
void page_add(struct page *self, const struct weir_series *series,
              double value);

/* Drops the lines whose series ended, brings the others into their order, and
 * decides where instance and job are shown: everywhere when 'identify' says so,
 * else where two lines would be the same without. */
void page_sort(struct page *self, bool identify);

void page_destroy(struct page **self_p);

#endif /* PAGE_H */
