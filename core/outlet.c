/* outlet.c - where an instance's batches go: the lanes to its stores */
#include <config.h>

#include "outlet.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base.h"

struct lanes_outlet {
    struct outlet outlet;
    struct stage *stage;
    void *self;
    size_t count;
    struct lane *lanes[];
};

/* How one batch fares; made by the source's thread, finished on the lanes'. */
struct waiting {
    struct lanes_outlet *outlet;
    weir_stored *fate;
    void *fate_arg;
    atomic_uint pending;
    _Atomic int rc;
    char why[128];
};

/* The source's frame is for one lane; others get copies. */
static struct frame *
copy_frame(const struct frame *frame)
{
    struct frame_view view = frame_look(frame);
    return frame_new(&view.head, view.body, view.size);
}

static void
offer_layout(void *arg, struct frame **frame_p)
{
    struct lanes_outlet *self = arg;

    for (size_t i = 1; i < self->count; i++) {
        struct frame *copy = copy_frame(*frame_p);
        lane_offer_layout(self->lanes[i], &copy);
    }
    if (self->count)
        lane_offer_layout(self->lanes[0], frame_p);
    frame_release(frame_p);
}

static void
forget(void *arg, uint32_t number)
{
    struct lanes_outlet *self = arg;

    for (size_t i = 0; i < self->count; i++)
        lane_forget_layout(self->lanes[i], number);
}

static void
tell(void *arg)
{
    struct waiting *waiting = arg;

    waiting->fate(waiting->outlet->self, waiting->fate_arg, waiting->rc,
                  waiting->why);
    free(waiting);
}

static void
lane_tells(void *arg, int rc, const char *why)
{
    struct waiting *waiting = arg;
    int none = 0;

    if (rc < 0 && atomic_compare_exchange_strong(&waiting->rc, &none, rc) &&
        why)
        (void)snprintf(waiting->why, sizeof(waiting->why), "%s", why);
    if (atomic_fetch_sub(&waiting->pending, 1) == 1)
        stage_post(waiting->outlet->stage, tell, waiting);
}

/* Offers to the lanes from the last to the first, which gets the frame itself.
 */
static int
offer_each(struct lanes_outlet *self, struct frame **frame_p,
           struct waiting *waiting)
{
    int refused = 0;

    for (size_t i = self->count; i-- > 0;) {
        struct frame *frame = i ? copy_frame(*frame_p) : weir_take(*frame_p);
        if (waiting)
            waiting->pending++;
        int rc = lane_offer(self->lanes[i], &frame, waiting ? lane_tells : NULL,
                            waiting);
        if (rc < 0 && waiting)
            waiting->pending--;
        if (rc < 0)
            refused = rc;
        frame_release(&frame);
    }
    return refused;
}

/* Where one lane of several has no room, the fate is -EAGAIN: the batch comes
 * again, and a store that has it already takes it once. */
static int
offer_batch(void *arg, struct frame **frame_p, weir_stored *fate,
            void *fate_arg)
{
    struct lanes_outlet *self = arg;

    if (!fate)
        return offer_each(self, frame_p, NULL);
    struct waiting *waiting = xcalloc(1, sizeof(*waiting));
    waiting->outlet = self;
    waiting->fate = fate;
    waiting->fate_arg = fate_arg;
    waiting->pending = 1;
    int rc = offer_each(self, frame_p, waiting);
    if (rc < 0 && waiting->pending == 1 && self->count == 1) {
        free(waiting);
        return rc;
    }
    lane_tells(waiting, rc, "no room");
    return 0;
}

struct lanes_outlet *
lanes_outlet_new(struct stage *stage, void *self_memory,
                 struct lane *const lanes[], size_t count)
{
    struct lanes_outlet *self =
        xcalloc(1, sizeof(*self) + count * sizeof(*lanes));

    self->stage = stage;
    self->self = self_memory;
    self->count = count;
    if (count)
        memcpy(self->lanes, lanes, count * sizeof(*lanes));
    self->outlet = (struct outlet){
        .layout = offer_layout,
        .forget = forget,
        .batch = offer_batch,
        .arg = self,
    };
    return self;
}

void
lanes_outlet_destroy(struct lanes_outlet **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

const struct outlet *
lanes_outlet_outlet(const struct lanes_outlet *self)
{
    return &self->outlet;
}
