/* parts_test.c - how storage tsdb keeps its parts: by day, merged, and not for
 * ever
 */
#include <config.h>

#include "tsdb.c"

#include "clock.h"
#include "day.h"
#include "tsdb_spec.h"

static uint32_t
level_of(struct store *store, uint32_t index)
{
    const struct tsdb *tsdb = weir_harness_self(store->harness);

    return part_info(tsdb->parts->items[index]->part)->origin.level;
}

static struct compact *
compact_of(struct store *store)
{
    return &((struct tsdb *)weir_harness_self(store->harness))->compact;
}

/* Appends 'count' samples in as many parts, as append_times(). */
static void
append_parts(struct store *store, int from, int count)
{
    for (int i = from; i < from + count; i++) {
        append_times(store, "a", i, 1);
        flush_now(store);
    }
}

START_TEST(keeps_each_day_in_a_part_of_its_own)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    weir_cleanup(weir_free) char *want = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&want, &size);

    for (int64_t day = 0; day < 40; day++)
        for (int64_t hour = 1; hour < 24; hour += 11) {
            char text[64];
            (void)snprintf(text, sizeof(text), "a %d %" PRId64 "\n",
                           (int)(day + hour),
                           day_begin_ns((int32_t)day) + hour * 3600 * NS_PER_S);
            append(&store, text);
            (void)fputs(text, out);
        }
    (void)fclose(out);
    flush_now(&store);

    ck_assert_uint_eq(part_count(&store), 40);
    check_answer(&store, all, want);
    reopen(&store);
    ck_assert_uint_eq(part_count(&store), 40);
    check_answer(&store, all, want);
}
END_TEST

START_TEST(removes_what_was_left_of_parts_that_do_not_count)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    char rest[256];

    append(&store, "a 1 100\n");
    flush_now(&store);
    (void)snprintf(rest, sizeof(rest), "%s/parts/1970-01-01/00000009.tsp",
                   store.path);
    FILE *file = fopen(rest, "w");
    ck_assert_ptr_nonnull(file);
    (void)fclose(file);
    reopen(&store);

    ck_assert_int_eq(access(rest, F_OK), -1);
    check_answer(&store, all, "a 1 100\n");
}
END_TEST

START_TEST(merges_a_day_that_is_over_to_one_part)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append_parts(&store, 100, 10);
    ck_assert_uint_eq(part_count(&store), 10);
    compact_now(&store, 24);

    ck_assert_uint_eq(part_count(&store), 1);
    ck_assert_uint_eq(level_of(&store, 0), 2);
    check_times(&store, "a", 100, 10);
    reopen(&store);
    ck_assert_uint_eq(part_count(&store), 1);
    check_times(&store, "a", 100, 10);
}
END_TEST

START_TEST(merges_many_parts_of_a_day_that_goes_on)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    int64_t now_ns = clock_wall_ns() / DAY_NS * DAY_NS + DAY_NS / 2;

    for (int i = 0; i < 7; i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "a %d %" PRId64 "\n", i, now_ns + i);
        append(&store, text);
        flush_now(&store);
        if (i < 3)
            compact_now(&store, 4);
        ck_assert_uint_eq(part_count(&store), i + 1);
    }
    compact_now(&store, 4);

    /* The first four and the rest, which is not enough for another. */
    ck_assert_uint_eq(part_count(&store), 1);
    ck_assert_uint_eq(level_of(&store, 0), 1);
}
END_TEST

START_TEST(what_came_last_wins_also_when_merged)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    append(&store, "a 1 100\na 2 200\nb 3 100\n");
    flush_now(&store);
    append(&store, "a 7 100\n");
    flush_now(&store);
    append(&store, "a 8 200\n");
    compact_now(&store, 24);
    ck_assert_uint_eq(part_count(&store), 1);
    check_answer(&store, all, "a 7 100\na 8 200\nb 3 100\n");
    flush_now(&store);
    compact_now(&store, 24);

    ck_assert_uint_eq(part_count(&store), 1);
    check_answer(&store, all, "a 7 100\na 8 200\nb 3 100\n");
    reopen(&store);
    check_answer(&store, all, "a 7 100\na 8 200\nb 3 100\n");
}
END_TEST

