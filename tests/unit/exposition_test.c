/* exposition_test.c - what is read of Prometheus text and OpenMetrics */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "batch_text.h"
#include "spec.h"

/* A source with an open batch. */
struct reader {
    struct source_figures figures;
    struct weir_source *source;
    struct weir_batch *batch;
};

static struct reader *
reader_new(void)
{
    struct reader *self = xcalloc(1, sizeof(*self));

    self->source = batch_text_source(&self->figures);
    self->batch = weir_batch_begin(self->source, 1000);
    return self;
}

static void
reader_destroy(struct reader **reader_p)
{
    weir_batch_destroy(&(*reader_p)->batch);
    source_abandon(&(*reader_p)->source);
    free(*reader_p);
    *reader_p = NULL;
}

static int
read_text(struct reader *reader, const char *text, size_t *ret_line)
{
    return weir_read_exposition(reader->batch, text, strlen(text), ret_line);
}

static void
check_reads(const char *text, const char *want)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_msg(read_text(reader, text, &line) == 0, "line %zu", line);
    weir_cleanup(weir_free) char *got = batch_text(reader->source, NULL);
    ck_assert_str_eq(got, want);
}

static void
check_refuses(const char *text, size_t want_line)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_msg(read_text(reader, text, &line) == -EBADMSG, "%s", text);
    ck_assert_msg(line == want_line, "line %zu of %s", line, text);
}

static const struct weir_metric *
metric_of(const struct reader *reader, const char *series)
{
    const struct weir_series *found = batch_text_series(reader->source, series);

    ck_assert_msg(found != NULL, "no %s", series);
    return found->metric;
}

START_TEST(reads_names_labels_and_values)
{
    check_reads("a 1\n"
                "b{} 2\n"
                "c{x=\"1\",y=\"2\"} 3.5\n"
                "c { y = \"4\" , x = \"3\", } -1e3 \n"
                "\n"
                "# a remark\n"
                "   d\t+Inf",
                "a 1\n"
                "b 2\n"
                "c{x=\"1\",y=\"2\"} 3.5\n"
                "c{x=\"3\",y=\"4\"} -1000\n"
                "d inf\n");
}
END_TEST

START_TEST(resolves_escapes_in_values_of_labels)
{
    check_reads("a{x=\"q\\\"b\\\\n\\nl}{\"} 1\n",
                "a{x=\"q\\\"b\\\\n\\nl}{\"} 1\n");
}
END_TEST

START_TEST(takes_an_empty_label_for_none)
{
    check_reads("a{x=\"\",y=\"1\"} 1\n", "a{y=\"1\"} 1\n");
}
END_TEST

START_TEST(times_in_the_text_format_are_milliseconds)
{
    check_reads("a 1 1700000000123\n"
                "a 2 -5\n",
                "a 1 1700000000123000000\n"
                "a 2 -5000000\n");
}
END_TEST

START_TEST(times_in_openmetrics_are_seconds)
{
    check_reads("a 1 1700000000.123456789\n"
                "a 2 1700000000\n"
                "a 3 1.5e3\n"
                "a 4 -0.5\n"
                "# EOF\n",
                "a 1 1700000000123456789\n"
                "a 2 1700000000000000000\n"
                "a 3 1500000000000\n"
                "a 4 -500000000\n");
}
END_TEST

START_TEST(passes_over_exemplars)
{
    check_reads("# TYPE a histogram\n"
                "a_bucket{le=\"1\"} 5 # {trace=\"x}\"} 0.5 1.5\n"
                "a_bucket{le=\"1\"} 5 # {trace=\"y\"} 0.5 1.5\n"
                "b_total 7 1.5 # {} 1\n"
                "# EOF",
                "a_bucket{le=\"1\"} 5\n"
                "b_total 7 1500000000\n");
}
END_TEST

