/* part_vectors.c - the vectors of times of a part, each kept once */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include <weir/cleanup.h>

#include "link/crc32c.h"
#include "part_format.h"
#include "table.h"
#include "times.h"

enum { RECENT = 8 };

/* Times of a vector that came lately, as they are. */
struct recent {
    uint32_t number, count;
    int64_t times_ns[TIMES_MOST];
};

struct part_vectors {
    struct wire_out bytes;       /* the section */
    struct part_vector *vectors; /* [count]; 'offset' is not used */
    size_t *payloads;            /* [count], where they lie in 'bytes' */
    uint64_t *hashes;            /* [count] */
    uint32_t count;
    struct table by_hash;
    struct recent *recent; /* [RECENT] */
    uint32_t turn;         /* which of them is next to go */
};

struct part_vectors *
part_vectors_new(void)
{
    struct part_vectors *self = xcalloc(1, sizeof(*self));

    self->recent = xcalloc(RECENT, sizeof(*self->recent));
    return self;
}

void
part_vectors_destroy(struct part_vectors **self_p)
{
    struct part_vectors *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    wire_out_fini(&self->bytes);
    table_fini(&self->by_hash);
    free(self->vectors);
    free(self->payloads);
    free(self->hashes);
    free(self->recent);
    free(self);
}

/* Says whether the times are a stretch of 'recent'. */
static bool
recent_has(const struct recent *recent, const int64_t *times_ns, size_t count,
           uint32_t *ret_skip)
{
    uint32_t low = 0, high = recent->count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (recent->times_ns[middle] < times_ns[0])
            low = middle + 1;
        else
            high = middle;
    }
    *ret_skip = low;
    return count <= recent->count - low &&
           memcmp(recent->times_ns + low, times_ns,
                  count * sizeof(*times_ns)) == 0;
}

static void
remember(struct part_vectors *self, uint32_t number, const int64_t *times_ns,
         size_t count)
{
    struct recent *recent = &self->recent[self->turn++ % RECENT];

    recent->number = number;
    recent->count = (uint32_t)count;
    memcpy(recent->times_ns, times_ns, count * sizeof(*times_ns));
}

static bool
is_vector(const struct part_vectors *self, uint32_t number,
          const int64_t *times_ns, size_t count)
{
    const struct part_vector *vector = &self->vectors[number];
    int64_t other[TIMES_MOST];

    return vector->count == count && vector->from_ns == times_ns[0] &&
           times_decode(self->bytes.bytes + self->payloads[number],
                        vector->size, count, other) == 0 &&
           memcmp(other, times_ns, count * sizeof(*other)) == 0;
}

static void
file_under_hash(struct part_vectors *self, uint64_t hash)
{
    if (table_full(&self->by_hash)) {
        table_reset(&self->by_hash, self->count + 1);
        for (uint32_t i = 0; i < self->count; i++)
            table_put(&self->by_hash, self->hashes[i], i);
    }
    table_put(&self->by_hash, hash, self->count);
}

/* Writes the vector to the section; returns where its payload is. */
static size_t
write_vector(struct wire_out *out, const struct part_vector *vector,
             const unsigned char *payload)
{
    size_t begin = out->size;

    wire_put_u32(out, 0);
    varint_put(out, vector->count);
    varint_put(out, vector->size);
    varint_put(out, varint_fold((uint64_t)vector->from_ns));
    varint_put(out, (uint64_t)vector->until_ns - (uint64_t)vector->from_ns);
    size_t at = out->size;
    wire_put(out, payload, vector->size);

    const unsigned char *summed = out->bytes + begin + sizeof(uint32_t);
    uint32_t sum = crc32c(0, summed, out->size - begin - sizeof(uint32_t));
    memcpy(out->bytes + begin, &sum, sizeof(sum));
    return at;
}

static uint32_t
add_vector(struct part_vectors *self, uint64_t hash, const int64_t *times_ns,
           size_t count)
{
    unsigned char payload[TIMES_ROOM];
    struct part_vector vector = {
        .size = (uint32_t)times_encode(times_ns, count, payload),
        .count = (uint32_t)count,
        .from_ns = times_ns[0],
        .until_ns = times_ns[count - 1],
    };

    file_under_hash(self, hash);
    if ((self->count & (self->count + 1)) == 0) { /* room is 2^n - 1 */
        size_t room = 2 * (size_t)self->count + 1;
        self->vectors = xrealloc(self->vectors, room, sizeof(*self->vectors));
        self->payloads =
            xrealloc(self->payloads, room, sizeof(*self->payloads));
        self->hashes = xrealloc(self->hashes, room, sizeof(*self->hashes));
    }
    self->vectors[self->count] = vector;
    self->hashes[self->count] = hash;
    self->payloads[self->count] = write_vector(&self->bytes, &vector, payload);
    return self->count++;
}

