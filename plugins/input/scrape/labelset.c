/* labelset.c - labels that change; see labelset.h */
#include <config.h>

#include "labelset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

enum { ROOM_LEAST = 8 };

/* Returns the place of the first label that is not below 'name'. */
static size_t
place_of(const struct labelset *self, const char *name)
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(self->labels[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct labelset *self, size_t at, const char *name)
{
    return at < self->count && strcmp(self->labels[at].name, name) == 0;
}

static void
free_text(const char *text)
{
    free((void *)(uintptr_t)text);
}

const char *
labelset_get(const struct labelset *self, const char *name)
{
    size_t at = place_of(self, name);

    return is_at(self, at, name) ? self->labels[at].value : "";
}

static void
remove_at(struct labelset *self, size_t at)
{
    free_text(self->labels[at].name);
    free_text(self->labels[at].value);
    /* With the {0} behind the last. */
    memmove(&self->labels[at], &self->labels[at + 1],
            (self->count - at) * sizeof(*self->labels));
    self->count--;
}

static int
make_room(struct labelset *self)
{
    if (self->count + 1 < self->room)
        return 0;

    size_t room = self->room ? self->room * 2 : ROOM_LEAST;
    struct weir_label *labels =
        reallocarray(self->labels, room, sizeof(*labels));
    if (!labels)
        return -ENOMEM;
    labels[self->count] = (struct weir_label){0};
    self->labels = labels;
    self->room = room;
    return 0;
}

static int
insert_at(struct labelset *self, size_t at, const char *name, const char *value)
{
    char *copy = strdup(name);

    if (!copy || make_room(self) < 0) {
        free(copy);
        return -ENOMEM;
    }
    memmove(&self->labels[at + 1], &self->labels[at],
            (self->count - at + 1) * sizeof(*self->labels));
    self->labels[at] = (struct weir_label){copy, value};
    self->count++;
    return 0;
}

int
labelset_set(struct labelset *self, const char *name, const char *value)
{
    size_t at = place_of(self, name);
    bool is_there = is_at(self, at, name);

    if (!*value) {
        if (is_there)
            remove_at(self, at);
        return 0;
    }
    weir_cleanup(weir_free) char *copy = strdup(value);
    if (!copy)
        return -ENOMEM;
    if (is_there) {
        free_text(self->labels[at].value);
        self->labels[at].value = weir_take(copy);
        return 0;
    }
    int rc = insert_at(self, at, name, copy);
    if (rc == 0)
        (void)weir_take(copy);
    return rc;
}

int
labelset_add(struct labelset *self, const struct weir_label *labels)
{
    int rc = 0;

    for (; rc == 0 && labels->name; labels++)
        rc = labelset_set(self, labels->name, labels->value);
    return rc;
}

const struct weir_label *
labelset_all(const struct labelset *self)
{
    static const struct weir_label none = {0};

    return self->labels ? self->labels : &none;
}

bool
labelset_equal(const struct labelset *a, const struct labelset *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->labels[i].name, b->labels[i].name) != 0 ||
            strcmp(a->labels[i].value, b->labels[i].value) != 0)
            return false;
    return true;
}

void
labelset_fini(struct labelset *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free_text(self->labels[i].name);
        free_text(self->labels[i].value);
    }
    free(self->labels);
    *self = (struct labelset){0};
}