START_TEST(does_not_write_a_day_again_for_a_little)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    for (int i = 0; i < 3000; i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "a %d %d\n", i * i % 7919, 100 + i);
        append(&store, text);
    }
    flush_now(&store);
    compact_now(&store, 24);
    append_times(&store, "a", 1, 1);
    flush_now(&store);
    compact_now(&store, 24);

    ck_assert_uint_eq(part_count(&store), 2);
    ck_assert_uint_eq(level_of(&store, 0), 2);
}
END_TEST

START_TEST(stops_merging_when_it_is_closed)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    self->compact_rate.bytes = 1;
    append_parts(&store, 100, 10);
    self->compact.rules.fan = 24;
    ck_assert(compact_start(&self->compact));
    ck_assert(compact_start(&self->compact)); /* the same one */
    reopen(&store);

    ck_assert_uint_eq(part_count(&store), 10);
    check_times(&store, "a", 100, 10);
}
END_TEST

START_TEST(leaves_out_what_is_too_old_when_it_merges)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append_parts(&store, 100, 10);
    self->retention.ns = clock_wall_ns() - DAY_NS / 2;
    compact_now(&store, 24);

    ck_assert_uint_eq(part_count(&store), 0);
    check_answer(&store, all, "");
}
END_TEST

static bool
keeps_none(const void *arg, const struct parts_item *item)
{
    (void)arg;
    (void)item;
    return false;
}

START_TEST(parts_that_went_while_they_were_merged_do_not_come_back)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    self->compact_rate.bytes = 1000;
    append_parts(&store, 100, 10);
    self->compact.rules.fan = 24;
    ck_assert(compact_start(&self->compact));
    manifest_begin(self);
    struct parts *none = parts_only(self->parts, keeps_none, NULL);
    ck_assert_int_eq(manifest_end(self, &none, 0), 0);
    ck_assert_int_eq(compact_end(&self->compact), 0);

    ck_assert_uint_eq(part_count(&store), 0);
    check_answer(&store, all, "");
    reopen(&store);
    check_answer(&store, all, "");
}
END_TEST

START_TEST(does_not_merge_what_is_damaged)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    append_parts(&store, 100, 6);
    weir_cleanup(weir_free) char *path = tsdb_part_path(self, 0, 3);
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, sizeof(uint64_t) * 8 + 2, SEEK_SET), 0);
    ck_assert_int_ne(fputc('?', file), EOF);
    (void)fclose(file);
    compact_of(&store)->rules.fan = 24;
    ck_assert(compact_start(compact_of(&store)));
    ck_assert_int_eq(compact_end(compact_of(&store)), -EBADMSG);
    compact_of(&store)->rc = 0;
    compact_now(&store, 24);

    /* Two before it, and three behind it. */
    ck_assert_uint_eq(part_count(&store), 3);
    ck_assert_uint_eq(self->compact.failures, 1);
    check_answer(&store, all,
                 "a 100 100\na 101 101\na 103 103\n"
                 "a 104 104\na 105 105\n");
}
END_TEST

START_TEST(answers_while_parts_are_written_and_merged)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct tsdb *self = weir_harness_self(store.harness);

    self->compact_rate.bytes = 20000;
    self->compact.rules.fan = 3;
    for (int i = 1; i <= 30; i++) {
        append_times(&store, "a", 10 * i, 10);
        flush_start(&self->flush);
        while (!atomic_load(&self->flush.done))
            check_times(&store, "a", 10, 10 * i);
        ck_assert_int_eq(flush_end(&self->flush), 0);
        self->compact.looked = NULL;
        while (compact_start(&self->compact) &&
               !atomic_load(&self->compact.done))
            check_times(&store, "a", 10, 10 * i);
        ck_assert_int_eq(compact_end(&self->compact), 0);
    }

    ck_assert_uint_gt(self->compact.runs, 0);
    check_times(&store, "a", 10, 300);
}
END_TEST

SPEC("parts of storage tsdb", keeps_each_day_in_a_part_of_its_own,
     removes_what_was_left_of_parts_that_do_not_count,
     merges_a_day_that_is_over_to_one_part,
     merges_many_parts_of_a_day_that_goes_on,
     what_came_last_wins_also_when_merged,
     does_not_write_a_day_again_for_a_little, stops_merging_when_it_is_closed,
     leaves_out_what_is_too_old_when_it_merges,
     parts_that_went_while_they_were_merged_do_not_come_back,
     does_not_merge_what_is_damaged, answers_while_parts_are_written_and_merged)
