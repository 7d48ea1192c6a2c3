/* outlet.c - where an instance's batches go: to its storages and links */
#include <config.h>

#include "outlet.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <xxhash.h>

#include <weir/cleanup.h>

#include "base.h"

/* How one batch fares.  It is made by the source's thread and settled by the
 * lanes'; both under the outlet's lock. */
struct waiting {
    struct waiting *next, **link; /* of a list; 'link' while it waits */
    struct lanes_outlet *outlet;
    weir_stored *fate; /* NULL: nobody asks any more */
    void *fate_arg;
    unsigned pending; /* spreads, and the source while it offers */
    int rc;
    char why[128]; /* of 'rc' */
};

/* It outlives its instance until the last one has told: 'users' are the
 * instance and those who wait. */
struct lanes_outlet {
    struct outlet outlet;
    void *self;
    pthread_mutex_t lock;
    struct stage *stage;     /* under 'lock'; NULL when the instance has gone */
    size_t users;            /* under 'lock' */
    struct waiting *waiting; /* under 'lock': some have not told */
    struct waiting *settled; /* under 'lock': to be told on the stage */
    size_t count;
    struct spread *spreads[];
};

/* Ends a use, with the lock held, and lets go of the lock. */
static void
leave(struct lanes_outlet *self, size_t users)
{
    self->users -= users;
    bool last = self->users == 0;
    (void)pthread_mutex_unlock(&self->lock);
    if (!last)
        return;
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

/* All that keep the frame, in whichever link, keep the same one. */
static void
offer_layout(void *arg, uint64_t home, struct frame **frame_p)
{
    struct lanes_outlet *self = arg;
    weir_cleanup(frame_release) struct frame *stowed = frame_stow(frame_p);

    for (size_t i = 0; i < self->count; i++) {
        struct frame *own = frame_hold(stowed);
        spread_layout(self->spreads[i], home, &own);
    }
}

static void
forget(void *arg, uint32_t number)
{
    struct lanes_outlet *self = arg;

    for (size_t i = 0; i < self->count; i++)
        spread_forget(self->spreads[i], number);
}

static bool
parts(void *arg)
{
    const struct lanes_outlet *self = arg;

    for (size_t i = 0; i < self->count; i++)
        if (spread_parts(self->spreads[i]))
            return true;
    return false;
}

static struct waiting *
reverse(struct waiting *list)
{
    struct waiting *reversed = NULL;

    while (list) {
        struct waiting *next = list->next;
        list->next = reversed;
        reversed = list;
        list = next;
    }
    return reversed;
}

/* Tells 'rc', or when it is 0 what was told, to a list of the settled,
 * the newest first, and frees it.  Returns how many these were. */
static size_t
tell_each(const struct lanes_outlet *self, struct waiting *list, int rc)
{
    struct waiting *waiting = reverse(list);
    size_t count = 0;

    while (waiting) {
        struct waiting *next = waiting->next;
        if (waiting->fate)
            waiting->fate(self->self, waiting->fate_arg, rc ? rc : waiting->rc,
                          waiting->why[0] ? waiting->why : NULL);
        free(waiting);
        waiting = next;
        count++;
    }
    return count;
}

static struct waiting *
take_settled(struct lanes_outlet *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct waiting *settled = weir_take(self->settled);
    (void)pthread_mutex_unlock(&self->lock);
    return settled;
}

/* On the stage. */
static void
tell_settled(void *arg)
{
    struct lanes_outlet *self = arg;
    size_t users = tell_each(self, take_settled(self), 0);

    (void)pthread_mutex_lock(&self->lock);
    leave(self, users);
}

static void
unlink_waiting(struct waiting *waiting)
{
    *waiting->link = waiting->next;
    if (waiting->next)
        waiting->next->link = waiting->link;
}

/* With the lock held: nobody will tell any more. */
static void
settle(struct lanes_outlet *self, struct waiting *waiting)
{
    unlink_waiting(waiting);
    if (!self->stage) {
        free(waiting);
        self->users--;
        return;
    }
    bool first = !self->settled;
    waiting->next = self->settled;
    self->settled = waiting;
    if (first)
        stage_post(self->stage, tell_settled, self);
}

/* On a lane's thread, or the source's. */
static void
spread_tells(void *arg, int rc, const char *why)
{
    struct waiting *waiting = arg;
    struct lanes_outlet *self = waiting->outlet;

    (void)pthread_mutex_lock(&self->lock);
    int worse = source_worse(rc, waiting->rc);
    if (worse != waiting->rc)
        (void)snprintf(waiting->why, sizeof(waiting->why), "%s",
                       why ? why : "");
    waiting->rc = worse;
    if (--waiting->pending == 0)
        settle(self, waiting);
    leave(self, 0);
}

static struct waiting *
add_waiting(struct lanes_outlet *self, weir_stored *fate, void *fate_arg)
{
    struct waiting *waiting = xcalloc(1, sizeof(*waiting));

    waiting->outlet = self;
    waiting->fate = fate;
    waiting->fate_arg = fate_arg;
    /* Each one counts before it is asked, since it may tell at once. */
    waiting->pending = 1 + (unsigned)self->count;
    (void)pthread_mutex_lock(&self->lock);
    waiting->next = self->waiting;
    waiting->link = &self->waiting;
    if (waiting->next)
        waiting->next->link = &waiting->next;
    self->waiting = waiting;
    self->users++;
    (void)pthread_mutex_unlock(&self->lock);
    return waiting;
}

/* Offers to all from the last to the first, which gets the frame itself.
 * Returns how many took it. */
static size_t
offer_each(struct lanes_outlet *self, struct frame **frame_p,
           struct waiting *waiting)
{
    size_t took = 0;

    for (size_t i = self->count; i-- > 0;) {
        struct frame *frame = i ? frame_copy(*frame_p) : weir_take(*frame_p);
        int rc = spread_offer(self->spreads[i], &frame,
                              waiting ? spread_tells : NULL, waiting);
        took += rc == 0;
        if (rc < 0 && waiting)
            spread_tells(waiting, rc, "the window is full");
        frame_release(&frame);
    }
    frame_release(frame_p);
    return took;
}

/* Takes back what nobody took. */
static void
drop_waiting(struct lanes_outlet *self, struct waiting *waiting)
{
    (void)pthread_mutex_lock(&self->lock);
    unlink_waiting(waiting);
    leave(self, 1);
    free(waiting);
}

/* Where one store of several has no room, the fate is -EAGAIN: the batch comes
 * again, and a store that has it already takes it once. */
static int
offer_batch(void *arg, struct frame **frame_p, weir_stored *fate,
            void *fate_arg)
{
    struct lanes_outlet *self = arg;
    struct waiting *waiting = fate ? add_waiting(self, fate, fate_arg) : NULL;
    size_t took = offer_each(self, frame_p, waiting);

    if (waiting && took)
        spread_tells(waiting, 0, NULL);
    else if (waiting)
        drop_waiting(self, waiting);
    return took && (fate || took == self->count) ? 0 : -EAGAIN;
}

struct asked {
    weir_stored *fate;
    void *arg;
};

/* Takes the fates from all that wait, so that nobody hears of those any more;
 * '*ret_asked' is freed by the caller, the newest is first.  With the lock
 * held. */
static size_t
take_asked(struct lanes_outlet *self, struct asked **ret_asked)
{
    struct asked *asked = NULL;
    size_t count = 0;
    size_t room = 0;

    for (struct waiting *w = self->waiting; w; w = w->next) {
        if (!w->fate)
            continue;
        if (count == room) {
            room = room ? 2 * room : 16;
            asked = xrealloc(asked, room, sizeof(*asked));
        }
        asked[count++] = (struct asked){w->fate, w->fate_arg};
        w->fate = NULL;
    }
    *ret_asked = asked;
    return count;
}

/* What was told already is told so, or as 'rc' when that is for
 * the source alone.  Returns how many uses end with that. */
static size_t
end_waits(struct lanes_outlet *self, int rc)
{
    weir_cleanup(weir_free) struct asked *asked = NULL;

    (void)pthread_mutex_lock(&self->lock);
    struct waiting *settled = weir_take(self->settled);
    size_t count = take_asked(self, &asked);
    (void)pthread_mutex_unlock(&self->lock);
    size_t users = tell_each(self, settled, rc == -ESHUTDOWN ? rc : 0);
    while (count-- > 0)
        asked[count].fate(self->self, asked[count].arg, rc, NULL);
    return users;
}

static void
cancel(void *arg, int rc)
{
    struct lanes_outlet *self = arg;
    size_t users = end_waits(self, rc);

    (void)pthread_mutex_lock(&self->lock);
    leave(self, users);
}

struct lanes_outlet *
lanes_outlet_new(struct stage *stage, void *self_memory,
                 struct spread *const spreads[], size_t count)
{
    struct lanes_outlet *self =
        xcalloc(1, sizeof(*self) + count * sizeof(struct spread *));

    (void)pthread_mutex_init(&self->lock, NULL);
    self->users = 1;
    self->stage = stage;
    self->self = self_memory;
    self->count = count;
    if (count)
        memcpy(self->spreads, spreads, count * sizeof(struct spread *));
    self->outlet = (struct outlet){
        .layout = offer_layout,
        .forget = forget,
        .batch = offer_batch,
        .cancel = cancel,
        .parts = parts,
        .arg = self,
    };
    return self;
}

void
lanes_outlet_name(struct lanes_outlet *self, const char *host,
                  const char *instance)
{
    uint64_t home = XXH3_64bits(host, strlen(host));

    self->outlet.home = XXH3_64bits_withSeed(instance, strlen(instance), home);
}

/* The instance's own use stays. */
void
lanes_outlet_leave(struct lanes_outlet *self)
{
    size_t users = end_waits(self, -ESHUTDOWN);

    (void)pthread_mutex_lock(&self->lock);
    self->stage = NULL;
    struct waiting *late = weir_take(self->settled);
    (void)pthread_mutex_unlock(&self->lock);
    users += tell_each(self, late, -ESHUTDOWN);
    (void)pthread_mutex_lock(&self->lock);
    self->users -= users;
    (void)pthread_mutex_unlock(&self->lock);
}

void
lanes_outlet_destroy(struct lanes_outlet **self_p)
{
    struct lanes_outlet *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->stage)
        lanes_outlet_leave(self);
    (void)pthread_mutex_lock(&self->lock);
    leave(self, 1);
}

const struct outlet *
lanes_outlet_outlet(const struct lanes_outlet *self)
{
    return &self->outlet;
}
