/* relay_book_test.c - what a relay may acknowledge, whatever the order */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/frame.h"
#include "link/word.h"
#include "relay_book.h"
#include "spec.h"

static struct frame *
frame_of_size(size_t size)
{
    return frame_new(&(struct frame_head){.type = FRAME_BATCH}, NULL, size);
}

static uint64_t
add_one(struct relay_book *book, bool last)
{
    struct frame *frame = frame_of_size(8);
    uint64_t number = relay_book_add(book, &frame, last);

    ck_assert_ptr_null(frame);
    return number;
}

/* Of a ticket of its own. */
static uint64_t
add(struct relay_book *book)
{
    return add_one(book, true);
}

/* Settles a batch that is stored. */
static void
settle(struct relay_book *book, uint64_t number)
{
    uint64_t ticket = 0;

    ck_assert_ptr_null(relay_book_settle(book, number, NULL, &ticket));
}

START_TEST(is_durable_up_to_the_first_that_is_not_safe)
{
    struct relay_book book = {0};

    for (uint64_t i = 1; i <= 100; i++)
        ck_assert_uint_eq(add(&book), i);
    for (uint64_t i = 100; i > 1; i--) {
        settle(&book, i);
        ck_assert_uint_eq(book.durable, 0);
    }
    settle(&book, 1);
    ck_assert_uint_eq(book.durable, 100);
    ck_assert_uint_eq(book.tickets, 100);
    ck_assert_uint_eq(book.cost, 0);
    relay_book_fini(&book);
}
END_TEST

START_TEST(a_ticket_is_safe_when_all_its_batches_are)
{
    struct relay_book book = {0};

    for (int i = 0; i < 3; i++)
        (void)add_one(&book, i == 2);
    (void)add(&book);
    settle(&book, 4);
    settle(&book, 1);
    settle(&book, 3);
    ck_assert_uint_eq(book.durable, 1);
    ck_assert_uint_eq(book.tickets, 0);
    settle(&book, 2);
    ck_assert_uint_eq(book.tickets, 2);
    relay_book_fini(&book);
}
END_TEST

START_TEST(a_ticket_is_refused_once_the_rest_of_it_is_safe)
{
    static const uint64_t orders[][3] = {{2, 3, 4}, {4, 3, 2}, {3, 4, 2}};

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        struct relay_book book = {0};
        uint64_t ticket = 0;
        (void)add(&book);
        for (int k = 0; k < 3; k++)
            (void)add_one(&book, k == 2);
        ck_assert_ptr_null(
            relay_book_settle(&book, orders[i][0], "it smells", &ticket));
        settle(&book, orders[i][1]);
        settle(&book, 1);
        weir_cleanup(weir_free) char *why =
            relay_book_settle(&book, orders[i][2], "it reeks", &ticket);
        ck_assert_str_eq(why, "it smells");
        ck_assert_uint_eq(ticket, 2);
        ck_assert_uint_eq(book.tickets, 2);
        relay_book_fini(&book);
    }
}
END_TEST

START_TEST(a_ticket_that_is_settled_or_never_came_changes_nothing)
{
    struct relay_book book = {0};

    settle(&book, 1);
    (void)add(&book);
    settle(&book, 1);
    settle(&book, 1);
    relay_book_mark(&book, 1, true);
    relay_book_mark(&book, 2, true);
    settle(&book, 7);
    ck_assert_uint_eq(book.durable, 1);
    ck_assert_uint_eq(book.again, 0);
    ck_assert_ptr_null(relay_book_find(&book, 1));
    ck_assert_ptr_null(relay_book_find(&book, 2));
    relay_book_fini(&book);
}
END_TEST

START_TEST(finds_what_is_to_be_offered_in_the_order_of_its_coming)
{
    struct relay_book book = {0};

    for (int i = 0; i < 10; i++)
        (void)add(&book);
    relay_book_mark(&book, 7, true);
    relay_book_mark(&book, 3, true);
    relay_book_mark(&book, 3, true);
    ck_assert_uint_eq(book.again, 2);
    ck_assert_uint_eq(relay_book_next(&book, 1), 3);
    ck_assert_uint_eq(relay_book_next(&book, 4), 7);
    ck_assert_uint_eq(relay_book_next(&book, 8), 0);
    settle(&book, 3);
    relay_book_mark(&book, 7, false);
    ck_assert_uint_eq(relay_book_next(&book, 1), 0);
    relay_book_fini(&book);
}
END_TEST

/* What a batch of the model is. */
enum { OPEN, AGAIN, SAFE };
enum { MOST = 2000 };

static void
expect_same(const struct relay_book *book, const uint8_t *states)
{
    uint64_t durable = 0;
    uint64_t counts[3] = {0};

    while (durable < book->last && states[durable + 1] == SAFE)
        durable++;
    for (uint64_t i = 1; i <= book->last; i++)
        counts[states[i]]++;
    ck_assert_uint_eq(book->durable, durable);
    ck_assert_uint_eq(book->again, counts[AGAIN]);
    ck_assert_uint_eq(book->cost,
                      (counts[OPEN] + counts[AGAIN]) * word_cost(8));
}

START_TEST(knows_what_a_plain_list_knows)
{
    static uint8_t states[MOST + 1];
    uint64_t state = spec_seed();
    struct relay_book book = {0};

    while (book.last < MOST) {
        uint64_t ticket = book.last ? 1 + spec_random(&state) % book.last : 0;
        uint64_t what = spec_random(&state) % 4;
        if (what == 0) {
            states[add(&book)] = OPEN;
        } else if (what == 1) {
            settle(&book, ticket);
            states[ticket] = SAFE;
        } else {
            relay_book_mark(&book, ticket, what == AGAIN + 2);
            if (states[ticket] != SAFE)
                states[ticket] = what == AGAIN + 2 ? AGAIN : OPEN;
        }
        expect_same(&book, states);
    }
    relay_book_fini(&book);
}
END_TEST

SPEC("relay_book", is_durable_up_to_the_first_that_is_not_safe,
     a_ticket_is_safe_when_all_its_batches_are,
     a_ticket_is_refused_once_the_rest_of_it_is_safe,
     a_ticket_that_is_settled_or_never_came_changes_nothing,
     finds_what_is_to_be_offered_in_the_order_of_its_coming,
     knows_what_a_plain_list_knows)
