/* board.c - what a store's threads leave for a port */
#include <config.h>

#include "link/board.h"

#include <assert.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base.h"

struct board {
    int bell; /* eventfd */
    pthread_mutex_t lock;
    /* Under 'lock'. */
    struct board_notes notes;
    size_t refusal_room; /* refusals that fit in the allocated memory */
    struct port_figures figures;
};

struct board *
board_new(void)
{
    struct board *self = xcalloc(1, sizeof(*self));

    self->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(self->bell >= 0);
    (void)pthread_mutex_init(&self->lock, NULL);
    return self;
}

void
board_destroy(struct board **self_p)
{
    struct board *self = *self_p;

    if (!self)
        return;
    board_notes_fini(&self->notes);
    (void)pthread_mutex_destroy(&self->lock);
    (void)close(self->bell);
    free(self);
    *self_p = NULL;
}

int
board_bell(const struct board *self)
{
    return self->bell;
}

void
board_ring(struct board *self)
{
    (void)eventfd_write(self->bell, 1);
}

void
board_note_durable(struct board *self, uint64_t number)
{
    (void)pthread_mutex_lock(&self->lock);
    bool news = number > self->notes.durable;
    if (news)
        self->notes.durable = number;
    (void)pthread_mutex_unlock(&self->lock);
    if (news)
        board_ring(self);
}

void
board_note_refused(struct board *self, uint64_t number, const char *why)
{
    struct board_notes *notes = &self->notes;

    (void)pthread_mutex_lock(&self->lock);
    if (notes->refusal_count == self->refusal_room) {
        self->refusal_room = self->refusal_room * 2 + 8;
        notes->refusals = xrealloc(notes->refusals, self->refusal_room,
                                   sizeof(*notes->refusals));
    }
    struct board_refusal *refusal = &notes->refusals[notes->refusal_count++];
    refusal->number = number;
    (void)snprintf(refusal->why, sizeof(refusal->why), "%s", why);
    (void)pthread_mutex_unlock(&self->lock);
    board_ring(self);
}

void
board_note_room(struct board *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->notes.room = true;
    (void)pthread_mutex_unlock(&self->lock);
    board_ring(self);
}

struct board_notes
board_take(struct board *self)
{
    eventfd_t rings = 0;

    (void)eventfd_read(self->bell, &rings);
    (void)pthread_mutex_lock(&self->lock);
    struct board_notes notes = self->notes;
    self->notes = (struct board_notes){.durable = notes.durable};
    self->refusal_room = 0;
    (void)pthread_mutex_unlock(&self->lock);
    return notes;
}

void
board_notes_fini(struct board_notes *notes)
{
    free(notes->refusals);
}

void
board_show(struct board *self, const struct port_figures *figures)
{
    (void)pthread_mutex_lock(&self->lock);
    self->figures = *figures;
    (void)pthread_mutex_unlock(&self->lock);
}

void
board_read(struct board *self, struct port_figures *ret_figures)
{
    (void)pthread_mutex_lock(&self->lock);
    *ret_figures = self->figures;
    (void)pthread_mutex_unlock(&self->lock);
}
