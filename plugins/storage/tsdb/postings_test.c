/* postings_test.c - the label index says what a look at each series says */
#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "numbers.h"
#include "postings.h"
#include "selector.h"
#include "series.h"
#include "spec.h"
#include "words.h"

enum { SERIES = 3000, STEPS = 400, LABELS = 5 };

/* A series that may be in the index. */
struct member {
    struct weir_series own;
    struct weir_label labels[LABELS + 1];
    bool present;
};

struct crowd {
    struct postings *index;
    struct member members[SERIES + 1]; /* by number */
};

static struct crowd *
crowd_new(void)
{
    struct crowd *self = xcalloc(1, sizeof(*self));

    self->index = postings_new();
    return self;
}

static void
crowd_destroy(struct crowd **self_p)
{
    postings_destroy(&(*self_p)->index);
    free(*self_p);
    *self_p = NULL;
}

static void
add(struct crowd *self, uint32_t number, const struct weir_series *series)
{
    struct member *member = &self->members[number];

    postings_add(self->index, number, series, &member->own, member->labels);
    member->present = true;
}

static void
drop(struct crowd *self, uint32_t number)
{
    struct member *member = &self->members[number];

    postings_remove(self->index, number, &member->own);
    member->present = false;
}

/* A series of some labels, some with few values, some with many, one "". */
static void
add_random(struct crowd *self, uint32_t number, uint64_t *chance)
{
    static const char *const names[LABELS] = {"a", "host", "id", "mode", "z"};
    static const int values[LABELS] = {3, 40, SERIES, 8, 2};
    static const char *const suffixes[] = {"", "_sum", "_count"};
    char texts[LABELS][32], name[16];
    struct weir_label labels[LABELS + 1];
    size_t count = 0;

    for (int i = 0; i < LABELS; i++) {
        int value = (int)(spec_random(chance) % (unsigned)values[i]);
        if (spec_random(chance) % 3 == 0)
            continue;
        if (value == 0 && i == 4)
            texts[i][0] = '\0';
        else
            (void)snprintf(texts[i], sizeof(texts[i]), "%s-%d.x", names[i],
                           value);
        labels[count++] = (struct weir_label){names[i], texts[i]};
    }
    labels[count] = (struct weir_label){0};
    (void)snprintf(name, sizeof(name), "m%d", (int)(spec_random(chance) % 20));
    const struct weir_metric metric = {name, WEIR_GAUGE, "", "Help."};
    const struct weir_series series = {
        &metric, suffixes[spec_random(chance) % 3], labels};
    add(self, number, &series);
}

/* Conditions -------------------------------------------------------------- */

enum { CONDITIONS_MOST = 4 };

struct conditions {
    struct weir_matcher items[CONDITIONS_MOST];
    struct weir_pattern *patterns[CONDITIONS_MOST];
    size_t count;
};

static void
conditions_fini(struct conditions *self)
{
    for (size_t i = 0; i < self->count; i++)
        weir_pattern_destroy(&self->patterns[i]);
}

static void
set(struct conditions *self, const char *name, enum weir_match match,
    const char *value)
{
    char why[128];
    struct weir_pattern **pattern_p = &self->patterns[self->count];

    *pattern_p = NULL;
    if (match == WEIR_LIKE || match == WEIR_NOT_LIKE)
        ck_assert_msg(weir_pattern_new(value, why, sizeof(why), pattern_p) == 0,
                      "%s", why);
    self->items[self->count++] =
        (struct weir_matcher){name, match, value, *pattern_p};
}

