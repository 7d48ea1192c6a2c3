/* naming_test.c - names of InfluxDB's, here and back */
#include <config.h>

#include "naming.h"

#include <errno.h>

#include "spec.h"

enum { ROOM = 256 };

static void
expect_metric(const char *measurement, const char *field, const char *metric)
{
    char name[ROOM], back[ROOM], rest[ROOM];

    ck_assert_int_eq(naming_metric(measurement, field, name), 0);
    ck_assert_str_eq(name, metric);
    naming_split(name, naming_needs_label(measurement) ? measurement : NULL,
                 back, rest);
    ck_assert_str_eq(back, measurement);
    ck_assert_str_eq(rest, field);
}

START_TEST(joins_a_measurement_and_a_field_and_splits_them_again)
{
    expect_metric("cpu", "usage_idle", "cpu_usage_idle");
    expect_metric("cpu", "value", "cpu");
    expect_metric("cpu_total", "value", "cpu_total");
    expect_metric("cpu_total", "usage", "cpu_total_usage");
    expect_metric("cpu", "_x", "cpu__x");
    expect_metric("_", "_", "___");
    expect_metric("a:b", "c", "a:b_c");
    expect_metric("cpu usage", "idle", "U__cpu_20_usage__idle");
    expect_metric("1min", "load.1", "U__1min__load_2e_1");
    expect_metric("U", "_x", "U__U____x");
    expect_metric("h\xc3\xb6he", "m", "U__h_f6_he__m");
    expect_metric("\xf0\x9f\x8c\x8a", "\xe2\x82\xac", "U___1f30a____20ac_");
}
END_TEST

START_TEST(keeps_apart_what_joins_to_the_same_name)
{
    ck_assert(!naming_needs_label("a"));
    ck_assert(naming_needs_label("a_b"));
    expect_metric("a", "b_c", "a_b_c");
    expect_metric("a_b", "c", "a_b_c");
}
END_TEST

START_TEST(refuses_what_is_empty_or_no_UTF_8)
{
    char name[ROOM];

    ck_assert_int_eq(naming_metric("", "x", name), -EBADMSG);
    ck_assert_int_eq(naming_metric("x", "", name), -EBADMSG);
    ck_assert_int_eq(naming_metric("\xff", "x", name), -EBADMSG);
    ck_assert_int_eq(naming_metric("x", "\xc3", name), -EBADMSG);
    ck_assert_int_eq(naming_label("", name), -EBADMSG);
    ck_assert_int_eq(naming_label("\xff", name), -EBADMSG);
}
END_TEST

START_TEST(names_tags_and_finds_them_again)
{
    static const char *const names[][2] = {
        {"host", "host"},
        {"host-name", "U__host_2d_name"},
        {"db", "exported_db"},
        {"exported_db", "exported_exported_db"},
        {"exported_host", "exported_host"},
        {"__name__", "U______name____"},
        {"U__x", "U__U____x"},
        {"a:b", "U__a_3a_b"},
        {"9", "U__9"},
    };
    char label[ROOM], back[ROOM];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_int_eq(naming_label(names[i][0], label), 0);
        ck_assert_str_eq(label, names[i][1]);
        naming_tag(label, back);
        ck_assert_str_eq(back, names[i][0]);
    }
}
END_TEST

START_TEST(splits_what_others_named_as_it_can)
{
    static const char *const metrics[][3] = {
        {"node_load1", "node", "load1"}, {"up", "up", "value"},
        {"_odd", "_odd", "value"},       {"end_", "end_", "value"},
        {"U__a_zz_", "U", "_a_zz_"},     {"U__a_110000_", "U", "_a_110000_"},
        {"U__a_0_", "U", "_a_0_"},       {"U___", "U", "__"},
    };
    char measurement[ROOM], field[ROOM];

    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        naming_split(metrics[i][0], NULL, measurement, field);
        ck_assert_str_eq(measurement, metrics[i][1]);
        ck_assert_str_eq(field, metrics[i][2]);
    }
    naming_split("a_b", "other", measurement, field);
    ck_assert_str_eq(measurement, "a_b");
    ck_assert_str_eq(field, "value");
}
END_TEST

SPEC("the names of InfluxDB's",
     joins_a_measurement_and_a_field_and_splits_them_again,
     keeps_apart_what_joins_to_the_same_name, refuses_what_is_empty_or_no_UTF_8,
     names_tags_and_finds_them_again, splits_what_others_named_as_it_can)
