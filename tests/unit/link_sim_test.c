/* link_sim_test.c - the link's protocol among all faults that one seed brings
 *
 * Senders and a store over a simulated network; both ends restart, batches
 * become durable late, appends are put off, layouts grow and go.  What must
 * hold is asserted wherever it could be broken:
 *
 *   1. what a sender is told to be durable, is durable in the store;
 *   2. a store takes each batch of a stream once and in order, as it was sent;
 *   3. what is under way never exceeds the credit that was given;
 *   4. when the faults end, everything arrives, and each fate is told once;
 *   5. what was damaged on its way is no frame, and what was packed is the
 * same.
 *
 * WEIR_SEED=n is the first seed, WEIR_SEEDS=n says how many are run (1 repeats
 * one), WEIR_SOAK=1 with CK_FORK=no goes on for ten minutes.
 */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>

#include "clock.h"
#include "link_sim.h"
#include "spec.h"

/* What is damaged on its way is no frame any more, whichever byte it is. */
static bool
is_damaged(struct world *self, const void *bytes, size_t size)
{
    struct frame_view view;

    if (!self->faulty || !draw_chance(&self->seed, self->damage))
        return false;
    weir_cleanup(weir_free) unsigned char *copy = xcalloc(size, 1);
    memcpy(copy, bytes, size);
    copy[draw_below(&self->seed, size)] ^=
        (unsigned char)(1 + draw_below(&self->seed, 255));
    HOLDS(self, frame_parse(copy, size, &view) < 0);
    return true;
}

static void
deliver(struct world *self)
{
    struct packet packet;

    while (net_pop(&self->net, self->now_ns, &packet)) {
        weir_cleanup(frame_release) struct frame *frame = packet.frame;
        size_t size = 0;
        const void *bytes = frame_bytes(frame, &size);
        struct frame_view view;
        if (is_damaged(self, bytes, size))
            continue;
        HOLDS(self, frame_parse(bytes, size, &view) == 0);
        if (packet.to_receiver)
            receiver_hears(self, &packet, &view);
        for (size_t i = 0; !packet.to_receiver && i < self->node_count; i++)
            if (self->nodes[i].connection == packet.connection)
                sender_heard(self->nodes[i].sender, &view, self->now_ns);
    }
    if (self->receiver)
        receiver_flush(self->receiver);
}

static void
nodes_step(struct world *self)
{
    for (size_t i = 0; i < self->node_count; i++) {
        struct node *node = &self->nodes[i];
        if (self->faulty && draw_chance(&self->seed, 300))
            node_offer(self, node);
        if (self->now_ns >= node->tick_ns) {
            node->tick_ns = self->now_ns + 100 * NS_PER_MS;
            sender_tick(node->sender, self->now_ns);
        }
        if (self->faulty && draw_chance(&self->seed, self->restarts) &&
            self->kept_count + self->node_count < STREAMS_MOST) {
            node_end(node);
            node_begin(self, node);
        } else if (self->faulty && draw_chance(&self->seed, self->restarts)) {
            node_resume(self, node);
        }
    }
}

static void
receiver_step(struct world *self)
{
    if (!self->receiver && self->now_ns >= self->down_until_ns)
        receiver_begin(self);
    if (!self->receiver)
        return;
    store_step(self);
    if (self->now_ns >= self->receiver_tick_ns) {
        self->receiver_tick_ns = self->now_ns + 250 * NS_PER_MS;
        receiver_tick(self->receiver, self->now_ns);
    }
    if (self->faulty && draw_chance(&self->seed, self->restarts)) {
        receiver_end(self);
        self->down_until_ns =
            self->now_ns + (int64_t)draw_below(&self->seed, 6000) * NS_PER_MS;
    }
}

static void
world_step(struct world *self)
{
    uint64_t most = self->faulty ? 40 : 100;

    self->now_ns += (int64_t)(1 + draw_below(&self->seed, most)) * NS_PER_MS;
    deliver(self);
    nodes_step(self);
    receiver_step(self);
}

