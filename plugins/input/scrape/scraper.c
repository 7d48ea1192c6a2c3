/* scraper.c - the targets, and when each has its turn; see scraper.h */
#include <config.h>

#include "scraper.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>

#include "base.h"
#include "clock.h"
#include "discovery.h"
#include "files.h"
#include "relabel.h"

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
    uint64_t now = (uint64_t)clock_wall_ns() % interval;

    return (int64_t)((turn + interval - now) % interval);
}

int
scraper_give_turn(struct target *target)
{
    struct scraper *self = target->owner;

    target->turn.due_ns =
        clock_now_ns() + wait_of(target, weir_interval_ns(self));
    return turns_put(&self->set.turns, &target->turn);
}

int
scraper_set_timer(struct scraper *self)
{
    const struct turn *next = turns_first(&self->set.turns);
    struct itimerspec when = {0};

    if (next)
        when.it_value = (struct timespec){.tv_sec = next->due_ns / NS_PER_S,
                                          .tv_nsec = next->due_ns % NS_PER_S};
    return timerfd_settime(self->set.timer, TFD_TIMER_ABSTIME, &when, NULL) < 0
               ? -errno
               : 0;
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

static struct target *
target_of(struct turn *turn)
{
    return (struct target *)(void *)((char *)turn -
                                     offsetof(struct target, turn));
}

static void
scrape_due(void *instance, int fd, short events)
{
    struct scraper *self = instance;
    struct turns *turns = &self->set.turns;
    int64_t interval_ns = weir_interval_ns(self);
    int64_t now_ns = clock_now_ns();
    struct turn *turn = NULL;
    uint64_t count = 0;

    (void)events;
    (void)!read(fd, &count, sizeof(count));
    while ((turn = turns_first(turns)) && turn->due_ns <= now_ns) {
        int64_t late_ns = now_ns - turn->due_ns;
        turn->due_ns += (late_ns / interval_ns + 1) * interval_ns;
        (void)turns_put(turns, turn);
        start(target_of(turn));
    }
    (void)scraper_set_timer(self);
}

/* Beginning and end -------------------------------------------------------- */

static int
check_files(struct scraper *self)
{
    const char *why = "";

    for (size_t i = 0; i < self->files.count; i++) {
        int rc = files_judge(self->files.items[i], &why);
        if (rc < 0)
            return weir_fail(self, rc, "files: \"%s\": %s",
                             self->files.items[i], why);
    }
    return 0;
}

static void
set_access(struct scraper *self)
{
    self->access = (struct access){
        .user = self->basic_auth_user,
        .password_file = self->basic_auth_password_file,
        .token_file = self->bearer_token_file,
        .tls = &self->tls,
    };
}

int
scraper_check(struct scraper *self, const struct format *format)
{
    weir_cleanup(findings_fini) struct findings found = {0};

    self->format = format;
    if (self->targets.count == 0 && self->files.count == 0 &&
        discovery_count(self) == 0)
        return weir_fail(self, -EINVAL,
                         "targets: say what to scrape, such as "
                         "{\"127.0.0.1:9100\"}");
    if (self->max_body.bytes == 0)
        return weir_fail(self, -EINVAL, "max_body cannot be 0; say how much");
    set_access(self);
    const char *fault = access_fault(&self->access);
    if (fault)
        return weir_fail(self, -EINVAL, "%s", fault);
    int rc = targets_read_option(self, &found);
    return rc < 0 ? rc : check_files(self);
}

/* Writes a duration as Prometheus does, such as "1m30s". */
static void
write_duration(int64_t duration_ns, char *text, size_t size)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    int64_t rest_ms = duration_ns / NS_PER_MS;
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < WEIR_COUNT(units) && used < size; i++) {
        int64_t count = rest_ms / units[i].ms;
        rest_ms %= units[i].ms;
        if (count > 0)
            used += (size_t)snprintf(text + used, size - used, "%" PRId64 "%s",
                                     count, units[i].unit);
    }
}

static int
open_rules(struct scraper *self)
{
    const struct sieve_limits limits = {
        .samples = self->sample_limit,
        .labels = self->label_limit,
        .name_length = self->label_name_length_limit,
        .value_length = self->label_value_length_limit,
    };

    int rc = sieve_open(&self->sieve, self, &self->metric_relabel, &limits);
    if (rc == 0 && self->relabel.count)
        rc = relabel_new(&self->relabel, self, &self->rules);
    return rc;
}

static int
open_timer(struct scraper *self)
{
    self->set.timer =
        timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (self->set.timer < 0)
        return weir_fail(self, -errno, "cannot make a timer");
    return weir_watch(self, self->set.timer, POLLIN, scrape_due);
}

int
scraper_open(struct scraper *self, const struct format *format)
{
    weir_cleanup(findings_fini) struct findings found = {0};

    self->format = format;
    self->transfers.timer = self->transfers.sockets = self->set.timer = -1;
    self->set.owner = self;
    set_access(self);
    write_duration(weir_interval_ns(self), self->interval,
                   sizeof(self->interval));
    write_duration(weir_timeout_ns(self), self->timeout, sizeof(self->timeout));
    int rc = targets_read_option(self, &found);
    if (rc == 0)
        rc = open_rules(self);
    if (rc == 0)
        rc = fetch_open(self);
    if (rc == 0)
        rc = open_timer(self);
    if (rc == 0)
        rc = targets_offer(&self->set, "targets", &found);
    if (rc == 0)
        rc = targets_settle(&self->set);
    if (rc == 0 && self->files.count)
        rc = files_open(self, &self->watcher);
    if (rc == 0)
        rc = discovery_open(self, &self->discovery);
    return rc;
}

void
scraper_close(struct scraper *self)
{
    discovery_close(&self->discovery);
    files_close(&self->watcher);
    targets_close(&self->set);
    sieve_close(&self->sieve);
    relabel_destroy(&self->rules);
    fetch_close(self);
}
