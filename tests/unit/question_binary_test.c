/* question_binary_test.c - operators, between scalars and vectors */
#include <config.h>

#include "question.h"

static const char given_hosts[] = "used{host=\"a\",disk=\"1\"} 1 30\n"
                                  "used{host=\"a\",disk=\"2\"} 1 20\n"
                                  "used{host=\"b\",disk=\"1\"} 1 5\n"
                                  "size{host=\"a\",disk=\"1\"} 1 60\n"
                                  "size{host=\"a\",disk=\"2\"} 1 80\n"
                                  "size{host=\"c\",disk=\"1\"} 1 10\n"
                                  "info{host=\"a\",os=\"linux\"} 1 1\n"
                                  "info{host=\"b\",os=\"bsd\"} 1 1\n";

START_TEST(scalars_are_calculated_with)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"1 + 2 * 3", " 7\n"},       {"2 ^ 3 ^ 2", " 512\n"},
        {"-2 ^ 2", " -4\n"},         {"7 % 4", " 3\n"},
        {"-7 % 4", " -3\n"},         {"1 / 0", " inf\n"},
        {"-1 / 0", " -inf\n"},       {"1 atan2 1", " 0.785398163397\n"},
        {"1 == bool 1", " 1\n"},     {"1 < bool 1", " 0\n"},
        {"1 <= bool 1", " 1\n"},     {"2 > bool 1", " 1\n"},
        {"2 >= bool 3", " 0\n"},     {"2 != bool 3", " 1\n"},
        {"NaN == bool NaN", " 0\n"}, {"5m / 1m", " 5\n"},
    };

    question_check(given, 60, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(a_vector_and_a_scalar_are_calculated_series_by_series)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"used{host=\"b\"} * 2", "{disk=\"1\",host=\"b\"} 10\n"},
        {"2 - used{host=\"b\"}", "{disk=\"1\",host=\"b\"} -3\n"},
        {"used > 10", "used{disk=\"1\",host=\"a\"} 30\n"
                      "used{disk=\"2\",host=\"a\"} 20\n"},
        {"10 < used", "used{disk=\"1\",host=\"a\"} 30\n"
                      "used{disk=\"2\",host=\"a\"} 20\n"},
        {"used{host=\"a\"} > bool 25", "{disk=\"1\",host=\"a\"} 1\n"
                                       "{disk=\"2\",host=\"a\"} 0\n"},
        {"25 > bool used{host=\"a\"}", "{disk=\"1\",host=\"a\"} 0\n"
                                       "{disk=\"2\",host=\"a\"} 1\n"},
        {"used == 5", "used{disk=\"1\",host=\"b\"} 5\n"},
        {"used > 100", ""},
    };

    question_check(given, 60, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(vectors_match_by_their_labels)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"used / size", "{disk=\"1\",host=\"a\"} 0.5\n"
                        "{disk=\"2\",host=\"a\"} 0.25\n"},
        {"used < size", "used{disk=\"1\",host=\"a\"} 30\n"
                        "used{disk=\"2\",host=\"a\"} 20\n"},
        {"used > bool size", "{disk=\"1\",host=\"a\"} 0\n"
                             "{disk=\"2\",host=\"a\"} 0\n"},
        {"used{disk=\"1\"} + on(host) size{disk=\"1\"}", "{host=\"a\"} 90\n"},
        {"used{disk=\"1\"} + ignoring(disk) size{disk=\"2\"}",
         "{host=\"a\"} 110\n"},
        {"used{disk=\"1\"} < on(host) size{disk=\"1\"}", "{host=\"a\"} 30\n"},
        {"used * on(host) group_left(os) info",
         "{disk=\"1\",host=\"a\",os=\"linux\"} 30\n"
         "{disk=\"2\",host=\"a\",os=\"linux\"} 20\n"
         "{disk=\"1\",host=\"b\",os=\"bsd\"} 5\n"},
        {"info - on(host) group_right() used", "{disk=\"1\",host=\"a\"} -29\n"
                                               "{disk=\"2\",host=\"a\"} -19\n"
                                               "{disk=\"1\",host=\"b\"} -4\n"},
        {"used >= on(host) group_left(os) info",
         "used{disk=\"1\",host=\"a\",os=\"linux\"} 30\n"
         "used{disk=\"2\",host=\"a\",os=\"linux\"} 20\n"
         "used{disk=\"1\",host=\"b\",os=\"bsd\"} 5\n"},
        {"used + none", ""},
        {"none + used", ""},
    };

    question_check(given, 60, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(sets_are_joined_and_cut)
{
    weir_cleanup(given_destroy) struct given *given = given_new(given_hosts);
    static const struct question rows[] = {
        {"used and size", "used{disk=\"1\",host=\"a\"} 30\n"
                          "used{disk=\"2\",host=\"a\"} 20\n"},
        {"used unless size", "used{disk=\"1\",host=\"b\"} 5\n"},
        {"used{host=\"a\"} or size",
         "used{disk=\"1\",host=\"a\"} 30\nused{disk=\"2\",host=\"a\"} 20\n"
         "size{disk=\"1\",host=\"c\"} 10\n"},
        {"used and on(host) info{os=\"bsd\"}",
         "used{disk=\"1\",host=\"b\"} 5\n"},
        {"used unless on(host) info{os=\"bsd\"}",
         "used{disk=\"1\",host=\"a\"} 30\nused{disk=\"2\",host=\"a\"} 20\n"},
        {"info or on() used", "info{host=\"a\",os=\"linux\"} 1\n"
                              "info{host=\"b\",os=\"bsd\"} 1\n"},
        {"used and none", ""},
        {"none or vector(1)", " 1\n"},
        {"used{host=\"b\"} and ignoring(host, disk) vector(1)",
         "used{disk=\"1\",host=\"b\"} 5\n"},
    };

    question_check(given, 60, rows, ARRAY_SIZE(rows));
}
END_TEST

START_TEST(series_that_take_turns_are_one_side_of_a_match)
{
    weir_cleanup(given_destroy) struct given *given =
        given_new("load{host=\"a\"} 1 2 3 4\n"
                  "version{host=\"a\",v=\"1\"} 10 10 stale\n"
                  "version{host=\"a\",v=\"2\"} _ _ 20 20\n");
    static const double seconds[3] = {0, 180, 60};

    ck_assert_str_eq(question_over(given, "load * on(host) version", seconds),
                     "{host=\"a\"} 0=10 60=20 120=60 180=80\n");
    ck_assert_str_eq(
        question_over(given, "load * on(host) group_left(v) version", seconds),
        "{host=\"a\",v=\"1\"} 0=10 60=20\n"
        "{host=\"a\",v=\"2\"} 120=60 180=80\n");
    ck_assert_str_eq(
        question_over(given, "load and on(host) version{v=\"2\"}", seconds),
        "load{host=\"a\"} 120=3 180=4\n");
    ck_assert_str_eq(
        question_over(given, "version{v=\"1\"} or on(host) load", seconds),
        "load{host=\"a\"} 120=3 180=4\n"
        "version{host=\"a\",v=\"1\"} 0=10 60=10\n");
}
END_TEST

SPEC("operators", scalars_are_calculated_with,
     a_vector_and_a_scalar_are_calculated_series_by_series,
     vectors_match_by_their_labels, sets_are_joined_and_cut,
     series_that_take_turns_are_one_side_of_a_match)
