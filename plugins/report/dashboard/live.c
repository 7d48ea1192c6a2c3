/* live.c - new points of questions, as they come */
#include <config.h>

#include "live.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../reply/fault.h"
#include "../reply/parameter.h"
#include "base.h"
#include "dashboard.h"
#include "tap.h"

enum {
    VIEWERS_MOST = 1000,
    QUESTIONS_MOST = 256, /* of a viewer */
    PULSE_MS = 250,       /* how often it is looked whether a step is over */
    QUIET_S = 15,         /* after which something is said, to see who left */
};

static const char type[] = "text/event-stream";

/* A viewer at a question. */
struct seat {
    struct tap *tap;
    int64_t told_ns; /* the step of its last answer that was told */
};

struct viewer {
    struct viewer *next;
    struct weir_request *request;
    struct seat *seats; /* [count] */
    size_t count;
    int64_t said_ns; /* when something was said, by clock_now_ns() */
};

struct live {
    void *instance;
    struct taps taps;
    struct viewer *viewers; /* list */
    size_t count;
    bool pulses;       /* the timer runs */
    struct json event; /* that is being made */
};

/* Viewers ------------------------------------------------------------------ */

static void
viewer_destroy(struct viewer **self_p, struct taps *taps)
{
    struct viewer *self = weir_take(*self_p);

    if (self->request)
        weir_answer(&self->request, 200, type, "", 0);
    for (size_t i = 0; i < self->count; i++)
        taps_leave(taps, &self->seats[i].tap);
    free(self->seats);
    free(self);
}

/* Says something.  Returns false when the viewer has left; one who is slow
 * misses it, and asks for what it lacks. */
static bool
say(struct viewer *self, const void *bytes, size_t size)
{
    int rc = weir_answer_part(self->request, 200, type, bytes, size);

    if (rc == 0)
        self->said_ns = clock_now_ns();
    return rc != -EPIPE;
}

static bool
is_fresh(const struct seat *self)
{
    return !self->tap->asked && self->tap->time_ns > self->told_ns;
}

static bool
has_news(const struct viewer *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (is_fresh(&self->seats[i]))
            return true;
    return false;
}

/* Makes the event of a viewer: what is new of each question, or null. */
static void
write_event(struct viewer *self, struct json *json)
{
    json->size = 0;
    json_raw(json, "data: {\"answers\":[");
    for (size_t i = 0; i < self->count; i++) {
        struct seat *seat = &self->seats[i];
        json_raw(json, i ? ",\ndata: " : "\ndata: ");
        if (!is_fresh(seat)) {
            json_raw(json, "null");
            continue;
        }
        json_bytes(json, seat->tap->json.bytes, seat->tap->json.size);
        seat->told_ns = seat->tap->time_ns;
    }
    json_raw(json, "]}\n\n");
}

static bool
tell(struct live *self, struct viewer *viewer)
{
    static const char quiet[] = ":\n\n";
    int64_t since_ns = clock_now_ns() - viewer->said_ns;

    if (has_news(viewer)) {
        write_event(viewer, &self->event);
        return say(viewer, self->event.bytes, self->event.size);
    }
    if (since_ns > QUIET_S * NS_PER_S)
        return say(viewer, quiet, sizeof(quiet) - 1);
    return true;
}

static void
tell_all(struct live *self)
{
    struct viewer **place = &self->viewers;

    while (*place) {
        struct viewer *viewer = *place;
        if (tell(self, viewer)) {
            place = &viewer->next;
            continue;
        }
        *place = viewer->next;
        self->count--;
        viewer_destroy(&viewer, &self->taps);
    }
}

static void
taps_done(struct taps *taps)
{
    tell_all(CONTAINER_OF(taps, struct live, taps));
}

static void
pulse(void *instance, void *arg)
{
    struct live *self = arg;

    self->pulses = false;
    if (!self->viewers)
        return;
    tell_all(self);
    taps_ask(&self->taps, clock_wall_ms());
    self->pulses =
        weir_timer(instance, PULSE_MS * NS_PER_MS, 0, pulse, self) == 0;
}

