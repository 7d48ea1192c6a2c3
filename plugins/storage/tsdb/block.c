/* block.c - up to 64 integers as bits */
#include <config.h>

#include "block.h"

#include <stdbool.h>
#include <string.h>

#include "bits.h"
#include "link/varint.h"

enum { ROWS = 4 };

/* The first byte: where the codes of a form begin, and their least width. */
struct form {
    uint8_t code, count, least;
};

static const struct form forms[] = {
    [BLOCK_FRAMED] = {0, 65, 0},   [BLOCK_PATCHED] = {65, 60, 0},
    [BLOCK_FOLDED] = {125, 60, 0}, [BLOCK_SPARSE] = {185, 64, 1},
    [BLOCK_ZEROS] = {249, 7, 1},
};

/* How many numbers have which width. */
struct widths {
    uint8_t counts[65];
    unsigned most;
};

/* The width of a number less 1; of 0 as of 1. */
static unsigned
width_less_1(uint64_t number)
{
    return 63 ^ (unsigned)__builtin_clzll(number | 1);
}

/* Counts in several rows, since a count that was just changed is slow to
 * change again; zeros, whose width is found slowly, apart. */
static struct widths
count_widths(const uint64_t numbers[BLOCK_MOST], size_t count)
{
    uint8_t rows[ROWS][64] = {{0}};
    struct widths self;
    uint64_t all = 0;
    unsigned zeros = 0;
    size_t i = 0;

    for (; i + ROWS <= count; i += ROWS) {
        rows[0][width_less_1(numbers[i])]++;
        rows[1][width_less_1(numbers[i + 1])]++;
        rows[2][width_less_1(numbers[i + 2])]++;
        rows[3][width_less_1(numbers[i + 3])]++;
    }
    for (; i < count; i++)
        rows[0][width_less_1(numbers[i])]++;
    for (i = 0; i < count; i++) {
        all |= numbers[i];
        zeros += !numbers[i];
    }
    for (i = 0; i < 64; i++)
        self.counts[i + 1] =
            (uint8_t)(rows[0][i] + rows[1][i] + rows[2][i] + rows[3][i]);
    self.counts[0] = (uint8_t)zeros;
    self.counts[1] = (uint8_t)(self.counts[1] - zeros);
    self.most = bits_width(all);
    return self;
}

/* Changes 'plan' to 'form' with patches where that takes fewer bits;
 * 'fixed_bits' come on top. */
static void
plan_patches(struct block_plan *plan, enum block_form form,
             const struct widths *widths, size_t count, uint32_t fixed_bits)
{
    uint32_t patches = 0;

    for (unsigned width = widths->most; width-- > 0;) {
        patches += widths->counts[width + 1];
        unsigned high = widths->most - width;
        uint32_t bits =
            fixed_bits + 16 + patches * (8 + high) + (uint32_t)count * width;
        if (bits < plan->bits && width < forms[form].count) {
            plan->form = form;
            plan->width = width;
            plan->high = high;
            plan->bits = bits;
        }
    }
}

/* Bits that a reference takes, give or take. */
static uint32_t
reference_bits(uint64_t reference)
{
    return (bits_width(varint_fold(reference)) + 6) / 7 * 8;
}

struct extent {
    uint64_t least, most;
    uint32_t count;
};

/* The range of the numbers, as signed, that are not zero. */
static struct extent
extent_of(const uint64_t *numbers, size_t count)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    uint32_t counted = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t number = (int64_t)numbers[i];
        bool counts = number != 0;
        least = counts && number < least ? number : least;
        most = counts && number > most ? number : most;
        counted += counts;
    }
    return (struct extent){(uint64_t)least, (uint64_t)most, counted};
}

static void
plan_sparse(struct block_plan *plan, const struct extent *extent)
{
    unsigned width = bits_width(extent->most - extent->least);
    uint32_t bits = 8 + BLOCK_MOST + reference_bits(extent->least) +
                    extent->count * (width ? width : 1);

    if (bits < plan->bits)
        *plan = (struct block_plan){.form = BLOCK_SPARSE,
                                    .width = width ? width : 1,
                                    .reference = extent->least,
                                    .bits = bits};
}

