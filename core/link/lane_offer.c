/* lane_offer.c - what other threads do with a lane */
#include <config.h>

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "endpoint.h"
#include "link/lane_inner.h"
#include "link/word.h"
#include "stage.h"

/* A lane that has just been opened is not yet away. */
static const int64_t coming_ns = 5 * NS_PER_S;

/* Cost that may be on its way to the spool: the disk may be slow. */
static const uint64_t spooling_most = 4 << 20;

/* What stays on this host costs less as it is. */
bool
lane_packs(const struct lane_settings *settings)
{
    struct endpoint endpoint;

    if (settings->compress != LANE_COMPRESS_AUTO)
        return settings->compress == LANE_COMPRESS_ROWS;
    return endpoint_parse(settings->endpoint, &endpoint) &&
           !endpoint_is_local(&endpoint);
}

static void
add_offer(struct lane *self, const struct offer *offer)
{
    if (offers_add(&self->offers, offer))
        stage_post(self->stage, lane_offered, self);
}

void
lane_offer_layout(struct lane *self, struct frame **frame_p)
{
    struct offer offer = {.kind = OFFER_LAYOUT, .frame = weir_take(*frame_p)};

    add_offer(self, &offer);
}

void
lane_forget_layout(struct lane *self, uint32_t number)
{
    struct offer offer = {.kind = OFFER_FORGET, .number = number};

    add_offer(self, &offer);
}

/* Takes 'cost' of 'most', unless there is not so much left. */
static bool
reserve(_Atomic uint64_t *used, uint64_t cost, uint64_t most)
{
    uint64_t now = atomic_load(used);

    do {
        if (now && now + cost > most)
            return false;
    } while (!atomic_compare_exchange_weak(used, &now, now + cost));
    return true;
}

bool
lane_may_spool(const struct lane *self)
{
    return self->spooling < spooling_most;
}

/* Finds room for a batch: in the window, or on the way to the spool. */
static bool
find_room(struct lane *self, uint64_t cost, struct offer *offer)
{
    offer->kind = OFFER_BATCH;
    if (reserve(&self->waiting, cost, self->window_bytes))
        return true;
    offer->kind = OFFER_SPOOLED;
    return self->spools && self->has_room &&
           reserve(&self->spooling, cost, spooling_most);
}

int
lane_offer(struct lane *self, struct frame **frame_p, lane_fate *fate,
           void *arg)
{
    struct offer offer = {.fate = fate, .arg = arg};

    if (!find_room(self, word_cost(frame_look(*frame_p).size), &offer))
        return -EAGAIN;
    offer.frame = weir_take(*frame_p);
    add_offer(self, &offer);
    return 0;
}

const char *
lane_endpoint(const struct lane *self)
{
    return self->endpoint;
}

bool
lane_is_away(const struct lane *self)
{
    return !self->connected &&
           (self->met || clock_now_ns() - self->opened_ns > coming_ns);
}

void
lane_be_of_several(struct lane *self, bool several)
{
    self->several = several;
}

void
lane_miss(struct lane *self)
{
    self->missed++;
}

void
lane_figures(const struct lane *self, struct lane_figures *ret_figures)
{
    struct lane *own = base_own(self);

    (void)pthread_mutex_lock(&own->lock);
    struct backlog_figures spooled = self->spooled;
    (void)pthread_mutex_unlock(&own->lock);
    *ret_figures = (struct lane_figures){
        .batches_sent = self->sent + spooled.sent.sent,
        .batches_durable = self->durable,
        .batches_rejected = self->rejected,
        .batches_again = self->again + spooled.sent.again,
        .bytes_sent = self->bytes + spooled.sent.bytes,
        .in_flight_bytes = self->in_flight,
        .credit_bytes = self->credit,
        .round_trip_ns = self->round_trip_ns,
        .waiting_bytes = self->waiting + self->spooling,
        .spooled_batches = spooled.spool.batches,
        .spool_bytes = spooled.spool.bytes,
        .spool_disk_bytes = spooled.spool.disk,
        .spool_dropped_bytes = spooled.spool.dropped_bytes,
        .spool_dropped_batches = spooled.spool.dropped_batches,
        .spool_damaged = spooled.spool.damaged + spooled.unusable,
        .dead_batches = spooled.dead.batches,
        .dead_bytes = spooled.dead.bytes,
        .dead_dropped_bytes = spooled.dead.dropped_bytes,
        .dead_lost = spooled.dead.lost + self->unburied,
        .spool_since_ns = spooled.spool.since_ns,
        .batches_missed = self->missed,
        .connected = self->connected,
        .several = self->several,
        .spools = self->spools,
    };
}