START_TEST(parts_of_histograms_and_summaries_belong_to_their_metric)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_int_eq(read_text(reader,
                               "# HELP took How\\nlong it\\\\took.\n"
                               "# TYPE took histogram\n"
                               "took_bucket{le=\"+Inf\"} 1\n"
                               "took_sum 1\n"
                               "took_count 1\n"
                               "# TYPE pause summary\n"
                               "pause{quantile=\"0.5\"} 1\n"
                               "pause_sum 1\n"
                               "pause_count 1\n"
                               "pause_bucket 1\n",
                               &line),
                     0);
    const struct weir_series *bucket =
        batch_text_series(reader->source, "took_bucket{le=\"+Inf\"}");

    ck_assert_ptr_nonnull(bucket);
    ck_assert_str_eq(bucket->metric->name, "took");
    ck_assert_str_eq(bucket->suffix, "_bucket");
    ck_assert_int_eq(bucket->metric->type, WEIR_HISTOGRAM);
    ck_assert_str_eq(bucket->metric->help, "How\nlong it\\took.");
    ck_assert_str_eq(metric_of(reader, "took_sum")->name, "took");
    ck_assert_str_eq(metric_of(reader, "took_count")->name, "took");
    ck_assert_str_eq(metric_of(reader, "pause_sum")->name, "pause");
    ck_assert_int_eq(metric_of(reader, "pause{quantile=\"0.5\"}")->type,
                     WEIR_SUMMARY);
    ck_assert_int_eq(metric_of(reader, "pause_bucket")->type, WEIR_UNTYPED);
}
END_TEST

START_TEST(both_formats_give_a_counter_the_same_name)
{
    static const char *const texts[] = {
        "# TYPE hits_total counter\nhits_total 1\n",
        "# TYPE hits counter\n# UNIT hits bytes\nhits_total 1\n"
        "hits_created 2\n# EOF\n",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        weir_cleanup(reader_destroy) struct reader *reader = reader_new();
        size_t line = 0;
        ck_assert_int_eq(read_text(reader, texts[i], &line), 0);
        const struct weir_metric *hits = metric_of(reader, "hits_total");
        ck_assert_str_eq(hits->name, "hits_total");
        ck_assert_int_eq(hits->type, WEIR_COUNTER);
        ck_assert_str_eq(hits->unit, i ? "bytes" : "");
        if (i)
            ck_assert_int_eq(metric_of(reader, "hits_created")->type,
                             WEIR_GAUGE);
    }
}
END_TEST

START_TEST(a_description_may_stand_well_before_the_samples)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_int_eq(read_text(reader,
                               "# HELP a A.\n# HELP b B.\n"
                               "# TYPE a gauge\n# TYPE b counter\n"
                               "a 1\nb 1\nc 1\n",
                               &line),
                     0);
    ck_assert_str_eq(metric_of(reader, "a")->help, "A.");
    ck_assert_int_eq(metric_of(reader, "a")->type, WEIR_GAUGE);
    ck_assert_str_eq(metric_of(reader, "b")->help, "B.");
    ck_assert_int_eq(metric_of(reader, "b")->type, WEIR_COUNTER);
    ck_assert_int_eq(metric_of(reader, "c")->type, WEIR_UNTYPED);
}
END_TEST

START_TEST(finds_again_what_it_read_before)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    static const char text[] = "a{x=\"}\"} 1\nb 2 # {c=\"}\"} 1\n# EOF\n";
    size_t line = 0;

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(read_text(reader, text, &line), 0);

    ck_assert_uint_eq(reader->source->series_count, 2);
    ck_assert_uint_eq(reader->source->key_count, 2);
}
END_TEST

START_TEST(of_a_series_that_comes_again_the_first_value_counts)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_int_eq(
        read_text(reader, "a 1\na{} 2\nb 3 1000\nb 4 1000\nb 5 2000\n", &line),
        0);
    weir_cleanup(weir_free) char *got = batch_text(reader->source, NULL);
    ck_assert_str_eq(got, "a 1\nb 3 1000000000\nb 5 2000000000\n");
    struct weir_tally tally = weir_batch_tally(reader->batch);
    ck_assert_uint_eq(tally.given, 5);
    ck_assert_uint_eq(tally.kept, 5);
}
END_TEST

