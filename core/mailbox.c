/* mailbox.c - calls that other threads want made on a stage */
#include <config.h>

#include "mailbox.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "lock.h"

/* Spare posts; of a burst the rest is freed. */
enum { SPENT_MOST = 64 };

void
mailbox_init(struct mailbox *self)
{
    *self = (struct mailbox){.bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    lock_init_brief(&self->lock);
    self->last_p = &self->first;
}

static void
free_posts(struct post **posts_p)
{
    struct post *post = weir_take(*posts_p);

    while (post) {
        struct post *next = post->next;
        free(post);
        post = next;
    }
}

void
mailbox_fini(struct mailbox *self)
{
    mailbox_close(self);
    free_posts(&self->spare);
    free_posts(&self->spent);
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

/* With the lock held. */
static struct post *
new_post(struct mailbox *self)
{
    struct post *post = self->spare;

    if (!post)
        return xcalloc(1, sizeof(*post));
    self->spare = post->next;
    return post;
}

void
mailbox_put(struct mailbox *self, const struct post *post, bool quiet)
{
    (void)pthread_mutex_lock(&self->lock);
    struct post *copy = new_post(self);
    *copy = *post;
    copy->next = NULL;
    bool closed = self->closed;
    bool first = !self->first;
    if (!closed) {
        *self->last_p = copy;
        self->last_p = &copy->next;
    }
    /* With the lock held: once it is free, the stage may be, too. */
    if (!closed && first && !quiet)
        mailbox_ring(self);
    (void)pthread_mutex_unlock(&self->lock);
    if (closed)
        posts_drop(copy);
}

bool
mailbox_is_empty(struct mailbox *self)
{
    (void)pthread_mutex_lock(&self->lock);
    bool empty = !self->first;
    (void)pthread_mutex_unlock(&self->lock);
    return empty;
}

/* With the lock held. */
static struct post *
take_all(struct mailbox *self)
{
    self->last_p = &self->first;
    return weir_take(self->first);
}

/* What was spent becomes spare when nothing is: the stage is then ahead of
 * those who post. */
struct post *
mailbox_take(struct mailbox *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct post *first = take_all(self);
    if (!self->spare) {
        self->spare = weir_take(self->spent);
        self->spent_count = 0;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return first;
}

void
mailbox_give_back(struct mailbox *self, struct post *post)
{
    if (self->spent_count == SPENT_MOST) {
        free(post);
        return;
    }
    post->next = self->spent;
    self->spent = post;
    self->spent_count++;
}

void
mailbox_close(struct mailbox *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->closed = true;
    struct post *first = take_all(self);
    (void)pthread_mutex_unlock(&self->lock);
    posts_drop(first);
}