uint32_t
part_vectors_intern(struct part_vectors *self, const int64_t *times_ns,
                    size_t count, uint32_t *ret_skip)
{
    for (uint32_t i = 0; i < RECENT; i++)
        if (recent_has(&self->recent[i], times_ns, count, ret_skip))
            return self->recent[i].number;

    uint64_t hash = XXH3_64bits(times_ns, count * sizeof(*times_ns));
    uint32_t step = 0, number = 0;
    bool found = false;
    while (!found && table_next(&self->by_hash, hash, &step, &number))
        found = is_vector(self, number, times_ns, count);
    if (!found)
        number = add_vector(self, hash, times_ns, count);
    remember(self, number, times_ns, count);
    *ret_skip = 0;
    return number;
}

const struct part_vector *
part_vectors_at(const struct part_vectors *self, uint32_t number)
{
    return &self->vectors[number];
}

uint32_t
part_vectors_count(const struct part_vectors *self)
{
    return self->count;
}

const struct wire_out *
part_vectors_bytes(const struct part_vectors *self)
{
    return &self->bytes;
}

/* Reads the vector that comes next.  Returns its payload, NULL when it is
 * damaged. */
static const unsigned char *
read_vector(struct wire_in *in, struct part_vector *vector,
            size_t *ret_payload_size)
{
    const unsigned char *begin = in->next;
    uint32_t sum = wire_u32(in);
    uint64_t count = varint_read(in);
    uint64_t size = varint_read(in);
    uint64_t from = varint_unfold(varint_read(in));
    uint64_t until = from + varint_read(in);
    const unsigned char *payload = wire_take(in, size);

    if (!payload || count == 0 || count > TIMES_MOST || size > TIMES_ROOM)
        return NULL;
    size_t whole = (size_t)(in->next - begin);
    if (crc32c(0, begin + sizeof(sum), whole - sizeof(sum)) != sum)
        return NULL;
    *vector = (struct part_vector){.from_ns = (int64_t)from,
                                   .until_ns = (int64_t)until,
                                   .size = (uint32_t)whole,
                                   .count = (uint32_t)count};
    *ret_payload_size = size;
    return payload;
}

int
part_vectors_read(const unsigned char *bytes, size_t size, uint64_t offset,
                  uint64_t count, struct part_vector **ret_vectors)
{
    struct wire_in in = {bytes, size, false};

    if (count > size) /* each has some bytes */
        return -EBADMSG;
    weir_cleanup(weir_free) struct part_vector *vectors =
        xcalloc(count, sizeof(*vectors));
    for (uint64_t i = 0; i < count; i++) {
        size_t payload_size;
        uint64_t at = offset + (uint64_t)(in.next - bytes);
        if (!read_vector(&in, &vectors[i], &payload_size))
            return -EBADMSG;
        vectors[i].offset = at;
    }
    if (!wire_ended(&in))
        return -EBADMSG;
    *ret_vectors = weir_take(vectors);
    return 0;
}

/* Finds the payload of the vector in its bytes; NULL when it is damaged. */
static const unsigned char *
find_payload(const struct part_vector *self, const unsigned char *bytes,
             size_t *ret_size)
{
    struct wire_in in = {bytes, self->size, false};
    struct part_vector vector;

    const unsigned char *payload = read_vector(&in, &vector, ret_size);
    return payload && vector.count == self->count ? payload : NULL;
}

int
part_vector_decode(const struct part_vector *self, const unsigned char *bytes,
                   int64_t *times_ns)
{
    size_t size = 0;
    const unsigned char *payload = find_payload(self, bytes, &size);

    return payload ? times_decode(payload, size, self->count, times_ns)
                   : -EBADMSG;
}

int
part_vector_even(const struct part_vector *self, const unsigned char *bytes,
                 int64_t *ret_from_ns, uint64_t *ret_every_ns)
{
    size_t size = 0;
    const unsigned char *payload = find_payload(self, bytes, &size);

    if (!payload)
        return -EBADMSG;
    return times_even(payload, size, self->count, ret_from_ns, ret_every_ns);
}
