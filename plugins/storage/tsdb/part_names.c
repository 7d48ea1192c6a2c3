/* part_names.c - the series of a part, as they are written
 *
 * Every text is kept once, and named by its number; so is every metric.  The
 * section is a varint, the size of what follows, and that, deflated:
 *
 *     varint count of texts;   each: varint length, the bytes, '\0'
 *     varint count of metrics; each: varint size, u8 type, varint name, unit,
 *                              help; '\0'
 *     varint count of series;  each: varint id since the one before, metric,
 *                              suffix, count of labels, their names and values
 */
#include <config.h>

#include <string.h>
#include <xxhash.h>
#include <zlib.h>

#include <weir/cleanup.h>

#include "part_format.h"
#include "table.h"

/* Things of any size, each kept once, side by side. */
struct pool {
    struct wire_out bytes; /* each: varint size, the bytes, '\0' */
    size_t *offsets;       /* [room], of the bytes */
    uint64_t *hashes;      /* [room] */
    uint32_t count, room;
    struct table by_hash;
};

struct part_names {
    struct pool texts, metrics;
    struct wire_out series;
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
    varint_put(&self->bytes, size);
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
    wire_out_fini(&self->series);
    free(self);
}

static uint32_t
intern_text(struct part_names *self, const char *text)
{
    return pool_intern(&self->texts, text, strlen(text));
}

/* A metric's bytes may hold '\0', so that its end is not found by one; but no
 * metric is the beginning of another, since varints end where they end. */
static uint32_t
intern_metric(struct part_names *self, const struct weir_metric *metric)
{
    unsigned char bytes[1 + 3 * VARINT_MOST];
    unsigned char *at = bytes;

    *at++ = (unsigned char)metric->type;
    at = varint_write(at, intern_text(self, metric->name));
    at = varint_write(at, intern_text(self, metric->unit));
    at = varint_write(at, intern_text(self, metric->help));
    return pool_intern(&self->metrics, bytes, (size_t)(at - bytes));
}

void
part_names_add(struct part_names *self, uint32_t id,
               const struct weir_series *series)
{
    size_t count = 0;

    while (series->labels[count].name)
        count++;
    varint_put(&self->series, id - self->last);
    varint_put(&self->series, intern_metric(self, series->metric));
    varint_put(&self->series, intern_text(self, series->suffix));
    varint_put(&self->series, count);
    for (size_t i = 0; i < count; i++) {
        varint_put(&self->series, intern_text(self, series->labels[i].name));
        varint_put(&self->series, intern_text(self, series->labels[i].value));
    }
    self->last = id;
    self->count++;
}

uint64_t
part_names_count(const struct part_names *self)
{
    return self->count;
}

static void
put_all(const struct part_names *self, struct wire_out *out)
{
    varint_put(out, self->texts.count);
    wire_put(out, self->texts.bytes.bytes, self->texts.bytes.size);
    varint_put(out, self->metrics.count);
    wire_put(out, self->metrics.bytes.bytes, self->metrics.bytes.size);
    varint_put(out, self->count);
    wire_put(out, self->series.bytes, self->series.size);
}

size_t
part_names_size(const struct part_names *self)
{
    return self->texts.bytes.size + self->metrics.bytes.size +
           self->series.size;
}

/* Packing into as much room as it says it needs fails only for want of memory.
 */
void
part_names_write(const struct part_names *self, struct wire_out *out)
{
    size_t room = part_names_size(self) + 3 * (size_t)VARINT_MOST;
    weir_cleanup(wire_out_fini) struct wire_out plain = {
        .bytes = xrealloc(NULL, room, 1), .room = room};

    put_all(self, &plain);
    uLongf size = compressBound(plain.size);
    weir_cleanup(weir_free) unsigned char *packed = xcalloc(size, 1);
    if (compress2(packed, &size, plain.bytes, plain.size,
                  Z_DEFAULT_COMPRESSION) != Z_OK)
        (void)x_or_die(NULL);
    varint_put(out, plain.size);
    wire_put(out, packed, size);
}