static bool
drained(const struct world *self)
{
    for (size_t i = 0; i < self->node_count; i++)
        if (self->nodes[i].told < self->nodes[i].offered)
            return false;
    return true;
}

/* Draws which faults there are: often all, often none of a kind. */
static void
world_init(struct world *self, uint64_t seed)
{
    static const unsigned rates[] = {0, 0, 20, 200};
    static const int64_t delays_ms[] = {0, 5, 50, 1500};

    *self = (struct world){.seed = seed, .first_seed = seed, .faulty = true};
    self->net = (struct net){.seed = &self->seed};
    self->net.drop = rates[draw_below(&self->seed, 4)];
    self->net.repeat = rates[draw_below(&self->seed, 4)];
    self->net.delay_ns = delays_ms[draw_below(&self->seed, 4)] * NS_PER_MS;
    self->net.reorders = draw_chance(&self->seed, 500);
    self->restarts = rates[draw_below(&self->seed, 3)] / 10;
    self->fullness = rates[draw_below(&self->seed, 3)] / 4;
    self->refusals = rates[draw_below(&self->seed, 4)] / 4;
    self->damage = rates[draw_below(&self->seed, 4)] / 4;
    self->large = draw_chance(&self->seed, 60);
    self->packs = draw_chance(&self->seed, 700);
    self->plain = draw_chance(&self->seed, 100);
    self->window =
        self->large ? 4 << 20 : 1000 + draw_below(&self->seed, 50000);
    self->node_count = 1 + draw_below(&self->seed, NODES_MOST);
    for (size_t i = 0; i < self->node_count; i++)
        node_begin(self, &self->nodes[i]);
    receiver_begin(self);
}

static void
world_fini(struct world *self)
{
    for (size_t i = 0; i < self->node_count; i++)
        node_end(&self->nodes[i]);
    if (self->receiver)
        receiver_end(self);
    net_fini(&self->net);
    free(self->appended);
}

/* Runs one seed; returns how many batches were stored. */
static uint64_t
run_seed(uint64_t seed)
{
    weir_cleanup(weir_free) struct world *self = xcalloc(1, sizeof(*self));
    uint64_t stored = 0;

    world_init(self, seed);
    for (int step = 0; step < (self->large ? 200 : 1000); step++)
        world_step(self);
    self->faulty = false;
    self->net.drop = 0;
    self->full_until_ns = 0;
    /* Who was refused tries again after a minute. */
    int64_t until_ns = self->now_ns + 300 * NS_PER_S;
    while (!drained(self) && self->now_ns < until_ns)
        world_step(self);
    HOLDS(self, drained(self));
    for (size_t i = 0; i < self->kept_count; i++)
        stored += self->kept[i].durable;
    world_fini(self);
    return stored;
}

#ifdef SPEC_SANITIZED
enum { SEEDS = 60, BUDGET_S = 10 };
#else
enum { SEEDS = 300, BUDGET_S = 8 };
#endif

static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 0) : otherwise;
}

START_TEST(loses_nothing_and_stores_nothing_twice)
{
    bool soak = setting("WEIR_SOAK", 0);
    uint64_t seeds = setting("WEIR_SEEDS", SEEDS);
    int64_t until_ns = clock_now_ns() + (soak ? 600 : BUDGET_S) * NS_PER_S;
    bool timed = !getenv("WEIR_SEEDS");
    uint64_t stored = 0;
    uint64_t i = 0;

    for (; i < seeds || (timed && clock_now_ns() < until_ns); i++)
        stored += run_seed(spec_seed() + i);
    (void)printf("# %llu seeds, %llu batches\n", (unsigned long long)i,
                 (unsigned long long)stored);
    (void)fflush(stdout);
    ck_assert_uint_gt(stored, 0);
}
END_TEST

SPEC("link_sim", loses_nothing_and_stores_nothing_twice)
