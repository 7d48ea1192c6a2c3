/* tap.c - questions that are asked again at each step */
#include <config.h>

#include "tap.h"

#include <errno.h>
#include <string.h>

#include <weir/query.h>

#include "../reply/labels.h"
#include "base.h"

enum { SAY_LATE_MS = 500 }; /* a step's samples need some time to come */

/* Answers ------------------------------------------------------------------ */

static void
begin(struct tap *self, const char *what)
{
    self->json.size = 0;
    self->series = 0;
    json_raw(&self->json, "{\"time\":");
    json_time(&self->json, self->time_ns);
    json_raw(&self->json, what);
}

static void
write_error(struct tap *self, const char *why)
{
    begin(self, ",\"error\":");
    json_text(&self->json, why);
    json_raw(&self->json, "}");
}

static void
write_point(struct tap *self, const struct weir_loose *samples, uint32_t at)
{
    struct json *json = &self->json;
    uint32_t index = samples->index[at];

    if (self->series && index == self->index) {
        json_raw(json, ",");
    } else {
        json_raw(json, self->series ? "]},{\"metric\":" : "{\"metric\":");
        labels_write(json, &samples->layout->series[index]);
        json_raw(json, ",\"values\":[");
        self->series++;
        self->index = index;
    }
    json_raw(json, "[");
    json_time(json, samples->times_ns[at]);
    json_raw(json, ",");
    json_value(json, samples->values[at]);
    json_raw(json, "]");
}

static const char *
reason(const struct weir_result *result)
{
    for (size_t i = 0; i < result->note_count; i++)
        if (strcmp(result->notes[i].kind, "error") == 0)
            return result->notes[i].text;
    return strerror(-result->rc);
}

/* The answer is whole. */
static void
end_answer(struct tap *self)
{
    struct taps *owner = self->owner;

    self->asked = false;
    owner->due--;
    if (self->viewers == 0)
        taps_leave(owner, &self);
    if (owner->due == 0)
        owner->done(owner);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    struct tap *self = arg;
    const struct weir_loose *samples = result->samples;
    bool fits = self->json.size <= TAP_ANSWER_MOST;

    (void)instance;
    if (self->viewers == 0) {
        end_answer(self);
        return false;
    }
    for (uint32_t i = 0; samples && fits && i < samples->count; i++) {
        write_point(self, samples, i);
        fits = self->json.size <= TAP_ANSWER_MOST;
    }
    if (result->rc == 0 && fits)
        return true;
    if (!fits)
        write_error(self, "there is too much of it to be sent live");
    else if (result->rc < 0)
        write_error(self, reason(result));
    else
        json_raw(&self->json, self->series ? "]}]}" : "]}");
    end_answer(self);
    return false;
}

/* Asking ------------------------------------------------------------------- */

static void
ask(struct tap *self)
{
    const struct weir_question question = {
        .text = self->text,
        .start_ns = self->time_ns - self->step_ns,
        .end_ns = self->time_ns,
        .step_ns = self->step_ns,
    };

    begin(self, ",\"result\":[");
    int rc = weir_query(self->owner->instance, &question, heard, self);
    if (rc == 0) {
        self->asked = true;
        self->owner->due++;
    } else {
        write_error(self, rc == -ENOTCONN ? "there is no storage to ask"
                                          : strerror(-rc));
    }
}

void
taps_ask(struct taps *self, int64_t now_ns)
{
    for (struct tap *each = self->first; each; each = each->next) {
        int64_t late_ns = now_ns - SAY_LATE_MS * NS_PER_MS;
        int64_t time_ns = late_ns - late_ns % each->step_ns;
        if (each->asked || time_ns <= each->time_ns)
            continue;
        each->time_ns = time_ns;
        ask(each);
    }
}

/* Taps --------------------------------------------------------------------- */

struct tap *
taps_take(struct taps *self, const char *text, int64_t step_ns)
{
    for (struct tap *each = self->first; each; each = each->next)
        if (each->step_ns == step_ns && strcmp(each->text, text) == 0) {
            each->viewers++;
            return each;
        }
    if (self->count == TAPS_MOST)
        return NULL;
    struct tap *tap = xcalloc(1, sizeof(*tap));
    tap->owner = self;
    tap->text = x_or_die(strdup(text));
    tap->step_ns = step_ns;
    tap->viewers = 1;
    tap->next = self->first;
    self->first = tap;
    self->count++;
    return tap;
}

static void
tap_destroy(struct tap *self)
{
    json_fini(&self->json);
    free(self->text);
    free(self);
}

/* Its question is still asked: then end_answer() leaves it again. */
void
taps_leave(struct taps *self, struct tap **tap_p)
{
    struct tap *tap = weir_take(*tap_p);
    struct tap **place = &self->first;

    if (tap->viewers > 0)
        tap->viewers--;
    if (tap->viewers > 0 || tap->asked)
        return;
    while (*place != tap)
        place = &(*place)->next;
    *place = tap->next;
    self->count--;
    tap_destroy(tap);
}

void
taps_fini(struct taps *self)
{
    while (self->first) {
        struct tap *tap = self->first;
        self->first = tap->next;
        tap_destroy(tap);
    }
    self->count = 0;
}
