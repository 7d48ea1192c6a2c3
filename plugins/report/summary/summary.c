/* summary.c - report: what the hours and days before were like
 *
 * Writes reports at fixed times, and answers requests for one: averages, most
 * and least, how fast they change, trends, and what moved most.
 */
#include <config.h>

#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base.h"
#include "clock.h"
#include "summary_command.h"

/* Clocks are set and machines sleep, so the wall clock is looked at again. */
static const int64_t look_again_ns = 30 * NS_PER_S;
/* What was collected at last is on its way for an interval, or so long. */
static const int64_t patience_most_ns = 10 * NS_PER_S;

static const struct weir_option options[] = {
    WEIR_TEXT(struct summary, title, "weir", "Heading of the report."),
    WEIR_DURATION(struct summary, every, "1d",
                  "Between two reports: 7d, 1d, or a part of a day."),
    WEIR_TEXT(struct summary, at, "06:00",
              "When: a time of day, or with every = 7d \"Mon 06:00\"."),
    WEIR_CHOICE(struct summary, time_zone, "local", "local utc",
                "Of 'at' and of the times in reports; local is that of TZ."),
    WEIR_DURATION(struct summary, window, "0",
                  "How far a report reaches back; 0: as 'every'."),
    WEIR_PATH(struct summary, output, "",
              "A file, a folder/, or - for standard output; \"\": no timed "
              "reports."),
    WEIR_CHOICE(struct summary, format, "html", "html markdown json csv",
                "Form of timed reports."),
    WEIR_INTEGER(struct summary, keep, "30", 0, 1000000,
                 "Reports that a folder keeps; 0: all."),
    WEIR_LIST(struct summary, match, "",
              "Selectors of series to show in place of the usual panels."),
    WEIR_JUDGED_BLOCKS(struct summary, panel, struct panel, panel_options,
                       panel_judge,
                       "What to show, one after the other, in place of the "
                       "usual."),
    WEIR_INTEGER(struct summary, rows, "8", 1, SUMMARY_ROWS_MOST,
                 "Series that a panel shows."),
    WEIR_INTEGER(struct summary, moves, "10", 0, 100,
                 "Series listed as having moved most."),
    WEIR_INTEGER(struct summary, max_series, "10000", 1, 1000000,
                 "Series that are looked at for a panel."),
    WEIR_SIZE(struct summary, max_size, "1M",
              "Size at which a report shows no more series."),
    {0},
};

/* Panels ------------------------------------------------------------------- */

static int
check_match(struct summary *self)
{
    char why[512];

    for (size_t i = 0; i < self->match.count; i++) {
        struct weir_selector *selector = NULL;
        int rc = weir_selector_new(self->match.items[i], why, sizeof(why),
                                   &selector);
        weir_selector_destroy(&selector);
        if (rc < 0)
            return weir_fail(self, -EINVAL, "match: \"%s\" is no selector: %s",
                             self->match.items[i], why);
    }
    return 0;
}

/* Sets what is shown: the blocks and the selectors, or the usual. */
static void
set_panels(struct summary *self)
{
    size_t blocks = self->panel.count, count = blocks + self->match.count;

    self->panels = panel_standard;
    self->panel_count = panel_standard_count;
    if (count == 0)
        return;
    self->own = xcalloc(count, sizeof(*self->own));
    if (blocks)
        memcpy(self->own, self->panel.items, blocks * sizeof(*self->own));
    for (size_t i = blocks; i < count; i++)
        self->own[i] = (struct panel){
            .section = "",
            .title = "",
            .query = self->match.items[i - blocks],
            .unit = "",
        };
    self->panels = self->own;
    self->panel_count = count;
}

struct summary_wish
summary_wish_of(const struct summary *self, int64_t until_ns)
{
    return (struct summary_wish){
        .window_ns = self->window.ns ? self->window.ns : self->every.ns,
        .until_ns = until_ns,
        .panels = self->panels,
        .panel_count = self->panel_count,
        .hides_empty = self->panels == panel_standard,
        .rows_most = (size_t)self->rows,
    };
}

