/* findings.c - what a discoverer found; see findings.h */
#include <config.h>

#include "findings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

enum { ROOM_LEAST = 16 };

static int
make_room(struct findings *self)
{
    if (self->count < self->room)
        return 0;

    size_t room = self->room ? self->room * 2 : ROOM_LEAST;
    struct labelset **items = reallocarray(self->items, room, sizeof(*items));
    if (!items)
        return -ENOMEM;
    self->items = items;
    self->room = room;
    return 0;
}

int
findings_add(struct findings *self, struct labelset **ret_set)
{
    if (self->count >= FINDINGS_MOST)
        return -E2BIG;
    struct labelset *set = calloc(1, sizeof(*set));
    if (!set || make_room(self) < 0) {
        free(set);
        return -ENOMEM;
    }
    self->items[self->count++] = *ret_set = set;
    return 0;
}

int
findings_label(struct findings *self, struct labelset *set, const char *name,
               const char *value)
{
    size_t name_size = strlen(name);
    size_t value_size = strlen(value);

    if (name_size > FINDING_NAME_MOST || value_size > FINDING_VALUE_MOST)
        return -ENAMETOOLONG;
    if (self->bytes + name_size + value_size > FINDINGS_BYTES_MOST)
        return -E2BIG;
    int rc = labelset_set(set, name, value);
    if (rc == 0)
        self->bytes += name_size + value_size;
    return rc;
}

static bool
may_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

int
findings_meta(struct findings *self, struct labelset *set, const char *prefix,
              const char *name, const char *value)
{
    char whole[FINDING_NAME_MOST + 1];
    int length = snprintf(whole, sizeof(whole), "%s%s", prefix, name);

    if (length < 0 || (size_t)length >= sizeof(whole))
        return -ENAMETOOLONG;
    for (char *byte = whole + strlen(prefix); *byte; byte++)
        if (!may_name(*byte))
            *byte = '_';
    return findings_label(self, set, whole, value);
}

int
findings_copy(struct findings *self, const struct labelset *from,
              struct labelset **ret_set)
{
    int rc = findings_add(self, ret_set);

    for (size_t i = 0; rc == 0 && i < from->count; i++)
        rc = findings_label(self, *ret_set, from->labels[i].name,
                            from->labels[i].value);
    return rc;
}

bool
findings_equal(const struct findings *a, const struct findings *b)
{
    if (a->count != b->count || a->bytes != b->bytes)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!labelset_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

void
findings_fini(struct findings *self)
{
    for (size_t i = 0; i < self->count; i++) {
        labelset_fini(self->items[i]);
        free(self->items[i]);
    }
    free(self->items);
    *self = (struct findings){0};
}
