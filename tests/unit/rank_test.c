/* rank_test.c - which of several stores are home to what */
#include <config.h>

#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include "base.h"
#include "link/rank.h"
#include "spec.h"

enum { SOURCES = 300, STORES = 3 };

static const char *const endpoints[] = {
    "tcp://store-1:9348", "tcp://store-2:9348", "tcp://store-3:9348"};

static uint64_t
home_of(unsigned source)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "web-%u", source);
    return XXH3_64bits(name, strlen(name));
}

static void
number_stores(uint64_t stores[STORES])
{
    for (size_t i = 0; i < STORES; i++)
        stores[i] = rank_store(endpoints[i]);
}

/* Says whether each store takes a third of so many sources, up to 15 %. */
static bool
is_even(const uint64_t stores[STORES], unsigned first)
{
    unsigned shares[STORES] = {0};
    uint8_t order[STORES];
    bool even = true;

    for (unsigned i = 0; i < SOURCES; i++) {
        rank_order(stores, STORES, home_of(first + i), order);
        shares[order[0]]++;
    }
    for (size_t i = 0; i < STORES; i++)
        even = even && shares[i] * 100 >= SOURCES / STORES * 85 &&
               shares[i] * 100 <= SOURCES / STORES * 115;
    return even;
}

/* As even as chance: of 300 the share's standard deviation is 8 %. */
START_TEST(of_300_sources_each_of_three_stores_mostly_takes_a_third)
{
    uint64_t stores[STORES];
    unsigned even = 0;
    number_stores(stores);

    for (unsigned fleet = 0; fleet < 1000; fleet++)
        even += is_even(stores, fleet * SOURCES);

    ck_assert_uint_ge(even, 800);
}
END_TEST

START_TEST(very_many_are_shared_very_evenly)
{
    enum { MANY = 300000 };
    uint64_t stores[STORES];
    unsigned shares[STORES] = {0};
    uint8_t order[STORES];
    number_stores(stores);

    for (unsigned i = 0; i < MANY; i++) {
        rank_order(stores, STORES, home_of(i), order);
        shares[order[0]]++;
    }

    for (size_t i = 0; i < STORES; i++) {
        ck_assert_uint_ge(shares[i], MANY / STORES * 99 / 100);
        ck_assert_uint_le(shares[i], MANY / STORES * 101 / 100);
    }
}
END_TEST

START_TEST(an_order_has_each_store_once_and_does_not_depend_on_theirs)
{
    uint64_t stores[STORES];
    uint8_t order[STORES];
    uint8_t other[STORES];
    number_stores(stores);
    const uint64_t turned[STORES] = {stores[2], stores[0], stores[1]};

    for (unsigned i = 0; i < SOURCES; i++) {
        unsigned seen = 0;
        rank_order(stores, STORES, home_of(i), order);
        rank_order(turned, STORES, home_of(i), other);
        for (size_t k = 0; k < STORES; k++) {
            seen |= 1U << order[k];
            ck_assert_uint_eq(stores[order[k]], turned[other[k]]);
        }
        ck_assert_uint_eq(seen, 7);
    }
}
END_TEST

START_TEST(when_a_store_goes_only_its_share_moves)
{
    uint64_t stores[STORES];
    uint8_t order[STORES];
    uint8_t less[STORES];
    number_stores(stores);

    for (unsigned i = 0; i < SOURCES; i++) {
        rank_order(stores, STORES, home_of(i), order);
        rank_order(stores, STORES - 1, home_of(i), less);
        ck_assert_uint_eq(less[0],
                          order[0] == STORES - 1 ? order[1] : order[0]);
    }
}
END_TEST

SPEC("rank", of_300_sources_each_of_three_stores_mostly_takes_a_third,
     very_many_are_shared_very_evenly,
     an_order_has_each_store_once_and_does_not_depend_on_theirs,
     when_a_store_goes_only_its_share_moves)
