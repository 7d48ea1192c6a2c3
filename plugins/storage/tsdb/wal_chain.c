/* wal_chain.c - rows, each written as what differs from the one before
 *
 * A row is a struct row_head; if it says so, the present columns as words of
 * bits; the changed columns as words of bits; then the difference of each
 * changed one (trim.h).
 */
#include <config.h>

#include "wal_chain.h"

#include <assert.h>

#include "trim.h"

enum {
    ROW_KEY = 1,     /* differs from a row of zeros, all of them present */
    ROW_PRESENT = 2, /* present columns follow; else they are as before */
};

struct row_head {
    uint32_t group;
    uint16_t width;
    uint16_t flags;
    int64_t time_ns;
};

struct chain_row {
    uint64_t breaks; /* the chain's when this was last known */
    uint32_t since;  /* rows written since the key */
    uint32_t width;  /* of the last row */
    uint32_t room;   /* columns, a multiple of 64 */
    bool all;        /* present; else as 'present' says */
    uint64_t *present;
    double values[]; /* [room]; 'present' lies behind them */
};

static inline uint64_t
bits_of(const double *value)
{
    uint64_t bits;

    memcpy(&bits, value, sizeof(bits));
    return bits;
}

static void
reserve(struct wire_out *out, size_t size)
{
    if (out->room - out->size >= size)
        return;
    out->room = (out->size + size) * 2;
    out->bytes = xrealloc(out->bytes, out->room, 1);
}

static inline uint32_t
words_of(uint32_t width)
{
    return (width + 63) / 64;
}

void
chain_fini(struct chain *self)
{
    for (size_t page = 0; page < ARRAY_SIZE(self->pages); page++) {
        for (size_t i = 0; self->pages[page] && i < CHAIN_PAGE; i++)
            free(self->pages[page][i]);
        free(self->pages[page]);
    }
}

void
chain_break(struct chain *self)
{
    self->breaks++;
}

void
chain_forget(struct chain *self, uint32_t group)
{
    struct chain_row **page = self->pages[group / CHAIN_PAGE];

    if (!page)
        return;
    free(page[group % CHAIN_PAGE]);
    page[group % CHAIN_PAGE] = NULL;
}

/* Returns the row before of 'group', with room for 'width' columns; the new
 * ones are zero. */
static struct chain_row *
row_before(struct chain *self, uint32_t group, uint32_t width)
{
    struct chain_row ***page = &self->pages[group / CHAIN_PAGE];
    if (!*page)
        *page = xcalloc(CHAIN_PAGE, sizeof(**page));
    struct chain_row **place = &(*page)[group % CHAIN_PAGE];
    struct chain_row *before = *place;
    if (before && before->room >= width)
        return before;

    uint32_t room = words_of(width) * 64;
    struct chain_row *row =
        xcalloc(sizeof(*row) + (room + room / 64) * sizeof(uint64_t), 1);
    row->breaks = UINT64_MAX;
    if (before) {
        memcpy(row, before,
               sizeof(*row) + before->room * sizeof(before->values[0]));
        memcpy(row->values + room, before->present,
               before->room / 64 * sizeof(uint64_t));
    }
    row->room = room;
    row->present = (uint64_t *)(void *)(row->values + room);
    free(before);
    return *place = row;
}

static void
start_key(struct chain_row *row)
{
    memset(row->values, 0, row->room * sizeof(row->values[0]));
    row->since = 0;
    row->all = true;
}

/* Sets which columns are present.  Returns whether that has to be said, since
 * it is not as before. */
static bool
set_present(struct chain_row *row, const uint64_t *present, uint32_t width)
{
    size_t size = words_of(width) * sizeof(present[0]);

    if (!present) {
        bool changed = !row->all;
        row->all = true;
        memset(row->present, 0xff, size);
        return changed;
    }
    if (!row->all && row->width == width &&
        memcmp(row->present, present, size) == 0)
        return false;
    row->all = false;
    memcpy(row->present, present, size);
    return true;
}

/* Returns which of the columns from 'from' on, up to 64, differ. */
static uint64_t
changed_columns(const double *before, const double *values, uint32_t count)
{
    uint64_t changed = 0;

    for (uint32_t i = 0; i < count; i++)
        changed |= (uint64_t)(bits_of(&before[i]) != bits_of(&values[i])) << i;
    return changed;
}

/* Writes the changed ones of up to 64 columns to 'at'; returns where they end.
 */
static uint8_t *
write_columns(double *before, const double *values, uint64_t changed,
              uint8_t *at)
{
    for (; changed; changed &= changed - 1) {
        unsigned column = (unsigned)__builtin_ctzll(changed);
        at =
            trim_write(at, bits_of(&before[column]) ^ bits_of(&values[column]));
        memcpy(&before[column], &values[column], sizeof(values[0]));
    }
    return at;
}

