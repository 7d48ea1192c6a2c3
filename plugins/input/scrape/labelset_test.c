/* labelset_test.c - what a set of labels promises; see labelset.h */
#include <config.h>

#include "labelset.c"

#include <stdio.h>

#include <weir/plugin.h>

#include "spec.h"

START_TEST(labels_are_sorted_and_each_is_there_once)
{
    struct labelset set = {0};
    char name[16];

    for (int i = 99; i >= 0; i--) {
        (void)snprintf(name, sizeof(name), "n%02d", i % 50);
        ck_assert_int_eq(labelset_set(&set, name, i >= 50 ? "old" : "new"), 0);
    }

    ck_assert_uint_eq(set.count, 50);
    for (size_t i = 0; i < set.count; i++) {
        (void)snprintf(name, sizeof(name), "n%02zu", i);
        ck_assert_str_eq(set.labels[i].name, name);
        ck_assert_str_eq(labelset_get(&set, name), "new");
    }
    ck_assert_ptr_null(set.labels[set.count].name);
    labelset_fini(&set);
}
END_TEST

START_TEST(an_empty_value_is_no_label)
{
    static const struct weir_label labels[] = {{"a", "1"}, {"b", ""}, {0}};
    struct labelset set = {0};

    ck_assert_ptr_null(labelset_all(&set)->name);
    ck_assert_int_eq(labelset_add(&set, labels), 0);
    ck_assert_uint_eq(set.count, 1);
    ck_assert_str_eq(labelset_get(&set, "b"), "");
    ck_assert_int_eq(labelset_set(&set, "a", ""), 0);
    ck_assert_int_eq(labelset_set(&set, "a", ""), 0);
    ck_assert_ptr_null(labelset_all(&set)->name);
    labelset_fini(&set);
}
END_TEST

START_TEST(a_value_may_be_one_of_the_set_itself)
{
    struct labelset set = {0};

    ck_assert_int_eq(labelset_set(&set, "a", "value"), 0);
    ck_assert_int_eq(labelset_set(&set, "a", labelset_get(&set, "a")), 0);
    ck_assert_int_eq(labelset_set(&set, "b", labelset_get(&set, "a")), 0);
    ck_assert_str_eq(labelset_get(&set, "a"), "value");
    ck_assert_str_eq(labelset_get(&set, "b"), "value");
    labelset_fini(&set);
}
END_TEST

START_TEST(sets_are_equal_by_names_and_values)
{
    static const struct weir_label labels[] = {{"b", "2"}, {"a", "1"}, {0}};
    struct labelset one = {0};
    struct labelset other = {0};

    ck_assert_int_eq(labelset_add(&one, labels), 0);
    ck_assert(!labelset_equal(&one, &other));
    ck_assert_int_eq(labelset_add(&other, labelset_all(&one)), 0);
    ck_assert(labelset_equal(&one, &other));
    ck_assert_int_eq(labelset_set(&other, "b", "3"), 0);
    ck_assert(!labelset_equal(&one, &other));
    labelset_fini(&one);
    labelset_fini(&other);
}
END_TEST

SPEC("labelset", labels_are_sorted_and_each_is_there_once,
     an_empty_value_is_no_label, a_value_may_be_one_of_the_set_itself,
     sets_are_equal_by_names_and_values)
