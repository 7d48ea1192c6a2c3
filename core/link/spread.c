/* link/spread.c - the lanes of one link, and which of them a batch goes to */
#include <config.h>

#include "link/spread.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/pieces.h"
#include "link/rank.h"
#include "link/share.h"
#include "log.h"

/* A layout, and who has it. */
struct kept {
    uint32_t number;
    uint64_t home;
    uint64_t given; /* a bit for each slot: its lane has all pieces */
    struct pieces pieces;
};

struct member {
    struct lane *lane;
    unsigned slot; /* stays as long as the lane is here */
    bool misses;   /* it had no room for the last batch */
};

struct spread {
    char *name;
    pthread_mutex_t lock; /* of all that follows */
    struct member members[SPREAD_MOST];
    uint64_t stores[SPREAD_MOST]; /* [count], of the members; see rank.h */
    size_t count, copies;
    struct kept **kept; /* [kept_count], by number */
    size_t kept_count, kept_room;
    atomic_bool parts;
};

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

static uint64_t
bit_of(const struct member *member)
{
    return UINT64_C(1) << member->slot;
}

struct spread *
spread_new(const char *name)
{
    struct spread *self = xcalloc(1, sizeof(*self));

    self->name = x_or_die(strdup(name));
    (void)pthread_mutex_init(&self->lock, NULL);
    return self;
}

static void
kept_destroy(struct kept *kept)
{
    pieces_fini(&kept->pieces);
    free(kept);
}

void
spread_destroy(struct spread **self_p)
{
    struct spread *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->kept_count; i++)
        kept_destroy(self->kept[i]);
    free(self->kept);
    (void)pthread_mutex_destroy(&self->lock);
    free(self->name);
    free(self);
}

/* Layouts --------------------------------------------------------------------
 */

/* Returns where the layout 'number' is, or belongs. */
static size_t
place_of(const struct spread *self, uint32_t number)
{
    size_t low = 0;
    size_t high = self->kept_count;

    /* Numbers mostly ascend. */
    if (high && self->kept[high - 1]->number < number)
        return high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->kept[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct kept *
find_kept(const struct spread *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place < self->kept_count && self->kept[place]->number == number)
        return self->kept[place];
    return NULL;
}

static struct kept *
add_kept(struct spread *self, uint32_t number, uint64_t home)
{
    size_t place = place_of(self, number);
    struct kept *kept = xcalloc(1, sizeof(*kept));

    if (self->kept_count == self->kept_room) {
        self->kept_room = self->kept_room * 2 + 16;
        self->kept =
            xrealloc(self->kept, self->kept_room, sizeof(struct kept *));
    }
    memmove(&self->kept[place + 1], &self->kept[place],
            (self->kept_count - place) * sizeof(struct kept *));
    self->kept[place] = kept;
    self->kept_count++;
    kept->number = number;
    kept->home = home;
    return kept;
}

/* Lanes only read a layout's frame, so that all may have the same. */
static void
give_piece(const struct member *member, struct frame *frame)
{
    struct frame *own = frame_hold(frame);

    lane_offer_layout(member->lane, &own);
}

static void
give(const struct member *member, struct kept *kept)
{
    if (kept->given & bit_of(member))
        return;
    for (uint32_t i = 0; i < kept->pieces.count; i++)
        give_piece(member, kept->pieces.pieces[i].frame);
    kept->given |= bit_of(member);
}

void
spread_layout(struct spread *self, uint64_t home, struct frame **frame_p)
{
    struct frame *frame = weir_take(*frame_p);
    struct frame_view view = frame_look(frame);
    struct frame_layout head = {0};

    int rc = frame_layout_head(&view, &head);
    assert(rc == 0);
    (void)rc;
    (void)pthread_mutex_lock(&self->lock);
    struct kept *kept = find_kept(self, head.number);
    if (!kept)
        kept = add_kept(self, head.number, home);
    for (size_t i = 0; i < self->count; i++)
        if (kept->given & bit_of(&self->members[i]))
            give_piece(&self->members[i], frame);
    pieces_add(&kept->pieces, &frame, head.end);
    if (self->count == 1)
        give(&self->members[0], kept);
    (void)pthread_mutex_unlock(&self->lock);
}

void
spread_forget(struct spread *self, uint32_t number)
{
    (void)pthread_mutex_lock(&self->lock);
    size_t place = place_of(self, number);
    struct kept *kept = find_kept(self, number);
    if (kept) {
        for (size_t i = 0; i < self->count; i++)
            if (kept->given & bit_of(&self->members[i]))
                lane_forget_layout(self->members[i].lane, number);
        self->kept_count--;
        memmove(&self->kept[place], &self->kept[place + 1],
                (self->kept_count - place) * sizeof(struct kept *));
        kept_destroy(kept);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

/* Lanes ---------------------------------------------------------------------
 */

static const struct member *
find_member(const struct spread *self, const struct lane *lane)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->members[i].lane == lane)
            return &self->members[i];
    return NULL;
}

/* Members stay in their slots; new ones take those that are free. */
static size_t
seat(const struct spread *self, struct lane *const lanes[], size_t count,
     struct member members[SPREAD_MOST])
{
    uint64_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        const struct member *old = find_member(self, lanes[i]);
        members[i] = old ? *old : (struct member){.lane = lanes[i]};
        taken |= old ? bit_of(old) : 0;
    }
    for (size_t i = 0; i < count; i++)
        if (!find_member(self, lanes[i])) {
            members[i].slot = (unsigned)__builtin_ctzll(~taken);
            taken |= bit_of(&members[i]);
        }
    return count;
}

void
spread_set(struct spread *self, struct lane *const lanes[], size_t count,
           size_t copies)
{
    struct member members[SPREAD_MOST] = {0};
    uint64_t stayed = 0;

    (void)pthread_mutex_lock(&self->lock);
    count =
        seat(self, lanes, count < SPREAD_MOST ? count : SPREAD_MOST, members);
    for (size_t i = 0; i < count; i++)
        stayed |= find_member(self, lanes[i]) ? bit_of(&members[i]) : 0;
    memcpy(self->members, members, sizeof(members));
    self->count = count;
    self->copies = copies < count ? copies : count;
    self->parts = copies < count;
    for (size_t i = 0; i < self->kept_count; i++) {
        self->kept[i]->given &= stayed;
        if (count == 1)
            give(&self->members[0], self->kept[i]);
    }
    for (size_t i = 0; i < count; i++) {
        self->stores[i] = rank_store(lane_endpoint(lanes[i]));
        lane_be_of_several(lanes[i], count > 1);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

bool
spread_parts(const struct spread *self)
{
    return self->parts;
}

/* Batches --------------------------------------------------------------------
 */

/* Returns the home of a batch, which is that of its first layout. */
static uint64_t
home_of(const struct spread *self, const struct frame *batch)
{
    struct frame_view view = frame_look(batch);
    struct frame_use use;
    size_t at = 0;

    while (frame_batch_uses(&view, &at, &use)) {
        const struct kept *kept = find_kept(self, use.number);
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
        struct kept *kept = find_kept(self, use.number);
        if (kept)
            give(member, kept);
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
        if (took & bit_of(member))
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
        who |= bit_of(member);
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