static void
subtract(const uint64_t *numbers, size_t count, uint64_t reference,
         uint64_t *ret_rest)
{
    for (size_t i = 0; i < count; i++)
        ret_rest[i] = numbers[i] - reference;
}

static void
fold(const uint64_t *numbers, size_t count, uint64_t *ret_folded)
{
    for (size_t i = 0; i < count; i++)
        ret_folded[i] = varint_fold(numbers[i]);
}

struct block_plan
block_plan(const uint64_t *numbers, size_t count)
{
    struct extent extent = extent_of(numbers, count);
    uint64_t rest[BLOCK_MOST];

    if (!extent.count)
        return (struct block_plan){.form = BLOCK_ZEROS, .bits = 2};
    uint64_t least = extent.least;
    if ((extent.count < count && (int64_t)least > 0) ||
        extent.most - least > INT64_MAX)
        least = 0; /* must include the zeros, or saves nothing */
    subtract(numbers, count, least, rest);
    struct widths widths = count_widths(rest, count);
    uint32_t fixed_bits = 8 + reference_bits(least);
    struct block_plan plan = {
        .form = BLOCK_FRAMED,
        .width = widths.most,
        .reference = least,
        .bits = fixed_bits + (uint32_t)count * widths.most,
    };

    plan_patches(&plan, BLOCK_PATCHED, &widths, count, fixed_bits);
    if ((int64_t)least < 0) {
        fold(numbers, count, rest);
        widths = count_widths(rest, count);
        plan_patches(&plan, BLOCK_FOLDED, &widths, count, 8);
    }
    plan_sparse(&plan, &extent);
    return plan;
}

static unsigned char *
write_patches(const struct block_plan *plan, const uint64_t *rest, size_t count,
              unsigned char *at)
{
    uint64_t patches[BLOCK_MOST];
    unsigned char *head = at;
    size_t patched = 0;

    at += 2;
    for (size_t i = 0; i < count; i++) {
        if (!(rest[i] >> plan->width))
            continue;
        patches[patched++] = rest[i] >> plan->width;
        *at++ = (unsigned char)i;
    }
    head[0] = (unsigned char)patched;
    head[1] = (unsigned char)plan->high;
    return bits_pack(patches, patched, plan->high, at);
}

static unsigned char *
write_sparse(const struct block_plan *plan, const uint64_t *numbers,
             size_t count, unsigned char *at)
{
    uint64_t rest[BLOCK_MOST];
    uint64_t map = 0;
    size_t present = 0;

    for (size_t i = 0; i < count; i++) {
        if (!numbers[i])
            continue;
        map |= UINT64_C(1) << i;
        rest[present++] = numbers[i] - plan->reference;
    }
    memcpy(at, &map, sizeof(map));
    return bits_pack(rest, present, plan->width, at + sizeof(map));
}

static unsigned char *
write_zeros(struct block_state *state, unsigned char *at)
{
    const struct form *form = &forms[BLOCK_ZEROS];

    if (state->run && *state->run < form->code + form->count - 1) {
        ++*state->run;
        return at;
    }
    *at = form->code;
    state->run = at;
    return at + 1;
}

unsigned char *
block_write(struct block_state *state, const struct block_plan *plan,
            const uint64_t *numbers, size_t count, unsigned char *at)
{
    uint64_t rest[BLOCK_MOST];

    if (plan->form == BLOCK_ZEROS)
        return write_zeros(state, at);
    state->run = NULL;
    *at++ = (unsigned char)(forms[plan->form].code + plan->width -
                            forms[plan->form].least);
    if (plan->form == BLOCK_FOLDED) {
        fold(numbers, count, rest);
    } else {
        at = varint_write(at, varint_fold(plan->reference - state->reference));
        state->reference = plan->reference;
        subtract(numbers, count, plan->reference, rest);
    }
    if (plan->form == BLOCK_SPARSE)
        return write_sparse(plan, numbers, count, at);
    if (plan->form != BLOCK_FRAMED)
        at = write_patches(plan, rest, count, at);
    return bits_pack(rest, count, plan->width, at);
}

