/* question.h - for tests that ask in PromQL: given series, ask, expect lines
 *
 * What is given is text, a series a line, with its samples one a minute from
 * 1970 on:
 *
 *     hits_total{job="a"} 0 10 _ 30 stale
 *
 * where "_" is a sample that is not there.  What is answered is text, too: at
 * an instant a line "name{labels} value" a series, over steps one with a
 * "seconds=value" for each.  Notes come last: "info: text"; a failure is its
 * note alone.
 *
 * Where samples may be digested before they travel, they are, as well: both
 * ways must give the same answer.
 */
#ifndef QUESTION_H
#define QUESTION_H

#include <errno.h>
#include <math.h>
#include <stdarg.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "query/digest.h"
#include "query/evaluation.h"
#include "series.h"
#include "spec.h"

enum { GIVEN_SERIES_MOST = 64, GIVEN_SAMPLES_MOST = 128, ANSWER_SIZE = 16384 };

struct given_series {
    struct tree *selector; /* has the texts */
    struct weir_metric metric;
    struct weir_label labels[16];
    struct weir_series series;
    int64_t times_ns[GIVEN_SAMPLES_MOST];
    double values[GIVEN_SAMPLES_MOST];
    size_t count;
};

struct given {
    struct given_series series[GIVEN_SERIES_MOST];
    size_t count;
    int64_t shift_ns; /* of all samples */
    char answer[ANSWER_SIZE];
};

static inline void
given_read_labels(struct given_series *self)
{
    const struct expression_selector *selector =
        &tree_root(self->selector)->selector;
    size_t count = 0;

    self->metric = (struct weir_metric){"", WEIR_UNTYPED, "", ""};
    for (size_t i = 0; i < selector->matcher_count; i++) {
        const struct weir_matcher *matcher = &selector->matchers[i];
        if (strcmp(matcher->name, "__name__") == 0)
            self->metric.name = matcher->value;
        else
            self->labels[count++] =
                (struct weir_label){matcher->name, matcher->value};
    }
    labels_sort(self->labels);
    self->series = (struct weir_series){&self->metric, "", self->labels};
}

static inline void
given_read_samples(struct given_series *self, char *text, int64_t shift_ns)
{
    char *rest = NULL;
    int64_t time_ns = shift_ns;

    for (char *word = strtok_r(text, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest), time_ns += 60 * NS_PER_S) {
        if (strcmp(word, "_") == 0)
            continue;
        ck_assert_uint_lt(self->count, GIVEN_SAMPLES_MOST);
        self->times_ns[self->count] = time_ns;
        self->values[self->count++] =
            strcmp(word, "stale") == 0 ? value_none() : strtod(word, NULL);
    }
}

static inline void
given_read_line(struct given *self, char *line)
{
    char *brace = strrchr(line, '}');
    char *end = strchr(brace ? brace : line, ' ');
    char *why = NULL;

    ck_assert_uint_lt(self->count, GIVEN_SERIES_MOST);
    struct given_series *series = &self->series[self->count++];
    *end = '\0';
    ck_assert_int_eq(tree_parse_selector(line, &series->selector, &why), 0);
    given_read_labels(series);
    given_read_samples(series, end + 1, self->shift_ns);
}

