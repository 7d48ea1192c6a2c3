/* question_range_test.c - steps give what instants give
 *
 * Of chance data, with gaps, resets and stale markers, each question is asked
 * over a range, and then at the instant of each of its steps: the samples must
 * be the same.
 */
#include <config.h>

#include "question.h"

enum { SERIES = 12, SAMPLES = 40, STEPS = 23, LINES_MOST = 256 };

static const double seconds[3] = {-130, -130 + (STEPS - 1) * 97, 97};

static const char *const questions[] = {
    "a",
    "a{x!=\"1\"} offset 90s",
    "a @ 600",
    "a @ 1200 offset -1m",
    "-a",
    "a + b",
    "a - on(x, y) b",
    "a > b",
    "a <= bool b",
    "a / ignoring(y) group_left() sum by (x) (b)",
    "sum by (y) (a) * on(y) group_right() b",
    "a and b",
    "a or b",
    "a unless b",
    "a and on(x) b{y=\"0\"}",
    "a % 7 > 3",
    "3 - a",
    "a ^ 0.5",
    "a atan2 b",
    "sum(a)",
    "avg by (x) (a)",
    "min without (x) (a)",
    "max(a) - min(a)",
    "count by (y) (a > 20)",
    "group(a)",
    "stddev(a)",
    "stdvar by (x) (a)",
    "quantile(0.7, a)",
    "quantile(scalar(a{x=\"0\",y=\"0\"}) / 100, b)",
    "topk(3, a)",
    "bottomk by (x) (1, a)",
    "limitk(2, a)",
    "limit_ratio(0.4, a)",
    "count_values(\"v\", round(a, 50))",
    "rate(a[4m])",
    "increase(a[170s])",
    "delta(a[5m] offset 1m)",
    "irate(a[5m])",
    "idelta(a[5m])",
    "resets(a[7m])",
    "changes(a[7m])",
    "deriv(a[7m])",
    "predict_linear(a[7m], 600)",
    "predict_linear(a[7m] @ 900, 600)",
    "double_exponential_smoothing(a[9m], 0.3, 0.6)",
    "avg_over_time(a[5m])",
    "sum_over_time(a[5m])",
    "min_over_time(a[3m])",
    "max_over_time(a[3m])",
    "min_over_time(a[20m])",
    "max_over_time(a[20m])",
    "count_over_time(a[3m])",
    "last_over_time(a[3m])",
    "first_over_time(a[3m])",
    "present_over_time(a[3m])",
    "quantile_over_time(0.4, a[8m])",
    "stddev_over_time(a[8m])",
    "mad_over_time(a[8m])",
    "ts_of_max_over_time(a[8m])",
    "absent_over_time(a{x=\"0\",y=\"1\"}[2m])",
    "absent(a{x=\"0\",y=\"1\"})",
    "max_over_time(rate(a[3m])[10m:47s])",
    "sum_over_time(sum by (x) (a)[6m:1m] offset 30s)",
    "avg_over_time(a[4m:20s] @ 1000)",
    "rate((a + b)[8m:1m])",
    "min_over_time(max_over_time(a[2m:30s])[5m:1m])",
    "sum_over_time(vector(time())[5m:30s])",
    "time()",
    "scalar(a{x=\"1\",y=\"2\"}) + 1",
    "timestamp(a)",
    "timestamp(a @ 300)",
    "clamp(a, 10, 50)",
    "abs(a - 30)",
    "round(a, 0.3)",
    "minute(a * 1000)",
    "hour()",
    "label_replace(a, \"z\", \"$1\", \"x\", \"(.)\")",
    "label_join(a, \"z\", \"-\", \"x\", \"y\")",
    /* In parentheses, since a comma has not been forgotten. */
    ("histogram_quantile(0.9, label_replace(a, \"le\", \"$1\", \"y\", \"(.)\") "
     "or label_replace(vector(1000), \"le\", \"+Inf\", \"\", \"\"))"),
    ("histogram_fraction(0.5, 1.5, label_replace(sum by (y) (a), \"le\", "
     "\"$1\", \"y\", \"([01])\"))"),
    "sum(rate(a[5m])) by (x) / on(x) avg(b) by (x) or on() vector(0)",
};

/* Adds a line of a series with chance samples. */
static void
write_series(FILE *out, char name, int series, uint64_t *chance)
{
    double value = 0;

    (void)fprintf(out, "%c{x=\"%d\",y=\"%d\"}", name, series % 4, series / 4);
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t die = spec_random(chance) % 16;
        value = die == 0 ? 0 : value + (double)(spec_random(chance) % 400) / 16;
        if (die == 1 || die == 2)
            (void)fputs(" _", out);
        else if (die == 3)
            (void)fputs(" stale", out);
        else
            (void)fprintf(out, " %.17g", value);
    }
    (void)fputc('\n', out);
}

static char *
write_data(uint64_t *chance)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (int i = 0; i < SERIES; i++) {
        write_series(out, 'a', i, chance);
        write_series(out, 'b', i, chance);
    }
    (void)fclose(out);
    return text;
}

static int
compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the lines, frees them, and returns them as one text. */
static char *
join_lines(char **lines, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    qsort(lines, count, sizeof(*lines), compare_lines);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "%s\n", lines[i]);
        free(lines[i]);
    }
    (void)fclose(out);
    return text;
}

/* Returns the lines of an answer at an instant, sorted, without notes. */
static char *
sort_instant(const char *answer)
{
    weir_cleanup(weir_free) char *copy = strdup(answer);
    char *lines[LINES_MOST], *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(copy, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        if (!strstr(line, "PromQL"))
            lines[count++] = strdup(line);
    return join_lines(lines, count);
}

/* Returns what an answer over steps has at one of them, as for an instant. */
static char *
cut_step(const char *answer, double step_s)
{
    weir_cleanup(weir_free) char *copy = strdup(answer);
    char *lines[LINES_MOST], *rest = NULL, key[32];
    size_t count = 0;

    (void)snprintf(key, sizeof(key), " %g=", step_s);
    for (char *line = strtok_r(copy, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *at = strstr(line, "PromQL") ? NULL : strstr(line, key);
        char *name_end = strchr(line, '}');
        if (!at)
            continue;
        int name =
            name_end ? (int)(name_end + 1 - line) : (int)strcspn(line, " ");
        at += strlen(key);
        ck_assert_int_gt(asprintf(&lines[count++], "%.*s %.*s", name, line,
                                  (int)strcspn(at, " "), at),
                         0);
    }
    return join_lines(lines, count);
}

static void
check_question(struct given *given, const char *text)
{
    weir_cleanup(weir_free) char *range =
        strdup(question_over(given, text, seconds));

    for (int i = 0; i < STEPS; i++) {
        double step_s = seconds[0] + i * seconds[2];
        weir_cleanup(weir_free) char *cut = cut_step(range, step_s);
        weir_cleanup(weir_free) char *instant =
            sort_instant(question_at(given, text, step_s));
        ck_assert_msg(!strstr(range, "error:"), "%s: %s", text, range);
        ck_assert_msg(strcmp(cut, instant) == 0,
                      "%s at %g\nover steps:\n%sat the instant:\n%s", text,
                      step_s, cut, instant);
    }
}

START_TEST(steps_give_what_instants_give)
{
    uint64_t chance = spec_seed();

    for (int round = 0; round < 5; round++) {
        weir_cleanup(weir_free) char *data = write_data(&chance);
        weir_cleanup(given_destroy) struct given *given = given_new(data);
        for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
            check_question(given, questions[i]);
    }
}
END_TEST

SPEC("questions over steps", steps_give_what_instants_give)
