/* query.c - questions in PromQL and their answers
 *
 * An answer is written while its parts come, and may be on its way before the
 * last one is there: all of it is evaluated by then, so that it does not fail
 * any more but for its size.
 */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../reply/labels.h"
#include "../reply/parameter.h"
#include "answer.h"

enum { POINTS_MOST = 11000 };

/* One question, from its request to the end of its answer. */
struct asking {
    struct answer *answer;
    int64_t end_ns;
    size_t limit;   /* series; 0: none */
    size_t series;  /* begun so far */
    uint32_t index; /* of the one begun last */
    bool opened;    /* the result was */
    bool truncated; /* the limit left series out */
};

static void
asking_destroy(struct asking **self_p)
{
    struct asking *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the question was dropped");
    free(self);
}

/* Results ------------------------------------------------------------------ */

static void
write_point(struct json *json, int64_t time_ns, double value)
{
    json_raw(json, "[");
    json_time(json, time_ns);
    json_raw(json, ",");
    json_value(json, value);
    json_raw(json, "]");
}

static void
write_scalar(struct asking *self, const struct weir_result *result)
{
    struct json *json = &self->answer->json;

    if (!result->samples || result->samples->count == 0)
        return;
    json_raw(json, "[");
    json_short_time(json, result->samples->times_ns[0]);
    json_raw(json, ",");
    json_value(json, result->samples->values[0]);
    json_raw(json, "]");
}

static void
write_string(struct asking *self, const struct weir_result *result)
{
    struct json *json = &self->answer->json;

    if (result->count == 0)
        return;
    json_raw(json, "[");
    json_short_time(json, self->end_ns);
    json_raw(json, ",");
    json_text(json, result->texts[0]);
    json_raw(json, "]");
}

/* Begins the next series, unless that is one too many. */
static bool
begin_series(struct asking *self, const struct weir_loose *samples, uint32_t at,
             const char *before)
{
    struct json *json = &self->answer->json;

    if (self->limit && self->series >= self->limit) {
        self->truncated = true;
        return false;
    }
    self->index = samples->index[at];
    json_raw(json, self->series++ ? before : "");
    json_raw(json, "{\"metric\":");
    labels_write(json, &samples->layout->series[self->index]);
    return true;
}

static void
write_vector(struct asking *self, const struct weir_result *result)
{
    const struct weir_loose *samples = result->samples;
    struct json *json = &self->answer->json;

    for (uint32_t i = 0; samples && i < samples->count; i++) {
        if (!begin_series(self, samples, i, ","))
            return;
        json_raw(json, ",\"value\":");
        write_point(json, samples->times_ns[i], samples->values[i]);
        json_raw(json, "}");
    }
}

/* A series may go on in the next part. */
static void
write_matrix(struct asking *self, const struct weir_result *result)
{
    const struct weir_loose *samples = result->samples;
    struct json *json = &self->answer->json;

    for (uint32_t i = 0; samples && i < samples->count; i++) {
        if (self->series && samples->index[i] == self->index &&
            !self->truncated) {
            json_raw(json, ",");
        } else if (begin_series(self, samples, i, "]},")) {
            json_raw(json, ",\"values\":[");
        } else {
            return;
        }
        write_point(json, samples->times_ns[i], samples->values[i]);
    }
}

static const struct {
    const char *type;
    void (*write)(struct asking *self, const struct weir_result *result);
    const char *open, *close;
    const char *last; /* what ends the last of several series */
} types[] = {
    {"scalar", write_scalar, "", "", ""},
    {"string", write_string, "", "", ""},
    {"vector", write_vector, "[", "]", ""},
    {"matrix", write_matrix, "[", "]", "]}"},
};

/* Writes a part.  Returns what answer_flush() does. */
static int
write_part(struct asking *self, const struct weir_result *result)
{
    struct json *json = &self->answer->json;
    size_t type = 0;

    while (type + 1 < WEIR_COUNT(types) &&
           strcmp(types[type].type, result->type) != 0)
        type++;
    if (!self->opened) {
        json_raw(json, "{\"resultType\":");
        json_text(json, result->type);
        json_raw(json, ",\"result\":");
        json_raw(json, types[type].open);
        self->opened = true;
    }
    types[type].write(self, result);
    if (result->rc == 1) {
        json_raw(json, self->series ? types[type].last : "");
        json_raw(json, types[type].close);
        json_raw(json, "}");
        return 0;
    }
    return answer_flush(self->answer);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    weir_cleanup(asking_destroy) struct asking *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    int rc = write_part(self, result);
    if (rc < 0) {
        answer_fail_room(&self->answer, rc);
        return false;
    }
    if (result->rc == 0) {
        self = NULL; /* more comes */
        return true;
    }
    if (self->truncated)
        answer_warn(self->answer, "results truncated due to limit");
    answer_add_notes(self->answer, result->notes, result->note_count);
    answer_finish(&self->answer);
    return false;
}

