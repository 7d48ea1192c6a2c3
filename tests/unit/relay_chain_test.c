/* relay_chain_test.c - agents, a relay with a spool, and a store, which come
 * and go: what agents were told to be safe is there
 *
 * All of them are real, in one process; a batch has its agent and a number in
 * its first two columns.
 */
#include <config.h>

#include "lane_ends.h"

#include <ftw.h>

#include "outlet.h"
#include "relay.h"

enum { AGENTS = 3, NUMBERS = 6000, ROUNDS = 25 };

static char site[64], home[64]; /* endpoints of the relay and the store */

/* Sees which numbers come; it forgets all streams when it stops. */
struct seer {
    struct stage *stage;
    struct port *port;
    atomic_bool begun, late, full;
    atomic_uint seen[AGENTS][NUMBERS + 1];
    atomic_uint wrong;
};

static int
see(void *arg, const struct frame_batch *batch,
    const struct weir_ticket *ticket)
{
    struct seer *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);
    bool good = count == 1 && rows->width == COLUMNS &&
                rows->values[0] < AGENTS && rows->values[1] <= NUMBERS;

    if (self->full)
        return -EAGAIN;
    self->wrong += !good;
    if (self->late || !good)
        return 0;
    self->seen[(size_t)rows->values[0]][(size_t)rows->values[1]]++;
    port_durable(self->port, ticket->number);
    return 0;
}

static int
know_none(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    (void)arg;
    (void)stream;
    *ret_sequence = 0;
    return -ENOENT;
}

static void
ignore_layout(void *arg, struct layout *layout, uint32_t from)
{
    (void)arg;
    (void)layout;
    (void)from;
}

static void
forget_layout(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static void
seer_begin(void *arg)
{
    static const struct port_calls calls = {ignore_layout, forget_layout, see,
                                            know_none, asked};
    static const struct port_settings settings = {.name = "store",
                                                  .credit_bytes = 1 << 20,
                                                  .streams_most = 64,
                                                  .layouts_most = 256};
    struct seer *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    ck_assert_int_eq(port_bind(self->port, home, NULL), 0);
    self->begun = true;
}

static void
seer_end(void *arg)
{
    struct seer *self = arg;

    port_destroy(&self->port);
}

static void
seer_start(struct seer *self)
{
    self->stage = stage_new("store");
    self->begun = false;
    ck_assert_int_eq(stage_start(self->stage, seer_begin, seer_end, self), 0);
    while (!self->begun)
        (void)usleep(1000);
}

static void
stage_end(struct stage *stage)
{
    stage_ask_stop(stage);
    ck_assert(stage_join(stage, clock_now_ns() + PATIENCE_S * NS_PER_S));
}

static void
seer_stop(struct seer *self)
{
    stage_end(self->stage);
    stage_destroy(&self->stage);
}

/* The relay's process, as far as it matters. */
struct between {
    char folder[32];
    struct lane_spool spool;
    bool spools;
    struct lane *lane;
    struct spread *spread; /* of that lane */
    struct relay *relay;
    struct lanes_outlet *outlet;
};

static void
between_start(struct between *self)
{
    const char *const listen[] = {site};
    const struct relay_settings settings = {.name = "site",
                                            .listen = listen,
                                            .listen_count = 1,
                                            .window_bytes = 200000};
    const struct lane_settings lane = {.name = "site",
                                       .endpoint = home,
                                       .sender = "relay",
                                       .window_bytes = 100000,
                                       .spool =
                                           self->spools ? &self->spool : NULL};

    ck_assert_int_eq(lane_open(&lane, &self->lane), 0);
    self->spread = spread_new("site");
    spread_set(self->spread, &self->lane, 1, 1);
    self->relay = relay_new(&settings);
    self->outlet = lanes_outlet_new(relay_stage(self->relay), self->relay,
                                    &self->spread, 1);
    ck_assert_int_eq(
        relay_start(self->relay, lanes_outlet_outlet(self->outlet)), 0);
}

/* Returns how many batches the lane lost. */
static uint64_t
between_stop(struct between *self, int64_t patience_ns)
{
    stage_end(relay_stage(self->relay));
    lanes_outlet_leave(self->outlet);
    relay_destroy(&self->relay);
    lanes_outlet_destroy(&self->outlet);
    uint64_t lost = lane_close(&self->lane, clock_now_ns() + patience_ns);
    spread_destroy(&self->spread);
    return lost;
}

static void
offer_numbered(struct source *self, size_t agent)
{
    double values[COLUMNS] = {(double)agent, (double)self->offered + 1};
    int64_t time_ns = 1000;
    struct weir_rows rows = {.layout = layout_shape(self->layout),
                             .width = COLUMNS,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = values};
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&rows, 1, NULL, 0);

    self->offered += lane_offer(self->lane, &frame, fate, self) == 0;
}

