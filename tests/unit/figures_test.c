/* figures_test.c - what the figures of a series promise */
#include <config.h>

#include "query/figures.h"

#include <math.h>
#include <string.h>

#include "base.h"
#include "spec.h"

static const struct weir_label none[] = {{0}};
static const struct weir_metric heat = {"heat", WEIR_GAUGE, "", ""};
static const struct weir_metric hits = {"hits_total", WEIR_COUNTER, "", ""};
static const struct weir_metric lags = {"lag", WEIR_HISTOGRAM, "", ""};
static const struct weir_series gauge = {&heat, "", none};
static const struct weir_series counter = {&hits, "", none};

enum { SAMPLES_MOST = 64 };

/* Figures over the ten seconds up to 20 of samples at whole seconds. */
static struct weir_figures
figures_of(const struct weir_series *series, const int seconds[],
           const double values[], size_t count)
{
    int64_t times_ns[SAMPLES_MOST];
    struct weir_figures figures;

    ck_assert_uint_le(count, SAMPLES_MOST);
    for (size_t i = 0; i < count; i++)
        times_ns[i] = seconds[i] * NS_PER_S;
    const struct figures_samples samples = {times_ns, values, count};
    figures_compute(series, &samples, 10 * NS_PER_S, 20 * NS_PER_S, &figures);
    return figures;
}

static double
stale_marker(void)
{
    uint64_t bits = WEIR_STALE_BITS;
    double marker = 0;

    memcpy(&marker, &bits, sizeof(marker));
    return marker;
}

START_TEST(tells_what_a_gauge_did_in_a_window)
{
    static const int seconds[] = {12, 14, 18};
    static const double values[] = {2, 6, 4};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 3);

    ck_assert_uint_eq(figures.count, 3);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_AVG], 4);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_MAX], 6);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_MIN], 2);
    ck_assert_double_eq(figures.last, 4);
}
END_TEST

START_TEST(rates_tell_how_the_figures_changed_since_the_window_before)
{
    static const int seconds[] = {2, 8, 12, 18};
    static const double values[] = {-4, 0, 10, 20};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 4);

    ck_assert_double_eq_tol(figures.rate[WEIR_FIGURE_AVG], 1.7, 1e-12);
    ck_assert_double_eq_tol(figures.rate[WEIR_FIGURE_MAX], 2.0, 1e-12);
    ck_assert_double_eq_tol(figures.rate[WEIR_FIGURE_MIN], 1.4, 1e-12);
}
END_TEST

START_TEST(percentages_are_of_the_size_of_the_figure_before)
{
    static const int seconds[] = {2, 8, 12, 18};
    static const double values[] = {-4, 0, 10, 20};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 4);

    ck_assert_double_eq_tol(figures.rate_percent[WEIR_FIGURE_AVG], 85, 1e-9);
    ck_assert_double_nan(figures.rate_percent[WEIR_FIGURE_MAX]);
    ck_assert_double_eq_tol(figures.rate_percent[WEIR_FIGURE_MIN], 35, 1e-9);
}
END_TEST

START_TEST(slopes_are_the_changes_between_samples)
{
    static const int seconds[] = {12, 14, 18};
    static const double values[] = {2, 6, 4};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 3);

    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_AVG], 2.0 / 6, 1e-12);
    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_MAX], 2, 1e-12);
    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_MIN], -0.5, 1e-12);
}
END_TEST

START_TEST(a_counter_that_falls_began_anew)
{
    static const int seconds[] = {11, 12, 13, 15};
    static const double values[] = {100, 110, 4, 8};

    struct weir_figures figures = figures_of(&counter, seconds, values, 4);

    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_AVG], 18.0 / 4, 1e-12);
    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_MAX], 10, 1e-12);
    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_MIN], 2, 1e-12);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_MAX], 110);
}
END_TEST

START_TEST(the_window_is_open_on_the_left)
{
    static const int seconds[] = {0, 1, 10, 11, 20, 21};
    static const double values[] = {1000, 3, 5, 7, 9, 1000};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 6);

    ck_assert_uint_eq(figures.count, 2);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_AVG], 8);
    ck_assert_double_eq_tol(figures.rate[WEIR_FIGURE_AVG], 0.4, 1e-12);
}
END_TEST

START_TEST(one_sample_has_no_slope)
{
    static const int seconds[] = {15};
    static const double values[] = {5};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 1);

    ck_assert_double_eq(figures.value[WEIR_FIGURE_AVG], 5);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_nan(figures.slope[i]);
        ck_assert_double_nan(figures.rate[i]);
        ck_assert_double_nan(figures.rate_percent[i]);
    }
}
END_TEST

