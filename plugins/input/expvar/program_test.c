/* program_test.c - which series come of what a program says at /debug/vars */
#include <config.h>

#include "expvar.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "batch_text.h"
#include "spec.h"

struct scene {
    struct source_figures figures;
    struct weir_source *source;
    struct program program;
};

static void
scene_begin(struct scene *self)
{
    *self = (struct scene){0};
    self->source = batch_text_source(&self->figures);
}

/* Reads an answer into a batch of its own.  Returns its lines; freed by the
 * caller. */
static char *
scene_read(struct scene *self, const char *text)
{
    struct weir_batch *batch = weir_batch_begin(self->source, 1);

    ck_assert_msg(program_read(&self->program, batch, text, strlen(text)) == 0,
                  "%s", self->program.why);
    char *lines = batch_text(self->source, NULL);
    (void)weir_batch_end(&batch, NULL, NULL);
    return lines;
}

static void
scene_end(struct scene *self)
{
    source_abandon(&self->source);
}

/* Checks that an answer gives these lines, sorted, and no others. */
static void
check_lines(const char *text, const char *lines)
{
    struct scene scene;

    scene_begin(&scene);
    weir_cleanup(weir_free) char *by_parts = scene_read(&scene, text);
    weir_cleanup(weir_free) char *by_key = scene_read(&scene, text);
    ck_assert_str_eq(by_parts, lines);
    ck_assert_str_eq(by_key, lines);
    ck_assert_uint_eq(scene.program.left_out, 0);
    scene_end(&scene);
}

/* Returns the value in the line of 'series', which must be there. */
static double
value_of(const char *lines, const char *series)
{
    weir_cleanup(weir_free) char *start = NULL;
    weir_cleanup(weir_free) char *all = NULL;

    ck_assert_int_gt(asprintf(&start, "\n%s ", series), 0);
    ck_assert_int_gt(asprintf(&all, "\n%s", lines), 0);
    const char *line = strstr(all, start);
    ck_assert_msg(line != NULL, "no %s in:\n%s", series, lines);
    return strtod(line + strlen(start), NULL);
}

/* Numbers ------------------------------------------------------------------ */

START_TEST(variables_are_series)
{
    check_lines(
        "{\"requests\": 3, \"load\": 0.25, \"on\": true, \"off\": false}",
        "expvar_load 0.25\n"
        "expvar_off 0\n"
        "expvar_on 1\n"
        "expvar_requests 3\n");
}
END_TEST

START_TEST(what_is_no_finite_number_is_kept)
{
    check_lines("{\"a\": NaN, \"b\": +Inf, \"c\": {\"x\": -Inf, \"y\": 1}}",
                "expvar_a nan\n"
                "expvar_b inf\n"
                "expvar_c{key=\"x\"} -inf\n"
                "expvar_c{key=\"y\"} 1\n");
}
END_TEST

START_TEST(texts_and_what_go_adds_are_not_kept)
{
    check_lines("{\"cmdline\": [\"./a\", \"-n\", \"3\"], \"version\": \"1.2\", "
                "\"nothing\": null, \"empty\": {}, \"none\": []}",
                "");
    check_lines("{}", "");
}
END_TEST

START_TEST(names_are_made_valid)
{
    check_lines(
        "{\"http.requests/s\": 1, \"gr\\u00fc\\u00dfe\": 2, \"0:1\": 3, "
        "\"\": 4}",
        "expvar_ 4\n"
        "expvar_0_1 3\n"
        "expvar_gr__e 2\n"
        "expvar_http_requests_s 1\n");
}
END_TEST

/* Maps and lists ----------------------------------------------------------- */

START_TEST(a_map_of_numbers_is_one_metric)
{
    check_lines("{\"hits\": {\"/a b\": 1, \"/\": 2, \"\": 3, \"no\": null}}",
                "expvar_hits 3\n"
                "expvar_hits{key=\"/\"} 2\n"
                "expvar_hits{key=\"/a b\"} 1\n");
    check_lines("{\"hits\": {\"only\": 1}}", "expvar_hits{key=\"only\"} 1\n");
}
END_TEST

