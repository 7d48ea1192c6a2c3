/* link/spread.c - the lanes of one link, and the layouts that they have */
#include <config.h>

#include "link/spread.h"

#include <assert.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/rank.h"
#include "link/spread_inner.h"

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

struct kept *
spread_find(const struct spread *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place < self->kept_count && self->kept[place]->number == number)
        return self->kept[place];
    return NULL;
}

struct kept *
spread_keep(struct spread *self, uint32_t number, uint64_t home)
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

void
spread_give(const struct member *member, struct kept *kept)
{
    if (kept->given & member_bit(member))
        return;
    for (uint32_t i = 0; i < kept->pieces.count; i++)
        give_piece(member, kept->pieces.pieces[i].frame);
    kept->given |= member_bit(member);
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
    struct kept *kept = spread_find(self, head.number);
    if (!kept)
        kept = spread_keep(self, head.number, home);
    for (size_t i = 0; i < self->count; i++)
        if (kept->given & member_bit(&self->members[i]))
            give_piece(&self->members[i], frame);
    pieces_add(&kept->pieces, &frame, head.end);
    if (self->count == 1)
        spread_give(&self->members[0], kept);
    (void)pthread_mutex_unlock(&self->lock);
}

void
spread_drop(struct spread *self, struct kept *kept)
{
    size_t place = place_of(self, kept->number);

    for (size_t i = 0; i < self->count; i++)
        if (kept->given & member_bit(&self->members[i]))
            lane_forget_layout(self->members[i].lane, kept->number);
    self->kept_count--;
    memmove(&self->kept[place], &self->kept[place + 1],
            (self->kept_count - place) * sizeof(struct kept *));
    kept_destroy(kept);
}

void
spread_forget(struct spread *self, uint32_t number)
{
    (void)pthread_mutex_lock(&self->lock);
    struct kept *kept = spread_find(self, number);
    if (kept && kept->claimed)
        kept->inherited = true;
    else if (kept)
        spread_drop(self, kept);
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
        taken |= old ? member_bit(old) : 0;
    }
    for (size_t i = 0; i < count; i++)
        if (!find_member(self, lanes[i])) {
            members[i].slot = (unsigned)__builtin_ctzll(~taken);
            taken |= member_bit(&members[i]);
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
        stayed |= find_member(self, lanes[i]) ? member_bit(&members[i]) : 0;
    memcpy(self->members, members, sizeof(members));
    self->count = count;
    self->copies = copies < count ? copies : count;
    self->parts = copies < count;
    for (size_t i = 0; i < self->kept_count; i++) {
        self->kept[i]->given &= stayed;
        if (count == 1)
            spread_give(&self->members[0], self->kept[i]);
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
