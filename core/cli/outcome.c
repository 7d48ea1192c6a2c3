/* cli/outcome.c - the answer of Prometheus' API to a question, read */
#include <config.h>

#include "cli/outcome.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"

enum { LABELS_MOST = 1024 }; /* of a series */

static const char name_label[] = "__name__";

static void
release(json_t **json_p)
{
    json_decref(*json_p);
}

/* Samples ------------------------------------------------------------------ */

/* Reads a time in seconds. */
static bool
read_time(const json_t *json, int64_t *ret_ns)
{
    static const double most = (double)(INT64_MAX / NS_PER_S) - 1;
    double seconds = json_number_value(json);

    if (!json_is_number(json) || !(fabs(seconds) < most))
        return false;
    *ret_ns = (int64_t)llround(seconds * 1000) * NS_PER_MS;
    return true;
}

/* Reads [time, "text"]. */
static bool
read_pair(const json_t *pair, int64_t *ret_ns, const char **ret_text)
{
    *ret_text = json_string_value(json_array_get(pair, 1));
    return json_array_size(pair) == 2 && *ret_text &&
           read_time(json_array_get(pair, 0), ret_ns);
}

/* Reads [time, "value"]. */
static bool
read_sample(const json_t *pair, int64_t *ret_ns, double *ret_value)
{
    const char *text = NULL;

    return read_pair(pair, ret_ns, &text) && *text && *text != ' ' &&
           weir_scan_double(&text, ret_value) && *text == '\0';
}

static void
make_room(struct outcome *self, struct outcome_series *series, size_t count)
{
    series->times_ns = arena_alloc(&self->memory, count * sizeof(int64_t) + 1);
    series->values = arena_alloc(&self->memory, count * sizeof(double) + 1);
    series->count = count;
}

static bool
read_samples(struct outcome *self, const json_t *json,
             struct outcome_series *series)
{
    size_t count = json_array_size(json);

    make_room(self, series, count);
    for (size_t i = 0; i < count; i++)
        if (!read_sample(json_array_get(json, i), &series->times_ns[i],
                         &series->values[i]) ||
            (i > 0 && series->times_ns[i] <= series->times_ns[i - 1]))
            return false;
    return !json || json_is_array(json);
}

static bool
read_one_sample(struct outcome *self, const json_t *json,
                struct outcome_series *series)
{
    make_room(self, series, json ? 1 : 0);
    return !json || read_sample(json, series->times_ns, series->values);
}

/* Series ------------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
    const struct outcome_label *one = a, *other = b;
    int named = (strcmp(other->name, name_label) == 0) -
                (strcmp(one->name, name_label) == 0);

    return named ? named : strcmp(one->name, other->name);
}

static bool
read_labels(struct outcome *self, json_t *metric, struct outcome_series *series)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (json_object_size(metric) > LABELS_MOST)
        return false;
    struct outcome_label *labels = arena_alloc(
        &self->memory, (json_object_size(metric) + 1) * sizeof(*labels));

    json_object_foreach(metric, name, value)
    {
        const char *text = json_string_value(value);
        if (!text)
            return false;
        if (!*text) /* is no label */
            continue;
        labels[series->label_count++] = (struct outcome_label){
            arena_text(&self->memory, name), arena_text(&self->memory, text)};
    }
    qsort(labels, series->label_count, sizeof(*labels), by_name);
    series->labels = labels;
    return json_is_object(metric);
}

static bool
read_series(struct outcome *self, const json_t *json,
            struct outcome_series *series)
{
    bool matrix = self->type == OUTCOME_MATRIX;
    const json_t *samples = json_object_get(json, matrix ? "values" : "value");

    if (json_object_get(json, matrix ? "histograms" : "histogram"))
        self->histogram_count++;
    else if (!samples)
        return false;
    return read_labels(self, json_object_get(json, "metric"), series) &&
           (matrix ? read_samples(self, samples, series)
                   : read_one_sample(self, samples, series));
}

static bool
read_all_series(struct outcome *self, const json_t *json)
{
    self->count = json_array_size(json);
    self->series =
        arena_alloc(&self->memory, (self->count + 1) * sizeof(*self->series));
    for (size_t i = 0; i < self->count; i++)
        if (!read_series(self, json_array_get(json, i), &self->series[i]))
            return false;
    return json_is_array(json);
}

static bool
read_scalar(struct outcome *self, const json_t *json)
{
    self->count = 1;
    self->series = arena_alloc(&self->memory, sizeof(*self->series));
    return read_one_sample(self, json, self->series);
}

static bool
read_string(struct outcome *self, const json_t *json)
{
    const char *text = NULL;

    if (!read_pair(json, &self->time_ns, &text))
        return false;
    self->text = arena_text(&self->memory, text);
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct outcome *self, const json_t *json);
} types[] = {
    [OUTCOME_SCALAR] = {"scalar", read_scalar},
    [OUTCOME_STRING] = {"string", read_string},
    [OUTCOME_VECTOR] = {"vector", read_all_series},
    [OUTCOME_MATRIX] = {"matrix", read_all_series},
};

/* Answers ------------------------------------------------------------------ */

static bool
read_data(struct outcome *self, const json_t *data)
{
    const char *name = json_string_value(json_object_get(data, "resultType"));
    const json_t *result = json_object_get(data, "result");

    for (size_t i = 0; name && result && i < ARRAY_SIZE(types); i++)
        if (strcmp(types[i].name, name) == 0) {
            self->type = (enum outcome_type)i;
            return types[i].read(self, result);
        }
    return false;
}

/* What is no text among them is left out. */
static struct outcome_texts
read_texts(struct outcome *self, const json_t *json)
{
    size_t count = json_array_size(json);
    struct outcome_texts texts = {
        0, arena_alloc(&self->memory, (count + 1) * sizeof(const char *))};

    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(json, i));
        if (text)
            texts.items[texts.count++] = arena_text(&self->memory, text);
    }
    return texts;
}

static bool
read_answer(struct outcome *self, const json_t *json)
{
    const char *status = json_string_value(json_object_get(json, "status"));
    const char *error = json_string_value(json_object_get(json, "error"));

    self->warnings = read_texts(self, json_object_get(json, "warnings"));
    self->infos = read_texts(self, json_object_get(json, "infos"));
    if (status && strcmp(status, "error") == 0 && error) {
        self->error = arena_text(&self->memory, error);
        return true;
    }
    return status && strcmp(status, "success") == 0 &&
           read_data(self, json_object_get(json, "data"));
}

int
outcome_read(const char *text, size_t size, struct outcome **ret_outcome)
{
    weir_cleanup(outcome_destroy) struct outcome *self =
        xcalloc(1, sizeof(*self));
    weir_cleanup(release) json_t *json = json_loadb(text, size, 0, NULL);

    if (!json || !read_answer(self, json))
        return -EBADMSG;
    *ret_outcome = weir_take(self);
    return 0;
}

void
outcome_destroy(struct outcome **self_p)
{
    struct outcome *self = weir_take(*self_p);

    if (!self)
        return;
    arena_clear(&self->memory);
    free(self);
}

const char *
outcome_value(const struct outcome_series *series, const char *name)
{
    for (size_t i = 0; i < series->label_count; i++)
        if (strcmp(series->labels[i].name, name) == 0)
            return series->labels[i].value;
    return "";
}