START_TEST(in_another_map_the_path_is_the_name)
{
    check_lines(
        "{\"db\": {\"name\": \"x\", \"open\": 2, \"wait\": {\"ms\": 1.5, "
        "\"deep\": {\"a\": 1, \"b\": 2}}}, \"z\": 9}",
        "expvar_db_open 2\n"
        "expvar_db_wait_deep{key=\"a\"} 1\n"
        "expvar_db_wait_deep{key=\"b\"} 2\n"
        "expvar_db_wait_ms 1.5\n"
        "expvar_z 9\n");
}
END_TEST

START_TEST(a_list_of_numbers_has_an_index)
{
    check_lines("{\"shards\": [5, null, 7], \"mixed\": [1, \"a\"], "
                "\"maps\": [{\"a\": 1}]}",
                "expvar_shards{index=\"0\"} 5\n"
                "expvar_shards{index=\"2\"} 7\n");
}
END_TEST

START_TEST(equal_paths_are_not_mixed_up)
{
    check_lines("{\"a\": {\"kb\": 1}, \"a\": {\"b\": 2, \"t\": \"\"}, "
                "\"a.kb\": 3}",
                "expvar_a_b 2\n"
                "expvar_a_kb 3\n"
                "expvar_a{key=\"kb\"} 1\n");
}
END_TEST

/* Returns "{"NAME": VALUE}" with a name of 'length' bytes. */
static char *
long_named(size_t length, const char *value)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs("{\"", out);
    for (size_t i = 0; i < length; i++)
        (void)fputc('n', out);
    (void)fprintf(out, "\": %s}", value);
    (void)fclose(out);
    return text;
}

/* Returns "{"a": [0,0...]}" with 'count' items. */
static char *
long_list(size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs("{\"a\": [0", out);
    for (size_t i = 1; i < count; i++)
        (void)fputs(",0", out);
    (void)fputs("]}", out);
    (void)fclose(out);
    return text;
}

START_TEST(what_is_too_long_is_left_out_and_counted)
{
    struct scene scene;
    static const size_t lengths[] = {399, 400, 100000};

    scene_begin(&scene);
    for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
        weir_cleanup(weir_free) char *text = long_named(lengths[i], "1");
        weir_cleanup(weir_free) char *lines = scene_read(&scene, text);
        ck_assert_uint_eq(scene.program.left_out, i > 0);
        ck_assert_int_eq(*lines != '\0', i == 0);
    }

    weir_cleanup(weir_free) char *list = long_list(129);
    free(scene_read(&scene, list));
    ck_assert_uint_eq(scene.program.left_out, 1);

    weir_cleanup(weir_free) char *inner = long_named(5000, "1");
    weir_cleanup(weir_free) char *outer = NULL;
    ck_assert_int_gt(asprintf(&outer, "{\"map\": %s}", inner), 0);
    free(scene_read(&scene, outer));
    ck_assert_uint_eq(scene.program.left_out, 1);
    scene_end(&scene);
}
END_TEST

/* What Go tells of itself -------------------------------------------------- */

static char *
recorded(void)
{
    const char *source = getenv("top_srcdir");
    static char text[1 << 16];
    char path[4096];

    (void)snprintf(path, sizeof(path),
                   "%s/plugins/input/expvar/testdata/go-1.19.json",
                   source ? source : ".");
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "re");
    ck_assert_msg(file != NULL, "no %s", path);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    return text;
}