/* What a text gives must not depend on what was read before it. */
static void
check_reads_after(const char *before, const char *text)
{
    weir_cleanup(reader_destroy) struct reader *used = reader_new();
    weir_cleanup(reader_destroy) struct reader *fresh = reader_new();
    size_t line = 0;

    (void)read_text(used, before, &line);
    weir_batch_destroy(&used->batch);
    used->batch = weir_batch_begin(used->source, 2000);
    int rc = read_text(used, text, &line);
    ck_assert_int_eq(read_text(fresh, text, &line), rc);
    weir_cleanup(weir_free) char *got = batch_text(used->source, NULL);
    weir_cleanup(weir_free) char *want = batch_text(fresh->source, NULL);
    ck_assert_msg(strcmp(got, want) == 0, "%s after %s:\n%s\nrather than\n%s",
                  text, before, got, want);
}

START_TEST(reads_the_same_whatever_it_read_before)
{
    static const char *const texts[] = {
        "a 1\nb 2\nc{x=\"1\"} 3\nd 4\n",
        "a 12345\nb -0.5\nc{x=\"1\"} NaN\nd +Inf\n",
        "d 4\nc{x=\"1\"} 3\nb 2\na 1\n",
        "a 1\nc{x=\"1\"} 3\nnew 5\nd 4\n",
        "a 1 1000\nb 2 2000\nc{x=\"1\"} 3 3000\nd 4\n",
        "a 1\r\nb 2\r\nc{x=\"1\"} 3\r\nd 4\r\n",
        "a 1\na 2\nb 3\na 4\nb 2\n",
        "a\t1\nb  2\nc {x=\"1\"} 3\nd {x=\"1\"} 4\n",
        "# TYPE b counter\na 1 \n\n# x\nb 2\nc{x=\"1\",} 3\nd 4",
        "a 1\nb2 2\nb{} 7\nc{x=\"1\"} 0x10\n",
        "a 1\nb\nd 4\n",
        "c{x=\"1\"} 1e999\n",
        "a 1\nb 2 # {} 1\nd 4\n# EOF\n",
        "d 1",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        for (size_t j = 0; j < ARRAY_SIZE(texts); j++)
            check_reads_after(texts[i], texts[j]);
}
END_TEST

START_TEST(a_line_that_comes_at_its_turn_is_not_searched_for)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    static const char first[] = "a 1\nb 2\nc 3\n";
    static const char second[] = "a 1\nnew 5\nb 2\nc 3\n";
    size_t line = 0;

    ck_assert_int_eq(read_text(reader, first, &line), 0);
    weir_batch_destroy(&reader->batch);
    reader->batch = weir_batch_begin(reader->source, 2000);
    ck_assert_int_eq(read_text(reader, second, &line), 0);
    weir_batch_destroy(&reader->batch);
    reader->batch = weir_batch_begin(reader->source, 3000);
    table_fini(&reader->source->by_key);
    ck_assert_int_eq(read_text(reader, second, &line), 0);

    ck_assert_uint_eq(reader->source->key_count, 4);
}
END_TEST

START_TEST(openmetrics_has_to_come_to_its_end)
{
    static const struct {
        const char *text;
        int rc;
        size_t line;
    } cases[] = {
        {"a 1\n# EOF\n", 0, 0},
        {"a 1\n# EOF", 0, 0},
        {"a 1\n# EOF\n\n", 0, 0},
        {"a 1\n", -ENODATA, 2},
        {"", -ENODATA, 1},
        {"a 1\n# EOF\nb 1\n", -EBADMSG, 3},
        {"a 1\n# EOF\na 1\n", -EBADMSG, 3},
        {"a 1 1.5\n#EOF\n", -ENODATA, 3},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        weir_cleanup(reader_destroy) struct reader *reader = reader_new();
        const char *text = cases[i].text;
        size_t line = 0;
        int rc =
            weir_read_openmetrics(reader->batch, text, strlen(text), &line);
        ck_assert_msg(rc == cases[i].rc && line == cases[i].line,
                      "%s: %d, line %zu", text, rc, line);
    }
}
END_TEST

START_TEST(text_that_ends_like_openmetrics_can_be_read_as_text)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    static const char text[] = "a 1 1500\n# EOF\n";
    size_t line = 0;

    ck_assert_int_eq(
        weir_read_prometheus(reader->batch, text, strlen(text), &line), 0);
    weir_cleanup(weir_free) char *got = batch_text(reader->source, NULL);
    ck_assert_str_eq(got, "a 1 1500000000\n");
}
END_TEST