static void
write_values(struct chain_row *row, const struct wal_row *given,
             struct wire_out *out)
{
    uint32_t words = words_of(given->width);
    size_t most = words * sizeof(uint64_t) + (size_t)given->width * TRIM_MOST;

    /* Room for the most that it can become, and for 8 bytes at once. */
    reserve(out, most + sizeof(uint64_t));
    uint8_t *bits = out->bytes + out->size;
    uint8_t *at = bits + words * sizeof(uint64_t);
    for (uint32_t word = 0; word < words; word++) {
        uint32_t from = word * 64;
        uint32_t rest = given->width - from;
        const double *values = given->values + from;
        uint64_t changed =
            changed_columns(row->values + from, values, rest < 64 ? rest : 64);
        if (given->present)
            changed &= given->present[word];
        memcpy(bits + word * sizeof(changed), &changed, sizeof(changed));
        at = write_columns(row->values + from, values, changed, at);
    }
    out->size = (size_t)(at - out->bytes);
}

void
chain_write(struct chain *self, const struct wal_row *given,
            struct wire_out *out)
{
    assert(given->group < WAL_GROUPS_MOST && given->width > 0 &&
           given->width <= WEIR_LAYOUT_MOST);
    struct chain_row *row = row_before(self, given->group, given->width);
    struct row_head head = {.group = given->group,
                            .width = (uint16_t)given->width,
                            .time_ns = given->time_ns};

    if (row->breaks != self->breaks || ++row->since >= CHAIN_KEY_EVERY) {
        start_key(row);
        row->breaks = self->breaks;
        head.flags |= ROW_KEY;
    }
    bool said = set_present(row, given->present, given->width);
    if (said)
        head.flags |= ROW_PRESENT;
    row->width = given->width;
    wire_put(out, &head, sizeof(head));
    if (said)
        wire_put(out, row->present, words_of(head.width) * sizeof(uint64_t));
    write_values(row, given, out);
}

/* Reads the present columns, which the writer gives when they changed.  When
 * all are, he gives ones. */
static void
read_present(struct chain_row *row, const struct row_head *head,
             struct wire_in *in)
{
    size_t size = words_of(head->width) * sizeof(uint64_t);

    const unsigned char *bits = wire_take(in, size);
    if (!bits)
        return;
    memcpy(row->present, bits, size);
    row->all = true;
    for (uint32_t word = 0; word < words_of(head->width); word++)
        row->all &= row->present[word] == UINT64_MAX;
}

static const uint8_t *
read_columns(double *values, uint64_t changed, const uint8_t *at,
             const uint8_t *end)
{
    for (; changed && at; changed &= changed - 1) {
        uint64_t difference = 0;
        at = trim_read(at, end, &difference);
        double *value = &values[__builtin_ctzll(changed)];
        difference ^= bits_of(value);
        memcpy(value, &difference, sizeof(difference));
    }
    return at;
}

static void
read_values(struct chain_row *row, uint32_t width, struct wire_in *in)
{
    const unsigned char *bits =
        wire_take(in, words_of(width) * sizeof(uint64_t));

    if (!bits)
        return;
    const uint8_t *at = in->next, *end = in->next + in->left;
    for (uint32_t word = 0; word < words_of(width) && at; word++) {
        uint64_t changed;
        memcpy(&changed, bits + word * sizeof(changed), sizeof(changed));
        at = read_columns(row->values + (size_t)word * 64, changed, at, end);
    }
    if (at)
        (void)wire_take(in, (size_t)(at - in->next));
    in->bad |= !at;
}

bool
chain_read(struct chain *self, struct wire_in *in, struct wal_row *ret_row)
{
    struct row_head head = {0};
    const unsigned char *bytes = wire_take(in, sizeof(head));

    if (bytes)
        memcpy(&head, bytes, sizeof(head));
    in->bad |= head.group >= WAL_GROUPS_MOST || head.width == 0 ||
               head.width > WEIR_LAYOUT_MOST;
    if (in->bad)
        return false;
    struct chain_row *row = row_before(self, head.group, head.width);
    if (head.flags & ROW_KEY) {
        start_key(row);
        row->breaks = self->breaks;
    }
    bool known = row->breaks == self->breaks;
    if (head.flags & ROW_PRESENT)
        read_present(row, &head, in);
    else
        in->bad |= known && !row->all && row->width != head.width;
    row->width = head.width;
    read_values(row, head.width, in);
    if (in->bad)
        row->breaks = UINT64_MAX;
    *ret_row = (struct wal_row){
        .group = head.group,
        .width = head.width,
        .time_ns = head.time_ns,
        .values = row->values,
        .present = row->all ? NULL : row->present,
    };
    return known && !in->bad;
}
