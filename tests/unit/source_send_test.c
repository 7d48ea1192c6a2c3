/* source_send_test.c - how a batch becomes frames, and how they fared */
#include <config.h>

#include <stdatomic.h>

#include "source_store.h"

#define LABELS(...) ((const struct weir_label[]){__VA_ARGS__, {0}})

static const struct weir_metric load = {"load", WEIR_GAUGE, "", "Load."};
static const struct weir_metric other = {"other", WEIR_GAUGE, "", "Other."};
static const struct weir_label none[] = {{0}};

static struct store store;
static struct weir_source *source;
static struct weir_batch *batch;

/* What weir_stored was told last, and how often. */
static struct {
    unsigned count;
    int rc;
    char why[64];
} told;

static void
hear(void *self, void *arg, int rc, const char *why)
{
    (void)self;
    ck_assert_ptr_eq(arg, &told);
    told.count++;
    told.rc = rc;
    (void)snprintf(told.why, sizeof(told.why), "%s", why ? why : "-");
}

static void
begin(void)
{
    store_init(&store);
    memset(&told, 0, sizeof(told));
    source = store_source(&store, NULL);
    batch = weir_batch_begin(source, NS_PER_S);
}

static void
end(void)
{
    weir_batch_destroy(&batch);
    source_abandon(&source);
    store_fini(&store);
}

/* Adds 'count' series of a metric. */
static void
add_many(const struct weir_metric *metric, int count)
{
    for (int i = 0; i < count; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%d", i);
        weir_add(batch, metric, LABELS({"n", text}, {"zone", "a"}), i);
    }
}

static uint32_t
refer(const struct weir_metric *metric, const char *key)
{
    const struct weir_series series = {metric, "", none};
    uint32_t reference = 0;

    ck_assert_int_eq(weir_series_refer(batch, &series, key,
                                       key ? strlen(key) : 0, &reference),
                     0);
    return reference;
}

START_TEST(more_than_4096_series_make_several_layouts)
{
    begin();
    store.silent = true;
    add_many(&load, 5000);
    add_many(&other, 3000);

    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), 0);

    ck_assert_uint_eq(store.samples, 8000);
    ck_assert_uint_eq(store_layout_count(&store), 2);
    ck_assert_uint_eq(store.figures.series, 8000);
    end();
}
END_TEST

START_TEST(a_new_metric_begins_a_layout_when_one_is_nearly_full)
{
    begin();
    add_many(&load, WEIR_LAYOUT_MOST / 4 * 3);
    weir_add(batch, &other, NULL, 1);
    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);

    ck_assert_uint_eq(store_layout_count(&store), 2);
    end();
}
END_TEST

START_TEST(a_batch_above_1_mib_is_several_frames_and_one_fate)
{
    begin();
    store.silent = true;
    add_many(&load, 150000);

    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), 0);

    ck_assert_uint_eq(store.samples, 150000);
    ck_assert_uint_eq(store.frames, 2);
    ck_assert_uint_eq(store.figures.batches, 2);
    ck_assert_uint_gt(store.figures.bytes, 150000 * 8);
    store_tell(&store, 1, 0, NULL);
    ck_assert_uint_eq(told.count, 0);
    store_tell(&store, 0, 0, NULL);
    ck_assert_uint_eq(told.count, 1);
    ck_assert_int_eq(told.rc, 0);
    ck_assert_str_eq(told.why, "-");
    end();
}
END_TEST

/* Ends a batch of three frames, which fare as 'rcs' says. */
static void
fare(const int rcs[3])
{
    static const char *const whys[] = {"first", "second", "third"};

    begin();
    store.silent = true;
    add_many(&load, 260000);
    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), 0);
    ck_assert_uint_eq(store.fate_count, 3);
    for (size_t i = 0; i < 3; i++)
        store_tell(&store, i, rcs[i], rcs[i] ? whys[i] : NULL);
    ck_assert_uint_eq(told.count, 1);
    end();
}

START_TEST(the_worst_fate_of_several_frames_is_that_of_the_batch)
{
    fare((int[]){-EBADMSG, -EDQUOT, 0});
    ck_assert_int_eq(told.rc, -EBADMSG);
    ck_assert_str_eq(told.why, "first");

    fare((int[]){0, -EDQUOT, 0});
    ck_assert_int_eq(told.rc, -EDQUOT);
    ck_assert_str_eq(told.why, "second");

    fare((int[]){-EDQUOT, -EBADMSG, -ECANCELED});
    ck_assert_int_eq(told.rc, -ECANCELED);
    ck_assert_str_eq(told.why, "third");
}
END_TEST

START_TEST(a_batch_without_room_is_told_by_the_return_alone)
{
    begin();
    store.room = 0;
    weir_add(batch, &load, NULL, 1);

    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), -EAGAIN);

    ck_assert_uint_eq(told.count, 0);
    ck_assert_uint_eq(store.figures.lost_batches, 1);
    end();
}
END_TEST

START_TEST(room_for_a_part_of_a_batch_makes_its_fate_to_try_again)
{
    begin();
    store.silent = true;
    store.room = 1;
    add_many(&load, 150000);

    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), 0);
    ck_assert_uint_eq(told.count, 0);
    store_tell(&store, 0, 0, NULL);

    ck_assert_uint_eq(told.count, 1);
    ck_assert_int_eq(told.rc, -EAGAIN);
    ck_assert_str_ne(told.why, "-");
    ck_assert_uint_eq(store.figures.lost_batches, 1);
    ck_assert_uint_lt(store.figures.samples, 150000);
    end();
}
END_TEST

