/* steps_test.c - a store that is asked for values at steps answers what its
 * samples come to
 *
 * The samples themselves are asked for, too, and worked on one by one.
 */
#include <config.h>

#include "tsdb.c"

#include <math.h>

#include <weir/text.h>

#include "tsdb_spec.h"

enum { SAMPLES_MOST = 20000, EXTENT_NS = 9000 };

static const struct weir_matcher only_a = {"__name__", WEIR_EQUAL, "a", NULL};

/* All that a store answers at steps. */
static const uint32_t all_functions = 1U << WEIR_COUNT_OF | 1U << WEIR_SUM |
                                      1U << WEIR_AVG | 1U << WEIR_MIN |
                                      1U << WEIR_MAX;

static struct weir_select
at_steps(enum weir_function function, int64_t step_ns, int64_t range_ns)
{
    return (struct weir_select){
        .want = WEIR_SAMPLES,
        .matchers = &only_a,
        .matcher_count = 1,
        .until_ns = EXTENT_NS,
        .function = function,
        .step_ns = step_ns,
        .range_ns = range_ns,
        .alone = true,
    };
}

/* What "a" has, by asking for it. */
static size_t
read_samples(struct store *store, int64_t *times_ns, double *values)
{
    const struct weir_select raw = {.want = WEIR_SAMPLES,
                                    .matchers = &only_a,
                                    .matcher_count = 1,
                                    .until_ns = EXTENT_NS};
    weir_cleanup(weir_free) char *text = answer_to(store, raw);
    size_t count = 0;

    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        char *end = NULL;
        ck_assert_uint_lt(count, SAMPLES_MOST);
        values[count] = strtod(line + 2, &end);
        times_ns[count++] = strtoll(end, NULL, 10);
    }
    return count;
}

struct window {
    uint64_t count;
    double sum, min, max;
};

static double
value_of(const struct window *window, enum weir_function function)
{
    switch (function) {
    case WEIR_COUNT_OF:
        return (double)window->count;
    case WEIR_SUM:
        return window->sum;
    case WEIR_AVG:
        return window->sum / (double)window->count;
    case WEIR_MIN:
        return window->min;
    default:
        return window->max;
    }
}

static void
write_values(FILE *out, const struct window *window, uint32_t functions,
             int64_t at_ns)
{
    char number[WEIR_DOUBLE_SIZE];

    for (enum weir_function each = WEIR_COUNT_OF; each <= WEIR_MAX; each++) {
        if (!(functions & 1U << each))
            continue;
        (void)weir_format_double(value_of(window, each), number);
        (void)fprintf(out, "a %s %" PRId64 "\n", number, at_ns);
    }
}

/* Works on each sample for each step; the values are multiples of 1/8, so that
 * the order in which they are added does not matter. */
static char *
expect(struct store *store, const struct weir_select *what)
{
    static int64_t times_ns[SAMPLES_MOST];
    static double values[SAMPLES_MOST];
    size_t count = read_samples(store, times_ns, values), size = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);

    for (int64_t at_ns = what->step_ns; at_ns <= what->until_ns;
         at_ns += what->step_ns) {
        struct window window = {.min = HUGE_VAL, .max = -HUGE_VAL};
        for (size_t i = 0; i < count; i++) {
            if (times_ns[i] <= at_ns - what->range_ns || times_ns[i] > at_ns)
                continue;
            window.count++;
            window.sum += values[i];
            window.min = fmin(window.min, values[i]);
            window.max = fmax(window.max, values[i]);
        }
        if (window.count > 0)
            write_values(out, &window, weir_functions(what), at_ns);
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static void
check_steps(struct store *store, int64_t step_ns, int64_t range_ns)
{
    for (enum weir_function function = WEIR_COUNT_OF; function <= WEIR_MAX;
         function++) {
        const struct weir_select what = at_steps(function, step_ns, range_ns);
        weir_cleanup(weir_free) char *want = expect(store, &what);
        check_answer(store, what, want);
    }
    struct weir_select what = at_steps(WEIR_RAW, step_ns, range_ns);
    what.functions = all_functions;
    weir_cleanup(weir_free) char *want = expect(store, &what);
    check_answer(store, what, want);
}

static void
check_many_steps(struct store *store)
{
    check_steps(store, 700, 700);
    check_steps(store, 700, 300);
    check_steps(store, 2500, 2500);
    check_steps(store, EXTENT_NS, EXTENT_NS);
}

static void
put(struct store *store, double value, int64_t time_ns)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put_bits(store, bits, time_ns);
}

START_TEST(is_what_each_sample_says_within_one_part)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 1\n");
    for (int i = 2; i < EXTENT_NS; i++)
        put(&store, i * 7 % 1000, i);
    flush_now(&store);
    check_many_steps(&store);
}
END_TEST

START_TEST(is_what_each_sample_says_where_parts_and_head_overlap)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t chance = spec_seed();

    append(&store, "a 1 1\n");
    for (int part = 0; part < 4; part++) {
        int64_t begin = (int64_t)(spec_random(&chance) % 6000);
        for (int i = 0; i < 2500; i++)
            put(&store, (double)(spec_random(&chance) % 1000),
                begin + (int64_t)(spec_random(&chance) % 3000) + 1);
        if (part < 3)
            flush_now(&store);
    }
    check_many_steps(&store);
}
END_TEST