static inline struct given *
given_new_at(const char *text, int64_t shift_ns)
{
    weir_cleanup(weir_free) char *copy = strdup(text);
    struct given *self = xcalloc(1, sizeof(*self));
    char *rest = NULL;

    self->shift_ns = shift_ns;
    for (char *line = strtok_r(copy, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        given_read_line(self, line);
    return self;
}

static inline struct given *
given_new(const char *text)
{
    return given_new_at(text, 0);
}

static inline void
given_destroy(struct given **self_p)
{
    struct given *self = *self_p;

    for (size_t i = 0; self && i < self->count; i++)
        tree_destroy(&self->series[i].selector);
    free(self);
    *self_p = NULL;
}

static inline void question_put(struct given *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline void
question_put(struct given *self, const char *format, ...)
{
    size_t length = strlen(self->answer);
    va_list values;

    va_start(values, format);
    (void)vsnprintf(self->answer + length, ANSWER_SIZE - length, format,
                    values);
    va_end(values);
}

static inline void
question_put_samples(struct given *self, const struct weir_loose *samples,
                     bool instant)
{
    for (uint32_t i = 0; i < samples->count; i++) {
        if (i == 0 || samples->index[i] != samples->index[i - 1]) {
            weir_cleanup(weir_free) char *name =
                series_text(&samples->layout->series[samples->index[i]]);
            question_put(self, "%s%s", i ? "\n" : "", name);
        }
        if (!instant)
            question_put(self, " %g=",
                         (double)(samples->times_ns[i] - self->shift_ns) /
                             (double)NS_PER_S);
        double value = samples->values[i];
        question_put(self, instant ? " %.12g" : "%.12g",
                     isnan(value) ? fabs(value) : value);
    }
    question_put(self, "%s", samples->count ? "\n" : "");
}

static inline void
question_put_result(struct given *self, const struct weir_result *result)
{
    if (result->samples)
        question_put_samples(self, result->samples,
                             strcmp(result->type, "matrix") != 0);
    for (size_t i = 0; i < result->count; i++)
        question_put(self, "%s\n", result->texts[i]);
    for (size_t i = 0; i < result->note_count; i++)
        question_put(self, "%s: %s\n", result->notes[i].kind,
                     result->notes[i].text);
}

/* The samples of each select, as a storage would give them. */
static inline void
question_select(const struct given *self, const struct weir_select *select,
                struct evaluation_input *input)
{
    struct evaluation_series *found = xcalloc(self->count, sizeof(*found));

    *input = (struct evaluation_input){.series = found};
    for (size_t i = 0; i < self->count; i++) {
        const struct given_series *series = &self->series[i];
        size_t first = 0, end = series->count;
        while (first < end && series->times_ns[first] <= select->after_ns)
            first++;
        while (end > first && series->times_ns[end - 1] > select->until_ns)
            end--;
        if (first < end &&
            weir_matches_series(select->matchers, select->matcher_count,
                                &series->series))
            found[input->count++] =
                (struct evaluation_series){.series = &series->series,
                                           .times_ns = series->times_ns + first,
                                           .values = series->values + first,
                                           .count = end - first};
    }
}

static inline struct weir_bounds
question_all(void)
{
    return (struct weir_bounds){.samples = 50000000,
                                .memory_bytes = UINT64_C(1) << 30,
                                .series = 100000,
                                .deadline_ns = clock_now_ns() + 60 * NS_PER_S};
}

/* A question on its way. */
struct asked {
    struct tree *tree;
    struct plan *plan;
    const struct moments *moments;
    const struct weir_bounds *bounds;
    const struct weir_select *selects; /* [count] */
    struct evaluation_input *inputs;   /* [count] */
    size_t count;
};

static inline void
asked_fini(struct asked *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(base_own(self->inputs[i].series));
    free(self->inputs);
    plan_destroy(&self->plan);
    tree_destroy(&self->tree);
}

static inline bool
question_goes_on(void *arg, size_t samples)
{
    (void)arg;
    return samples > 0;
}

/* Room for what each series of a select comes to. */
struct digested {
    int64_t times_ns[DIGEST_STEPS_MOST];
    double values[DIGEST_STEPS_MOST];
    size_t count;
};

static inline void
question_keep(struct digested *self, struct digest_points points)
{
    ck_assert_uint_le(self->count + points.count, DIGEST_STEPS_MOST);
    memcpy(self->times_ns + self->count, points.times_ns,
           points.count * sizeof(*self->times_ns));
    memcpy(self->values + self->count, points.values,
           points.count * sizeof(*self->values));
    self->count += points.count;
}

/* Digests a series whose samples come in two parts. */
static inline struct evaluation_series
question_digest(const struct evaluation_series *series,
                struct digester *digester, struct arena *arena)
{
    struct digested *points = arena_alloc(arena, sizeof(*points));
    size_t half = series->count / 2;

    points->count = 0;
    question_keep(
        points, digester_add(digester, series->times_ns, series->values, half));
    question_keep(points,
                  digester_add(digester, series->times_ns + half,
                               series->values + half, series->count - half));
    question_keep(points, digester_end(digester));
    return (struct evaluation_series){.series = series->series,
                                      .times_ns = points->times_ns,
                                      .values = points->values,
                                      .count = points->count};
}

static inline struct evaluation_input
question_digest_all(const struct evaluation_input *input,
                    const struct weir_digest *digest, struct arena *arena)
{
    struct evaluation_series *found =
        arena_alloc(arena, (input->count + 1) * sizeof(*found));
    weir_cleanup(digester_destroy) struct digester *digester =
        digester_new(digest, question_goes_on, NULL);
    size_t count = 0;

    for (size_t i = 0; i < input->count; i++) {
        found[count] = question_digest(&input->series[i], digester, arena);
        count += found[count].count > 0;
    }
    return (struct evaluation_input){found, count, digest};
}

static inline int
question_evaluate(struct given *self, const struct asked *asked,
                  const struct evaluation_input *inputs)
{
    const struct evaluation_task task = {
        .tree = asked->tree,
        .plan = asked->plan,
        .moments = asked->moments,
        .inputs = inputs,
        .bounds = *asked->bounds,
    };
    weir_cleanup(evaluation_destroy) struct evaluation *evaluation =
        evaluation_new(&task);
    const struct weir_result *result = evaluation_result(evaluation);

    self->answer[0] = '\0';
    question_put_result(self, result);
    return result->rc;
}

/* Asks again with digests in place of samples. */
static inline void
question_ask_digested(struct given *self, const struct asked *asked)
{
    weir_cleanup(arena_clear) struct arena arena = {0};
    weir_cleanup(weir_free) char *answer = strdup(self->answer);
    struct evaluation_input *inputs =
        arena_alloc(&arena, (asked->count + 1) * sizeof(*inputs));

    for (size_t i = 0; i < asked->count; i++)
        inputs[i] = asked->selects[i].digest
                        ? question_digest_all(&asked->inputs[i],
                                              asked->selects[i].digest, &arena)
                        : asked->inputs[i];
    (void)question_evaluate(self, asked, inputs);
    ck_assert_msg(strcmp(answer, self->answer) == 0,
                  "%s\nof samples:\n%sbut of digests:\n%s",
                  tree_text(asked->tree), answer, self->answer);
}

/* Asks within 'bounds'; returns 1 or what failed, the answer is text. */
static inline int
question_ask(struct given *self, const char *text,
             const struct moments *moments, const struct weir_bounds *bounds)
{
    weir_cleanup(asked_fini) struct asked asked = {.moments = moments,
                                                   .bounds = bounds};
    weir_cleanup(weir_free) char *why = NULL;

    self->answer[0] = '\0';
    if (tree_parse(text, &asked.tree, &why) < 0) {
        question_put(self, "error: %s\n", why);
        return -EINVAL;
    }
    asked.plan = plan_new(asked.tree, moments);
    asked.selects = plan_selects(asked.plan, &asked.count);
    asked.inputs = xcalloc(asked.count, sizeof(*asked.inputs));
    for (size_t i = 0; i < asked.count; i++)
        question_select(self, &asked.selects[i], &asked.inputs[i]);
    int rc = question_evaluate(self, &asked, asked.inputs);
    if (rc == 1)
        question_ask_digested(self, &asked);
    return rc;
}

/* Asks at an instant, or over steps; seconds since the first samples. */
static inline const char *
question_at(struct given *self, const char *text, double time_s)
{
    const struct weir_bounds bounds = question_all();
    int64_t time_ns = self->shift_ns + (int64_t)(time_s * (double)NS_PER_S);
    const struct moments moments = {time_ns, time_ns, 0, 300 * NS_PER_S};

    (void)question_ask(self, text, &moments, &bounds);
    return self->answer;
}

static inline const char *
question_over(struct given *self, const char *text, const double seconds[3])
{
    const struct weir_bounds bounds = question_all();
    const struct moments moments = {
        self->shift_ns + (int64_t)(seconds[0] * (double)NS_PER_S),
        self->shift_ns + (int64_t)(seconds[1] * (double)NS_PER_S),
        (int64_t)(seconds[2] * (double)NS_PER_S), 300 * NS_PER_S};

    (void)question_ask(self, text, &moments, &bounds);
    return self->answer;
}

/* A row of a table: asked at 'time_s', or with a step over three times. */
struct question {
    const char *ask;
    const char *expect;
};

static inline void
question_check(struct given *self, double time_s, const struct question *rows,
               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *answer = question_at(self, rows[i].ask, time_s);
        ck_assert_msg(strcmp(answer, rows[i].expect) == 0,
                      "%s\nexpected:\n%sbut got:\n%s", rows[i].ask,
                      rows[i].expect, answer);
    }
}

#endif /* QUESTION_H */
