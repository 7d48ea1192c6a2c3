/* backlog.c - a lane's second stream */
#include <config.h>

#include <errno.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/backlog_inner.h"
#include "log.h"

static const int64_t sync_ns = NS_PER_S;
static const int64_t expire_ns = 10 * NS_PER_S;
static const int64_t look_ns = NS_PER_S;

struct backlog *
backlog_new(const struct backlog_settings *settings)
{
    struct backlog *self = xcalloc(1, sizeof(*self));

    self->settings = *settings;
    self->spool = settings->spool;
    self->dead = settings->dead;
    backlog_make_fresh(self);
    (void)getrandom(self->stream, sizeof(self->stream), 0);
    backlog_look(self, clock_now_ns());
    return self;
}

void
backlog_destroy(struct backlog **self_p)
{
    struct backlog *self = weir_take(*self_p);

    if (!self)
        return;
    (void)backlog_sync(self);
    backlog_end_stream(self);
    backlog_end_fresh(self);
    spool_destroy(&self->spool);
    dead_destroy(&self->dead);
    free(self->unsynced);
    free(self->uses);
    free(self);
}

/* Writing -------------------------------------------------------------------
 */

void
backlog_layout(struct backlog *self, struct frame *layout)
{
    spool_layout(self->spool, layout);
    if (self->fresh)
        spool_layout(self->fresh, layout);
}

void
backlog_forget(struct backlog *self, uint32_t number)
{
    spool_forget(self->spool, number);
    if (self->fresh)
        spool_forget(self->fresh, number);
}

int
backlog_append(struct backlog *self, struct spool *to, const uint8_t stream[16],
               const struct sender_batch *batch)
{
    int rc = spool_append(to, stream, batch->sequence, batch->frame, NULL);

    if (rc < 0)
        return rc;
    if (!self->dirty)
        self->dirty_ns = clock_now_ns();
    self->dirty = true;
    if (!batch->told)
        return 0;
    if (self->unsynced_count == self->unsynced_room) {
        self->unsynced_room = self->unsynced_room * 2 + 16;
        self->unsynced = xrealloc(self->unsynced, self->unsynced_room,
                                  sizeof(*self->unsynced));
    }
    self->unsynced[self->unsynced_count++] =
        (struct backlog_unsynced){batch->told, batch->told_arg};
    return 0;
}

/* A number is used once, also when writing failed: nobody knows what the disk
 * has of it. */
void
backlog_offer(struct backlog *self, const struct frame *batch,
              sender_told *told, void *told_arg)
{
    struct sender_batch numbered = {.sequence = ++self->sequence,
                                    .frame = base_own(batch),
                                    .told = told,
                                    .told_arg = told_arg};

    int rc = backlog_append(self, self->spool, self->stream, &numbered);
    if (rc < 0 && told)
        told(told_arg, -EAGAIN, "the spool has no room");
}

int
backlog_keep(struct backlog *self, const uint8_t stream[16],
             const struct sender_batch *batch)
{
    int rc = -ENOSPC;

    self->keeps = true;
    if (self->fresh && !self->mark)
        self->mark = spool_mark(self->spool);
    if (!self->fresh || !self->gap)
        rc = backlog_append(self, self->spool, stream, batch);
    self->gap |= rc < 0;
    return rc;
}

int
backlog_end_keep(struct backlog *self)
{
    (void)backlog_sync(self);
    if (self->kept_rc < 0 && self->mark)
        spool_undo(self->spool, self->mark);
    return self->kept_rc;
}

void
backlog_spare_oldest(struct backlog *self)
{
    spool_spare_oldest(self->spool);
}

/* The numbers of its layouts are those of what this run spools, too. */
void
backlog_bury(struct backlog *self, struct letter **letter_p)
{
    weir_cleanup(letter_destroy) struct letter *letter = weir_take(*letter_p);

    if (!self->dead)
        return;
    if (!spool_is_taken(self->spool)) {
        self->unburied++;
        log_line(LOG_ERROR, "dead_batch_lost", "link", self->settings.link,
                 "reason", letter->why, "error", "the spool has no folder",
                 NULL);
        return;
    }
    memcpy(letter->origin, self->stream, sizeof(letter->origin));
    dead_keep(self->dead, letter);
    if (!self->dirty)
        self->dirty_ns = clock_now_ns();
    self->dirty = true;
}

int
backlog_sync(struct backlog *self)
{
    weir_cleanup(weir_free) struct backlog_unsynced *unsynced =
        weir_take(self->unsynced);
    size_t count = self->unsynced_count;

    if (!self->dirty) {
        self->unsynced = weir_take(unsynced);
        return 0;
    }
    int rc = spool_sync(self->spool);
    self->unsafe |= rc < 0;
    if (self->keeps && self->kept_rc == 0)
        self->kept_rc = rc;
    int fresh_rc = self->fresh ? spool_sync(self->fresh) : 0;
    if (fresh_rc < 0)
        self->fresh_from = self->fresh_to + 1;
    rc = rc < 0 ? rc : fresh_rc;
    if (self->dead)
        dead_sync(self->dead);
    self->dirty = false;
    self->unsynced_count = 0;
    self->unsynced_room = 0;
    for (size_t i = 0; i < count; i++)
        unsynced[i].told(unsynced[i].arg, rc < 0 ? -EAGAIN : 0,
                         rc < 0 ? "the spool's disk failed" : NULL);
    return rc;
}

void
backlog_tick(struct backlog *self, int64_t now_ns)
{
    if (self->dirty && now_ns - self->dirty_ns >= sync_ns)
        (void)backlog_sync(self);
    if (now_ns - self->expired_ns >= expire_ns) {
        self->expired_ns = now_ns;
        spool_expire(self->spool, clock_wall_ns());
    }
    if (now_ns - self->looked_ns >= look_ns)
        backlog_look(self, now_ns);
    if (self->sender)
        sender_tick(self->sender, now_ns);
    backlog_pump(self, now_ns);
}

bool
backlog_waits(const struct backlog *self)
{
    return self->dirty || self->sender;
}

bool
backlog_has_folder(const struct backlog *self)
{
    return spool_is_taken(self->spool);
}

bool
backlog_has_room(const struct backlog *self)
{
    return spool_has_room(self->spool);
}

void
backlog_figures(const struct backlog *self, struct backlog_figures *ret_figures)
{
    *ret_figures = (struct backlog_figures){.sent = self->sent,
                                            .unusable = self->unusable};
    spool_figures(self->spool, &ret_figures->spool);
    if (self->fresh) {
        struct spool_figures fresh;
        spool_figures(self->fresh, &fresh);
        ret_figures->spool.disk += fresh.disk;
        ret_figures->spool.batches += fresh.batches;
    }
    if (self->dead)
        dead_figures(self->dead, &ret_figures->dead);
    ret_figures->dead.lost += self->unburied;
    if (!self->sender)
        return;
    struct sender_figures sent = sender_figures(self->sender);
    ret_figures->sent.sent += sent.sent;
    ret_figures->sent.again += sent.again;
    ret_figures->sent.bytes += sent.bytes;
}