/* Eighths are decimals of three places. */
START_TEST(is_what_each_sample_says_of_decimals_with_uneven_times)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    uint64_t chance = spec_seed();

    append(&store, "a 1 1\n");
    for (int i = 2; i < EXTENT_NS; i += 1 + (int)(spec_random(&chance) % 3))
        put(&store, (double)(spec_random(&chance) % 9999) / 8 - 600, i);
    for (int flushed = 0; flushed < 2; flushed++) {
        check_many_steps(&store);
        flush_now(&store);
    }
}
END_TEST

START_TEST(is_what_each_sample_says_where_values_stay_the_same)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 2.5 1\n");
    for (int i = 2; i < EXTENT_NS; i += i < 5000 ? 1 : 1 + i % 7)
        put(&store, 2.5, i);
    flush_now(&store);
    check_many_steps(&store);
}
END_TEST

START_TEST(has_an_average_between_the_least_and_the_greatest)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_select what = at_steps(WEIR_AVG, 1000, 1000);

    append(&store, "a 0.1 1\n");
    put(&store, 0.1, 2);
    put(&store, 0.1, 3);
    put(&store, 0.1, 1001);
    put(&store, 0.1, 1002);
    put(&store, 0.1, 1003);
    put(&store, 0.5, 1500);
    what.until_ns = 1400;
    for (int flushed = 0; flushed < 2; flushed++) {
        check_answer(&store, what, "a 0.1 1000\n");
        flush_now(&store);
    }
}
END_TEST

START_TEST(gives_several_functions_in_their_order)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_select what = at_steps(WEIR_RAW, 1000, 1000);

    what.functions = 1U << WEIR_MAX | 1U << WEIR_MIN | 1U << WEIR_COUNT_OF;
    append(&store, "a 3 1\n");
    put(&store, 5, 2);
    put(&store, 7, 2001);
    check_answer(&store, what,
                 "a 2 1000\na 3 1000\na 5 1000\n"
                 "a 1 3000\na 7 3000\na 7 3000\n");
}
END_TEST

START_TEST(gives_samples_when_one_of_the_functions_is_not_its_own)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_select what = at_steps(WEIR_RAW, 1000, 1000);

    what.functions = 1U << WEIR_MAX | 1U << WEIR_RATE;
    append(&store, "a 3 1\n");
    check_answer(&store, what, "a 3 1\n");
}
END_TEST

START_TEST(has_one_late_sample_of_the_head_between_those_of_a_part)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 1\n");
    for (int i = 2; i < EXTENT_NS; i += 2)
        put(&store, i, i);
    flush_now(&store);
    put(&store, 100000, 3001);
    put(&store, -5, 5000);
    check_many_steps(&store);
}
END_TEST

START_TEST(does_not_count_stale_markers)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 1\n");
    put(&store, 3, 2);
    put_bits(&store, WEIR_STALE_BITS, 3);
    put_bits(&store, WEIR_STALE_BITS, 5001);
    for (int flushed = 0; flushed < 2; flushed++) {
        check_answer(&store, at_steps(WEIR_COUNT_OF, 1000, 1000), "a 2 1000\n");
        check_answer(&store, at_steps(WEIR_AVG, 1000, 1000), "a 2 1000\n");
        check_answer(&store, at_steps(WEIR_MAX, 1000, 1000), "a 3 1000\n");
        flush_now(&store);
    }
}
END_TEST

START_TEST(is_no_number_where_a_sum_has_none)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 1\n");
    put(&store, (double)NAN, 2);
    put(&store, 4, 3);
    for (int flushed = 0; flushed < 2; flushed++) {
        check_answer(&store, at_steps(WEIR_SUM, 1000, 1000), "a NaN 1000\n");
        check_answer(&store, at_steps(WEIR_COUNT_OF, 1000, 1000), "a 3 1000\n");
        check_answer(&store, at_steps(WEIR_MIN, 1000, 1000), "a 1 1000\n");
        check_answer(&store, at_steps(WEIR_MAX, 1000, 1000), "a 4 1000\n");
        flush_now(&store);
    }
}
END_TEST

START_TEST(is_over_the_range_before_the_end_without_a_step)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 1\n");
    put(&store, 2, 7000);
    put(&store, 4, 8000);
    flush_now(&store);
    check_answer(&store, at_steps(WEIR_SUM, 0, 2000), "a 4 9000\n");
    check_answer(&store, at_steps(WEIR_SUM, 0, 2001), "a 6 9000\n");
    check_answer(&store, at_steps(WEIR_SUM, 0, INT64_MAX), "a 7 9000\n");
}
END_TEST

SPEC("storage tsdb at steps", is_what_each_sample_says_within_one_part,
     is_what_each_sample_says_where_parts_and_head_overlap,
     is_what_each_sample_says_of_decimals_with_uneven_times,
     is_what_each_sample_says_where_values_stay_the_same,
     has_an_average_between_the_least_and_the_greatest,
     gives_several_functions_in_their_order,
     gives_samples_when_one_of_the_functions_is_not_its_own,
     has_one_late_sample_of_the_head_between_those_of_a_part,
     does_not_count_stale_markers, is_no_number_where_a_sum_has_none,
     is_over_the_range_before_the_end_without_a_step)
