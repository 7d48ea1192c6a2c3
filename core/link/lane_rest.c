/* link/lane_rest.c - what is left of a lane that closes goes to its heir */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "link/lane_inner.h"
#include "log.h"

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

void
lane_give_rest(struct lane *self)
{
    struct sender_batch batch;
    uint64_t given = 0;

    sender_layouts(self->sender, self->heir.layout, self->heir.arg);
    while (sender_take(self->sender, &batch)) {
        int rc = give(self, &batch);
        if (rc < 0 && batch.told)
            batch.told(batch.told_arg, -ECANCELED, "the link closes");
        given += rc == 0;
        self->lost += rc < 0;
        self->waiting -= batch.cost;
        offers_settle(&self->offers);
        frame_release(&batch.frame);
    }
    if (given)
        log_line(LOG_INFO, "batches_moved", "link", self->name, "endpoint",
                 self->endpoint, "batches", log_number((long long)given), NULL);
}
