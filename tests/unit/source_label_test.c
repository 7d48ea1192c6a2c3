/* source_label_test.c - the labels of a source that insists, and what its batch
 * was given
 */
#include <config.h>

#include "source_store.h"

static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_metric uptime = {"uptime", WEIR_GAUGE, "", "Uptime."};

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})

static struct store store;
static struct weir_source *source;
static struct weir_batch *batch;

/* A source with the label job="web" of its own, and "dc" of its instance. */
static void
begin(bool insists)
{
    const struct source_settings settings = {
        .labels = LABELS({"dc", "fra"}, {"job", "web"}),
        .own = LABELS({"job", "web"}),
    };

    store_init(&store);
    source = store_source(&store, &settings);
    if (insists)
        weir_source_insist(source);
    batch = weir_batch_begin(source, NS_PER_S);
}

/* Ends the cycle, begins the next, and returns what was sent. */
static const char *
next(void)
{
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
    batch = weir_batch_begin(source, NS_PER_S);
    return store_text(&store);
}

static void
end(void)
{
    weir_batch_destroy(&batch);
    source_abandon(&source);
    store_fini(&store);
}

START_TEST(the_labels_of_a_series_count_more)
{
    begin(false);

    weir_add(batch, &load, LABELS({"job", "mine"}), 1);

    ck_assert_str_eq(next(), "load{dc=\"fra\",job=\"mine\"} 1\n");
    end();
}
END_TEST

START_TEST(a_source_that_insists_renames_what_is_called_like_its_own)
{
    begin(true);

    weir_add(batch, &load, LABELS({"job", "mine"}, {"zone", "a"}), 1);

    ck_assert_str_eq(next(), "load{dc=\"fra\",exported_job=\"mine\","
                             "job=\"web\",zone=\"a\"} 1\n");
    end();
}
END_TEST

START_TEST(the_labels_of_the_instance_give_way)
{
    begin(true);

    weir_add(batch, &load, LABELS({"dc", "nyc"}), 1);

    ck_assert_str_eq(next(), "load{dc=\"nyc\",job=\"web\"} 1\n");
    end();
}
END_TEST

START_TEST(an_empty_label_that_counts_more_leaves_none)
{
    begin(false);

    weir_add(batch, &load, LABELS({"job", ""}), 1);

    ck_assert_str_eq(next(), "load{dc=\"fra\"} 1\n");
    end();
}
END_TEST

START_TEST(a_name_that_is_taken_is_made_longer)
{
    begin(true);

    weir_add(batch, &load, LABELS({"exported_job", "a"}, {"job", "b"}), 1);

    ck_assert_str_eq(next(), "load{dc=\"fra\",exported_exported_job=\"b\","
                             "exported_job=\"a\",job=\"web\"} 1\n");
    end();
}
END_TEST

START_TEST(an_empty_label_is_none_to_rename)
{
    begin(true);

    weir_add(batch, &load, LABELS({"job", ""}), 1);

    ck_assert_str_eq(next(), "load{dc=\"fra\",job=\"web\"} 1\n");
    end();
}
END_TEST

/* A rewrite that counts its calls and does what a test says. */
static struct {
    int calls;
    int rc;
    struct weir_label labels[8];
    char seen[256]; /* the labels of the last call */
} rewriting;

static int
rewrite(void *arg, const struct weir_label *labels,
        const struct weir_label **ret_labels)
{
    size_t used = 0;

    (void)arg;
    rewriting.calls++;
    for (; labels->name; labels++)
        used += (size_t)snprintf(rewriting.seen + used,
                                 sizeof(rewriting.seen) - used, "%s=%s ",
                                 labels->name, labels->value);
    *ret_labels = rewriting.labels;
    return rewriting.rc;
}

/* Begins with a rewrite that gives these labels. */
#define BEGIN_REWRITING(rc_, ...)                              \
    do {                                                       \
        const struct weir_label given_[] = {__VA_ARGS__, {0}}; \
        begin(true);                                           \
        memset(&rewriting, 0, sizeof(rewriting));              \
        rewriting.rc = (rc_);                                  \
        memcpy(rewriting.labels, given_, sizeof(given_));      \
        weir_source_rewrite(source, rewrite, NULL);            \
    } while (0)

static const struct weir_metric sizes = {"sizes", WEIR_HISTOGRAM, "bytes",
                                         "Sizes."};

START_TEST(a_rewrite_sees_all_labels_and_the_name_once)
{
    BEGIN_REWRITING(1, {"__name__", "load"}, {"zone", "b"});

    for (int i = 0; i < 3; i++) {
        weir_add(batch, &load, LABELS({"A", "a"}, {"job", "x"}), 1);
        ck_assert_str_eq(next(), "load{zone=\"b\"} 1\n");
    }

    ck_assert_str_eq(rewriting.seen,
                     "A=a __name__=load dc=fra exported_job=x job=web ");
    ck_assert_int_eq(rewriting.calls, 1);
    end();
}
END_TEST

