/* ints.c - a stream of integers as bytes */
#include <config.h>

#include "ints.h"

#include <errno.h>
#include <string.h>

#include "block.h"
#include "link/varint.h"

enum {
    ORDERS = 3,
    HAS_DIVISOR = 4,
    PROBES = 4,       /* blocks, at least, that are tried in each order */
    SHORT_PROBES = 2, /* of a short stream, such as that of a head's part */
    SHORT = 512,      /* numbers */
};

/* What stands before the blocks. */
struct head {
    unsigned order;
    uint64_t first;   /* number */
    uint64_t divisor; /* of all differences, at least 1 */
    uint64_t step;    /* first difference, divided */
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

/* Takes from each number the one before; the first step is as the second. */
static void
differ(const uint64_t *numbers, size_t count, uint64_t *ret_steps)
{
    for (size_t i = 1; i < count; i++)
        ret_steps[i] = numbers[i] - numbers[i - 1];
    ret_steps[0] = count > 1 ? ret_steps[1] : 0;
}

/* A number as 2^zeros times an odd one. */
struct divisor {
    unsigned zeros;
    uint64_t odd;
};

/* Returns the common divisor of all steps; 1 when all are 0. */
static struct divisor
divisor_of(const uint64_t *steps, size_t count)
{
    uint64_t all = 0, odd = 0, last = 0;

    for (size_t i = 0; i < count; i++)
        all |= steps[i];
    if (!all)
        return (struct divisor){0, 1};
    for (size_t i = 0; i < count && odd != 1; i++) {
        if (!steps[i] || steps[i] == last)
            continue;
        last = steps[i];
        odd = common_divisor(magnitude(last) >> __builtin_ctzll(last), odd);
    }
    return (struct divisor){(unsigned)__builtin_ctzll(all), odd};
}

/* Returns what undoes a multiplication by 'odd', modulo 2^64.  Each turn makes
 * twice as many of its low bits right; it begins with 3. */
static uint64_t
inverse(uint64_t odd)
{
    uint64_t inverse = odd;

    for (int bits = 3; bits < 64; bits *= 2)
        inverse *= 2 - odd * inverse;
    return inverse;
}

/* Divides without dividing, since nothing is left over. */
static void
divide(uint64_t *steps, size_t count, const struct divisor *divisor)
{
    uint64_t factor = inverse(divisor->odd);

    if (divisor->zeros == 0 && divisor->odd == 1)
        return;
    for (size_t i = 0; i < count; i++)
        steps[i] = (uint64_t)((int64_t)steps[i] >> divisor->zeros) * factor;
}

/* Gives what is left, in that order, of 'count' steps from 'at' on; order 0
 * needs the number before, and leaves the last one, in '*number_p'. */
static void
take_rest(unsigned order, const uint64_t *steps, size_t count,
          uint64_t *number_p, uint64_t *ret_rest)
{
    uint64_t number = *number_p;

    if (order == 0) {
        for (size_t i = 0; i < count; i++)
            ret_rest[i] = number += steps[i];
        *number_p = number;
    } else if (order == 1) {
        memcpy(ret_rest, steps, count * sizeof(*steps));
    } else {
        for (size_t i = 0; i < count; i++)
            ret_rest[i] = steps[i] - steps[(ptrdiff_t)i - 1];
    }
}

static size_t
block_count(size_t at, size_t count)
{
    return count - at < BLOCK_MOST ? count - at : BLOCK_MOST;
}

/* Returns how many bits some of the blocks take in that order; no less than
 * 'most' when they are that many. */
static uint32_t
bits_in_order(unsigned order, const uint64_t *steps, size_t count,
              uint32_t most)
{
    size_t probes = count < SHORT ? SHORT_PROBES : PROBES;
    size_t stride = (count / BLOCK_MOST / probes + 1) * BLOCK_MOST;
    uint64_t rest[BLOCK_MOST];
    uint64_t number = -steps[0];
    uint32_t bits = 0;

    for (size_t i = 0; i < count && bits < most; i += BLOCK_MOST) {
        size_t width = block_count(i, count);
        bool probed = i % stride == 0;
        if (probed || order == 0)
            take_rest(order, steps + i, width, &number, rest);
        if (probed)
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
        uint32_t bits = bits_in_order(orders[i], steps, count, least);
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
ints_encode(const uint64_t *numbers, size_t count, unsigned char *at)
{
    struct head head = {.first = numbers[0]};
    struct block_state state = {0};
    uint64_t room[INTS_MOST + 1], rest[BLOCK_MOST];
    uint64_t *steps = room + 1;

    differ(numbers, count, steps);
    struct divisor divisor = divisor_of(steps, count);
    divide(steps, count, &divisor);
    head.divisor = divisor.odd << divisor.zeros;
    head.step = steps[-1] = steps[0];
    head.order = best_order(steps, count);
    at = write_head(&head, at);
    uint64_t number = -steps[0];
    for (size_t i = 0; i < count; i += BLOCK_MOST) {
        size_t width = block_count(i, count);
        take_rest(head.order, steps + i, width, &number, rest);
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

/* The result may be of another type, and is written as bytes. */
static inline unsigned char *
put(unsigned char *at, uint64_t number)
{
    memcpy(at, &number, sizeof(number));
    return at + sizeof(number);
}

/* Each undoes take_rest() for a block; 'head' moves on.  Returns where the
 * numbers end. */
static unsigned char *
add_0(struct head *head, const uint64_t *rest, size_t count, unsigned char *at)
{
    for (size_t i = 0; i < count; i++)
        at = put(at, head->first + head->divisor * rest[i]);
    return at;
}

static unsigned char *
add_1(struct head *head, const uint64_t *rest, size_t count, unsigned char *at)
{
    uint64_t number = head->first, divisor = head->divisor;

    if (divisor == 1) /* mostly; and not to multiply is faster */
        for (size_t i = 0; i < count; i++)
            at = put(at, number += rest[i]);
    else
        for (size_t i = 0; i < count; i++)
            at = put(at, number += divisor * rest[i]);
    head->first = number;
    return at;
}

static unsigned char *
add_2(struct head *head, const uint64_t *rest, size_t count, unsigned char *at)
{
    uint64_t number = head->first, step = head->step, divisor = head->divisor;

    for (size_t i = 0; i < count; i++) {
        step += rest[i];
        at = put(at, number += divisor * step);
    }
    head->first = number;
    head->step = step;
    return at;
}

/* Two at a time. */
typedef uint64_t word_pair __attribute__((vector_size(16)));

/* Does the same where nothing was left: the numbers grow evenly, or stay. */
static unsigned char *
add_nothing(struct head *head, size_t count, unsigned char *at)
{
    uint64_t step = head->order == 2 ? head->divisor * head->step : 0;
    word_pair pair = {head->first + step, head->first + 2 * step};
    size_t next = 0;

    head->first += count * step;
    for (; next + 2 <= count; next += 2, at += sizeof(pair)) {
        memcpy(at, &pair, sizeof(pair));
        pair += 2 * step;
    }
    return next < count ? put(at, pair[0]) : at;
}

typedef unsigned char *add(struct head *head, const uint64_t *rest,
                           size_t count, unsigned char *at);

int
ints_decode(struct wire_in *in, size_t count, void *ret_numbers)
{
    static add *const adds[ORDERS] = {add_0, add_1, add_2};
    struct head head = read_head(in);
    struct block_state state = {0};
    uint64_t rest[BLOCK_MOST];
    unsigned char *at = ret_numbers;

    for (size_t i = 0; i < count && !in->bad; i += BLOCK_MOST) {
        size_t width = block_count(i, count);
        bool any = block_read(&state, in, width, rest);
        if (any && !in->bad)
            at = adds[head.order](&head, rest, width, at);
        else if (!in->bad)
            at = add_nothing(&head, width, at);
    }
    return wire_ended(in) && !state.zeros_left ? 0 : -EBADMSG;
}

bool
ints_even(const struct wire_in *in, size_t count, uint64_t *ret_first,
          uint64_t *ret_step)
{
    struct wire_in rest = *in;
    const struct head head = read_head(&rest);
    struct block_state state = {0};
    uint64_t numbers[BLOCK_MOST];
    bool any = head.order == 0;

    for (size_t i = 0; i < count && !any && !rest.bad; i += BLOCK_MOST)
        any = block_read(&state, &rest, block_count(i, count), numbers);
    if (any || !wire_ended(&rest) || state.zeros_left)
        return false;
    *ret_step = head.order == 2 ? head.divisor * head.step : 0;
    *ret_first = head.first + *ret_step;
    return true;
}
