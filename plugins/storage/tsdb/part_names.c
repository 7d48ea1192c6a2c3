/* part_names.c - the series of a part, as they are written
 *
 * Every text is kept once, and named by its number; so is every metric.  The
 * section is a varint, the size of what follows, and that, deflated: varints,
 * the counts of texts, metrics and series; then each column (enum part_column)
 * as a varint, its size, and that.  Side by side in columns alike things are
 * easy to deflate: a real host's 500 series take 3.1 kB, in rows 5.4.
 */
#include <config.h>

#include <string.h>
#include <xxhash.h>
#include <zlib.h>

#include <weir/plugin.h>

#include "part_format.h"
#include "table.h"

/* Things of any size, each kept once, side by side. */
struct pool {
    struct wire_out bytes; /* each with a '\0' behind it */
    size_t *offsets;       /* [room], of the bytes */
    uint64_t *hashes;      /* [room] */
    uint32_t count, room;
    struct table by_hash;
};

struct part_names {
    struct pool texts, metrics;
    struct wire_out columns[PART_COLUMNS]; /* that of texts is their pool */
    uint64_t count;
    uint32_t last; /* id */
};

static void
pool_grow(struct pool *self)
{
    if (self->count == self->room) {
        self->room = self->room * 2 + 16;
        self->offsets =
            xrealloc(self->offsets, self->room, sizeof(*self->offsets));
        self->hashes =
            xrealloc(self->hashes, self->room, sizeof(*self->hashes));
    }
    if (!table_full(&self->by_hash))
        return;
    table_reset(&self->by_hash, self->count + 1);
    for (uint32_t i = 0; i < self->count; i++)
        table_put(&self->by_hash, self->hashes[i], i);
}

/* Returns the number of the bytes, new or not; a '\0' follows them. */
static uint32_t
pool_intern(struct pool *self, const void *bytes, size_t size)
{
    uint64_t hash = XXH3_64bits(bytes, size);
    uint32_t step = 0, number = 0;

    while (table_next(&self->by_hash, hash, &step, &number)) {
        const unsigned char *other = self->bytes.bytes + self->offsets[number];
        size_t left = self->bytes.size - self->offsets[number];
        if (self->hashes[number] == hash && left > size && !other[size] &&
            memcmp(other, bytes, size) == 0)
            return number;
    }
    pool_grow(self);
    self->offsets[self->count] = self->bytes.size;
    self->hashes[self->count] = hash;
    wire_put(&self->bytes, bytes, size);
    wire_put_u8(&self->bytes, '\0');
    table_put(&self->by_hash, hash, self->count);
    return self->count++;
}

static void
pool_fini(struct pool *self)
{
    wire_out_fini(&self->bytes);
    table_fini(&self->by_hash);
    free(self->offsets);
    free(self->hashes);
}

struct part_names *
part_names_new(void)
{
    return xcalloc(1, sizeof(struct part_names));
}

void
part_names_destroy(struct part_names **self_p)
{
    struct part_names *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    pool_fini(&self->texts);
    pool_fini(&self->metrics);
    for (size_t i = 0; i < PART_COLUMNS; i++)
        wire_out_fini(&self->columns[i]);
    free(self);
}

/* Returns the number of the text, and what refers to it for the first time. */
static uint32_t
intern_text(struct part_names *self, const char *text, uint32_t *ret_reference)
{
    uint32_t next = self->texts.count;
    uint32_t number = pool_intern(&self->texts, text, strlen(text));

    *ret_reference = number == next ? 0 : number + 1;
    return number;
}

static void
put_text(struct part_names *self, enum part_column column, const char *text)
{
    uint32_t reference;

    (void)intern_text(self, text, &reference);
    varint_put(&self->columns[column], reference);
}

/* A metric's numbers may hold '\0', so that their end is not found by one; but
 * no metric is the beginning of another, since varints end where they end. */
