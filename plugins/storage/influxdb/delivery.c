/* delivery.c - what becomes of the parcel that is written
 *
 * One request is under way at a time.  A piece that InfluxDB refuses as a whole
 * or in part is halved and written again, until those points are found that it
 * does not take; it knows a point by its series and time, so that one which is
 * written again is there once.
 */
#include <config.h>

#include "influxdb.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base.h"

enum {
    REFUSALS_MOST = 100, /* of a parcel's pieces, before they go as a whole */
    RETRY_AFTER_MOST = 300, /* seconds that an answer may ask for */
};

static const int64_t pause_least_ns = 250 * NS_PER_MS;

/* Trying again ------------------------------------------------------------- */

static void
retry_due(void *instance, void *arg)
{
    struct influxdb *self = instance;

    (void)arg;
    self->delivery.waiting = false;
    delivery_go(self);
}

/* The pause doubles, and is cut by chance up to its half, so that those whom
 * one server failed do not come back together. */
static int64_t
next_pause(struct influxdb *self)
{
    struct delivery *delivery = &self->delivery;
    int64_t asked_s = self->client.retry_after;
    uint64_t chance = 0;

    (void)getrandom(&chance, sizeof(chance), GRND_NONBLOCK);
    delivery->pause_ns =
        delivery->pause_ns ? 2 * delivery->pause_ns : pause_least_ns;
    if (delivery->pause_ns > self->retry.ns)
        delivery->pause_ns = self->retry.ns;
    int64_t pause_ns =
        delivery->pause_ns -
        (int64_t)(chance % (uint64_t)(delivery->pause_ns / 2 + 1));
    if (asked_s > RETRY_AFTER_MOST)
        asked_s = RETRY_AFTER_MOST;
    return pause_ns > asked_s * NS_PER_S ? pause_ns : asked_s * NS_PER_S;
}

/* The log tells when writing begins to fail, or fails in another way. */
static void
try_later(struct influxdb *self, const char *why)
{
    struct delivery *delivery = &self->delivery;

    self->counts.failures++;
    if (self->client.code != delivery->failing)
        weir_warn(self, "cannot write to %s: %s; it is tried again", self->url,
                  why);
    delivery->failing = self->client.code;
    delivery->waiting =
        weir_timer(self, next_pause(self), 0, retry_due, NULL) == 0;
}

static void
note_answer(struct influxdb *self)
{
    if (self->delivery.failing)
        weir_warn(self, "%s can be written to again", self->url);
    self->delivery.failing = 0;
    self->delivery.pause_ns = 0;
}

/* Points that are refused -------------------------------------------------- */

/* Once for each parcel, but always when they are lost. */
static void
tell_refusal(struct influxdb *self, const struct deadfile_points *points,
             int rc)
{
    struct delivery *delivery = &self->delivery;
    const char *place = self->dead_letters;
    bool lost = rc < 0 && self->dead_letter_size.bytes > 0;

    if (self->dead_letter_size.bytes == 0)
        place = "no file";
    else if (lost)
        place = strerror(-rc);
    if (!delivery->told || lost)
        weir_warn(
            self, "%s refused %zu of %zu samples for ever: %s; kept in: %s",
            self->url, points->refused, points->count, points->why, place);
    delivery->told = true;
}

/* Of the next 'size' bytes, 'count' lines, 'refused' are. */
static void
bury(struct influxdb *self, struct parcel *parcel, size_t size, size_t count,
     const struct outcome *outcome)
{
    size_t refused = outcome->kind == OUTCOME_PARTLY && outcome->dropped &&
                             outcome->dropped < count
                         ? outcome->dropped
                         : count;
    const struct deadfile_points points = {.text = parcel->text + parcel->done,
                                           .size = size,
                                           .count = count,
                                           .refused = refused,
                                           .why = outcome->why};

    int rc = deadfile_add(&self->dead, &points);
    tell_refusal(self, &points, rc);
    memcpy(self->delivery.why, outcome->why, sizeof(self->delivery.why));
    parcel->done += size;
    parcel->refused += refused;
    self->counts.refused += refused;
    self->counts.written += count - refused;
}

/* What an answer means ----------------------------------------------------- */

static void
stored(struct influxdb *self, struct parcel *parcel,
       const struct outcome *outcome)
{
    struct delivery *delivery = &self->delivery;

    (void)outcome;
    delivery->created = false;
    parcel->done += delivery->piece;
    self->counts.written += delivery->piece_points;
    delivery->points_most = 2 * delivery->points_most < delivery->ceiling
                                ? 2 * delivery->points_most
                                : delivery->ceiling;
}