START_TEST(an_empty_batch_is_durable_at_once)
{
    begin();

    ck_assert_int_eq(weir_batch_end(&batch, hear, &told), 0);

    ck_assert_uint_eq(told.count, 1);
    ck_assert_int_eq(told.rc, 0);
    end();
}
END_TEST

START_TEST(loose_samples_keep_their_times)
{
    begin();
    uint32_t reference = refer(&load, NULL);
    weir_set_at(batch, reference, 5, 1.5);
    weir_set_at(batch, reference, 3, 2.5);
    weir_set_at(batch, reference, 5, 3.5);
    weir_set(batch, refer(&other, NULL), 4.5);
    weir_batch_end(&batch, NULL, NULL);

    ck_assert_str_eq(store_text(&store),
                     "load 1.5 5\nload 2.5 3\nload 3.5 5\nother 4.5\n");

    batch = weir_batch_begin(source, 2 * NS_PER_S);
    weir_set(batch, refer(&other, NULL), 5.5);
    weir_batch_end(&batch, NULL, NULL);
    ck_assert_str_eq(store_text(&store), "other 5.5\n");
    end();
}
END_TEST

START_TEST(many_loose_samples_are_several_frames)
{
    enum { COUNT = 200000 };
    begin();
    store.silent = true;
    uint32_t reference = refer(&load, NULL);
    for (int i = 0; i < COUNT; i++)
        weir_set_at(batch, reference, i, i);

    ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);

    ck_assert_uint_eq(store.samples, COUNT);
    ck_assert_uint_eq(store.figures.samples, COUNT);
    ck_assert_uint_ge(store.frames, 4);
    end();
}
END_TEST

START_TEST(a_reference_is_found_again_under_its_key)
{
    uint32_t found = 0;
    begin();
    ck_assert_int_eq(weir_series_find(batch, "k1", 2, &found), -ENOENT);
    uint32_t first = refer(&load, "k1");
    uint32_t second = refer(&other, "k\x01");
    weir_set(batch, first, 1);
    weir_set(batch, second, 2);
    weir_batch_end(&batch, NULL, NULL);
    batch = weir_batch_begin(source, 2 * NS_PER_S);

    ck_assert_int_eq(weir_series_find(batch, "k1", 2, &found), 0);
    weir_set(batch, found, 3);
    ck_assert_int_eq(weir_series_find(batch, "k\x01", 2, &found), 0);
    weir_set(batch, found, 4);
    ck_assert_int_eq(weir_series_find(batch, "k", 1, &found), -ENOENT);
    (void)store_text(&store);
    weir_batch_end(&batch, NULL, NULL);

    ck_assert_str_eq(store_text(&store), "load 3\nother 4\n");
    end();
}
END_TEST

START_TEST(a_refused_reference_goes_nowhere)
{
    const struct weir_series bad = {&load, "", LABELS({"a", "\xff"})};
    const struct weir_series nothing = {&load, "", LABELS({"a", NULL})};
    uint32_t reference = 0;
    begin();

    ck_assert_int_eq(weir_series_refer(batch, &bad, "a", 1, &reference),
                     -EINVAL);
    weir_set(batch, reference, 1);
    weir_set_at(batch, reference, 1, 1);
    weir_series_drop(batch, reference);
    ck_assert_int_eq(weir_series_refer(batch, &nothing, NULL, 0, &reference),
                     -EINVAL);
    weir_set(batch, reference, 1);
    weir_batch_end(&batch, NULL, NULL);

    ck_assert_str_eq(store_text(&store), "");
    end();
}
END_TEST

#ifdef SPEC_SANITIZED
START_TEST(a_warm_cycle_allocates_by_the_frame_not_by_the_sample)
{
    /* The sanitizers have an allocator of their own. */
}
END_TEST
#else
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static atomic_uint allocations;

/* NOLINTBEGIN(readability-inconsistent-*) */
void *
malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}
/* NOLINTEND(readability-inconsistent-*) */

static unsigned
allocations_of_a_cycle(int count)
{
    begin();
    store.silent = true;
    uint32_t reference = refer(&other, NULL);
    unsigned before = 0;
    for (int cycle = 0; cycle < 4; cycle++) {
        before = allocations;
        add_many(&load, count);
        weir_set(batch, reference, cycle);
        ck_assert_int_eq(weir_batch_end(&batch, NULL, NULL), 0);
        batch = weir_batch_begin(source, (cycle + 2) * NS_PER_S);
    }
    unsigned made = allocations - before;
    end();
    return made;
}

START_TEST(a_warm_cycle_allocates_by_the_frame_not_by_the_sample)
{
    unsigned one = allocations_of_a_cycle(1);

    ck_assert_uint_le(one, 4);
    ck_assert_uint_eq(allocations_of_a_cycle(4000), one);
}
END_TEST
#endif

SPEC("batches", more_than_4096_series_make_several_layouts,
     a_new_metric_begins_a_layout_when_one_is_nearly_full,
     a_batch_above_1_mib_is_several_frames_and_one_fate,
     the_worst_fate_of_several_frames_is_that_of_the_batch,
     a_batch_without_room_is_told_by_the_return_alone,
     room_for_a_part_of_a_batch_makes_its_fate_to_try_again,
     an_empty_batch_is_durable_at_once, loose_samples_keep_their_times,
     many_loose_samples_are_several_frames,
     a_reference_is_found_again_under_its_key, a_refused_reference_goes_nowhere,
     a_warm_cycle_allocates_by_the_frame_not_by_the_sample)