START_TEST(an_empty_window_has_no_figures)
{
    static const int seconds[] = {5};
    static const double values[] = {5};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 1);

    ck_assert_uint_eq(figures.count, 0);
    ck_assert_double_nan(figures.last);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_nan(figures.value[i]);
        ck_assert_double_nan(figures.rate[i]);
        ck_assert_double_nan(figures.slope[i]);
    }
}
END_TEST

START_TEST(what_is_no_number_does_not_count)
{
    static const int seconds[] = {11, 12, 13, 14};
    const double values[] = {1, (double)NAN, 3, stale_marker()};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 4);

    ck_assert_uint_eq(figures.count, 2);
    ck_assert_double_eq(figures.last, 3);
    ck_assert_double_eq_tol(figures.slope[WEIR_FIGURE_AVG], 1, 1e-12);
}
END_TEST

START_TEST(of_equal_times_the_first_counts)
{
    static const int seconds[] = {11, 13, 13};
    static const double values[] = {1, 3, 99};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 3);

    ck_assert_uint_eq(figures.count, 2);
    ck_assert_double_eq(figures.value[WEIR_FIGURE_MAX], 3);
}
END_TEST

START_TEST(values_that_stay_the_same_are_their_average)
{
    static const int seconds[] = {11, 12, 13};
    static const double values[] = {0.1, 0.1, 0.1};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 3);

    ck_assert_double_eq(figures.value[WEIR_FIGURE_AVG], 0.1);
}
END_TEST

START_TEST(values_near_the_greatest_double_have_an_average)
{
    static const int seconds[] = {11, 12, 13, 14};
    static const double values[] = {0, 1e308, 1e308, 1e308};

    struct weir_figures figures = figures_of(&gauge, seconds, values, 4);

    ck_assert_double_eq_tol(figures.value[WEIR_FIGURE_AVG] / 1e308, 0.75, 1e-9);
}
END_TEST

START_TEST(come_back_from_an_answer)
{
    static const int seconds[] = {2, 8, 12, 18};
    static const double values[] = {-4, 1, 10, 20};
    struct weir_figures figures = figures_of(&counter, seconds, values, 4);
    struct weir_figures again = {0};
    double packed[FIGURES_VALUES];

    figures_pack(&figures, packed);
    figures_unpack(&counter, packed, &again);
    ck_assert_mem_eq(&again, &figures, sizeof(figures));
}
END_TEST

START_TEST(counts_of_histograms_are_counters)
{
    const struct weir_series count = {&lags, "_count", none};
    const struct weir_series other = {&lags, "", none};

    ck_assert(figures_is_counter(&count));
    ck_assert(figures_is_counter(&counter));
    ck_assert(!figures_is_counter(&other));
    ck_assert(!figures_is_counter(&gauge));
}
END_TEST

static void
check_order(const struct weir_figures *figures)
{
    const double *value = figures->value, *slope = figures->slope;

    ck_assert_double_le(value[WEIR_FIGURE_MIN], value[WEIR_FIGURE_AVG] + 1e-9);
    ck_assert_double_le(value[WEIR_FIGURE_AVG], value[WEIR_FIGURE_MAX] + 1e-9);
    ck_assert_double_le(slope[WEIR_FIGURE_MIN], slope[WEIR_FIGURE_AVG] + 1e-9);
    ck_assert_double_le(slope[WEIR_FIGURE_AVG], slope[WEIR_FIGURE_MAX] + 1e-9);
}

/* Random walks, the same in each run. */
START_TEST(minimum_average_and_maximum_keep_their_order)
{
    for (unsigned short walk = 0; walk < 100; walk++) {
        unsigned short seed[3] = {1, 2, walk};
        int seconds[10];
        double values[10];
        size_t count = 3 + (size_t)(nrand48(seed) % 8);

        for (size_t i = 0; i < count; i++) {
            seconds[i] = 11 + (int)i;
            values[i] = erand48(seed) * 100;
        }
        struct weir_figures level = figures_of(&gauge, seconds, values, count);
        struct weir_figures grown =
            figures_of(&counter, seconds, values, count);

        ck_assert_uint_eq(level.count, count);
        check_order(&level);
        check_order(&grown);
        ck_assert_double_ge(grown.slope[WEIR_FIGURE_MIN], 0);
    }
}
END_TEST

SPEC("figures", tells_what_a_gauge_did_in_a_window,
     rates_tell_how_the_figures_changed_since_the_window_before,
     percentages_are_of_the_size_of_the_figure_before,
     slopes_are_the_changes_between_samples, a_counter_that_falls_began_anew,
     the_window_is_open_on_the_left, one_sample_has_no_slope,
     an_empty_window_has_no_figures, what_is_no_number_does_not_count,
     of_equal_times_the_first_counts,
     values_that_stay_the_same_are_their_average,
     values_near_the_greatest_double_have_an_average, come_back_from_an_answer,
     counts_of_histograms_are_counters,
     minimum_average_and_maximum_keep_their_order)
