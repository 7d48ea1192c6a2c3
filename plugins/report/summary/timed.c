/* timed.c - a report at its time, and where it is put
 *
 * Disks and pipes may be slow or hang, so a work thread writes.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"
#include "gather.h"
#include "shelf.h"
#include "summary.h"
#include "words.h"

static const int64_t patience_ns = 120 * NS_PER_S;

/* A report on its way; 'work' leans on nothing else. */
struct timed {
    struct report *report; /* while it is gathered */
    char *output, *name, time[40];
    const struct form *form;
    size_t keep;
    char *text; /* [size] */
    size_t size;
    int rc;
    char why[SHELF_WHY_SIZE];
};

static void
timed_destroy(struct timed **self_p)
{
    struct timed *self = weir_take(*self_p);

    if (!self)
        return;
    report_destroy(&self->report);
    free(self->output);
    free(self->name);
    free(self->text);
    free(self);
}

/* A file called "-" is standard output, whatever folder it would lie in. */
static bool
is_standard(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strcmp(slash ? slash + 1 : path, "-") == 0;
}

static void
put(void *arg)
{
    struct timed *self = arg;

    if (is_standard(self->output)) {
        self->rc =
            shelf_write("/dev/stdout", self->text, self->size, self->why);
        return;
    }
    if (!shelf_is_folder(self->output)) {
        self->rc = shelf_write(self->output, self->text, self->size, self->why);
        return;
    }
    const struct shelf_item item = {.folder = self->output,
                                    .name = self->name,
                                    .time = self->time,
                                    .ending = self->form->ending,
                                    .keep = self->keep};
    self->rc = shelf_put(&item, self->text, self->size, self->why);
}

static void
was_put(void *instance, void *arg)
{
    weir_cleanup(timed_destroy) struct timed *self = arg;
    struct summary *summary = instance;

    summary->writing = false;
    if (self->rc < 0)
        weir_warn(summary, "no report: %s", self->why);
}

static void
was_gathered(void *instance, void *arg, int rc)
{
    weir_cleanup(timed_destroy) struct timed *self = arg;
    struct summary *summary = instance;
    const char *why = NULL;

    summary->writing = false;
    if (rc < 0)
        return;
    if (report_failed(self->report, &why))
        weir_warn(summary, "the report knows nothing: %s", why);
    self->text = form_text(self->form, self->report, &self->size);
    report_destroy(&self->report);
    rc = weir_work(summary, put, was_put, self);
    if (rc < 0) {
        weir_warn(summary, "no report: those before are not written yet");
        return;
    }
    summary->writing = true;
    self = NULL; /* the work has it */
}

static void
name_time(const struct summary *summary, int64_t ns, char text[40])
{
    time_t seconds = (time_t)(ns / NS_PER_S);
    struct tm date = {0};

    (void)(summary->time_zone ? gmtime_r(&seconds, &date)
                              : localtime_r(&seconds, &date));
    (void)strftime(text, 40, "%Y-%m-%dT%H%M%S%z", &date);
}

void
timed_start(struct summary *self, int64_t until_ns)
{
    const struct summary_wish wish = summary_wish_of(self, until_ns);

    if (self->writing) {
        weir_warn(self, "no report: the one before is not written yet");
        return;
    }
    struct timed *timed = xcalloc(1, sizeof(*timed));
    timed->report = summary_report(self, &wish);
    timed->output = x_or_die(strdup(self->output));
    timed->name = x_or_die(strdup(weir_instance_name(self)));
    timed->form = &forms[self->format];
    timed->keep = (size_t)self->keep;
    name_time(self, until_ns, timed->time);
    self->writing = true;
    const struct gather_wish gather = {
        .instance = self,
        .report = timed->report,
        .deadline_ns = clock_now_ns() + patience_ns,
    };
    gather_start(&gather, was_gathered, timed);
}
