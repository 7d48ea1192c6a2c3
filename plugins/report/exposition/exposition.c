/* exposition.c - report: the last value of each series, for Prometheus
 *
 * Answers a scrape as node-exporter or any application would: with what the
 * storages have, each series once and without a time.  A series that ended, or
 * that has said nothing within the look-back, is not there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/plugin.h>

#include "exposition_text.h"
#include "page.h"

enum { NS_PER_SECOND = 1000000000, PATTERN_SIZE = 4096 };

struct exposition {
    const char *path;
    struct weir_list match;
    struct weir_duration lookback;
    int64_t max_series;
    bool identity;

    struct weir_pattern *pattern; /* of all in 'match'; NULL: everything */
    char pattern_text[PATTERN_SIZE];
};

static const struct weir_option options[] = {
    WEIR_TEXT(struct exposition, path, "/metrics", "Where it is mounted."),
    WEIR_LIST(struct exposition, match, "",
              "Patterns of metric names to show; none: all."),
    WEIR_DURATION(struct exposition, lookback, "5m",
                  "How old a value may be; at least two intervals."),
    WEIR_INTEGER(struct exposition, max_series, "100000", 1, 10000000,
                 "Most series of an answer; above, there is none."),
    WEIR_BOOLEAN(struct exposition, identity, "false",
                 "Whether to show the labels instance and job."),
    {0},
};

/* One scrape, from its request to the answer. */
struct scrape {
    struct weir_request *request;
    struct page *page;
    enum exposition_form form;
    int64_t after_ns; /* what is not after it is too old */
    size_t most;
};

static void
scrape_destroy(struct scrape **self_p)
{
    struct scrape *self = weir_take(*self_p);

    if (!self)
        return;
    page_destroy(&self->page);
    free(self);
}

static void
refuse(struct weir_request **request_p, const char *why)
{
    char text[512];
    int length = snprintf(text, sizeof(text), "no metrics: %s\n", why);
    size_t size =
        (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1;

    weir_answer(request_p, 503, "text/plain; charset=utf-8", text, size);
}

/* Takes the last sample of each run of one series, were it only a marker: it
 * may end what an earlier part told. */
static void
take_samples(struct scrape *self, const struct weir_loose *samples)
{
    for (uint32_t i = 0; i < samples->count; i++) {
        uint32_t index = samples->index[i];
        if (i + 1 < samples->count && samples->index[i + 1] == index)
            continue;
        if (samples->times_ns[i] > self->after_ns &&
            self->page->count <= self->most)
            page_add(self->page, &samples->layout->series[index],
                     samples->values[i]);
    }
}

static void
answer(struct scrape *self, bool identity)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out) {
        refuse(&self->request, "out of memory");
        return;
    }
    page_sort(self->page, identity);
    exposition_write(out, self->page, self->form);
    (void)fclose(out);
    weir_answer(&self->request, 200, exposition_type(self->form), text, size);
}

static const char *
note_text(const struct weir_result *result)
{
    return result->note_count > 0 ? result->notes[0].text : "";
}

/* The select ended. */
static void
finish(struct scrape *self, const struct exposition *exposition,
       const struct weir_result *result)
{
    const char *note = note_text(result);

    if (self->page->count > self->most || result->rc == -E2BIG)
        refuse(&self->request, "there are more series than max_series, raise "
                               "it or narrow match");
    else if (result->rc < 0)
        refuse(&self->request, *note ? note : strerror(-result->rc));
    else if (self->page->count == 0 && *note)
        refuse(&self->request, note); /* the stores are away, not empty */
    else
        answer(self, exposition->identity);
}

static bool
exposition_heard(void *instance, void *arg, const struct weir_result *result)
{
    struct scrape *scrape = arg;

    if (result->samples)
        take_samples(scrape, result->samples);
    if (result->rc == 0)
        return true;
    finish(scrape, instance, result);
    scrape_destroy(&scrape);
    return false;
}

static int64_t
lookback_ns(const struct exposition *self)
{
    int64_t two_intervals_ns = 2 * weir_interval_ns(self);

    return self->lookback.ns > two_intervals_ns ? self->lookback.ns
                                                : two_intervals_ns;
}

static void
exposition_scraped(void *instance, struct weir_request *request)
{
    struct exposition *self = instance;
    struct timespec now = {0};
    struct weir_matcher matcher = {"__name__", WEIR_LIKE, self->pattern_text,
                                   self->pattern};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t now_ns = (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
    int64_t range_ns = lookback_ns(self);
    struct weir_select what = {
        .want = WEIR_SAMPLES,
        .matchers = &matcher,
        .matcher_count = self->pattern ? 1 : 0,
        .after_ns = now_ns - range_ns,
        .until_ns = now_ns,
        .function = WEIR_LAST,
        .range_ns = range_ns,
        .bounds.series = (uint32_t)self->max_series,
        .client = request,
    };
    struct scrape *scrape = calloc(1, sizeof(*scrape));
    struct page *page = calloc(1, sizeof(*page));

    if (!scrape || !page)
        abort();
    *scrape = (struct scrape){
        .request = request,
        .page = page,
        .form = exposition_negotiate(weir_request_head(request, "Accept")),
        .after_ns = what.after_ns,
        .most = (size_t)self->max_series,
    };
    int rc = weir_select(self, &what, exposition_heard, scrape);
    if (rc < 0) {
        refuse(&scrape->request,
               rc == -ENOTCONN ? "there is no storage to ask" : strerror(-rc));
        scrape_destroy(&scrape);
    }
}

/* Joins the patterns of 'match' into one. */
static int
join_patterns(struct exposition *self)
{
    char *end = self->pattern_text;
    size_t room = sizeof(self->pattern_text);

    for (size_t i = 0; i < self->match.count; i++) {
        int length = snprintf(end, room, "%s(?:%s)", i > 0 ? "|" : "",
                              self->match.items[i]);
        if (length < 0 || (size_t)length >= room)
            return weir_fail(self, -E2BIG, "match is longer than %d characters",
                             PATTERN_SIZE - 1);
        end += length;
        room -= (size_t)length;
    }
    return 0;
}

static int
exposition_check(void *instance)
{
    struct exposition *self = instance;
    char why[256] = "";

    for (size_t i = 0; i < self->match.count; i++) {
        struct weir_pattern *pattern = NULL;
        int rc =
            weir_pattern_new(self->match.items[i], why, sizeof(why), &pattern);
        if (rc < 0)
            return weir_fail(self, rc, "match \"%s\": %s", self->match.items[i],
                             why);
        weir_pattern_destroy(&pattern);
    }
    if (*self->path != '/')
        return weir_fail(self, -EINVAL, "path must begin with /");
    return join_patterns(self);
}

static int
exposition_open(void *instance)
{
    struct exposition *self = instance;
    char why[256] = "";

    int rc = join_patterns(self);
    if (rc < 0)
        return rc;
    if (self->match.count > 0) {
        rc = weir_pattern_new(self->pattern_text, why, sizeof(why),
                              &self->pattern);
        if (rc < 0)
            return weir_fail(self, rc, "match: %s", why);
    }
    return weir_route(self, "GET", self->path, exposition_scraped);
}

static void
exposition_close(void *instance)
{
    struct exposition *self = instance;

    weir_pattern_destroy(&self->pattern);
}

WEIR_REPORT(exposition) = {
    .help = "Metrics as Prometheus text or OpenMetrics, to be scraped.",
    .instance_size = sizeof(struct exposition),
    .options = options,
    .check = exposition_check,
    .open = exposition_open,
    .close = exposition_close,
};