START_TEST(a_renamed_series_keeps_what_its_metric_says)
{
    const struct weir_series bucket = {&sizes, "_bucket", LABELS({"le", "1"})};
    BEGIN_REWRITING(1, {"__name__", "lengths_bucket"}, {"le", "1"});
    const struct layout *layout = NULL;

    weir_add_series(batch, &bucket, 1);
    ck_assert_str_eq(next(), "lengths_bucket{le=\"1\"} 1\n");

    for (size_t i = 0; i < STORE_LAYOUTS && !layout; i++)
        layout = store.layouts[i];
    const struct weir_series *series = layout_shape(layout)->series;
    ck_assert_str_eq(series->metric->name, "lengths");
    ck_assert_str_eq(series->suffix, "_bucket");
    ck_assert_str_eq(series->metric->unit, "bytes");
    ck_assert_int_eq(series->metric->type, WEIR_HISTOGRAM);
    end();
}
END_TEST

START_TEST(a_series_that_is_left_out_is_remembered)
{
    BEGIN_REWRITING(0, {"__name__", "x"});
    uint32_t reference = 0;

    for (int i = 0; i < 3; i++) {
        weir_add(batch, &load, NULL, 1);
        weir_add(batch, &uptime, NULL, 1);
        (void)next();
    }

    ck_assert_int_eq(rewriting.calls, 2);
    const struct weir_series series = {&load, "", LABELS({0})};
    ck_assert_int_eq(weir_series_refer(batch, &series, "l", 1, &reference), 0);
    weir_set(batch, reference, 2);
    ck_assert_uint_eq(weir_batch_tally(batch).kept, 0);
    ck_assert_uint_eq(weir_batch_tally(batch).given, 1);
    end();
}
END_TEST

START_TEST(a_series_that_is_refused_comes_again)
{
    BEGIN_REWRITING(-ERANGE, {"__name__", "x"});
    const struct weir_series series = {&load, "", LABELS({0})};
    uint32_t reference = 0;

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(weir_series_refer(batch, &series, "l", 1, &reference),
                         -ERANGE);

    ck_assert_int_eq(weir_series_find(batch, "l", 1, &reference), -ENOENT);
    ck_assert_int_eq(rewriting.calls, 3);
    end();
}
END_TEST

START_TEST(what_a_rewrite_makes_invalid_is_counted)
{
    BEGIN_REWRITING(1, {"zone", "no name"});

    weir_add(batch, &load, NULL, 1);
    rewriting.labels[0] = (struct weir_label){"__name__", "no name"};
    weir_add(batch, &load, NULL, 1);

    ck_assert_uint_eq(weir_batch_tally(batch).kept, 0);
    ck_assert_uint_eq(store.figures.invalid_series, 2);
    end();
}
END_TEST

START_TEST(what_is_added_without_a_rewrite_is_apart)
{
    BEGIN_REWRITING(0, {"__name__", "x"});

    for (int i = 0; i < 2; i++) {
        weir_source_rewrite(source, rewrite, NULL);
        weir_add(batch, &load, NULL, 1);
        weir_source_rewrite(source, NULL, NULL);
        weir_add(batch, &load, NULL, 2);
        ck_assert_str_eq(next(), "load{dc=\"fra\",job=\"web\"} 2\n");
    }

    ck_assert_int_eq(rewriting.calls, 1);
    end();
}
END_TEST

START_TEST(a_batch_tells_what_it_was_given)
{
    begin(false);
    weir_add(batch, &load, NULL, 1);
    (void)next();

    weir_add(batch, &load, NULL, 2);
    weir_add(batch, &load, NULL, 3);
    weir_add(batch, &uptime, NULL, 4);
    weir_add(batch, &uptime, LABELS({"bad-name", "1"}), 5);

    struct weir_tally tally = weir_batch_tally(batch);
    ck_assert_uint_eq(tally.given, 4);
    ck_assert_uint_eq(tally.kept, 2);
    ck_assert_uint_eq(tally.added, 1);
    end();
}
END_TEST

SPEC("source labels", the_labels_of_a_series_count_more,
     a_source_that_insists_renames_what_is_called_like_its_own,
     the_labels_of_the_instance_give_way,
     an_empty_label_that_counts_more_leaves_none,
     a_name_that_is_taken_is_made_longer, an_empty_label_is_none_to_rename,
     a_rewrite_sees_all_labels_and_the_name_once,
     a_renamed_series_keeps_what_its_metric_says,
     a_series_that_is_left_out_is_remembered,
     a_series_that_is_refused_comes_again,
     what_a_rewrite_makes_invalid_is_counted,
     what_is_added_without_a_rewrite_is_apart, a_batch_tells_what_it_was_given)
