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
     the_labels_of_the_instance_give_way, a_name_that_is_taken_is_made_longer,
     an_empty_label_is_none_to_rename, a_batch_tells_what_it_was_given)