struct report *
summary_report(const struct summary *self, const struct summary_wish *wish)
{
    const struct report_settings with = {
        .title = self->title,
        .after_ns = wish->until_ns - wish->window_ns,
        .until_ns = wish->until_ns,
        .interval_ns = weir_interval_ns(self),
        .utc = self->time_zone != 0,
        .hides_empty = wish->hides_empty,
        .rows_most = wish->rows_most,
        .series_most = (size_t)self->max_series,
        .moves_most = (size_t)self->moves,
        .size_most = self->max_size.bytes,
    };

    return report_new(&with, wish->panels, wish->panel_count);
}

/* Times -------------------------------------------------------------------- */

static void look(void *instance, void *arg);

/* Returns until when samples have come. */
static int64_t
settled_ns(const struct summary *self)
{
    int64_t interval_ns = weir_interval_ns(self);

    return clock_wall_ms() -
           (interval_ns < patience_most_ns ? interval_ns : patience_most_ns);
}

/* Has the clock looked at when the next report is due, or before. */
static void
wait_for_next(struct summary *self)
{
    int64_t wait_ns = self->due_ns - settled_ns(self);

    wait_ns = wait_ns > look_again_ns ? look_again_ns : wait_ns;
    (void)weir_timer(self, wait_ns > NS_PER_MS ? wait_ns : NS_PER_MS, 0, look,
                     NULL);
}

/* One that is still being made when the next is due is not waited for; those
 * that were due while the machine slept come as one. */
static void
look(void *instance, void *arg)
{
    struct summary *self = instance;
    int64_t now_ns = settled_ns(self), due_ns = self->due_ns;

    (void)arg;
    if (now_ns >= due_ns) {
        self->due_ns = schedule_next(&self->schedule, now_ns);
        timed_start(self, due_ns);
    } else if (schedule_next(&self->schedule, now_ns) < due_ns) {
        self->due_ns = schedule_next(&self->schedule, now_ns);
    }
    wait_for_next(self);
}

/* The instance ------------------------------------------------------------- */

static int
read_schedule(struct summary *self)
{
    char why[256];

    int rc = schedule_read(self->every.ns, self->at, &self->schedule, why,
                           sizeof(why));
    self->schedule.utc = self->time_zone != 0;
    return rc < 0 ? weir_fail(self, rc, "%s", why) : 0;
}

static int
summary_check(void *instance)
{
    struct summary *self = instance;

    if (self->max_size.bytes < 65536 ||
        self->max_size.bytes > SUMMARY_SIZE_MOST)
        return weir_fail(self, -EINVAL, "max_size: from 64K to 1536K is due");
    if (self->window.ns != 0 && self->window.ns < NS_PER_S)
        return weir_fail(self, -EINVAL, "window: a second is the least");
    int rc = check_match(self);
    return rc < 0 ? rc : read_schedule(self);
}

/* The first instance also answers to those who name none. */
static int
mount(struct summary *self)
{
    char path[256];

    if (weir_route(self, "READ", "/api/v1/report", request_report) < 0)
        (void)weir_fail(self, 0, "%s", ""); /* that is no failure */
    (void)snprintf(path, sizeof(path), "/api/v1/report/%.200s",
                   weir_instance_name(self));
    return weir_route(self, "READ", path, request_report);
}

static int
summary_open(void *instance)
{
    struct summary *self = instance;

    tzset();
    int rc = read_schedule(self);
    if (rc < 0)
        return rc;
    set_panels(self);
    rc = mount(self);
    if (rc < 0 || !*self->output)
        return rc;
    self->due_ns = schedule_next(&self->schedule, settled_ns(self));
    wait_for_next(self);
    return 0;
}

static void
summary_close(void *instance)
{
    struct summary *self = instance;

    free(self->own);
    self->own = NULL;
    self->writing = false;
}

static const struct weir_command commands[] = {
    {"report", "what the hours before were like; weir report --help says more",
     command_report},
    {0},
};

WEIR_REPORT(summary) = {
    .help = "Reports of what the hours and days before were like.",
    .instance_size = sizeof(struct summary),
    .options = options,
    .commands = commands,
    .check = summary_check,
    .open = summary_open,
    .close = summary_close,
};
