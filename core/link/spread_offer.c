/* link/spread_offer.c - which lanes of a link a batch goes to
 *
 * Also what is left of a lane that is not one of them any more.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/rank.h"
#include "link/share.h"
#include "link/spread_inner.h"
#include "log.h"

/* Where a batch is to go, one after the other. */
struct route {
    uint8_t order[SPREAD_MOST];
    size_t count;
};

/* A batch that is offered. */
struct offering {
    struct frame *frame;
    struct share *share; /* of several lanes; or NULL */
    lane_fate *fate;
    void *arg;
};

/* Returns the home of a batch, which is that of its first layout. */
static uint64_t
home_of(const struct spread *self, const struct frame *batch)
{
    struct frame_view view = frame_look(batch);
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(&view, &at, &use)) {
        const struct kept *kept = spread_find(self, use.number);
        if (kept)
            return kept->home;
    }
    return 0;
}

/* Those whose stores are away come last. */
static void
find_route(const struct spread *self, const struct frame *batch,
           struct route *ret_route)
{
    uint8_t ranked[SPREAD_MOST];
    size_t up = 0;
    size_t away = 0;
    uint8_t late[SPREAD_MOST];

    ret_route->count = self->count;
    if (self->copies == self->count) {
        for (size_t i = 0; i < self->count; i++)
            ret_route->order[i] = (uint8_t)i;
        return;
    }
    rank_order(self->stores, self->count, home_of(self, batch), ranked);
    for (size_t i = 0; i < self->count; i++) {
        if (lane_is_away(self->members[ranked[i]].lane))
            late[away++] = ranked[i];
        else
            ret_route->order[up++] = ranked[i];
    }
    memcpy(ret_route->order + up, late, away);
}

static void
give_layouts(const struct spread *self, const struct member *member,
             const struct frame *batch)
{
    struct frame_view view = frame_look(batch);
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(&view, &at, &use)) {
        struct kept *kept = spread_find(self, use.number);
        if (kept)
            spread_give(member, kept);
    }
}

/* Offers a copy of the batch, or the batch itself.  Returns as lane_offer(). */
static int
offer_to(const struct spread *self, const struct member *member,
         struct offering *offering, bool copy)
{
    struct share *share = offering->share;
    struct frame *frame =
        copy ? frame_copy(offering->frame) : weir_take(offering->frame);
    int rc = 0;

    give_layouts(self, member, frame);
    if (share)
        rc = lane_offer(member->lane, &frame, share_told, share_hold(share));
    else
        rc = lane_offer(member->lane, &frame, offering->fate, offering->arg);
    if (rc < 0 && share)
        share_release(share);
    if (!copy)
        offering->frame = weir_take(frame);
    frame_release(&frame);
    return rc;
}

/* Counts a batch at the lanes that had no room for it: those of the route that
 * are not in 'took'.  The first of a row is told. */
static void
count_missed(struct spread *self, const struct route *route, uint64_t took)
{
    for (size_t i = 0; i < route->count; i++) {
        struct member *member = &self->members[route->order[i]];
        if (took & member_bit(member))
            continue;
        lane_miss(member->lane);
        if (!member->misses)
            log_line(LOG_WARN, "link_missed_batch", "link", self->name,
                     "endpoint", lane_endpoint(member->lane), "error",
                     "it has no room; another store of the link took the "
                     "batch",
                     NULL);
        member->misses = true;
    }
}

/* Offers to one after the other until enough took it; the batch itself goes to
 * the last.  Returns how many did. */
static size_t
offer_along(struct spread *self, const struct route *route,
            struct offering *offering)
{
    uint64_t who = 0;
    size_t took = 0;

    for (size_t i = 0; i < route->count && took < self->copies; i++) {
        struct member *member = &self->members[route->order[i]];
        bool copy = took + 1 < self->copies && i + 1 < route->count;
        if (offer_to(self, member, offering, copy) < 0)
            continue;
        took++;
        who |= member_bit(member);
        member->misses = false;
    }
    if (took > 0 && took < self->copies)
        count_missed(self, route, who);
    return took;
}

/* Returns 0, or -EAGAIN with the frame still the caller's. */
static int
offer_several(struct spread *self, struct frame **frame_p,
              struct offering *offering)
{
    struct route route;

    offering->frame = weir_take(*frame_p);
    find_route(self, offering->frame, &route);
    if (offer_along(self, &route, offering) == 0) {
        *frame_p = weir_take(offering->frame);
        return -EAGAIN;
    }
    frame_release(&offering->frame);
    return 0;
}

int
spread_offer(struct spread *self, struct frame **frame_p, lane_fate *fate,
             void *arg)
{
    struct offering offering = {.fate = fate, .arg = arg};
    int rc = -EAGAIN;

    (void)pthread_mutex_lock(&self->lock);
    if (self->count == 1) {
        rc = lane_offer(self->members[0].lane, frame_p, fate, arg);
    } else if (self->count > 1) {
        if (fate && self->copies > 1)
            offering.share = share_new(fate, arg);
        rc = offer_several(self, frame_p, &offering);
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (offering.share)
        share_release(offering.share);
    return rc;
}

/* What a lane leaves ---------------------------------------------------------
 */

/* A layout that its source has forgotten, or forgets meanwhile, is still used
 * by what is left. */
static void
inherit_layout(void *arg, struct frame *frame)
{
    struct spread *self = arg;
    struct frame_view view = frame_look(frame);
    struct frame_layout head;

    if (frame_layout_head(&view, &head) < 0)
        return;
    (void)pthread_mutex_lock(&self->lock);
    struct kept *kept = spread_find(self, head.number);
    if (!kept) {
        kept = spread_keep(self, head.number, head.number);
        kept->inherited = true;
    }
    kept->claimed = true;
    if (kept->inherited && pieces_end(&kept->pieces) == head.from) {
        struct frame *own = frame_hold(frame);
        pieces_add(&kept->pieces, &own, head.end);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static int
inherit_batch(void *arg, struct frame **frame_p, lane_fate *fate,
              void *fate_arg)
{
    struct spread *self = arg;

    (void)pthread_mutex_lock(&self->lock);
    if (self->count == 1) {
        const struct frame *batch = *frame_p;
        give_layouts(self, &self->members[0], batch);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return spread_offer(self, frame_p, fate, fate_arg);
}

uint64_t
spread_retire(struct spread *self, struct lane **lane_p, int64_t deadline_ns)
{
    const struct lane_heir heir = {inherit_layout, inherit_batch, self};
    uint64_t lost = lane_bequeath(lane_p, deadline_ns, &heir);

    (void)pthread_mutex_lock(&self->lock);
    for (size_t i = self->kept_count; i-- > 0;) {
        self->kept[i]->claimed = false;
        if (self->kept[i]->inherited)
            spread_drop(self, self->kept[i]);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return lost;
}
