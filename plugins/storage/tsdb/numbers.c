/* numbers.c - a set of series, by their numbers */
#include <config.h>

#include "numbers.h"

#include <string.h>

#include "base.h"

static bool
is_many(const struct numbers *self)
{
    return self->count > NUMBERS_FEW;
}

/* The numbers of a set that is not many. */
static const uint32_t *
few_of(const struct numbers *self)
{
    return self->count == 1 ? &self->one : self->few;
}

/* How many numbers an array of 'count' has room for. */
static uint32_t
room_of(uint32_t count)
{
    uint32_t room = 2;

    while (room < count)
        room *= 2;
    return room;
}

void
numbers_fini(struct numbers *self)
{
    if (is_many(self))
        roaring_bitmap_free(self->many);
    else if (self->count > 1)
        free(self->few);
    *self = (struct numbers){0};
}

static void
add_to_few(struct numbers *self, uint32_t number)
{
    uint32_t at = self->count;

    if (at == 1) {
        uint32_t one = self->one;
        self->few = xcalloc(room_of(2), sizeof(*self->few));
        self->few[0] = one;
    } else if (room_of(at) != room_of(at + 1)) {
        self->few = xrealloc(self->few, room_of(at + 1), sizeof(*self->few));
    }
    for (; at && self->few[at - 1] > number; at--)
        self->few[at] = self->few[at - 1];
    self->few[at] = number;
    self->count++;
}

void
numbers_add(struct numbers *self, uint32_t number)
{
    if (self->count == NUMBERS_FEW) {
        uint32_t *few = self->few;
        self->many = x_or_die(roaring_bitmap_of_ptr(self->count, few));
        free(few);
    }
    if (self->count >= NUMBERS_FEW) {
        roaring_bitmap_add(self->many, number);
        self->count++;
    } else if (self->count) {
        add_to_few(self, number);
    } else {
        self->one = number;
        self->count = 1;
    }
}

static void
remove_from_many(struct numbers *self, uint32_t number)
{
    roaring_bitmap_t *many = self->many;

    roaring_bitmap_remove(many, number);
    if (--self->count > NUMBERS_FEW)
        return;
    self->few = xcalloc(NUMBERS_FEW, sizeof(*self->few));
    roaring_bitmap_to_uint32_array(many, self->few);
    roaring_bitmap_free(many);
}

static void
remove_from_few(struct numbers *self, uint32_t number)
{
    uint32_t at = 0;

    while (self->few[at] != number)
        at++;
    self->count--;
    memmove(self->few + at, self->few + at + 1,
            (self->count - at) * sizeof(*self->few));
    if (self->count == 1) {
        uint32_t *few = self->few;
        self->one = few[0];
        free(few);
    } else {
        self->few =
            xrealloc(self->few, room_of(self->count), sizeof(*self->few));
    }
}

void
numbers_remove(struct numbers *self, uint32_t number)
{
    if (is_many(self))
        remove_from_many(self, number);
    else if (self->count > 1)
        remove_from_few(self, number);
    else
        self->count = 0;
}

void
numbers_join(const struct numbers *self, roaring_bitmap_t *set)
{
    if (is_many(self))
        roaring_bitmap_or_inplace(set, self->many);
    else if (self->count)
        roaring_bitmap_add_many(set, self->count, few_of(self));
}

void
numbers_keep(const struct numbers *self, roaring_bitmap_t *set)
{
    if (is_many(self)) {
        roaring_bitmap_and_inplace(set, self->many);
        return;
    }
    uint32_t kept[NUMBERS_FEW];
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->count; i++)
        if (roaring_bitmap_contains(set, few_of(self)[i]))
            kept[count++] = few_of(self)[i];
    roaring_bitmap_clear(set);
    if (count)
        roaring_bitmap_add_many(set, count, kept);
}

void
numbers_take_out(const struct numbers *self, roaring_bitmap_t *set)
{
    if (is_many(self)) {
        roaring_bitmap_andnot_inplace(set, self->many);
        return;
    }
    for (uint32_t i = 0; i < self->count; i++)
        roaring_bitmap_remove(set, few_of(self)[i]);
}

bool
numbers_meet(const struct numbers *self, const roaring_bitmap_t *set)
{
    if (is_many(self))
        return roaring_bitmap_intersect(self->many, set);
    for (uint32_t i = 0; i < self->count; i++)
        if (roaring_bitmap_contains(set, few_of(self)[i]))
            return true;
    return false;
}

/* A bitmap has a piece of memory, 20 bytes about, for each 65,536 numbers. */
size_t
numbers_size(const struct numbers *self)
{
    if (!is_many(self))
        return self->count > 1 ? room_of(self->count) * sizeof(*self->few) : 0;
    return sizeof(*self->many) + roaring_bitmap_size_in_bytes(self->many);
}