/* The first that come and are told to be safe are the first numbers. */
static void
expect_safe(const struct seer *store, const struct source agents[AGENTS])
{
    ck_assert_uint_eq(store->wrong, 0);
    for (size_t i = 0; i < AGENTS; i++) {
        ck_assert_uint_eq(agents[i].refused + agents[i].cut, 0);
        ck_assert_uint_gt(agents[i].durable, 0);
        for (size_t n = 1; n <= agents[i].durable; n++)
            ck_assert_msg(store->seen[i][n] > 0,
                          "number %zu of agent %zu is missing, of %u", n, i,
                          agents[i].durable);
    }
}

static int
remove_one(const char *path, const struct stat *about, int kind,
           struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

/* One of them stops and comes back, or behaves otherwise. */
static void
disturb(struct seer *store, struct between *relay, uint64_t chance)
{
    switch (chance % 4) {
    case 0:
        seer_stop(store);
        store->late = chance / 4 % 3 == 0;
        store->full = chance / 12 % 3 == 0;
        seer_start(store);
        break;
    case 1:
        /* Without room in a spool it loses what it told nobody of. */
        (void)between_stop(relay, 0);
        between_start(relay);
        break;
    case 2:
        store->full = !store->full;
        break;
    default:
        break;
    }
}

static void
offer_for_a_while(struct source agents[AGENTS], uint64_t *state)
{
    int64_t until_ns =
        clock_now_ns() + (int64_t)(spec_random(state) % 60) * NS_PER_MS;

    do {
        size_t agent = spec_random(state) % AGENTS;
        if (agents[agent].offered < NUMBERS)
            offer_numbered(&agents[agent], agent);
        if (spec_random(state) % 8 == 0)
            (void)usleep(500);
    } while (clock_now_ns() < until_ns);
}

static void
begin_all(struct seer *store, struct between *relay,
          struct source agents[AGENTS])
{
    (void)strcpy(relay->folder, "/tmp/weirXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(relay->folder));
    relay->spool = (struct lane_spool){.folder = relay->folder,
                                       .size_bytes = 4 << 20,
                                       .patience_ns = 50 * NS_PER_MS};
    free_endpoint(&site);
    free_endpoint(&home);
    socket_setup();
    seer_start(store);
    between_start(relay);
    for (size_t i = 0; i < AGENTS; i++)
        source_open(&agents[i], site, 50000);
}

static void
wait_for_lane(const struct lane *lane)
{
    struct lane_figures figures;
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    do {
        (void)usleep(1000);
        lane_figures(lane, &figures);
    } while ((figures.spool_bytes || figures.waiting_bytes) &&
             clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.spool_dropped_bytes, 0);
}

/* Lets all arrive and ends them. */
static void
end_all(struct seer *store, struct between *relay, struct source agents[AGENTS])
{
    seer_stop(store);
    store->full = false;
    store->late = false;
    seer_start(store);
    for (size_t i = 0; i < AGENTS; i++) {
        ck_assert_uint_eq(source_close(&agents[i]), 0);
        ck_assert_uint_eq(agents[i].durable, agents[i].offered);
    }
    wait_for_lane(relay->lane);
    ck_assert_uint_eq(between_stop(relay, PATIENCE_S * NS_PER_S), 0);
    seer_stop(store);
    (void)nftw(relay->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
play(bool spools)
{
    struct seer *store = xcalloc(1, sizeof(*store));
    struct between relay = {.spools = spools};
    struct source agents[AGENTS] = {0};
    uint64_t state = spec_seed();

    begin_all(store, &relay, agents);
    for (int round = 0; round < ROUNDS; round++) {
        offer_for_a_while(agents, &state);
        disturb(store, &relay, spec_random(&state));
    }
    end_all(store, &relay, agents);
    expect_safe(store, agents);
    free(store);
}

START_TEST(what_agents_were_told_to_be_safe_is_in_the_store)
{
    play(true);
}
END_TEST

START_TEST(so_it_is_when_the_relay_has_no_spool)
{
    play(false);
}
END_TEST

SPEC("relay_chain", what_agents_were_told_to_be_safe_is_in_the_store,
     so_it_is_when_the_relay_has_no_spool)