/* The patches of a block as read; their bytes are lent. */
struct patches {
    const unsigned char *places; /* [count] */
    const unsigned char *packed;
    unsigned high;
    size_t count;
    uint64_t rests[BLOCK_MOST];
};

static void
read_patches(struct wire_in *in, unsigned width, struct patches *ret_patches)
{
    size_t count = wire_u8(in);
    unsigned high = wire_u8(in);

    ret_patches->count = 0;
    if (count > BLOCK_MOST || high == 0 || width + high > 64)
        in->bad = true;
    ret_patches->places = wire_take(in, count);
    if (!ret_patches->places)
        return;
    bits_read(in, count, high, 0, ret_patches->rests);
    if (!in->bad)
        ret_patches->count = count;
}

static void
apply_patches(const struct patches *patches, struct wire_in *in, unsigned width,
              size_t count, uint64_t *rest)
{
    for (size_t i = 0; i < patches->count; i++) {
        size_t place = patches->places[i];
        if (place >= count) {
            in->bad = true;
            return;
        }
        rest[place] += patches->rests[i] << width;
    }
}

static void
read_sparse(struct wire_in *in, const struct block_plan *plan, size_t count,
            uint64_t *ret_numbers)
{
    uint64_t rest[BLOCK_MOST];
    uint64_t map = wire_u64(in);

    if (count < BLOCK_MOST && map >> count)
        in->bad = true;
    bits_read(in, (size_t)__builtin_popcountll(map), plan->width,
              plan->reference, rest);
    memset(ret_numbers, 0, count * sizeof(*ret_numbers));
    if (in->bad)
        return;
    for (const uint64_t *next = rest; map; map &= map - 1)
        ret_numbers[__builtin_ctzll(map)] = *next++;
}

static struct block_plan
read_form(struct wire_in *in)
{
    struct block_plan plan = {.form = BLOCK_ZEROS};
    uint8_t code = wire_u8(in);

    while (code < forms[plan.form].code)
        plan.form--;
    plan.width =
        (unsigned)(code - forms[plan.form].code) + forms[plan.form].least;
    return plan;
}

static void
read_packed(struct wire_in *in, const struct block_plan *plan, size_t count,
            uint64_t *ret_numbers)
{
    struct patches patches;

    patches.count = 0;
    if (plan->form != BLOCK_FRAMED)
        read_patches(in, plan->width, &patches);
    bits_read(in, count, plan->width, plan->reference, ret_numbers);
    if (in->bad)
        return;
    apply_patches(&patches, in, plan->width, count, ret_numbers);
    if (plan->form == BLOCK_FOLDED)
        for (size_t i = 0; i < BLOCK_MOST; i++)
            ret_numbers[i] = varint_unfold(ret_numbers[i]);
}

bool
block_read(struct block_state *state, struct wire_in *in, size_t count,
           uint64_t *ret_numbers)
{
    struct block_plan plan = {.form = BLOCK_ZEROS};

    if (!state->zeros_left) {
        plan = read_form(in);
        if (plan.form == BLOCK_ZEROS)
            state->zeros_left = plan.width;
    }
    if (plan.form == BLOCK_ZEROS) {
        state->zeros_left--;
        return false;
    }
    if (plan.form != BLOCK_FOLDED) {
        state->reference += varint_unfold(varint_read(in));
        plan.reference = state->reference;
    }
    if (plan.form == BLOCK_SPARSE)
        read_sparse(in, &plan, count, ret_numbers);
    else
        read_packed(in, &plan, count, ret_numbers);
    return true;
}
