/* offers.c - what other threads want of a lane */
#include <config.h>

#include "link/offers.h"

#include <time.h>

#include "base.h"

void
offers_init(struct offers *self)
{
    pthread_condattr_t monotonic;

    *self = (struct offers){0};
    self->last_p = &self->first;
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->emptied, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

void
offers_fini(struct offers *self)
{
    (void)pthread_cond_destroy(&self->emptied);
    (void)pthread_mutex_destroy(&self->lock);
}

bool
offers_add(struct offers *self, const struct offer *offer)
{
    struct offer *added = xcalloc(1, sizeof(*added));

    *added = *offer;
    (void)pthread_mutex_lock(&self->lock);
    bool first = !self->first;
    *self->last_p = added;
    self->last_p = &added->next;
    self->left += offer->kind >= OFFER_BATCH;
    (void)pthread_mutex_unlock(&self->lock);
    return first;
}

struct offer *
offers_take(struct offers *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct offer *first = self->first;
    self->first = NULL;
    self->last_p = &self->first;
    (void)pthread_mutex_unlock(&self->lock);
    return first;
}

void
offers_hold(struct offers *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->left++;
    (void)pthread_mutex_unlock(&self->lock);
}

void
offers_settle(struct offers *self)
{
    (void)pthread_mutex_lock(&self->lock);
    if (--self->left == 0)
        (void)pthread_cond_broadcast(&self->emptied);
    (void)pthread_mutex_unlock(&self->lock);
}

uint64_t
offers_wait(struct offers *self, int64_t deadline_ns)
{
    struct timespec deadline = {.tv_sec = deadline_ns / NS_PER_S,
                                .tv_nsec = deadline_ns % NS_PER_S};
    int rc = 0;

    (void)pthread_mutex_lock(&self->lock);
    while (self->left && rc == 0)
        rc = pthread_cond_timedwait(&self->emptied, &self->lock, &deadline);
    uint64_t left = self->left;
    (void)pthread_mutex_unlock(&self->lock);
    return left;
}
