/* go_text_test.c - what programs of a newer Go than the tests can build offer
 *
 * fixtures/go-1.26.txt has each metric of client_golang's collectors of Go 1.26
 * (1.27 has the same), named by the rules of runtime/metrics, with values and
 * texts of our own.  Each line is looked for in what was read, as it stands.
 */
#include <config.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "batch_text.h"
#include "spec.h"

/* The fixture, read into an open batch. */
struct scene {
    struct source_figures figures;
    struct weir_source *source;
    struct weir_batch *batch;
    char *text;
};

static struct scene *
scene_new(void)
{
    enum { ROOM = 1 << 18 };
    const char *top = getenv("top_srcdir");
    struct scene *self = xcalloc(1, sizeof(*self));
    char path[512];
    size_t line = 0;

    (void)snprintf(path, sizeof(path), "%s/tests/fixtures/go-1.26.txt",
                   top ? top : ".");
    self->text = xcalloc(ROOM, 1);
    ck_assert_msg(weir_read_file(path, self->text, ROOM) > 0, "%s", path);
    self->source = batch_text_source(&self->figures);
    self->batch = weir_batch_begin(self->source, 1000);
    ck_assert_int_eq(weir_read_exposition(self->batch, self->text,
                                          strlen(self->text), &line),
                     0);
    return self;
}

static void
scene_destroy(struct scene **self_p)
{
    struct scene *self = *self_p;

    weir_batch_destroy(&self->batch);
    source_abandon(&self->source);
    free(self->text);
    free(self);
    *self_p = NULL;
}

/* Moves '*rest' to the next line; returns this one, or NULL at the end. */
static char *
next_line(char **rest)
{
    char *line = strsep(rest, "\n");

    return line && *line ? line : NULL;
}

/* Returns the value in 'lines' of the series, written as in the fixture. */
static double
value_of(const char *lines, const char *series)
{
    weir_cleanup(weir_free) char *start = NULL;

    ck_assert_int_gt(asprintf(&start, "\n%s ", series), 0);
    const char *found = strstr(lines, start);
    ck_assert_msg(found != NULL, "no %s", series);
    return strtod(found + strlen(start), NULL);
}

/* Returns what was read, a line "\nseries value" each. */
static char *
lines_of(const struct scene *scene)
{
    weir_cleanup(weir_free) char *text = batch_text(scene->source, NULL);
    char *lines = NULL;

    ck_assert_int_gt(asprintf(&lines, "\n%s", text), 0);
    return lines;
}

START_TEST(each_sample_is_there_as_it_stands)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(weir_free) char *lines = lines_of(scene);
    char *rest = scene->text;
    size_t count = 0;

    for (char *line = NULL; (line = next_line(&rest));) {
        if (*line == '#')
            continue;
        char *value = strrchr(line, ' ');
        *value++ = '\0';
        ck_assert_double_eq(value_of(lines, line), strtod(value, NULL));
        count++;
    }
    ck_assert_uint_gt(count, 180);
    ck_assert_uint_eq(weir_batch_tally(scene->batch).kept, count);
}
END_TEST

static const char *const types[] = {
    [WEIR_UNTYPED] = "untyped", [WEIR_COUNTER] = "counter",
    [WEIR_GAUGE] = "gauge",     [WEIR_HISTOGRAM] = "histogram",
    [WEIR_SUMMARY] = "summary", [WEIR_INFO] = "info",
};

/* Returns the metric of the first of the source's series that has the name. */
static const struct weir_metric *
find_metric(const struct weir_source *source, const char *name)
{
    for (uint32_t s = 0; s < source->sheet_count; s++) {
        const struct weir_layout *shape =
            layout_shape(source->sheets[s].layout);
        for (uint32_t i = 0; i < shape->count; i++)
            if (strcmp(shape->series[i].metric->name, name) == 0)
                return shape->series[i].metric;
    }
    return NULL;
}

START_TEST(each_metric_has_its_type_and_help)
{
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    char *rest = scene->text;
    const char *help = NULL;

    for (char *line = NULL; (line = next_line(&rest));) {
        const char *hash = strsep(&line, " ");
        const char *word = strsep(&line, " ");
        const char *name = strsep(&line, " ");
        if (strcmp(hash, "#") != 0)
            continue;
        if (strcmp(word, "HELP") == 0) {
            help = line;
            continue;
        }
        const struct weir_metric *metric = find_metric(scene->source, name);
        ck_assert_msg(metric != NULL, "no %s", name);
        ck_assert_str_eq(types[metric->type], line);
        ck_assert_str_eq(metric->help, help);
    }
}
END_TEST

/* Its bounds are no numbers that one would write. */
START_TEST(a_histogram_has_its_bounds_and_adds_up)
{
    static const char *const bounds[] = {"6.399999999999999e-08",
                                         "8.191999999999999e-05",
                                         "0.11744051199999998", "+Inf"};
    weir_cleanup(scene_destroy) struct scene *scene = scene_new();
    weir_cleanup(weir_free) char *lines = lines_of(scene);
    double before = 0;

    for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
        weir_cleanup(weir_free) char *series = NULL;
        ck_assert_int_gt(asprintf(&series,
                                  "go_sched_pauses_total_gc_seconds_bucket"
                                  "{le=\"%s\"}",
                                  bounds[i]),
                         0);
        double count = value_of(lines, series);
        ck_assert_double_ge(count, before);
        before = count;
    }
    ck_assert_double_eq(
        value_of(lines, "go_sched_pauses_total_gc_seconds_count"), before);
}
END_TEST

SPEC("the text of Go 1.26", each_sample_is_there_as_it_stands,
     each_metric_has_its_type_and_help, a_histogram_has_its_bounds_and_adds_up)