static void
put_metric(struct part_names *self, const struct weir_metric *metric)
{
    const char *texts[] = {metric->name, metric->unit, metric->help};
    unsigned char numbers[1 + WEIR_COUNT(texts) * VARINT_MOST];
    unsigned char references[sizeof(numbers)];
    unsigned char *at = numbers, *end = references;
    uint32_t next = self->metrics.count;

    *at++ = *end++ = (unsigned char)metric->type;
    for (size_t i = 0; i < WEIR_COUNT(texts); i++) {
        uint32_t reference;
        at = varint_write(at, intern_text(self, texts[i], &reference));
        end = varint_write(end, reference);
    }
    uint32_t number =
        pool_intern(&self->metrics, numbers, (size_t)(at - numbers));
    varint_put(&self->columns[PART_KINDS], next - number);
    if (number == next)
        wire_put(&self->columns[PART_METRICS], references,
                 (size_t)(end - references));
}

void
part_names_add(struct part_names *self, uint32_t id,
               const struct weir_series *series)
{
    size_t count = 0;

    while (series->labels[count].name)
        count++;
    varint_put(&self->columns[PART_STEPS], id - self->last);
    put_metric(self, series->metric);
    put_text(self, PART_SUFFIXES, series->suffix);
    varint_put(&self->columns[PART_LABEL_COUNTS], count);
    for (size_t i = 0; i < count; i++) {
        put_text(self, PART_LABEL_NAMES, series->labels[i].name);
        put_text(self, PART_LABEL_VALUES, series->labels[i].value);
    }
    self->last = id;
    self->count++;
}

static const struct wire_out *
column_of(const struct part_names *self, enum part_column column)
{
    return column == PART_TEXTS ? &self->texts.bytes : &self->columns[column];
}

size_t
part_names_size(const struct part_names *self)
{
    size_t size = 0;

    for (unsigned i = 0; i < PART_COLUMNS; i++)
        size += column_of(self, i)->size;
    return size;
}

/* Deflates the bytes, and what 'how' says of those before, to 'out'. */
static void
pack(z_stream *packer, const void *bytes, size_t size, int how,
     struct wire_out *out)
{
    unsigned char room[4096];

    packer->next_in = base_own(bytes);
    packer->avail_in = (uInt)size;
    do {
        packer->next_out = room;
        packer->avail_out = sizeof(room);
        (void)deflate(packer, how);
        wire_put(out, room, sizeof(room) - packer->avail_out);
    } while (packer->avail_out == 0);
}

static void
pack_number(z_stream *packer, uint64_t number, struct wire_out *out)
{
    unsigned char bytes[VARINT_MOST];
    size_t size = (size_t)(varint_write(bytes, number) - bytes);

    pack(packer, bytes, size, Z_NO_FLUSH, out);
}

static size_t
plain_size(const struct part_names *self)
{
    const uint64_t counts[] = {self->texts.count, self->metrics.count,
                               self->count};
    unsigned char bytes[VARINT_MOST];
    size_t size = part_names_size(self);

    for (size_t i = 0; i < WEIR_COUNT(counts); i++)
        size += (size_t)(varint_write(bytes, counts[i]) - bytes);
    for (unsigned i = 0; i < PART_COLUMNS; i++)
        size += (size_t)(varint_write(bytes, column_of(self, i)->size) - bytes);
    return size;
}

/* Packs as it goes, since there may be very many. */
void
part_names_write(const struct part_names *self, struct wire_out *out)
{
    z_stream packer = {0};

    varint_put(out, plain_size(self));
    if (deflateInit(&packer, Z_DEFAULT_COMPRESSION) != Z_OK)
        (void)x_or_die(NULL);
    pack_number(&packer, self->texts.count, out);
    pack_number(&packer, self->metrics.count, out);
    pack_number(&packer, self->count, out);
    for (unsigned i = 0; i < PART_COLUMNS; i++) {
        const struct wire_out *column = column_of(self, i);
        pack_number(&packer, column->size, out);
        pack(&packer, column->bytes, column->size, Z_NO_FLUSH, out);
    }
    pack(&packer, NULL, 0, Z_FINISH, out);
    (void)deflateEnd(&packer);
}