START_TEST(memstats_have_the_names_of_client_golang)
{
    static const struct {
        const char *series;
        double value;
    } expected[] = {
        {"go_memstats_alloc_bytes", 5655664},
        {"go_memstats_alloc_bytes_total", 428427096},
        {"go_memstats_sys_bytes", 49132808},
        {"go_memstats_lookups_total", 0},
        {"go_memstats_mallocs_total", 18582},
        {"go_memstats_frees_total", 15404},
        {"go_memstats_heap_alloc_bytes", 5655664},
        {"go_memstats_heap_sys_bytes", 37158912},
        {"go_memstats_heap_idle_bytes", 30097408},
        {"go_memstats_heap_inuse_bytes", 7061504},
        {"go_memstats_heap_released_bytes", 17563648},
        {"go_memstats_heap_objects", 3178},
        {"go_memstats_stack_inuse_bytes", 589824},
        {"go_memstats_stack_sys_bytes", 589824},
        {"go_memstats_mspan_inuse_bytes", 64656},
        {"go_memstats_mspan_sys_bytes", 146448},
        {"go_memstats_mcache_inuse_bytes", 2400},
        {"go_memstats_mcache_sys_bytes", 15600},
        {"go_memstats_buck_hash_sys_bytes", 1450741},
        {"go_memstats_gc_sys_bytes", 9257464},
        {"go_memstats_other_sys_bytes", 513819},
        {"go_memstats_next_gc_bytes", 8098328},
        {"go_memstats_last_gc_time_seconds", 1795370595403382376.0 / 1e9},
        {"go_memstats_gc_cpu_fraction", 0.007712849521988918},
        {"go_gc_cycles_total_gc_cycles_total", 49},
        {"go_gc_cycles_forced_gc_cycles_total", 0},
        {"go_gc_cycles_automatic_gc_cycles_total", 49},
        {"go_gc_duration_seconds{quantile=\"0\"}", 1.5783e-05},
        {"go_gc_duration_seconds{quantile=\"1\"}", 0.00154227},
        {"go_gc_duration_seconds_sum", 0.014800587},
        {"go_gc_duration_seconds_count", 49},
        {"go_gc_cycle_pause_seconds_count", 0},
        {"expvar_reqs{key=\"ok\"}", 3063},
    };
    struct scene scene;

    scene_begin(&scene);
    weir_cleanup(weir_free) char *lines = scene_read(&scene, recorded());
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        ck_assert_double_eq(value_of(lines, expected[i].series),
                            expected[i].value);
    ck_assert_ptr_null(strstr(lines, "cmdline"));
    ck_assert_ptr_null(strstr(lines, "1024"));
    ck_assert_uint_eq(scene.program.left_out, 0);
    scene_end(&scene);
}
END_TEST

START_TEST(metrics_have_the_types_of_client_golang)
{
    static const struct {
        const char *series;
        enum weir_type type;
    } expected[] = {
        {"go_memstats_alloc_bytes", WEIR_GAUGE},
        {"go_memstats_alloc_bytes_total", WEIR_COUNTER},
        {"go_memstats_last_gc_time_seconds", WEIR_GAUGE},
        {"go_gc_duration_seconds_sum", WEIR_SUMMARY},
        {"go_gc_cycles_total_gc_cycles_total", WEIR_COUNTER},
        {"go_gc_cycle_pause_seconds_bucket{le=\"+Inf\"}", WEIR_HISTOGRAM},
        {"go_gc_cycle_pauses_missed_total", WEIR_COUNTER},
        {"expvar_reqs{key=\"ok\"}", WEIR_UNTYPED},
    };
    struct scene scene;

    scene_begin(&scene);
    free(scene_read(&scene, recorded()));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        const struct weir_series *series =
            batch_text_series(scene.source, expected[i].series);
        ck_assert_msg(series != NULL, "no %s", expected[i].series);
        ck_assert_int_eq(series->metric->type, expected[i].type);
    }
    scene_end(&scene);
}
END_TEST

/* Returns an answer after 'count' collections of 1, 2, 3... milliseconds. */
static char *
collected(uint64_t count, const char *more)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));
    static const char *const lists[] = {"PauseNs", "PauseEnd"};

    (void)fprintf(out, "{\"memstats\": {\"NumGC\": %" PRIu64, count);
    for (int list = 0; list < 2; list++) {
        (void)fprintf(out, ", \"%s\": [", lists[list]);
        for (uint64_t i = 1; i <= PAUSES_RING; i++) {
            uint64_t round = count < i ? 0 : (count - i) / PAUSES_RING;
            uint64_t at = count < i ? 0 : i + round * PAUSES_RING;
            (void)fprintf(out, "%s%" PRIu64, i > 1 ? "," : "", at * 1000000);
        }
        (void)fprintf(out, "]");
    }
    (void)fprintf(out, "%s}}", more);
    (void)fclose(out);
    return text;
}

