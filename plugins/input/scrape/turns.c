/* turns.c - whose turn is next; see turns.h */
#include <config.h>

#include "turns.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum { ROOM_LEAST = 16 };

static void
place(struct turns *self, struct turn *turn, size_t at)
{
    self->heap[at - 1] = turn;
    turn->at = at;
}

/* Lets those before it that are due later sink below it. */
static void
rise(struct turns *self, struct turn *turn)
{
    size_t at = turn->at;

    while (at > 1 && self->heap[at / 2 - 1]->due_ns > turn->due_ns) {
        place(self, self->heap[at / 2 - 1], at);
        at /= 2;
    }
    place(self, turn, at);
}

static void
sink(struct turns *self, struct turn *turn)
{
    size_t at = turn->at;

    while (2 * at <= self->count) {
        size_t next = 2 * at;
        if (next < self->count &&
            self->heap[next]->due_ns < self->heap[next - 1]->due_ns)
            next++;
        if (self->heap[next - 1]->due_ns >= turn->due_ns)
            break;
        place(self, self->heap[next - 1], at);
        at = next;
    }
    place(self, turn, at);
}

struct turn *
turns_first(const struct turns *self)
{
    return self->count ? self->heap[0] : NULL;
}

static int
add(struct turns *self, struct turn *turn)
{
    if (self->count == self->room) {
        size_t room = self->room ? self->room * 2 : ROOM_LEAST;
        struct turn **heap =
            reallocarray(self->heap, room, sizeof(struct turn *));
        if (!heap)
            return -ENOMEM;
        self->heap = heap;
        self->room = room;
    }
    place(self, turn, ++self->count);
    return 0;
}

int
turns_put(struct turns *self, struct turn *turn)
{
    int rc = turn->at ? 0 : add(self, turn);

    assert(rc < 0 || self->heap);
    if (rc == 0) {
        rise(self, turn);
        sink(self, turn);
    }
    return rc;
}

void
turns_drop(struct turns *self, struct turn *turn)
{
    size_t at = turn->at;

    if (!at)
        return;
    assert(self->heap);
    struct turn *last = self->heap[--self->count];
    turn->at = 0;
    if (last == turn)
        return;
    place(self, last, at);
    rise(self, last);
    sink(self, last);
}

void
turns_fini(struct turns *self)
{
    free(self->heap);
    *self = (struct turns){0};
}