static void
set_random(struct conditions *self, uint64_t *chance)
{
    static const struct {
        const char *name;
        const char *value;
    } some[] = {
        {"a", "a-1.x"},
        {"a", ""},
        {"a", "a-.*"},
        {"a", ".*"},
        {"a", ".+"},
        {"host", "host-7\\.x"},
        {"host", "host-1.*"},
        {"host", "host-(1|2|3)\\.x"},
        {"host", "(host-1\\.x|host-2\\.x|nobody)"},
        {"host", "host-3.x|"},
        {"host", ".*[02468].x"},
        {"id", "id-1.+"},
        {"id", "id-17\\.x"},
        {"id", "id-1?7.x"},
        {"mode", "mode-[0-3].x"},
        {"mode", "(?i)MODE-2.X"},
        {"nowhere", ""},
        {"nowhere", "x.*"},
        {"z", ""},
        {"z", ".+"},
        {"__name__", "m1"},
        {"__name__", "m1_sum"},
        {"__name__", "m1|m2_count|m3"},
        {"__name__", "m.*_sum"},
        {"__name__", ".+"},
    };
    size_t count = spec_random(chance) % (CONDITIONS_MOST + 1);

    for (size_t i = 0; i < count; i++) {
        size_t which = spec_random(chance) % ARRAY_SIZE(some);
        set(self, some[which].name, (enum weir_match)(spec_random(chance) % 4),
            some[which].value);
    }
}

static void
describe(const struct conditions *self, char *text, size_t size)
{
    static const char *const signs[] = {"=", "!=", "=~", "!~"};
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < self->count; i++)
        used += (size_t)snprintf(
            text + used, size - used, "%s%s\"%s\" ", self->items[i].name,
            signs[self->items[i].match], self->items[i].value);
}

static void
check(struct crowd *crowd, const struct conditions *conditions)
{
    weir_cleanup(selector_fini) struct selector selector;
    char text[256];

    describe(conditions, text, sizeof(text));
    ck_assert_int_eq(selector_init(&selector, crowd->index, conditions->items,
                                   conditions->count),
                     0);
    for (uint32_t i = 1; i <= SERIES; i++) {
        const struct member *member = &crowd->members[i];
        bool want = member->present &&
                    weir_matches_series(conditions->items, conditions->count,
                                        &member->own);
        bool have = roaring_bitmap_contains(selector.series, i) &&
                    selector_meets(&selector, &member->own) == 1;
        ck_assert_msg(want == have, "series %u: %d, not %d, for %s", i, have,
                      want, text);
    }
}

START_TEST(the_index_and_a_scan_agree)
{
    weir_cleanup(crowd_destroy) struct crowd *crowd = crowd_new();
    uint64_t chance = spec_seed();

    for (uint32_t i = 1; i <= SERIES; i++)
        add_random(crowd, i, &chance);
    for (int step = 0; step < STEPS; step++) {
        weir_cleanup(conditions_fini) struct conditions conditions = {0};
        set_random(&conditions, &chance);
        check(crowd, &conditions);
    }
}
END_TEST

START_TEST(the_index_and_a_scan_agree_while_series_come_and_go)
{
    weir_cleanup(crowd_destroy) struct crowd *crowd = crowd_new();
    uint64_t chance = spec_seed();

    for (int step = 0; step < STEPS; step++) {
        weir_cleanup(conditions_fini) struct conditions conditions = {0};
        for (int i = 0; i < 60; i++) {
            uint32_t number = 1 + (uint32_t)(spec_random(&chance) % SERIES);
            if (crowd->members[number].present)
                drop(crowd, number);
            else
                add_random(crowd, number, &chance);
        }
        set_random(&conditions, &chance);
        check(crowd, &conditions);
    }
}
END_TEST

START_TEST(nothing_is_left_when_all_series_have_gone)
{
    weir_cleanup(crowd_destroy) struct crowd *crowd = crowd_new();
    uint64_t chance = spec_seed();
    struct postings_figures figures;

    for (uint32_t i = 1; i <= SERIES; i++)
        add_random(crowd, i, &chance);
    for (uint32_t i = SERIES; i >= 1; i--)
        drop(crowd, i);

    postings_figures(crowd->index, &figures);
    ck_assert_uint_eq(figures.names, 0);
    ck_assert_uint_eq(figures.pairs, 0);
    ck_assert_uint_eq(figures.metrics, 0);
}
END_TEST