/* Requests ----------------------------------------------------------------- */

/* Counts the questions.  Returns 0, or -EINVAL with the reason. */
static int
count_questions(const struct weir_request *request, size_t *ret_count,
                char why[WHY_SIZE])
{
    const char *text = NULL;
    size_t count = 0;

    while ((text = weir_request_get(request, "query", count))) {
        if (strlen(text) > TAP_TEXT_MOST || ++count > QUESTIONS_MOST) {
            (void)snprintf(why, WHY_SIZE,
                           "there may be %d questions of %d bytes each",
                           QUESTIONS_MOST, TAP_TEXT_MOST);
            return -EINVAL;
        }
    }
    *ret_count = count;
    if (count)
        return 0;
    (void)snprintf(why, WHY_SIZE, "invalid parameter \"query\": none is there");
    return -EINVAL;
}

static int
read_step(const struct weir_request *request, int64_t *ret_step_ns,
          char why[WHY_SIZE])
{
    static const int64_t usual_ns = 10 * NS_PER_S;

    int rc = parameter_duration(request, "step", &usual_ns, ret_step_ns, why);
    if (rc < 0)
        return rc;
    if (*ret_step_ns >= NS_PER_S)
        return 0;
    (void)snprintf(why, WHY_SIZE,
                   "invalid parameter \"step\": it is one "
                   "second or more");
    return -EINVAL;
}

/* Takes a viewer in, with the questions that there is room for. */
static struct viewer *
viewer_new(struct live *self, struct weir_request *request, size_t count,
           int64_t step_ns)
{
    struct viewer *viewer = xcalloc(1, sizeof(*viewer));

    viewer->seats = xcalloc(count, sizeof(*viewer->seats));
    for (; viewer->count < count; viewer->count++) {
        struct tap *tap = taps_take(
            &self->taps, weir_request_get(request, "query", viewer->count),
            step_ns);
        if (!tap) {
            viewer_destroy(&viewer, &self->taps);
            return NULL;
        }
        viewer->seats[viewer->count].tap = tap;
    }
    return viewer;
}

/* Begins the stream, so that the viewer knows that it runs. */
static void
enter(struct live *self, struct viewer *viewer, struct weir_request *request)
{
    static const char begin[] = "retry: 3000\n\n";

    viewer->request = request;
    viewer->next = self->viewers;
    self->viewers = viewer;
    self->count++;
    weir_answer_head(request, "Cache-Control", "no-store");
    weir_answer_head(request, "X-Accel-Buffering", "no");
    (void)say(viewer, begin, sizeof(begin) - 1);
    if (!self->pulses)
        pulse(self->instance, self);
}

static void
live_tell(void *instance, struct weir_request *request)
{
    struct live *self = ((struct dashboard *)instance)->live;
    char why[WHY_SIZE];
    int64_t step_ns = 0;
    size_t count = 0;

    if (read_step(request, &step_ns, why) < 0 ||
        count_questions(request, &count, why) < 0) {
        fault_tell(&request, FAULT_BAD_DATA, why);
        return;
    }
    struct viewer *viewer = self->count < VIEWERS_MOST
                                ? viewer_new(self, request, count, step_ns)
                                : NULL;
    if (viewer)
        enter(self, viewer, request);
    else
        fault_tell(&request, FAULT_UNAVAILABLE,
                   "too many look already, ask for ranges instead");
}

int
live_open(void *self, struct live **ret_live)
{
    struct live *live = xcalloc(1, sizeof(*live));

    live->instance = self;
    live->taps = (struct taps){.instance = self, .done = taps_done};
    *ret_live = live;
    return weir_route(self, "READ", "/api/v1/live", live_tell);
}

void
live_close(struct live **self_p)
{
    struct live *self = weir_take(*self_p);

    if (!self)
        return;
    while (self->viewers) {
        struct viewer *viewer = self->viewers;
        self->viewers = viewer->next;
        viewer_destroy(&viewer, &self->taps);
    }
    taps_fini(&self->taps);
    json_fini(&self->event);
    free(self);
}
