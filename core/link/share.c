/* link/share.c - how a batch fared that went to several stores, as one */
#include <config.h>

#include "link/share.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "base.h"
#include "source.h"

struct share {
    pthread_mutex_t lock;
    unsigned holders;
    bool failed; /* some store said 'rc' */
    bool told;   /* the fate */
    int rc;
    char why[128]; /* of 'rc' */
    lane_fate *fate;
    void *arg;
};

struct share *
share_new(lane_fate *fate, void *arg)
{
    struct share *self = xcalloc(1, sizeof(*self));

    (void)pthread_mutex_init(&self->lock, NULL);
    self->holders = 1;
    self->fate = fate;
    self->arg = arg;
    return self;
}

struct share *
share_hold(struct share *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->holders++;
    (void)pthread_mutex_unlock(&self->lock);
    return self;
}

static bool
is_stored(int rc)
{
    return rc == 0 || rc == -EDQUOT;
}

static void
note_failure(struct share *self, int rc, const char *why)
{
    int worse = source_worse(rc, self->rc);

    self->failed = true;
    if (worse != self->rc)
        (void)snprintf(self->why, sizeof(self->why), "%s", why ? why : "");
    self->rc = worse;
}

/* Ends a hold, with the lock held, and lets go of the lock; the last one tells
 * that all have failed. */
static void
leave(struct share *self)
{
    bool last = --self->holders == 0;
    bool due = last && self->failed && !self->told;

    (void)pthread_mutex_unlock(&self->lock);
    if (due)
        self->fate(self->arg, self->rc, self->why[0] ? self->why : NULL);
    if (!last)
        return;
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

void
share_told(void *arg, int rc, const char *why)
{
    struct share *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    bool due = is_stored(rc) && !self->told;
    if (!is_stored(rc))
        note_failure(self, rc, why);
    self->told |= due;
    (void)pthread_mutex_unlock(&self->lock);
    if (due)
        self->fate(self->arg, rc, why);
    share_release(self);
}

void
share_release(struct share *self)
{
    (void)pthread_mutex_lock(&self->lock);
    leave(self);
}
