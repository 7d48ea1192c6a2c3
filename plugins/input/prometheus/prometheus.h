/* prometheus.h - the instance of input prometheus, and its targets
 *
 * Everything here belongs to the thread of the instance.
 */
#ifndef PROMETHEUS_H
#define PROMETHEUS_H

#include <curl/curl.h>
#include <stdbool.h>

#include <weir/plugin.h>

#include "place.h"

enum { TARGETS_MOST = 500 }; /* two descriptors each, at most */

/* The body of an answer, as far as it has come. */
struct body {
    char *text; /* [room] */
    size_t size, room;
};

struct prometheus;

struct target {
    struct prometheus *owner;
    struct place place;
    struct weir_source *source;
    CURL *easy;
    int64_t due_ns; /* of the next scrape; monotonic */

    bool running;       /* a scrape does; what follows is about it */
    int64_t begun_ns;   /* wall clock, whole milliseconds */
    int64_t started_ns; /* the same; monotonic */
    struct body body;
    size_t head_size;    /* bytes of headers */
    bool packed;         /* the answer is */
    const char *refusal; /* why we ended it ourselves; or NULL */
    char error[CURL_ERROR_SIZE];

    int failing; /* how the last scrape failed, a negative errno; or 0 */
};

struct prometheus {
    struct weir_list targets; /* options: see the table */
    const char *job;
    bool honor_labels;
    struct weir_size max_body;

    struct target *list; /* [count] */
    size_t count;
    CURLM *multi;
    struct curl_slist *heads; /* of each request */
    int timer;                /* descriptor: when libcurl wants to go on */
};

int64_t prometheus_now_ns(void);

/* Returns the wall clock's time in whole milliseconds, as nanoseconds. */
int64_t prometheus_wall_ns(void);

/* Prepares fetching.  Returns 0 or a negative errno, with the reason kept. */
int fetch_open(struct prometheus *self);
void fetch_close(struct prometheus *self);

/* Makes what fetches a target.  Returns 0 or -ENOMEM. */
int fetch_prepare(struct target *target);

/* Begins to fetch; scrape_took() or scrape_failed() is called later, but not
 * after fetch_stop(). */
void fetch_start(struct target *target);
void fetch_stop(struct target *target);

/* A target's answer is whole: its body becomes a batch. */
void scrape_took(struct target *target);

/* It is not: 'rc', a negative errno, and 'why'. */
void scrape_failed(struct target *target, int rc, const char *why);

#endif /* PROMETHEUS_H */
