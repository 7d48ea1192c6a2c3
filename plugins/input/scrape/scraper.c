/* scraper.c - the targets, and when each has its turn; see scraper.h */
#include <config.h>

#include "scraper.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static int64_t
clock_ns(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t
scraper_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t
scraper_wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME) / NS_PER_MS * NS_PER_MS;
}

/* When to scrape ----------------------------------------------------------- */

/* FNV-1a, then mixed, as addresses differ in their last bytes. */
static uint64_t
hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* How long until the target's turn: it is the same point of each interval of
 * the wall clock, whenever weir was started. */
static int64_t
wait_of(const struct target *target, int64_t interval_ns)
{
    uint64_t interval = (uint64_t)interval_ns;
    uint64_t turn = hash_of(target->place.url) % interval;
    uint64_t now = (uint64_t)clock_ns(CLOCK_REALTIME) % interval;

    return (int64_t)((turn + interval - now) % interval);
}

static void scrape_due(void *instance, void *arg);

/* There is one timer, for whoever comes next. */
static int
set_timer(struct scraper *self)
{
    int64_t next_ns = INT64_MAX;

    for (size_t i = 0; i < self->count; i++)
        if (self->list[i].due_ns < next_ns)
            next_ns = self->list[i].due_ns;
    int64_t wait_ns = next_ns - scraper_now_ns();
    return weir_timer(self, wait_ns > 0 ? wait_ns : 0, 0, scrape_due, NULL);
}

/* A target that is still at it has had the whole interval. */
static void
start(struct target *target)
{
    if (target->running) {
        fetch_stop(target);
        scrape_failed(target, -ETIMEDOUT, "it took longer than its timeout");
    }
    fetch_start(target);
}

static void
scrape_due(void *instance, void *arg)
{
    struct scraper *self = instance;
    int64_t interval_ns = weir_interval_ns(self);
    int64_t now_ns = scraper_now_ns();

    (void)arg;
    for (size_t i = 0; i < self->count; i++) {
        struct target *target = &self->list[i];
        int64_t late_ns = now_ns - target->due_ns;
        if (late_ns < 0)
            continue;
        target->due_ns += (late_ns / interval_ns + 1) * interval_ns;
        start(target);
    }
    (void)set_timer(self);
}

/* The targets -------------------------------------------------------------- */

/* Returns the number of the first target with the same instance, or 'at'. */
static size_t
first_like(const struct target *list, size_t at)
{
    size_t first = 0;

    while (strcmp(list[first].place.instance, list[at].place.instance) != 0)
        first++;
    return first;
}

static int
read_target(struct scraper *self, size_t at)
{
    const char *text = self->targets.items[at];
    const char *why = "";
    struct target *target = &self->list[at];

    target->owner = self;
    self->count = at + 1;
    int rc = place_init(&target->place, text, self->format->path, &why);
    if (rc < 0)
        return weir_fail(self, rc, "target \"%s\": %s", text, why);
    if (first_like(self->list, at) != at)
        return weir_fail(self, -EINVAL,
                         "target \"%s\": there is another one at %s; give it "
                         "an input with another job",
                         text, target->place.instance);
    return 0;
}

static int
read_targets(struct scraper *self)
{
    self->list = calloc(self->targets.count, sizeof(*self->list));
    if (!self->list)
        return -ENOMEM;
    for (size_t i = 0; i < self->targets.count; i++) {
        int rc = read_target(self, i);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void
drop_targets(struct scraper *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct target *target = &self->list[i];
        fetch_stop(target);
        curl_easy_cleanup(target->easy);
        weir_source_destroy(&target->source);
        free(target->body.text);
        if (target->memory && self->format->forget)
            self->format->forget(target->memory);
        place_fini(&target->place);
    }
    free(self->list);
    self->list = NULL;
    self->count = 0;
}

int
scraper_check(struct scraper *self, const struct format *format)
{
    self->format = format;
    if (self->targets.count == 0)
        return weir_fail(self, -EINVAL,
                         "targets: say what to scrape, such as "
                         "{\"127.0.0.1:9100\"}");
    if (self->targets.count > TARGETS_MOST)
        return weir_fail(self, -EINVAL,
                         "targets: there are more than %d; give the rest to "
                         "another input",
                         TARGETS_MOST);
    if (self->max_body.bytes == 0)
        return weir_fail(self, -EINVAL, "max_body cannot be 0; say how much");
    int rc = read_targets(self);
    drop_targets(self);
    return rc;
}

static int
open_sieve(struct scraper *self)
{
    const struct sieve_limits limits = {
        .samples = self->sample_limit,
        .labels = self->label_limit,
        .name_length = self->label_name_length_limit,
        .value_length = self->label_value_length_limit,
    };

    return sieve_open(&self->sieve, self, &self->metric_relabel, &limits);
}

static int
open_target(struct target *target)
{
    struct scraper *self = target->owner;
    const struct weir_label labels[] = {
        {"instance", target->place.instance},
        {"job", *self->job ? self->job : weir_instance_name(self)},
        {0},
    };

    target->source = weir_source_new(self, target->place.url, labels);
    if (!self->honor_labels)
        weir_source_insist(target->source);
    target->due_ns = scraper_now_ns() + wait_of(target, weir_interval_ns(self));
    return fetch_prepare(target);
}

int
scraper_open(struct scraper *self, const struct format *format)
{
    self->format = format;
    self->timer = -1;
    int rc = read_targets(self);
    if (rc == 0)
        rc = open_sieve(self);
    if (rc == 0)
        rc = fetch_open(self);
    for (size_t i = 0; rc == 0 && i < self->count; i++)
        rc = open_target(&self->list[i]);
    return rc < 0 ? rc : set_timer(self);
}

void
scraper_close(struct scraper *self)
{
    drop_targets(self);
    sieve_close(&self->sieve);
    fetch_close(self);
}
