/* source_key_test.c - what a source remembers of heads that it was given, also
 * of series that its rewrite leaves out or makes one
 */
#include <config.h>

#include "source_store.h"

static const struct weir_label none[] = {{0}};
static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};

static struct store store;
static struct weir_source *source;
static struct weir_batch *batch;
static int64_t now_ns;
static uint32_t asked; /* rewrites */
static bool keeps;     /* whether a rewrite makes all of them one series */

static int
rewrite(void *arg, const struct weir_label *labels,
        const struct weir_label **ret_labels)
{
    static const struct weir_label one[] = {{"__name__", "load"}, {0}};

    (void)arg;
    (void)labels;
    asked++;
    *ret_labels = one;
    return keeps;
}

static void
begin(bool keep)
{
    store_init(&store);
    source = store_source(&store, &(struct source_settings){0});
    weir_source_rewrite(source, rewrite, NULL);
    now_ns = 1000 * NS_PER_S;
    asked = 0;
    keeps = keep;
}

static void
end(void)
{
    source_abandon(&source);
    store_fini(&store);
}

/* Gives the heads from 'first' to 'last'. */
static void
give(int first, int last)
{
    for (int i = first; i <= last; i++) {
        uint32_t reference = 0;
        char head[16];
        int size = snprintf(head, sizeof(head), "x%d", i);
        const struct weir_series series = {&load, "", none};
        if (weir_series_find(batch, head, (size_t)size, &reference) < 0)
            (void)weir_series_refer(batch, &series, head, (size_t)size,
                                    &reference);
        weir_set(batch, reference, i);
    }
}

/* Gives some in a cycle of their own, ten seconds after the last. */
static void
cycle(int first, int last, int more_first, int more_last)
{
    batch = weir_batch_begin(source, now_ns);
    give(first, last);
    give(more_first, more_last);
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
    now_ns += 10 * NS_PER_S;
}

START_TEST(all_that_is_left_out_is_remembered)
{
    enum { MANY = 20000 };
    begin(false);

    for (int i = 0; i < 3; i++)
        cycle(1, MANY, 1, 0);

    ck_assert_uint_eq(asked, MANY);
    end();
}
END_TEST

START_TEST(what_is_left_out_and_comes_and_goes_does_not_pile_up)
{
    enum { STEADY = 3000, FRESH = 1000, CYCLES = 100 };
    begin(false);

    for (int i = 0; i < CYCLES; i++) {
        int fresh = STEADY + 1 + i * FRESH;
        cycle(1, STEADY, fresh, fresh + FRESH - 1);
        ck_assert_uint_le(source->key_count,
                          2 * (STEADY + FRESH) + SOURCE_KEYS_SPARE);
    }

    /* Those that are steady were asked for again now and then. */
    ck_assert_uint_lt(asked, CYCLES * FRESH + CYCLES / 6 * STEADY + STEADY);
    end();
}
END_TEST

START_TEST(ever_other_heads_of_one_series_do_not_pile_up)
{
    enum { FRESH = 1000, CYCLES = 100 };
    begin(true);

    for (int i = 0; i < CYCLES; i++) {
        cycle(i * FRESH, (i + 1) * FRESH - 1, 1, 0);
        ck_assert_uint_le(source->key_count, 2 * SOURCE_KEYS_SPARE);
    }

    ck_assert_uint_eq(store.figures.series, 1);
    ck_assert_uint_eq(asked, CYCLES * FRESH);
    end();
}
END_TEST

/* Four heads of one series are few: they are found as long as they come. */
START_TEST(a_head_is_found_after_others_were_forgotten)
{
    begin(true);
    for (int i = 0; i < 20; i++)
        cycle(1, 4, 1000 * i + 5, 1000 * i + 1004);
    asked = 0;

    cycle(1, 4, 1, 0);
    cycle(1, 4, 1, 0);

    ck_assert_uint_le(asked, 4);
    end();
}
END_TEST

SPEC("source keys", all_that_is_left_out_is_remembered,
     what_is_left_out_and_comes_and_goes_does_not_pile_up,
     ever_other_heads_of_one_series_do_not_pile_up,
     a_head_is_found_after_others_were_forgotten)
