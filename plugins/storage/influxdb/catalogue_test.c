/* catalogue_test.c - which metrics the fields of an InfluxDB are */
#include <config.h>

#include "catalogue.h"

#include <stdlib.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "base.h"
#include "spec.h"

/* Adds fields, three texts each: measurement, name and type; NULL ends them. */
static void
fill(struct catalogue *self, const struct weir_select *what,
     const char *const fields[])
{
    for (size_t i = 0; fields[i]; i += 3) {
        const struct catalogue_field field = {.measurement = fields[i],
                                              .name = fields[i + 1],
                                              .cast = fields[i + 2]};
        catalogue_add(self, what, &field);
    }
    catalogue_tidy(self);
}

/* Compares with "metric measurement.field::type\n", with a '*' where there is
 * the label. */
static void
expect(const struct catalogue *self, const char *want)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < self->count; i++)
        (void)fprintf(to, "%s %s.%s::%s%s\n", self->items[i].metric,
                      self->items[i].measurement, self->items[i].name,
                      self->items[i].cast, self->items[i].labelled ? "*" : "");
    (void)fclose(to);
    ck_assert_str_eq(text, want);
}

static const struct weir_select all = {0};

START_TEST(what_was_written_here_has_its_name)
{
    static const char *const fields[] = {
        "node_load1", "value", "float",       "a:b",   "value", "float", "up",
        "value",      "float", "U__a_20__b_", "value", "float", NULL,
    };
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {0};

    fill(&catalogue, &all, fields);
    expect(&catalogue, "U__a_20__b_ U__a_20__b_.value::float\n"
                       "a:b a:b.value::float\n"
                       "node_load1 node_load1.value::float\n"
                       "up up.value::float\n");
}
END_TEST

START_TEST(a_suffix_that_was_written_as_a_field_has_its_name)
{
    static const char *const fields[] = {
        "took_seconds", "bucket", "float",       "took_seconds", "sum",
        "float",        "took",   "seconds_sum", "float",        "up",
        "value",        "float",  NULL,
    };
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {.fields =
                                                                   LINE_SUFFIX};

    fill(&catalogue, &all, fields);
    expect(&catalogue, "took_seconds_bucket took_seconds.bucket::float\n"
                       "took_seconds_sum took_seconds.sum::float\n"
                       "took_seconds_sum took.seconds_sum::float*\n"
                       "up up.value::float\n");
}
END_TEST

START_TEST(fields_of_others_are_never_the_same_metric)
{
    static const char *const fields[] = {
        "cpu",     "usage_idle", "float",          "cpu_usage",
        "idle",    "float",      "cpu_usage_idle", "value",
        "float",   "disk",       "used",           "float",
        "disk io", "value",      "float",          "U__disk_20_io",
        "value",   "float",      "7days",          "a",
        "float",   NULL,
    };
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {0};

    fill(&catalogue, &all, fields);
    expect(&catalogue, "U__7days__a 7days.a::float\n"
                       "U__disk_20_io U__disk_20_io.value::float\n"
                       "U__disk_20_io disk io.value::float*\n"
                       "cpu_usage_idle cpu_usage_idle.value::float\n"
                       "cpu_usage_idle cpu_usage.idle::float*\n"
                       "cpu_usage_idle cpu.usage_idle::float*\n"
                       "disk_used disk.used::float\n");
}
END_TEST

START_TEST(a_field_is_asked_for_once_as_the_widest_of_its_types)
{
    static const char *const fields[] = {
        "m",        "b",     "boolean", "m",     "n",      "integer", "m",
        "n",        "float", "m",       "t",     "string", "m",       "u",
        "unsigned", "m",     "what",    "other", NULL,
    };
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {0};

    fill(&catalogue, &all, fields);
    expect(&catalogue, "m_b m.b::boolean\nm_n m.n::float\nm_u m.u::unsigned\n");
}
END_TEST

START_TEST(what_cannot_be_named_is_left_out)
{
    static const char *const fields[] = {
        "\xff",  "value", "float", "a\r",   "value",
        "float", "m",     "\x01",  "float", NULL,
    };
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {0};

    fill(&catalogue, &all, fields);
    expect(&catalogue, "");
}
END_TEST

START_TEST(has_only_what_is_meant)
{
    static const char *const fields[] = {
        "up",    "value", "float", "down",  "value",
        "float", "u",     "p",     "float", NULL,
    };
    const struct weir_matcher matcher = {"__name__", WEIR_EQUAL, "up", NULL};
    const struct weir_select what = {.matchers = &matcher, .matcher_count = 1};
    weir_cleanup(catalogue_fini) struct catalogue catalogue = {0};

    fill(&catalogue, &what, fields);
    expect(&catalogue, "up up.value::float\n");
}
END_TEST

static void
expect_question(const struct weir_matcher *matcher, const char *want)
{
    const struct weir_select what = {.matchers = matcher,
                                     .matcher_count = matcher ? 1 : 0};
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    catalogue_question(to, &what);
    (void)fclose(to);
    ck_assert_str_eq(text, want);
}

START_TEST(asks_for_no_more_measurements_than_may_be_meant)
{
    static const struct weir_matcher plain = {"__name__", WEIR_EQUAL, "_a_b",
                                              NULL};
    static const struct weir_matcher escaped = {"__name__", WEIR_EQUAL,
                                                "U__a_20_\"__c", NULL};
    static const struct weir_matcher pattern = {"__name__", WEIR_LIKE, "a",
                                                NULL};
    static const struct weir_matcher other = {"job", WEIR_EQUAL, "a", NULL};

    expect_question(&plain, "SHOW FIELD KEYS FROM \"_a_b\",\"_a\"");
    expect_question(&escaped,
                    "SHOW FIELD KEYS FROM \"U__a_20_\\\"__c\",\"U\",\"U_\","
                    "\"U__a\",\"U__a_20\",\"U__a_20_\\\"\",\"U__a_20_\\\"_\","
                    "\"a \\\"_c\",\"a \\\"\"");
    expect_question(&pattern, "SHOW FIELD KEYS");
    expect_question(&other, "SHOW FIELD KEYS");
    expect_question(NULL, "SHOW FIELD KEYS");
}
END_TEST

SPEC("the fields of an InfluxDB", what_was_written_here_has_its_name,
     a_suffix_that_was_written_as_a_field_has_its_name,
     fields_of_others_are_never_the_same_metric,
     a_field_is_asked_for_once_as_the_widest_of_its_types,
     what_cannot_be_named_is_left_out, has_only_what_is_meant,
     asks_for_no_more_measurements_than_may_be_meant)
