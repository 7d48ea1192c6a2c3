/* overview_condition.c - what is wrong with a thing */
#include <config.h>

#include "overview_condition.h"

#include <math.h>
#include <stdio.h>

#include "base.h"
#include "overview_words.h"

enum { GONE_S = 150 }; /* without a sample; most are collected each minute */

#define HOST     (1U << KIND_HOST)
#define GO       (1U << KIND_GO)
#define WEIR     (1U << KIND_WEIR)
#define ANYTHING ((1U << KINDS) - 1)

/* Above which it is bad. */
#define NEVER ((double)INFINITY)

/* How much a counter grew in the window; one that was not there before began
 * at 0. */
#define GROWN(metric) \
    "(" metric " unless " metric " offset $w) or increase(" metric "[$w])"

const struct condition conditions[CONDITIONS] = {
    {HOST,
     "1 - node_filesystem_avail_bytes" DISKS
     " / node_filesystem_size_bytes" DISKS,
     NULL, "ratio", 0.90, 0.95, "filesystem {mountpoint} is {value} full"},
    {HOST,
     "1 - node_filesystem_files_free" DISKS " / node_filesystem_files" DISKS,
     NULL, "ratio", 0.90, 0.95,
     "filesystem {mountpoint} has {value} of its inodes in use"},
    {HOST, "node_filesystem_device_error" DISKS, NULL, "count", 0, NEVER,
     "filesystem {mountpoint} does not answer"},
    {HOST, NULL, "memory", "ratio", 0.95, 0.98, "memory is {value} in use"},
    {HOST, "rate(node_pressure_memory_stalled_seconds_total[$r])", NULL,
     "ratio", 0.05, 0.20,
     "for want of memory all tasks stand still {value} of the time"},
    {HOST, "rate(node_pressure_io_stalled_seconds_total[$r])", NULL, "ratio",
     0.25, 0.60, "all tasks wait for disks {value} of the time"},
    {HOST, "rate(node_pressure_cpu_waiting_seconds_total[$r])", NULL, "ratio",
     0.50, 0.90, "tasks wait for a processor {value} of the time"},
    {HOST, "increase(node_vmstat_oom_kill[$w])", NULL, "count", 0, NEVER,
     "the kernel has ended programs for want of memory: {value}"},

    {GO, "process_open_fds / process_max_fds", NULL, "ratio", 0.90, 0.97,
     "{value} of its descriptors are open"},
    {GO, NULL, "gc", "ratio", 0.25, 0.50, "garbage collection takes {value}"},
    {GO,
     "(go_memory_classes_total_bytes - go_memory_classes_heap_released_bytes "
     "or go_memstats_sys_bytes - go_memstats_heap_released_bytes)"
     " / on (instance, job) (go_gc_gomemlimit_bytes < 2^62)",
     NULL, "ratio", 0.90, 0.98, "{value} of GOMEMLIMIT is in use"},
    {GO,
     "changes(process_start_time_seconds[$w]) or on (instance, job) "
     "resets(go_memstats_mallocs_total[$w])",
     NULL, "count", 0, NEVER, "restarts in this time: {value}"},
    {GO,
     "sum by (instance, job) (rate(http_requests_total{code=~\"5..\"}[$r]) or "
     "rate(http_requests_total{status=~\"5..\"}[$r])) / "
     "sum by (instance, job) (rate(http_requests_total[$r]))",
     NULL, "ratio", 0.05, 0.50, "{value} of requests fail"},

    {WEIR, GROWN("weir_failures_total"), NULL, "count", 0, NEVER,
     "failures of {kind} {name}: {value}"},
    {WEIR, GROWN("weir_source_lost_batches_total"), NULL, "count", 0, 0,
     "batches of {kind} {name} that were lost: {value}"},
    {WEIR, GROWN("weir_source_refused_series_total"), NULL, "count", 0, NEVER,
     "series of {kind} {name} that its limit left out: {value}"},
    {WEIR, GROWN("weir_store_refused_samples_total"), NULL, "count", 0, NEVER,
     "samples that storage {storage} refused: {value}"},
    {WEIR, GROWN("weir_link_rejected_batches_total"), NULL, "count", 0, 0,
     "batches that the store of {link} refused for ever: {value}"},
    {WEIR, "1 - weir_link_up", NULL, "count", 0, 0,
     "{link} does not reach its store {endpoint}"},
    {WEIR, GROWN("weir_spool_dropped_bytes_total"), NULL, "bytes", 0, 0,
     "dropped from the spool of {link}: {value}"},
    {WEIR, GROWN("weir_spool_damaged_total"), NULL, "count", 0, 0,
     "damaged records in the spool of {link}: {value}"},
    {WEIR, GROWN("weir_link_dead_lost_batches_total"), NULL, "count", 0, 0,
     "refused batches of {link} that could not be kept: {value}"},
};