START_TEST(names_the_line_that_it_cannot_read)
{
    static const char *const texts[] = {
        "a",          "a{",
        "a{x}",       "a{x=\"1\" 1",
        "a{x=\"1} 1", "a{x=1} 1",
        "a{x=\"\\",   "1a 1",
        "a x",        "a 1 x",
        "a 1 2 3",    "a 1x",
        "a{x=\"1\"}", "{} 1",
        "a 1 # {} 1", "a{x=\"1\"y=\"2\"} 1",
        "a 1e999",    "a 1 9999999999999999",
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "ok 1\n# x\n%s\nok 2\n", texts[i]);
        check_refuses(text, 3);
        (void)snprintf(text, sizeof(text), "%s", texts[i]);
        check_refuses(text, 1);
    }
}
END_TEST

START_TEST(keeps_what_stood_before_the_error)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_int_eq(read_text(reader, "a 1\nb\n", &line), -EBADMSG);
    weir_cleanup(weir_free) char *text = batch_text(reader->source, NULL);
    ck_assert_str_eq(text, "a 1\n");
}
END_TEST

START_TEST(does_not_read_beyond_what_it_was_given)
{
    weir_cleanup(reader_destroy) struct reader *reader = reader_new();
    size_t line = 0;

    ck_assert_int_eq(weir_read_exposition(reader->batch, "a 12", 3, &line), 0);
    ck_assert_int_eq(weir_read_exposition(reader->batch, "", 0, &line), 0);
    ck_assert_int_eq(
        weir_read_exposition(reader->batch, "b{x=\"\0\"} 1", 10, &line),
        -EBADMSG);
    weir_cleanup(weir_free) char *text = batch_text(reader->source, NULL);
    ck_assert_str_eq(text, "a 1\n");
}
END_TEST

static char *
read_fixture(const char *name)
{
    const char *top = getenv("top_srcdir");
    char path[512];
    char *text = xcalloc(1 << 20, 1);

    (void)snprintf(path, sizeof(path), "%s/tests/fixtures/%s", top ? top : ".",
                   name);
    ck_assert_msg(weir_read_file(path, text, 1 << 20) > 0, "%s", path);
    return text;
}

static size_t
count_samples(const char *text)
{
    size_t count = 0;

    for (const char *at = text; *at; at = strchr(at, '\n') + 1)
        count += *at != '#' && *at != '\n';
    return count;
}

START_TEST(reads_every_sample_that_real_programs_gave)
{
    static const char *const names[] = {"node.txt", "goapp.om.txt",
                                        "collectd-prom.txt"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        weir_cleanup(reader_destroy) struct reader *reader = reader_new();
        weir_cleanup(weir_free) char *text = read_fixture(names[i]);
        size_t line = 0;
        size_t count = 0;
        ck_assert_int_eq(read_text(reader, text, &line), 0);
        weir_cleanup(weir_free) char *got = batch_text(reader->source, &count);
        ck_assert_ptr_nonnull(got);
        ck_assert_uint_eq(count, count_samples(text));
    }
}
END_TEST

SPEC("exposition", reads_names_labels_and_values,
     resolves_escapes_in_values_of_labels, takes_an_empty_label_for_none,
     times_in_the_text_format_are_milliseconds,
     times_in_openmetrics_are_seconds, passes_over_exemplars,
     parts_of_histograms_and_summaries_belong_to_their_metric,
     both_formats_give_a_counter_the_same_name,
     a_description_may_stand_well_before_the_samples,
     of_a_series_that_comes_again_the_first_value_counts,
     finds_again_what_it_read_before, reads_the_same_whatever_it_read_before,
     a_line_that_comes_at_its_turn_is_not_searched_for,
     openmetrics_has_to_come_to_its_end,
     text_that_ends_like_openmetrics_can_be_read_as_text,
     names_the_line_that_it_cannot_read, keeps_what_stood_before_the_error,
     does_not_read_beyond_what_it_was_given,
     reads_every_sample_that_real_programs_gave)
