/* pipeline_way.c - the ways to storages and links */
#include <config.h>

#include "pipeline_inner.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "lane_self.h"
#include "link/spool_home.h"

/* With a store that takes nothing; see struct lane_spool. */
static const int64_t patience_ns = 2 * NS_PER_S;

/* What a storage or a link says of the way to it. */
struct direction {
    const char *name;
    struct weir_list endpoints;
    size_t copies;
    uint64_t window_bytes;
    const struct spool_options *spool; /* or NULL */
    struct keyring *keys;              /* or NULL */
    int compress;                      /* enum lane_compress */
    bool here;                         /* in this process */
    bool relays;                       /* what comes in elsewhere */
    char inner[STORAGE_ENDPOINT_SIZE]; /* its endpoint there */
    const char *only[1];               /* the same, as a list */
};

static void
find_direction(const struct pipeline *self, const char *name,
               struct direction *ret_direction)
{
    const struct configured_link *link =
        configuration_link(self->configuration, name);

    *ret_direction = (struct direction){0};
    if (link) {
        ret_direction->name = link->name;
        ret_direction->endpoints = link->connect;
        ret_direction->copies = link->copies;
        ret_direction->window_bytes = link->window_bytes;
        ret_direction->spool = link->spool;
        ret_direction->compress = link->compress;
        ret_direction->relays = link->listen.count > 0;
        ret_direction->keys = link->insecure ? NULL : self->keys;
        return;
    }
    const struct configured_instance *storage =
        configuration_instance(self->configuration, WEIR_KIND_STORAGE, name);
    ret_direction->name = storage->name;
    ret_direction->only[0] = storage_endpoint(name, ret_direction->inner);
    ret_direction->endpoints = (struct weir_list){1, ret_direction->only};
    ret_direction->copies = 1;
    ret_direction->window_bytes = storage->window_bytes;
    ret_direction->spool = storage->spool;
    ret_direction->compress = LANE_COMPRESS_NONE;
    ret_direction->here = true;
}

/* Returns NULL when there is none to be had, and says so. */
static struct lane *
open_lane(const struct pipeline *self, const struct direction *direction,
          const char *endpoint)
{
    const struct spool_options *options = direction->spool;
    weir_cleanup(weir_free) char *folder =
        spool_home(self->configuration->state, direction->name,
                   direction->here ? "this process" : endpoint);
    struct lane_spool spool = {.folder = folder};
    struct lane *lane = NULL;

    if (options) {
        spool.size_bytes = options->size.bytes;
        spool.age_ns = options->age.ns;
        spool.patience_ns = patience_ns;
        /* What a relay took it does not drop for want of room: it takes no
         * more, and its senders keep that. */
        spool.drop_oldest =
            options->when_full == SPOOL_DROP_OLDEST && !direction->relays;
        spool.sync_always = options->sync == SPOOL_SYNC_ALWAYS;
    }
    struct lane_settings settings = {
        .name = direction->name,
        .endpoint = endpoint,
        .sender = self->host,
        .window_bytes = direction->window_bytes,
        .keys = direction->keys,
        .spool = options ? &spool : NULL,
        .compress = direction->compress,
    };
    int rc = lane_open(&settings, &lane);
    if (rc < 0)
        log_line(LOG_ERROR, "link_failed", "link", direction->name, "endpoint",
                 endpoint, "error", strerror(-rc), NULL);
    else
        lane_self_register(lane);
    return lane;
}

static struct way *
find_way(const struct pipeline *self, const char *name)
{
    for (size_t i = 0; i < self->way_count; i++)
        if (strcmp(self->ways[i]->name, name) == 0)
            return self->ways[i];
    return NULL;
}

static struct way *
start_way(struct pipeline *self, const char *name)
{
    struct way *way = xcalloc(1, sizeof(*way));
    struct direction direction;

    find_direction(self, name, &direction);
    way->from = self->configuration;
    way->name = name;
    way->spread = spread_new(name);
    if (direction.spool && !direction.here)
        spool_gather(self->configuration->state, name, &direction.endpoints);
    for (size_t i = 0; i < direction.endpoints.count; i++) {
        struct lane *lane =
            open_lane(self, &direction, direction.endpoints.items[i]);
        if (lane)
            way->lanes[way->lane_count++] = lane;
    }
    spread_set(way->spread, way->lanes, way->lane_count, direction.copies);
    self->ways =
        xrealloc(self->ways, self->way_count + 1, sizeof(struct way *));
    self->ways[self->way_count++] = way;
    return way;
}