char *
condition_question(const struct condition *self, int64_t rate_ns,
                   int64_t window_ns)
{
    weir_cleanup(weir_free) char *text = NULL;
    char *whole = NULL;

    if (!self->text)
        return NULL;
    text = column_question(self->text, rate_ns, window_ns);
    if (asprintf(&whole, "(%s) > %g", text, self->warn) < 0)
        whole = NULL;
    return x_or_die(whole);
}

void
condition_tell(const struct condition *self, struct subject *subject,
               const struct weir_label *labels, double value)
{
    bool counts = self->warn == 0;

    subject_wrong(
        subject, self->kinds, value > self->bad ? STATE_BAD : STATE_WARN,
        words_fill(self->words, labels, counts ? fmax(1, round(value)) : value,
                   self->unit));
}

static void
judge_columns(struct subject *subject)
{
    static const struct weir_label none[] = {{0}};

    for (size_t i = 0; i < CONDITIONS; i++) {
        const struct condition *each = &conditions[i];
        if (!each->column || !(each->kinds & 1U << subject->kind))
            continue;
        size_t column = column_find(subject->kind, each->column);
        const struct cell *cell = subject_look(subject, column);
        if (cell && cell->now > each->warn)
            condition_tell(each, subject, none, cell->now);
    }
}

/* Returns "for 12 min", or how it is told when nobody knows. */
static char *
time_since(double since_s, double end_s, char text[FIGURE_SIZE])
{
    char figure[FIGURE_SIZE];

    if (isnan(since_s))
        (void)snprintf(text, FIGURE_SIZE, "in all this time");
    else
        (void)snprintf(text, FIGURE_SIZE, "for %.30s",
                       words_figure(end_s - since_s, "seconds", figure));
    return text;
}

static void
judge_scrape(struct subject *subject, double end_s)
{
    char since[FIGURE_SIZE];
    char *text = NULL;
    const char *reason = subject->reason;

    if (asprintf(&text, "not scraped %s%s%s",
                 time_since(subject->up_s, end_s, since), reason ? ": " : "",
                 reason ? reason : "") < 0)
        text = NULL;
    subject_wrong(subject, ANYTHING, STATE_BAD, x_or_die(text));
}

static void
judge_silence(struct subject *subject, double end_s)
{
    char since[FIGURE_SIZE];
    char *text = NULL;

    if (asprintf(&text, "nothing was heard of it %s",
                 time_since(subject->seen_s, end_s, since)) < 0)
        text = NULL;
    subject_wrong(subject, ANYTHING, STATE_GONE, x_or_die(text));
}

void
conditions_judge(struct subject *subject, double end_s)
{
    const struct cell *up =
        subject_look(subject, column_find(KIND_TARGET, "up"));

    subject_settle(subject);
    judge_columns(subject);
    if (up && up->now == 0)
        judge_scrape(subject, end_s);
    else if (!(end_s - subject->seen_s < GONE_S))
        judge_silence(subject, end_s);
    subject_grade(subject);
}