/* Questions ---------------------------------------------------------------- */

static void
refuse(struct weir_request **request_p, const char *why)
{
    fault_tell(request_p, FAULT_BAD_DATA, why);
}

/* Asks; takes the request. */
static void
ask(struct api *api, struct weir_request *request,
    struct weir_question *question)
{
    static const int64_t none = 0;
    char why[WHY_SIZE];
    int64_t timeout_ns = 0;
    size_t limit = 0;
    const char *text = weir_request_get(request, "query", 0);

    if (parameter_duration(request, "timeout", &none, &timeout_ns, why) < 0 ||
        parameter_duration(request, "lookback_delta", &none,
                           &question->lookback_ns, why) < 0 ||
        parameter_limit(request, "limit", &limit, why) < 0) {
        refuse(&request, why);
        return;
    }
    question->text = text ? text : "";
    question->bounds = api_bounds(api, timeout_ns);
    question->client = request;

    struct asking *asking = calloc(1, sizeof(*asking));
    if (!asking)
        abort();
    asking->answer = answer_new(api, request);
    asking->end_ns = question->end_ns;
    asking->limit = limit;
    int rc = weir_query(api, question, heard, asking);
    if (rc < 0) {
        answer_fail_rc(&asking->answer, rc);
        asking_destroy(&asking);
    }
}

void
query_instant(void *instance, struct weir_request *request)
{
    struct weir_question question = {0};
    int64_t now_ns = clock_wall_ms();
    char why[WHY_SIZE];

    if (parameter_time(request, "time", &now_ns, &question.end_ns, why) < 0) {
        refuse(&request, why);
        return;
    }
    question.start_ns = question.end_ns;
    ask(instance, request, &question);
}

/* Reads the range.  Returns 0, or -EINVAL with the reason in 'why'. */
static int
read_range(const struct weir_request *request, struct weir_question *question,
           char why[WHY_SIZE])
{
    static const char backwards[] =
        "invalid parameter \"end\": end timestamp must not be before start "
        "time";
    static const char still[] =
        "invalid parameter \"step\": zero or negative query resolution step "
        "widths are not accepted. Try a positive integer";
    static const char many[] =
        "exceeded maximum resolution of 11,000 points per timeseries. Try "
        "decreasing the query resolution (?step=XX)";
    const char *wrong = NULL;

    int rc = parameter_time(request, "start", NULL, &question->start_ns, why);
    if (rc == 0)
        rc = parameter_time(request, "end", NULL, &question->end_ns, why);
    if (rc == 0 && question->end_ns < question->start_ns)
        wrong = backwards;
    if (rc == 0 && !wrong)
        rc = parameter_duration(request, "step", NULL, &question->step_ns, why);
    if (rc < 0)
        return rc;
    if (!wrong && question->step_ns <= 0)
        wrong = still;
    uint64_t span_ns =
        (uint64_t)question->end_ns - (uint64_t)question->start_ns;
    if (!wrong && span_ns / (uint64_t)question->step_ns > POINTS_MOST)
        wrong = many;
    if (!wrong)
        return 0;
    (void)snprintf(why, WHY_SIZE, "%s", wrong);
    return -EINVAL;
}

void
query_range(void *instance, struct weir_request *request)
{
    struct weir_question question = {0};
    char why[WHY_SIZE];

    if (read_range(request, &question, why) < 0)
        refuse(&request, why);
    else
        ask(instance, request, &question);
}

/* Answers with another form of the question; takes the request. */
static void
answer_form(void *instance, struct weir_request *request,
            int (*form)(const char *text, char *why, size_t size,
                        char **ret_text),
            void (*write)(struct json *json, const char *text))
{
    const char *text = weir_request_get(request, "query", 0);
    weir_cleanup(weir_free) char *other = NULL;
    char reason[WHY_SIZE - 64] = "";
    char why[WHY_SIZE];

    int rc = form(text ? text : "", reason, sizeof(reason), &other);
    if (rc < 0) {
        (void)snprintf(why, sizeof(why), "invalid parameter \"query\": %s",
                       reason);
        refuse(&request, why);
        return;
    }
    struct answer *answer = answer_new(instance, request);
    write(&answer->json, other);
    answer_finish(&answer);
}

void
query_format(void *instance, struct weir_request *request)
{
    answer_form(instance, request, weir_query_format, json_text);
}

void
query_parse(void *instance, struct weir_request *request)
{
    answer_form(instance, request, weir_query_parse, json_raw);
}
