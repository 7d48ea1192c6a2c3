/* link/lane_rest.c - what is left of a lane that closes goes to its heir */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "link/lane_inner.h"
#include "log.h"

void
lane_end_batch(struct lane *self, struct sender_batch *batch, int rc)
{
    self->lost += rc < 0;
    self->waiting -= batch->cost;
    offers_settle(&self->offers);
    frame_release(&batch->frame);
}

/* The frame may still be on its way out, and have a number: the heir gets a
 * copy. */
static int
give(const struct lane *self, const struct sender_batch *batch)
{
    const struct lane_heir *heir = &self->heir;
    struct frame *frame = frame_copy(batch->frame);

    int rc = heir->batch(heir->arg, &frame, batch->told, batch->told_arg);
    frame_release(&frame);
    return rc;
}

/* Gives the batch to the heir, or tells that nobody has it.  Returns whether
 * the heir does. */
static bool
pass_on(struct lane *self, struct sender_batch *batch)
{
    int rc = self->heir.batch ? give(self, batch) : -ECANCELED;

    if (rc < 0 && batch->told)
        batch->told(batch->told_arg, -ECANCELED, "the link closes");
    lane_end_batch(self, batch, rc);
    return rc == 0;
}

static void
log_moved(const struct lane *self, uint64_t given)
{
    if (given)
        log_line(LOG_INFO, "batches_moved", "link", self->name, "endpoint",
                 self->endpoint, "batches", log_number((long long)given), NULL);
}

void
lane_give_rest(struct lane *self)
{
    struct sender_batch batch;
    uint64_t given = 0;

    sender_layouts(self->sender, self->heir.layout, self->heir.arg);
    while (sender_take(self->sender, &batch))
        given += pass_on(self, &batch);
    log_moved(self, given);
}

void
lane_give_unkept(struct lane *self)
{
    struct sender_batch batch;
    uint64_t given = 0;
    int rc = 0;

    if (self->heir.batch)
        sender_layouts(self->sender, self->heir.layout, self->heir.arg);
    while (depot_take_kept(self->depot, &batch, &rc)) {
        if (rc < 0) {
            given += pass_on(self, &batch);
            continue;
        }
        if (batch.told)
            batch.told(batch.told_arg, 0, NULL);
        lane_end_batch(self, &batch, 0);
    }
    log_moved(self, given);
}
