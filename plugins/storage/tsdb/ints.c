/* ints.c - a stream of integers as bytes */
#include <config.h>

#include "ints.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "block.h"
#include "varint.h"

enum { ORDERS = 3, HAS_DIVISOR = 4 };

/* What stands before the blocks. */
struct head {
    unsigned order;
    uint64_t first;   /* number */
    uint64_t divisor; /* of all differences, at least 1 */
    uint64_t step;    /* first difference, divided */
};

/* Where a walk through the differences is. */
struct walk {
    unsigned order;
    uint64_t number, step; /* the last ones, divided */
};

static uint64_t
magnitude(uint64_t number)
{
    return number >> 63 ? -number : number;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Replaces each number by its difference to the one before, the first by the
 * difference of the second. */
static void
differ(uint64_t *numbers, size_t count)
{
    for (size_t i = count; i-- > 1;)
        numbers[i] -= numbers[i - 1];
    numbers[0] = count > 1 ? numbers[1] : 0;
}

/* Returns the common divisor of all, 1 when all are 0. */
static uint64_t
divisor_of(const uint64_t *steps, size_t count)
{
    uint64_t divisor = 0, last = 0;

    for (size_t i = 0; i < count && divisor != 1; i++) {
        if (steps[i] == last)
            continue;
        last = steps[i];
        divisor = common_divisor(magnitude(last), divisor);
    }
    return divisor ? divisor : 1;
}

static void
divide(uint64_t *steps, size_t count, uint64_t divisor)
{
    if (divisor == 1)
        return;
    for (size_t i = 0; i < count; i++)
        if (steps[i])
            steps[i] =
                steps[i] >> 63 ? -(-steps[i] / divisor) : steps[i] / divisor;
}

/* Gives what is left of the next 'count' differences in the walk's order. */
static void
walk_on(struct walk *walk, const uint64_t *steps, size_t count,
        uint64_t *ret_rest)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t step = steps[i];
        uint64_t change = step - walk->step;
        walk->number += step;
        walk->step = step;
        ret_rest[i] =
            walk->order == 1 ? step : (walk->order ? change : walk->number);
    }
}

static struct walk
walk_from(unsigned order, uint64_t step)
{
    return (struct walk){order, -step, step};
}

static uint32_t
bits_in_order(unsigned order, const uint64_t *steps, size_t count)
{
    struct walk walk = walk_from(order, steps[0]);
    uint64_t rest[BLOCK_MOST];
    uint32_t bits = 0;

    for (size_t i = 0; i < count; i += BLOCK_MOST) {
        size_t width = count - i < BLOCK_MOST ? count - i : BLOCK_MOST;
        walk_on(&walk, steps + i, width, rest);
        bits += block_plan(rest, width).bits;
    }
    return bits;
}

static unsigned
best_order(const uint64_t *steps, size_t count)
{
    static const unsigned orders[ORDERS] = {1, 0, 2};
    uint32_t least = UINT32_MAX;
    unsigned best = 0;

    for (unsigned i = 0; i < ORDERS; i++) {
        uint32_t bits = bits_in_order(orders[i], steps, count);
        if (bits < least) {
            least = bits;
            best = orders[i];
        }
    }
    return best;
}

static unsigned char *
write_head(const struct head *head, unsigned char *at)
{
    uint64_t before = head->order ? head->step * head->divisor : 0;

    *at++ =
        (unsigned char)(head->order | (head->divisor > 1 ? HAS_DIVISOR : 0));
    at = varint_write(at, varint_fold(head->first - before));
    if (head->divisor > 1)
        at = varint_write(at, head->divisor);
    if (head->order == 2)
        at = varint_write(at, varint_fold(head->step));
    return at;
}

unsigned char *
ints_encode(uint64_t *numbers, size_t count, unsigned char *at)
{
    struct head head = {.first = numbers[0]};
    struct block_state state = {0};
    uint64_t rest[BLOCK_MOST];

    differ(numbers, count);
    head.divisor = divisor_of(numbers, count);
    divide(numbers, count, head.divisor);
    head.step = numbers[0];
    head.order = best_order(numbers, count);
    at = write_head(&head, at);
    struct walk walk = walk_from(head.order, head.step);
    for (size_t i = 0; i < count; i += BLOCK_MOST) {
        size_t width = count - i < BLOCK_MOST ? count - i : BLOCK_MOST;
        walk_on(&walk, numbers + i, width, rest);
        struct block_plan plan = block_plan(rest, width);
        at = block_write(&state, &plan, rest, width, at);
    }
    return at;
}

static struct head
read_head(struct wire_in *in)
{
    uint8_t flags = wire_u8(in);
    struct head head = {.order = flags & 3U, .divisor = 1};

    if (head.order >= ORDERS || flags > (HAS_DIVISOR | 3))
        in->bad = true;
    head.first = varint_unfold(varint_read(in));
    if (flags & HAS_DIVISOR)
        head.divisor = varint_read(in);
    if (head.order == 2)
        head.step = varint_unfold(varint_read(in));
    return head;
}

/* Each undoes walk_on() for a block; 'head' moves on. */
static void
add_0(struct head *head, const uint64_t *rest, size_t count, uint64_t *ret)
{
    for (size_t i = 0; i < count; i++)
        ret[i] = head->first + head->divisor * rest[i];
}

static void
add_1(struct head *head, const uint64_t *rest, size_t count, uint64_t *ret)
{
    uint64_t number = head->first;

    for (size_t i = 0; i < count; i++)
        ret[i] = number += head->divisor * rest[i];
    head->first = number;
}

static void
add_2(struct head *head, const uint64_t *rest, size_t count, uint64_t *ret)
{
    uint64_t number = head->first, step = head->step;

    for (size_t i = 0; i < count; i++) {
        step += rest[i];
        ret[i] = number += head->divisor * step;
    }
    head->first = number;
    head->step = step;
}

typedef void add(struct head *head, const uint64_t *rest, size_t count,
                 uint64_t *ret);

int
ints_decode(struct wire_in *in, size_t count, void *ret_numbers)
{
    static add *const adds[ORDERS] = {add_0, add_1, add_2};
    struct head head = read_head(in);
    struct block_state state = {0};
    uint64_t rest[BLOCK_MOST], numbers[BLOCK_MOST];
    unsigned char *at = ret_numbers;

    for (size_t i = 0; i < count && !in->bad; i += BLOCK_MOST) {
        size_t width = count - i < BLOCK_MOST ? count - i : BLOCK_MOST;
        block_read(&state, in, width, rest);
        if (in->bad)
            break;
        adds[head.order](&head, rest, width, numbers);
        memcpy(at, numbers, width * sizeof(*numbers));
        at += width * sizeof(*numbers);
    }
    return wire_ended(in) && !state.zeros_left ? 0 : -EBADMSG;
}