START_TEST(pauses_between_answers_are_a_histogram)
{
    struct scene scene;
    weir_cleanup(weir_free) char *first = collected(3, "");
    weir_cleanup(weir_free) char *second = collected(8, "");
    weir_cleanup(weir_free) char *third = collected(8 + 300, "");

    scene_begin(&scene);
    free(scene_read(&scene, first));
    weir_cleanup(weir_free) char *some = scene_read(&scene, second);
    ck_assert_double_eq(
        value_of(some, "go_gc_cycle_pause_seconds_bucket{le=\"0.0025\"}"), 0);
    ck_assert_double_eq(
        value_of(some, "go_gc_cycle_pause_seconds_bucket{le=\"0.005\"}"), 2);
    ck_assert_double_eq(
        value_of(some, "go_gc_cycle_pause_seconds_bucket{le=\"+Inf\"}"), 5);
    ck_assert_double_eq(value_of(some, "go_gc_cycle_pause_seconds_count"), 5);
    ck_assert_double_eq(value_of(some, "go_gc_cycle_pause_seconds_sum"), 0.030);
    weir_cleanup(weir_free) char *more = scene_read(&scene, third);
    ck_assert_double_eq(value_of(more, "go_gc_cycle_pause_seconds_count"),
                        5 + 256);
    ck_assert_double_eq(value_of(more, "go_gc_cycle_pauses_missed_total"), 44);
    scene_end(&scene);
}
END_TEST

START_TEST(figures_that_cannot_be_are_left_out_alone)
{
    static const char *const texts[] = {
        "{\"memstats\": 3, \"a\": 1}",
        "{\"memstats\": {\"NumGC\": -1}, \"a\": 1}",
        "{\"memstats\": {\"NumGC\": NaN, \"Sys\": \"x\"}, \"a\": 1}",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        check_lines(texts[i], "expvar_a 1\n");
    check_lines("{\"memstats\": {\"NumGC\": 2, \"PauseNs\": [1], \"PauseEnd\": "
                "[1]}}",
                "go_gc_cycles_total_gc_cycles_total 2\n"
                "go_gc_duration_seconds_count 2\n");
}
END_TEST

START_TEST(what_cannot_be_read_says_where_and_changes_nothing)
{
    struct scene scene;
    weir_cleanup(weir_free) char *first = collected(3, "");
    weir_cleanup(weir_free) char *broken = collected(5, ", \"x\": ?");
    weir_cleanup(weir_free) char *second = collected(8, "");

    scene_begin(&scene);
    free(scene_read(&scene, first));
    struct weir_batch *batch = weir_batch_begin(scene.source, 1);
    ck_assert_int_eq(
        program_read(&scene.program, batch, broken, strlen(broken)), -EBADMSG);
    ck_assert_ptr_nonnull(strstr(scene.program.why, "of its answer: there is"));
    ck_assert_uint_eq(weir_batch_tally(batch).given, 0);
    weir_batch_destroy(&batch);
    weir_cleanup(weir_free) char *lines = scene_read(&scene, second);
    ck_assert_double_eq(value_of(lines, "go_gc_cycle_pause_seconds_count"), 5);
    scene_end(&scene);
}
END_TEST

SPEC("a program's variables", variables_are_series,
     what_is_no_finite_number_is_kept, texts_and_what_go_adds_are_not_kept,
     names_are_made_valid, a_map_of_numbers_is_one_metric,
     in_another_map_the_path_is_the_name, a_list_of_numbers_has_an_index,
     equal_paths_are_not_mixed_up, what_is_too_long_is_left_out_and_counted,
     memstats_have_the_names_of_client_golang,
     metrics_have_the_types_of_client_golang,
     pauses_between_answers_are_a_histogram,
     figures_that_cannot_be_are_left_out_alone,
     what_cannot_be_read_says_where_and_changes_nothing)