struct spread *
pipeline_spread(struct pipeline *self, const char *name)
{
    struct way *way = find_way(self, name);

    if (!way)
        way = start_way(self, name);
    return way->spread;
}

bool
way_turns(const struct way *self, int64_t stuck_ns)
{
    for (size_t i = 0; i < self->lane_count; i++)
        if (stage_busy_ns(lane_stage(self->lanes[i])) > stuck_ns)
            return false;
    return true;
}

static void
log_lost(const struct way *way, const char *endpoint, uint64_t left)
{
    if (left)
        log_line(LOG_WARN, "batches_lost", "link", way->name, "endpoint",
                 endpoint, "batches", log_number((long long)left), "error",
                 "the store did not take them in time, and no spool did", NULL);
}

static void
close_lane(const struct way *way, struct lane **lane_p, int64_t deadline_ns)
{
    weir_cleanup(weir_free) char *endpoint =
        x_or_die(strdup(lane_endpoint(*lane_p)));

    lane_self_unregister(*lane_p);
    if (way->held)
        log_lost(way, endpoint, lane_stop(*lane_p, deadline_ns));
    else
        log_lost(way, endpoint, lane_close(lane_p, deadline_ns));
}

/* A way that is held is left behind, with what it has. */
void
way_close(struct way **self_p, int64_t deadline_ns)
{
    struct way *self = weir_take(*self_p);

    for (size_t i = 0; i < self->lane_count; i++)
        close_lane(self, &self->lanes[i], deadline_ns);
    if (!self->held)
        spread_destroy(&self->spread);
    free(self);
}

/* Other stores ----------------------------------------------------------------
 */

static struct lane *
find_lane(const struct way *self, const char *endpoint)
{
    for (size_t i = 0; i < self->lane_count; i++)
        if (strcmp(lane_endpoint(self->lanes[i]), endpoint) == 0)
            return self->lanes[i];
    return NULL;
}

/* What lies in the spool of a store that has gone, another one gets. */
static void
move_spool(const struct pipeline *self, const struct direction *direction,
           const char *endpoint)
{
    const char *state = self->configuration->state;
    weir_cleanup(weir_free) char *from =
        spool_home(state, direction->name, endpoint);
    weir_cleanup(weir_free) char *to =
        spool_home(state, direction->name, direction->endpoints.items[0]);

    spool_move(direction->name, from, to);
}

/* A store that is away is not waited for. */
static void
retire(const struct pipeline *self, const struct way *way,
       const struct direction *direction, struct lane *lane)
{
    weir_cleanup(weir_free) char *endpoint =
        x_or_die(strdup(lane_endpoint(lane)));
    int64_t drain_ns =
        lane_is_away(lane) ? 0 : self->configuration->drain_timeout_ns;

    log_line(LOG_INFO, "store_removed", "link", way->name, "endpoint", endpoint,
             NULL);
    lane_self_unregister(lane);
    log_lost(way, endpoint,
             spread_retire(way->spread, &lane, clock_now_ns() + drain_ns));
    if (direction->spool)
        move_spool(self, direction, endpoint);
}

void
way_update(struct pipeline *self, struct way *way)
{
    struct way old = *way;
    struct direction direction;

    find_direction(self, old.name, &direction);
    way->from = self->configuration;
    way->name = direction.name;
    way->lane_count = 0;
    for (size_t i = 0; i < direction.endpoints.count; i++) {
        const char *endpoint = direction.endpoints.items[i];
        struct lane *lane = find_lane(&old, endpoint);
        if (!lane)
            lane = open_lane(self, &direction, endpoint);
        if (lane)
            way->lanes[way->lane_count++] = lane;
    }
    spread_set(way->spread, way->lanes, way->lane_count, direction.copies);
    for (size_t i = 0; i < old.lane_count; i++)
        if (!find_lane(way, lane_endpoint(old.lanes[i])))
            retire(self, way, &direction, old.lanes[i]);
}
