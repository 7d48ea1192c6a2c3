/* mailbox.c - calls that other threads want made on a stage */
#include <config.h>

#include "mailbox.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base.h"

void
mailbox_init(struct mailbox *self)
{
    *self = (struct mailbox){.bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    (void)pthread_mutex_init(&self->lock, NULL);
    self->last_p = &self->first;
}

void
mailbox_fini(struct mailbox *self)
{
    mailbox_close(self);
    if (self->bell >= 0)
        (void)close(self->bell);
    (void)pthread_mutex_destroy(&self->lock);
}

void
mailbox_ring(const struct mailbox *self)
{
    (void)eventfd_write(self->bell, 1);
}

void
posts_drop(struct post *post)
{
    while (post) {
        struct post *next = post->next;
        if (post->dropped)
            post->dropped(post->arg);
        free(post);
        post = next;
    }
}

void
mailbox_put(struct mailbox *self, const struct post *post)
{
    struct post *copy = xcalloc(1, sizeof(*copy));

    *copy = *post;
    (void)pthread_mutex_lock(&self->lock);
    bool closed = self->closed;
    bool first = !self->first;
    if (!closed) {
        *self->last_p = copy;
        self->last_p = &copy->next;
    }
    /* With the lock held: once it is free, the stage may be, too. */
    if (!closed && first)
        mailbox_ring(self);
    (void)pthread_mutex_unlock(&self->lock);
    if (closed)
        posts_drop(copy);
}

static struct post *
take(struct mailbox *self, bool close)
{
    (void)pthread_mutex_lock(&self->lock);
    struct post *first = self->first;
    self->first = NULL;
    self->last_p = &self->first;
    self->closed = self->closed || close;
    (void)pthread_mutex_unlock(&self->lock);
    return first;
}

struct post *
mailbox_take(struct mailbox *self)
{
    return take(self, false);
}

void
mailbox_close(struct mailbox *self)
{
    posts_drop(take(self, true));
}
