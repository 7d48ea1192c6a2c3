/* allowance_test.c - a bound of memory that many share */
#include <config.h>

#include "allowance.h"

#include <weir/cleanup.h>

#include "spec.h"

enum { MIB = 1 << 20 };

START_TEST(shares_together_do_not_exceed_the_bound)
{
    weir_cleanup(allowance_release) struct allowance *allowance =
        allowance_new(3 * MIB);
    struct share first, second;

    share_begin(&first, allowance);
    share_begin(&second, allowance);

    ck_assert(share_cover(&first, 2 * MIB));
    ck_assert(!share_cover(&second, 2 * MIB));
    ck_assert(share_cover(&second, MIB));
    ck_assert_uint_eq(allowance_used(allowance), 3 * MIB);
    share_end(&first);
    share_end(&second);
}
END_TEST

START_TEST(what_a_share_let_go_of_is_there_for_others)
{
    weir_cleanup(allowance_release) struct allowance *allowance =
        allowance_new(MIB);
    struct share first, second;

    share_begin(&first, allowance);
    share_begin(&second, allowance);
    ck_assert(share_cover(&first, MIB));
    share_end(&first);

    ck_assert(share_cover(&second, MIB));
    share_end(&second);
    ck_assert_uint_eq(allowance_used(allowance), 0);
}
END_TEST

START_TEST(what_is_covered_already_needs_no_more)
{
    weir_cleanup(allowance_release) struct allowance *allowance =
        allowance_new(MIB);
    struct share share;

    share_begin(&share, allowance);
    ck_assert(share_cover(&share, MIB));

    ck_assert(share_cover(&share, 10));
    ck_assert_uint_eq(share.bytes, MIB);
    share_end(&share);
}
END_TEST

START_TEST(a_share_outlives_who_made_the_allowance)
{
    struct allowance *allowance = allowance_new(MIB);
    struct share share;

    share_begin(&share, allowance);
    allowance_release(&allowance);

    ck_assert(share_cover(&share, MIB));
    share_end(&share);
}
END_TEST

START_TEST(a_share_of_nothing_has_no_bound)
{
    struct share share = {0};

    ck_assert(share_cover(&share, UINT64_MAX));
    share_end(&share);
}
END_TEST

SPEC("an allowance", shares_together_do_not_exceed_the_bound,
     what_a_share_let_go_of_is_there_for_others,
     what_is_covered_already_needs_no_more,
     a_share_outlives_who_made_the_allowance, a_share_of_nothing_has_no_bound)
