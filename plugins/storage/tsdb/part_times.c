/* part_times.c - the times of a part's chunks */
#include <config.h>

#include <errno.h>

#include "part_format.h"

enum { NO_VECTOR = -1 };

void
part_times_init(struct part_times *self)
{
    for (size_t i = 0; i < PART_SLOTS; i++)
        self->slots[i].vector = NO_VECTOR;
    self->next = 0;
    self->window.part = NULL;
}

/* Returns the slot that has the vector, or else one for it. */
static struct part_slot *
slot_of(struct part_times *self, const struct part *part, uint32_t vector)
{
    uintptr_t place = (uintptr_t)part / sizeof(*part) + vector;
    struct part_slot *empty = NULL;

    for (size_t i = 0; i < PART_WAYS; i++) {
        struct part_slot *slot = &self->slots[(place + i) % PART_SLOTS];
        if (slot->vector == vector && slot->part == part)
            return slot;
        if (slot->vector == NO_VECTOR && !empty)
            empty = slot;
    }
    return empty
               ? empty
               : &self->slots[(place + self->next++ % PART_WAYS) % PART_SLOTS];
}

static bool
has_vector(const struct part_slot *slot, const struct part *part,
           uint32_t vector)
{
    return slot->vector == vector && slot->part == part;
}

static int
find_even(struct part_times *self, const struct part *part,
          const struct part_chunk *chunk, struct span *span)
{
    const struct part_vector *vector = &part->vectors[chunk->vector];
    const unsigned char *bytes = NULL;
    int64_t from_ns = 0;
    uint64_t every_ns = 0;

    int rc = part_window_read(&self->window, part, vector->offset, vector->size,
                              &bytes);
    if (rc == 0)
        rc = part_vector_even(vector, bytes, &from_ns, &every_ns);
    if (rc != 1)
        return rc;
    span->from_ns = from_ns + (int64_t)(chunk->skip * every_ns);
    span->every_ns = every_ns;
    bool right = span->from_ns == chunk->from_ns &&
                 span_time(span, chunk->count - 1) == chunk->until_ns;

    return right ? 1 : -EBADMSG;
}

int
part_times_look(struct part_times *self, const struct part *part,
                const struct part_chunk *chunk, struct span *ret_span)
{
    const struct part_slot *slot = slot_of(self, part, chunk->vector);

    return has_vector(slot, part, chunk->vector)
               ? 0
               : find_even(self, part, chunk, ret_span);
}

/* Decodes all times of a vector into its slot. */
static int
load_vector(struct part_times *self, const struct part *part, uint32_t number,
            struct part_slot *slot)
{
    const struct part_vector *vector = &part->vectors[number];
    const unsigned char *bytes = NULL;

    slot->vector = NO_VECTOR;
    int rc = part_window_read(&self->window, part, vector->offset, vector->size,
                              &bytes);
    if (rc == 0)
        rc = part_vector_decode(vector, bytes, slot->times_ns);
    if (rc < 0)
        return rc;
    slot->vector = number;
    slot->part = part;
    return 0;
}

const int64_t *
part_times_make(struct part_times *self, const struct span *span, size_t first,
                size_t end)
{
    for (size_t i = first; i < end; i++)
        self->even_ns[i - first] =
            span->from_ns + (int64_t)(i * span->every_ns);
    return self->even_ns;
}

int
part_times_load(struct part_times *self, const struct part *part,
                const struct part_chunk *chunk, const int64_t **ret_times_ns)
{
    struct part_slot *slot = slot_of(self, part, chunk->vector);
    struct span even = {.count = chunk->count};
    int rc = 0;

    if (!has_vector(slot, part, chunk->vector)) {
        rc = find_even(self, part, chunk, &even);
        if (rc == 1)
            *ret_times_ns = part_times_make(self, &even, 0, even.count);
        if (rc == 0)
            rc = load_vector(self, part, chunk->vector, slot);
        if (rc != 0)
            return rc == 1 ? 0 : rc;
    }
    const int64_t *times_ns = slot->times_ns + chunk->skip;
    if (times_ns[0] != chunk->from_ns ||
        times_ns[chunk->count - 1] != chunk->until_ns)
        return -EBADMSG;
    *ret_times_ns = times_ns;
    return 0;
}
