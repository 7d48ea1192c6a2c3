/* limits.c - how many series there may be, and how fast new ones may come */
#include <config.h>

#include "limits.h"

#include <stdio.h>

#include "base.h"
#include "clock.h"
#include "series.h"
#include "tsdb.h"

enum {
    BURST_S = 60, /* so much of the rate may come at once */
    NAME_MOST = 2 * SERIES_NAME_MOST,
};

static const char source_label[] = "instance";

/* Between two lines in the log of one limit. */
static const int64_t tell_ns = 60 * NS_PER_S;

static const char *const names[] = {
    [LIMIT_SERIES] = "series",
    [LIMIT_SOURCE] = "source_series",
    [LIMIT_NAME] = "name_series",
    [LIMIT_RATE] = "series_rate",
};

const char *
limits_name(enum limit limit)
{
    return names[limit];
}

static int64_t
most_of(const struct tsdb *tsdb, enum limit limit)
{
    const int64_t most[] = {
        [LIMIT_SERIES] = tsdb->series,
        [LIMIT_SOURCE] = tsdb->source_series,
        [LIMIT_NAME] = tsdb->name_series,
        [LIMIT_RATE] = tsdb->series_rate,
    };
    return most[limit];
}

static void
write_name(const struct weir_series *series, char name[NAME_MOST])
{
    (void)snprintf(name, NAME_MOST, "%s%s", series->metric->name,
                   series->suffix);
}

static const char *
source_of(const struct weir_series *series)
{
    const char *source = labels_get(series->labels, source_label);

    return source && *source ? source : NULL;
}

static uint32_t
count_source(const struct tsdb *tsdb, const char *source)
{
    struct postings *index = tsdb->head.index;

    return source
               ? postings_count(index, source_label, source)
               : tsdb->head.known - postings_count(index, source_label, NULL);
}

static uint32_t
count_name(const struct tsdb *tsdb, const struct weir_series *series)
{
    char name[NAME_MOST];

    write_name(series, name);
    return postings_count(tsdb->head.index, "__name__", name);
}

/* Returns false when no new series may come now. */
static bool
take_token(struct tsdb *tsdb)
{
    struct limits *self = &tsdb->limits;
    double rate = (double)tsdb->series_rate;
    int64_t now_ns = clock_now_ns();

    self->tokens =
        self->filled_ns
            ? self->tokens + rate * 1e-9 * (double)(now_ns - self->filled_ns)
            : rate * BURST_S;
    self->filled_ns = now_ns;
    if (self->tokens > rate * BURST_S)
        self->tokens = rate * BURST_S;
    if (self->tokens < 1)
        return false;
    self->tokens -= 1;
    return true;
}

enum limit
limits_check(struct tsdb *tsdb, const struct weir_series *series)
{
    if (tsdb->series && tsdb->head.known >= tsdb->series)
        return LIMIT_SERIES;
    if (tsdb->source_series &&
        count_source(tsdb, source_of(series)) >= tsdb->source_series)
        return LIMIT_SOURCE;
    if (tsdb->name_series && count_name(tsdb, series) >= tsdb->name_series)
        return LIMIT_NAME;
    if (tsdb->series_rate && !take_token(tsdb))
        return LIMIT_RATE;
    return LIMITS;
}

/* Finds the name that has most series: of the source where that is the limit,
 * else of all. */
static uint32_t
find_worst(const struct tsdb *tsdb, enum limit limit, const char *source,
           char name[NAME_MOST])
{
    struct postings *index = tsdb->head.index;
    roaring_bitmap_t *among = NULL;

    if (limit == LIMIT_SOURCE && source) {
        among = x_or_die(roaring_bitmap_create());
        postings_apply(index, POSTINGS_JOIN, source_label, source, among);
    } else if (limit == LIMIT_SOURCE) {
        among = postings_all(index);
        postings_apply(index, POSTINGS_TAKE_OUT, source_label, NULL, among);
    }
    uint32_t count =
        postings_largest(index, "__name__", among, name, NAME_MOST);
    if (among)
        roaring_bitmap_free(among);
    return count;
}

static void
tell_refused(struct tsdb *tsdb, enum limit limit,
             const struct weir_series *series, const char *peer)
{
    struct limits *self = &tsdb->limits;
    const char *source = source_of(series);
    uint64_t refused = self->refused[limit];
    char name[NAME_MOST], worst[NAME_MOST];

    write_name(series, name);
    uint32_t count = find_worst(tsdb, limit, source, worst);
    weir_warn(tsdb,
              "%s = %lld is reached: refused %llu samples, the last of %.100s "
              "from source \"%.100s\" by %.50s; most series has %.100s: %u",
              names[limit], (long long)most_of(tsdb, limit),
              (unsigned long long)(refused - self->told[limit]), name,
              source ? source : "", peer ? peer : "?", worst, count);
    self->told[limit] = refused;
}

void
limits_refuse(struct tsdb *tsdb, enum limit limit,
              const struct weir_series *series, const char *peer)
{
    struct limits *self = &tsdb->limits;
    int64_t now_ns = clock_now_ns();

    atomic_fetch_add(&self->refused[limit], 1);
    if (self->told_ns[limit] && now_ns - self->told_ns[limit] < tell_ns)
        return;
    self->told_ns[limit] = now_ns;
    tell_refused(tsdb, limit, series, peer);
}