START_TEST(tells_a_pattern_that_takes_too_many_steps)
{
    weir_cleanup(crowd_destroy) struct crowd *crowd = crowd_new();
    weir_cleanup(conditions_fini) struct conditions conditions = {0};
    weir_cleanup(selector_fini) struct selector selector;
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};
    static const struct weir_label labels[] = {
        {"a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad"},
        {0}};
    static const struct weir_series series = {&metric, "", labels};

    add(crowd, 1, &series);
    set(&conditions, "a", WEIR_LIKE, "(a+)+[bc]");

    ck_assert_int_eq(
        selector_init(&selector, crowd->index, conditions.items, 1), -E2BIG);
    ck_assert_ptr_nonnull(strstr(selector.why, "takes too many steps on a="));
}
END_TEST

START_TEST(a_set_of_numbers_is_the_same_small_and_large)
{
    struct numbers numbers = {0};
    weir_cleanup(weir_free) bool *want = xcalloc(1000, sizeof(*want));
    uint64_t chance = spec_seed();

    for (int step = 0; step < 20000; step++) {
        uint32_t range = step / 2000 % 2 ? 1000 : 40;
        uint32_t number = (uint32_t)(spec_random(&chance) % range);
        if (want[number])
            numbers_remove(&numbers, number);
        else
            numbers_add(&numbers, number);
        want[number] = !want[number];
        if (step % 50)
            continue;
        roaring_bitmap_t *have = roaring_bitmap_create();
        numbers_join(&numbers, have);
        ck_assert_uint_eq(roaring_bitmap_get_cardinality(have), numbers.count);
        for (uint32_t i = 0; i < 1000; i++)
            ck_assert_int_eq(roaring_bitmap_contains(have, i), want[i]);
        roaring_bitmap_free(have);
    }
    numbers_fini(&numbers);
}
END_TEST

static void
check_words(const char *pattern, size_t count, const char *last)
{
    struct arena arena = {0};
    struct words words = words_of(pattern, &arena);

    ck_assert_msg(words.count == count, "%zu words in %s", words.count,
                  pattern);
    if (count)
        ck_assert_str_eq(words.items[count - 1], last);
    arena_clear(&arena);
}

START_TEST(sees_words_in_a_pattern)
{
    check_words("one", 1, "one");
    check_words("a|b|c", 3, "c");
    check_words("(a|b)", 2, "b");
    check_words("(?:a|b)", 2, "b");
    check_words("a\\.b|c\\-d", 2, "c-d");
    check_words("a|", 2, "");
    check_words("", 1, "");
    check_words("a.b", 0, NULL);
    check_words("a\\d", 0, NULL);
    check_words("(a)|(b)", 0, NULL);
    check_words("a|b+", 0, NULL);
    check_words("a\\", 0, NULL);
}
END_TEST

START_TEST(sees_what_a_pattern_begins_with)
{
    ck_assert_uint_eq(words_prefix("web-.*"), 4);
    ck_assert_uint_eq(words_prefix("web-?x"), 3);
    ck_assert_uint_eq(words_prefix("w\xc3\xa4*"), 1);
    ck_assert_uint_eq(words_prefix("a?"), 0);
    ck_assert_uint_eq(words_prefix("web.*|db"), 0);
    ck_assert_uint_eq(words_prefix(".*"), 0);
}
END_TEST

SPEC("the label index", the_index_and_a_scan_agree,
     the_index_and_a_scan_agree_while_series_come_and_go,
     nothing_is_left_when_all_series_have_gone,
     tells_a_pattern_that_takes_too_many_steps,
     a_set_of_numbers_is_the_same_small_and_large, sees_words_in_a_pattern,
     sees_what_a_pattern_begins_with)
