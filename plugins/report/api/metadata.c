/* metadata.c - type, unit and help of each metric */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../reply/parameter.h"
#include "answer.h"

/* As Prometheus calls them. */
static const char *const types[] = {
    [WEIR_UNTYPED] = "unknown", [WEIR_COUNTER] = "counter",
    [WEIR_GAUGE] = "gauge",     [WEIR_HISTOGRAM] = "histogram",
    [WEIR_SUMMARY] = "summary", [WEIR_INFO] = "info",
};

struct metadata {
    struct answer *answer;
    char *metric;  /* the only one that is wanted; or NULL */
    size_t limit;  /* 0: none */
    size_t told;   /* metrics */
    uint32_t seen; /* series of the answer */
};

static void
metadata_destroy(struct metadata **self_p)
{
    struct metadata *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->answer)
        answer_fail(&self->answer, FAULT_INTERNAL, "the search was dropped");
    free(self->metric);
    free(self);
}

static void
write_metric(struct json *json, const struct weir_metric *metric)
{
    json_text(json, metric->name);
    json_raw(json, ":[{\"type\":");
    json_text(json, types[metric->type]);
    json_raw(json, ",\"help\":");
    json_text(json, metric->help);
    json_raw(json, ",\"unit\":");
    json_text(json, metric->unit);
    json_raw(json, "}]");
}

/* A store is asked for all: it would look for a name with its suffix, such as
 * _bucket. */
static bool
is_wanted(const struct metadata *self, const struct weir_metric *metric)
{
    if (self->limit && self->told >= self->limit)
        return false;
    return !self->metric || strcmp(self->metric, metric->name) == 0;
}

static void
take_metrics(struct metadata *self, const struct weir_layout *layout)
{
    struct json *json = &self->answer->json;

    for (; self->seen < layout->count; self->seen++) {
        const struct weir_metric *metric = layout->series[self->seen].metric;
        if (!is_wanted(self, metric))
            continue;
        json_raw(json, self->told++ ? "," : "");
        write_metric(json, metric);
    }
}

static bool
heard(void *instance, void *arg, const struct weir_result *result)
{
    weir_cleanup(metadata_destroy) struct metadata *self = arg;

    (void)instance;
    if (result->rc < 0) {
        answer_fail_result(&self->answer, result);
        return false;
    }
    if (result->samples)
        take_metrics(self, result->samples->layout);
    int rc = answer_room(self->answer, 0);
    if (rc < 0) {
        answer_fail_room(&self->answer, rc);
        return false;
    }
    if (result->rc == 0) {
        self = NULL; /* more comes */
        return true;
    }
    json_raw(&self->answer->json, "}");
    answer_add_notes(self->answer, result->notes, result->note_count);
    answer_finish(&self->answer);
    return false;
}

void
metadata_tell(void *instance, struct weir_request *request)
{
    struct api *api = instance;
    char why[WHY_SIZE];
    size_t limit = 0;

    if (parameter_limit(request, "limit", &limit, why) < 0) {
        fault_tell(&request, FAULT_BAD_DATA, "limit must be a number");
        return;
    }
    const char *metric = weir_request_get(request, "metric", 0);
    const struct weir_select what = {
        .want = WEIR_METRICS,
        .bounds = api_bounds(api, 0),
        .client = request,
    };
    struct metadata *self = calloc(1, sizeof(*self));
    if (!self)
        abort();
    self->limit = limit;
    self->metric = metric && *metric ? strdup(metric) : NULL;
    self->answer = answer_new(api, request);
    json_raw(&self->answer->json, "{");
    int rc = weir_select(api, &what, heard, self);
    if (rc < 0) {
        answer_fail_rc(&self->answer, rc);
        metadata_destroy(&self);
    }
}
