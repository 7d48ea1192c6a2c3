/* status.c - what the process is, and what it does not have
 *
 * Grafana and others look at these to learn whom they talk to.  What weir has
 * no idea of, such as rules, is answered empty, as Prometheus without them
 * would.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "base.h"
#include "timetext.h"

/* Clients judge by the version what a Prometheus can do. */
static const char build[] =
    "{\"version\":\"3.0.0+weir." PACKAGE_VERSION "\",\"revision\":\"\","
    "\"branch\":\"\",\"buildUser\":\"\",\"buildDate\":\"\",\"goVersion\":\"\"}";

static void
tell(void *instance, struct weir_request *request, const char *data)
{
    struct answer *answer = answer_new(instance, request);

    json_raw(&answer->json, data);
    answer_finish(&answer);
}

/* Answers that never change. */
#define CONSTANT(name, data)                                \
    void name(void *instance, struct weir_request *request) \
    {                                                       \
        tell(instance, request, (data));                    \
    }

CONSTANT(status_rules, "{\"groups\":[]}")
CONSTANT(status_alerts, "{\"alerts\":[]}")
CONSTANT(status_config, "{\"yaml\":\"\"}")
CONSTANT(status_flags, "{}")
CONSTANT(query_exemplars, "[]")
CONSTANT(status_build, build)

/* Adds a time as RFC 3339. */
static void
write_date(struct json *json, int64_t time_ns)
{
    char text[TIMETEXT_SIZE];

    (void)timetext_write_date(time_ns / NS_PER_S * NS_PER_S, text);
    json_text(json, text);
}

void
status_runtime(void *instance, struct weir_request *request)
{
    const struct api *api = instance;
    struct answer *answer = answer_new(instance, request);
    struct json *json = &answer->json;

    json_raw(json, "{\"startTime\":");
    write_date(json, api->start_ns);
    json_raw(json, ",\"CWD\":\"\",\"reloadConfigSuccess\":true,"
                   "\"lastConfigTime\":");
    write_date(json, api->start_ns);
    json_raw(json, ",\"corruptionCount\":0,\"goroutineCount\":0,"
                   "\"GOMAXPROCS\":");
    json_whole(json, sysconf(_SC_NPROCESSORS_ONLN));
    json_raw(json, ",\"GOMEMLIMIT\":0,\"GOGC\":\"\",\"GODEBUG\":\"\","
                   "\"storageRetention\":\"\"}");
    answer_finish(&answer);
}

/* The database ------------------------------------------------------------- */

struct survey {
    struct answer *answer;
    int64_t series; /* of all storages */
};

static void
survey_destroy(struct survey **self_p)
{
    struct survey *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the survey was dropped");
    free(self);
}

static void
finish_survey(struct survey *self)
{
    struct json *json = &self->answer->json;

    json_raw(json, "{\"headStats\":{\"numSeries\":");
    json_whole(json, self->series);
    json_raw(json, ",\"numLabelPairs\":0,\"chunkCount\":0,\"minTime\":0,"
                   "\"maxTime\":0},\"seriesCountByMetricName\":[],"
                   "\"labelValueCountByLabelName\":[],"
                   "\"memoryInBytesByLabelName\":[],"
                   "\"seriesCountByLabelValuePair\":[]}");
    answer_finish(&self->answer);
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    static const char name[] = "series=";
    weir_cleanup(survey_destroy) struct survey *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    for (size_t i = 0; i < result->count; i++)
        if (strncmp(result->texts[i], name, sizeof(name) - 1) == 0)
            self->series +=
                strtoll(result->texts[i] + sizeof(name) - 1, NULL, 10);
    if (result->rc == 0) {
        self = NULL; /* more comes */
        return true;
    }
    answer_add_notes(self->answer, result->notes, result->note_count);
    finish_survey(self);
    return false;
}

void
status_tsdb(void *instance, struct weir_request *request)
{
    struct api *api = instance;
    const struct weir_select what = {
        .want = WEIR_STATUS,
        .bounds = api_bounds(api, 0),
        .client = request,
    };
    struct survey *self = calloc(1, sizeof(*self));

    if (!self)
        abort();
    self->answer = answer_new(api, request);
    int rc = weir_select(api, &what, heard, self);
    if (rc < 0) {
        answer_fail_rc(&self->answer, rc);
        survey_destroy(&self);
    }
}
