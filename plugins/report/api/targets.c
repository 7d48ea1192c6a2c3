/* targets.c - which targets inputs scrape, and how that goes
 *
 * The inputs may be on other hosts: all that is told here comes from the series
 * that they store of each target, by one question after the other.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "target_rows.h"

/* One answer, from its request to its end. */
struct inquiry {
    struct answer *answer;
    struct target_rows rows;
    char *pool;     /* the only one that is wanted; or NULL */
    size_t at;      /* the question that is asked */
    int64_t now_ns; /* of all questions */
};

static void
take_info(struct inquiry *self, const struct weir_series *series, double value)
{
    (void)value;
    target_rows_add(&self->rows, series);
}

static void
take_up(struct inquiry *self, const struct weir_series *series, double value)
{
    target_rows_note(&self->rows, TARGET_UP, series, value);
}

static void
take_time(struct inquiry *self, const struct weir_series *series, double value)
{
    target_rows_note(&self->rows, TARGET_TIME, series, value);
}

static void
take_duration(struct inquiry *self, const struct weir_series *series,
              double value)
{
    target_rows_note(&self->rows, TARGET_DURATION, series, value);
}

static const struct {
    const char *text;
    void (*take)(struct inquiry *self, const struct weir_series *series,
                 double value);
} questions[] = {
    {"scrape_target_info", take_info},
    {"up", take_up},
    {"timestamp(up)", take_time},
    {"scrape_duration_seconds", take_duration},
};

static void
inquiry_destroy(struct inquiry **self_p)
{
    struct inquiry *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the question was dropped");
    target_rows_fini(&self->rows);
    free(self->pool);
    free(self);
}

static void
finish(struct inquiry *self)
{
    struct json *json = &self->answer->json;

    json_raw(json, "{\"activeTargets\":");
    target_rows_write(&self->rows, json);
    json_raw(json, ",\"droppedTargets\":[],\"droppedTargetCounts\":{}}");
    answer_finish(&self->answer);
}

static bool heard(void *instance, void *arg, const struct weir_result *result);

/* Asks the next question; takes the inquiry. */
static void
ask(struct inquiry *inquiry)
{
    weir_cleanup(inquiry_destroy) struct inquiry *self = inquiry;
    struct api *api = self->answer->api;
    const struct weir_question question = {
        .text = questions[self->at].text,
        .start_ns = self->now_ns,
        .end_ns = self->now_ns,
        .bounds = api_bounds(api, 0),
        .client = self->answer->request,
    };

    int rc = weir_query(api, &question, heard, self);
    if (rc < 0)
        answer_fail_rc(&self->answer, rc);
    else
        self = NULL; /* it hears */
}

static void
take(struct inquiry *self, const struct weir_loose *samples)
{
    for (uint32_t i = 0; samples && i < samples->count; i++)
        questions[self->at].take(self,
                                 &samples->layout->series[samples->index[i]],
                                 samples->values[i]);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    weir_cleanup(inquiry_destroy) struct inquiry *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    take(self, result->samples);
    int rc = answer_room(self->answer, self->rows.bytes);
    if (rc < 0) {
        answer_fail_room(&self->answer, rc);
        return false;
    }
    if (result->rc == 0) {
        self = NULL; /* more comes */
        return true;
    }
    answer_add_notes(self->answer, result->notes, result->note_count);
    if (self->at == 0)
        target_rows_sort(&self->rows);
    if (++self->at < WEIR_COUNT(questions))
        ask(weir_take(self));
    else
        finish(self);
    return false;
}

/* Targets that rules dropped leave no series. */
static bool
are_wanted(const struct weir_request *request)
{
    const char *state = weir_request_get(request, "state", 0);

    return !state || !*state || strcasecmp(state, "any") == 0 ||
           strcasecmp(state, "active") == 0;
}

void
status_targets(void *instance, struct weir_request *request)
{
    const char *pool = weir_request_get(request, "scrapePool", 0);
    bool wanted = are_wanted(request);
    struct inquiry *self = calloc(1, sizeof(*self));

    if (!self)
        abort();
    self->now_ns = clock_wall_ms();
    self->pool = pool && *pool ? strdup(pool) : NULL;
    self->rows.pool = self->pool;
    self->answer = answer_new(instance, request);
    if (wanted) {
        ask(self);
        return;
    }
    finish(self);
    inquiry_destroy(&self);
}