static void
later(struct influxdb *self, struct parcel *parcel,
      const struct outcome *outcome)
{
    (void)parcel;
    try_later(self, outcome->why);
}

static void
refused(struct influxdb *self, struct parcel *parcel,
        const struct outcome *outcome)
{
    struct delivery *delivery = &self->delivery;
    size_t points = delivery->piece_points;

    if (points > 1 && outcome->dropped < points &&
        delivery->refusals++ < REFUSALS_MOST)
        delivery->points_most = points / 2;
    else
        bury(self, parcel, delivery->piece, points, outcome);
}

/* What is too long once would be so again. */
static void
too_long(struct influxdb *self, struct parcel *parcel,
         const struct outcome *outcome)
{
    struct delivery *delivery = &self->delivery;
    size_t points = delivery->piece_points;

    if (points > 1)
        delivery->points_most = delivery->ceiling = points / 2;
    else
        bury(self, parcel, delivery->piece, points, outcome);
}

static size_t
count_rest(const struct parcel *parcel)
{
    size_t count = 0;

    (void)parcel_piece(parcel, SIZE_MAX, SIZE_MAX, &count);
    return count;
}

static void
no_place(struct influxdb *self, struct parcel *parcel,
         const struct outcome *outcome)
{
    if (*self->bucket || !self->create_database)
        bury(self, parcel, parcel->size - parcel->done, count_rest(parcel),
             outcome);
    else if (self->delivery.created)
        try_later(self, outcome->why);
    else if (client_create(self) < 0)
        try_later(self, self->client.error);
}

static void (*const acts[])(struct influxdb *self, struct parcel *parcel,
                            const struct outcome *outcome) = {
    [OUTCOME_STORED] = stored,     [OUTCOME_LATER] = later,
    [OUTCOME_REFUSED] = refused,   [OUTCOME_PARTLY] = refused,
    [OUTCOME_TOO_LONG] = too_long, [OUTCOME_NO_PLACE] = no_place,
};

static void
hear_creation(struct influxdb *self, const struct outcome *outcome)
{
    if (outcome->kind == OUTCOME_STORED)
        self->delivery.created = true;
    else
        try_later(self, outcome->why);
}

void
delivery_heard(struct influxdb *self, const struct outcome *outcome)
{
    self->counts.requests++;
    if (!self->client.asks && outcome->kind != OUTCOME_LATER &&
        outcome->kind != OUTCOME_NO_PLACE)
        note_answer(self);
    if (self->client.asks)
        hear_creation(self, outcome);
    else
        acts[outcome->kind](self, queue_first(&self->queue), outcome);
    delivery_go(self);
}

/* Parcels ------------------------------------------------------------------ */

static void
tell_fate(struct influxdb *self, const struct parcel *parcel)
{
    if (parcel->refused == 0 || parcel->refused < parcel->points) {
        weir_durable(self, parcel->last);
        return;
    }
    for (uint64_t ticket = parcel->first; ticket <= parcel->last; ticket++)
        weir_refused(self, ticket, self->delivery.why);
}

static void
settle(struct influxdb *self, const struct parcel *parcel)
{
    int rc = deadfile_sync(&self->dead);

    if (rc < 0)
        weir_warn(self, "cannot bring %s to the disk: %s", self->dead_letters,
                  strerror(-rc));
    tell_fate(self, parcel);
    queue_pop(&self->queue);
    self->delivery.refusals = 0;
    self->delivery.told = false;
    self->delivery.points_most = self->delivery.ceiling;
    if (self->full && self->queue.bytes < self->buffer.bytes) {
        self->full = false;
        weir_room(self);
    }
}

static void
begin(struct influxdb *self, const struct parcel *parcel)
{
    struct delivery *delivery = &self->delivery;

    delivery->piece =
        parcel_piece(parcel, delivery->points_most, self->batch_size.bytes,
                     &delivery->piece_points);
    if (client_write(self, parcel->text + parcel->done, delivery->piece) == 0)
        return;
    self->client.code = 1; /* no status, and none of libcurl's */
    try_later(self, self->client.error);
}

void
delivery_go(struct influxdb *self)
{
    const struct parcel *parcel = NULL;

    if (self->client.running || self->delivery.waiting)
        return;
    while ((parcel = queue_first(&self->queue)) && parcel->done == parcel->size)
        settle(self, parcel);
    if (parcel)
        begin(self, parcel);
}
