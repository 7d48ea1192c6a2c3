/* turns_test.c - what a heap of turns promises; see turns.h */
#include <config.h>

#include "turns.c"

#include "spec.h"

enum { TURNS = 500, STEPS = 20000 };

static void
check_heap(const struct turns *turns)
{
    for (size_t i = 2; i <= turns->count; i++) {
        ck_assert_int_le(turns->heap[i / 2 - 1]->due_ns,
                         turns->heap[i - 1]->due_ns);
        ck_assert_uint_eq(turns->heap[i - 1]->at, i);
    }
}

START_TEST(who_is_due_first_comes_first_whatever_changes)
{
    uint64_t chance = spec_seed();
    struct turn all[TURNS] = {0};
    struct turns turns = {0};

    for (int i = 0; i < STEPS; i++) {
        struct turn *turn = &all[spec_random(&chance) % TURNS];
        turn->due_ns = (int64_t)(spec_random(&chance) % 1000);
        if (spec_random(&chance) % 3 == 0)
            turns_drop(&turns, turn);
        else
            ck_assert_int_eq(turns_put(&turns, turn), 0);
        /* A dropped one may change without harm. */
        if (i % 100 == 0)
            check_heap(&turns);
    }
    for (int64_t last = 0; turns_first(&turns);) {
        struct turn *turn = turns_first(&turns);
        ck_assert_int_ge(turn->due_ns, last);
        last = turn->due_ns;
        turns_drop(&turns, turn);
    }

    turns_fini(&turns);
}
END_TEST

START_TEST(who_is_in_none_can_be_dropped)
{
    struct turns turns = {0};
    struct turn turn = {0};

    turns_drop(&turns, &turn);
    ck_assert_ptr_null(turns_first(&turns));
    turns_fini(&turns);
}
END_TEST

SPEC("turns", who_is_due_first_comes_first_whatever_changes,
     who_is_in_none_can_be_dropped)
