/* link_sim_test.c - the link's protocol among all faults that one seed brings
 *
 * Senders and a store over a simulated network; both ends restart, batches
 * become durable late, appends are put off, layouts grow and go.  What must
 * hold is asserted wherever it could be broken:
 *
 *   1. what a sender is told to be durable, is durable in the store;
 *   2. a store takes each batch of a stream once and in order, as it was sent;
 *   3. what is under way never exceeds the credit that was given;
 *   4. when the faults end, everything arrives, and each fate is told once.
 *
 * WEIR_SEED=n is the first seed, WEIR_SEEDS=n says how many are run (1 repeats
 * one), WEIR_SOAK=1 with CK_FORK=no goes on for ten minutes.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "clock.h"
#include "layout.h"
#include "link/receiver.h"
#include "link/sender.h"
#include "link_net.h"
#include "spec.h"

enum {
    NODES_MOST = 3,
    STREAMS_MOST = 64,
    LAYOUTS_OF_A_NODE = 3,
    REFUSED_MOST = 256
};

/* What the store has of a stream. */
struct kept {
    uint8_t stream[16];
    uint64_t last, durable;
    uint64_t refused[REFUSED_MOST]; /* sequences */
    size_t refused_count;
};

struct appended {
    struct kept *kept;
    uint64_t sequence;
};

struct node {
    struct world *world;
    struct sender *sender;
    uint32_t connection;
    uint8_t stream[16];
    struct layout *layouts[LAYOUTS_OF_A_NODE];
    uint64_t offered, told; /* batches */
    uint64_t waiting;       /* cost, by settled() */
    unsigned gone;        /* layouts, that batches on their way may need yet */
    uint64_t costs[4096]; /* of sequences, for the bound of credit */
    int64_t tick_ns;
};

struct world {
    uint64_t seed, first_seed;
    int64_t now_ns;
    struct net net;
    bool faulty;
    unsigned restarts, fullness, refusals; /* permille */
    bool large; /* batches come near the limit of a frame */
    uint64_t window;
    uint32_t connections, numbers; /* given out */
    struct node nodes[NODES_MOST];
    size_t node_count;

    struct receiver *receiver; /* NULL while it is down */
    unsigned lives;
    int64_t receiver_tick_ns, full_until_ns, down_until_ns;
    uint64_t limit_most; /* ever given */
    struct kept kept[STREAMS_MOST];
    size_t kept_count;
    struct appended *appended; /* [appended_count], in this life */
    size_t appended_count, appended_room;
    uint64_t durable; /* tickets in this life */
};

#define HOLDS(world, condition)                                 \
    ck_assert_msg(condition, "WEIR_SEEDS=1 WEIR_SEED=%llu: %s", \
                  (unsigned long long)(world)->first_seed, #condition)

/* The store. */

static struct kept *
kept_of(struct world *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->kept_count; i++)
        if (memcmp(self->kept[i].stream, stream, 16) == 0)
            return &self->kept[i];
    ck_assert_uint_lt(self->kept_count, STREAMS_MOST);
    struct kept *kept = &self->kept[self->kept_count++];
    memcpy(kept->stream, stream, 16);
    return kept;
}

static bool
was_refused(const struct kept *kept, uint64_t sequence)
{
    for (size_t i = 0; i < kept->refused_count; i++)
        if (kept->refused[i] == sequence)
            return true;
    return false;
}

static void
resolve(void *arg, struct layout *layout, uint32_t from)
{
    struct world *self = arg;

    HOLDS(self, from < layout_shape(layout)->count);
    HOLDS(self, (*layout_resolved(layout) != NULL) == (from > 0));
    *layout_resolved(layout) = self;
}

static void
forget(void *arg, struct layout *layout)
{
    (void)arg;
    *layout_resolved(layout) = NULL;
}

/* A series says which layout and column it belongs to. */
static bool
is_series(const struct weir_rows *rows, uint32_t column)
{
    char text[32];
    uint32_t number = layout_number(layout_of(rows->layout));

    (void)snprintf(text, sizeof(text), "%u.%u", number, column);
    return strcmp(rows->layout->series[column].labels[0].value, text) == 0;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct world *self = arg;
    struct kept *kept = kept_of(self, ticket->stream);
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    HOLDS(self, ticket->number == self->appended_count + 1);
    HOLDS(self, ticket->sequence == kept->last + 1);
    HOLDS(self, count == 1 && rows->resolved == self);
    HOLDS(self, rows->values[0] == (double)ticket->sequence);
    HOLDS(self, is_series(rows, 0) && is_series(rows, rows->width - 1));
    if (self->now_ns < self->full_until_ns)
        return draw_chance(&self->seed, 500) ? -EAGAIN : -ENOSPC;
    if (self->appended_count == self->appended_room) {
        self->appended_room = self->appended_room * 2 + 64;
        self->appended = xrealloc(self->appended, self->appended_room,
                                  sizeof(*self->appended));
    }
    self->appended[self->appended_count++] =
        (struct appended){kept, ticket->sequence};
    kept->last = ticket->sequence;
    return draw_chance(&self->seed, 20) ? 1 : 0;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    const struct kept *kept = kept_of(arg, stream);

    if (kept->durable == 0)
        return -ENOENT;
    *ret_sequence = kept->durable;
    return 0;
}

static void
become_durable(struct world *self, uint64_t number)
{
    for (uint64_t i = self->durable; i < number; i++)
        self->appended[i].kept->durable = self->appended[i].sequence;
    self->durable = number;
    receiver_durable(self->receiver, number);
}

/* Refuses the oldest batch that is not durable. */
static void
refuse_one(struct world *self)
{
    struct appended *batch = &self->appended[self->durable];
    struct kept *kept = batch->kept;

    if (kept->refused_count == REFUSED_MOST)
        return;
    kept->refused[kept->refused_count++] = batch->sequence;
    /* A store would note that down as well as data. */
    kept->durable = batch->sequence;
    receiver_refused(self->receiver, ++self->durable, "no");
}

static void
store_step(struct world *self)
{
    uint64_t open = self->appended_count - self->durable;

    if (open && self->faulty && draw_chance(&self->seed, self->refusals))
        refuse_one(self);
    else if (open && (!self->faulty || draw_chance(&self->seed, 100)))
        become_durable(self, self->durable + 1 + draw_below(&self->seed, open));
    if (self->faulty && self->now_ns > self->full_until_ns &&
        draw_chance(&self->seed, self->fullness))
        self->full_until_ns =
            self->now_ns + (int64_t)draw_below(&self->seed, 3000) * NS_PER_MS;
    /* Now and then it forgets to say that there is room. */
    if (self->now_ns >= self->full_until_ns && draw_chance(&self->seed, 50))
        receiver_room(self->receiver);
}

/* The receiver's end of the network. */

static void
receiver_sends(void *arg, const struct receiver_peer *to, struct frame *frame)
{
    struct world *self = arg;
    struct frame_view view = frame_look(frame);
    uint32_t connection = 0;

    if ((view.head.type == FRAME_ACK || view.head.type == FRAME_WELCOME) &&
        view.head.b > self->limit_most)
        self->limit_most = view.head.b;
    memcpy(&connection, to->id.id, sizeof(connection));
    net_send(&self->net, self->now_ns,
             (struct packet){.connection = connection}, frame);
}

static void
receiver_begin(struct world *self)
{
    static const struct port_calls calls = {resolve, forget, append, last,
                                            NULL};
    struct receiver_settings settings = {
        .limits = {.credit_bytes = 1 << 20,
                   .streams_most = 8,
                   .layouts_most = 12},
        .calls = &calls,
        .arg = self,
        .send = receiver_sends,
        .send_arg = self,
    };

    self->receiver = receiver_new(&settings);
    self->lives++;
}

/* What was not durable is lost. */
static void
receiver_end(struct world *self)
{
    receiver_destroy(&self->receiver);
    for (size_t i = 0; i < self->kept_count; i++)
        self->kept[i].last = self->kept[i].durable;
    self->appended_count = 0;
    self->durable = 0;
}

static void
receiver_hears(struct world *self, const struct packet *packet,
               const struct frame_view *view)
{
    struct receiver_peer from = {NULL, {.size = 4}};

    memcpy(from.id.id, &packet->connection, sizeof(packet->connection));
    if (self->receiver)
        receiver_heard(self->receiver, &from, view, self->now_ns);
}

/* Senders. */

static uint64_t
cost_of(const struct frame *frame)
{
    return word_cost(frame_look(frame).size);
}

static int
sender_sends(void *arg, struct frame *frame)
{
    struct node *node = arg;
    struct world *self = node->world;
    struct frame_view view = frame_look(frame);
    uint64_t under_way = 0;

    if (self->faulty && draw_chance(&self->seed, 10))
        return -EAGAIN;
    if (view.head.type == FRAME_BATCH) {
        for (uint64_t i = node->told + 1; i <= view.head.a; i++)
            under_way += node->costs[i % 4096];
        HOLDS(self, view.head.a > node->told && view.head.a <= node->offered);
        HOLDS(self,
              under_way <= self->limit_most || view.head.a == node->told + 1);
    }
    net_send(
        &self->net, self->now_ns,
        (struct packet){.connection = node->connection, .to_receiver = true},
        frame);
    return 0;
}

static void
reopens(void *arg)
{
    struct node *node = arg;

    node->connection = ++node->world->connections;
}

static void
changed(void *arg, enum sender_state state, const char *why)
{
    const struct node *node = arg;

    HOLDS(node->world, (state == SENDER_REFUSED) == (why != NULL));
}

static void
settled(void *arg, uint64_t cost, int rc)
{
    struct node *node = arg;

    (void)rc;
    node->waiting -= cost;
}

static void
tell(void *arg, int rc, const char *why)
{
    struct node *node = arg;
    struct world *self = node->world;
    const struct kept *kept = kept_of(self, node->stream);
    uint64_t sequence = ++node->told;

    (void)why;
    if (rc == -ECANCELED)
        return;
    HOLDS(self, rc == 0 || rc == -EDQUOT || rc == -EBADMSG);
    HOLDS(self, sequence <= kept->durable);
    HOLDS(self, rc != -EBADMSG || was_refused(kept, sequence));
    /* A receiver that restarted has forgotten what was refused. */
    if (self->lives == 1)
        HOLDS(self, (rc == -EBADMSG) == was_refused(kept, sequence));
}

static void
node_begin(struct world *self, struct node *node)
{
    static const struct sender_calls calls = {sender_sends, reopens, changed,
                                              settled};
    struct sender_settings settings = {.incarnation = 1, .name = "node"};

    node->world = self;
    node->offered = 0;
    node->gone = 0;
    node->told = 0;
    for (size_t i = 0; i < sizeof(node->stream); i++)
        node->stream[i] = (uint8_t)spec_random(&self->seed);
    memcpy(settings.stream, node->stream, sizeof(settings.stream));
    node->connection = ++self->connections;
    node->sender = sender_new(&settings, &calls, node, self->now_ns);
}

static void
node_end(struct node *node)
{
    sender_destroy(&node->sender);
    ck_assert_uint_eq(node->told, node->offered);
    ck_assert_uint_eq(node->waiting, 0);
    for (size_t i = 0; i < LAYOUTS_OF_A_NODE; i++)
        layout_destroy(&node->layouts[i]);
}

static void
add_series(struct layout *layout, uint32_t count)
{
    static const struct weir_metric metric = {"m", WEIR_GAUGE, "", ""};

    for (uint32_t i = 0; i < count; i++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "%u.%u", layout_number(layout),
                       layout_shape(layout)->count);
        const struct weir_label labels[] = {{"is", text}, {0}};
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
}

/* Makes the layout 'at', lets it grow, or replaces it by another. */
static void
change_layout(struct world *self, struct node *node, size_t at)
{
    struct layout **layout_p = &node->layouts[at];

    if (node->told == node->offered)
        node->gone = 0;
    if (*layout_p && node->gone < 8 && draw_chance(&self->seed, 700)) {
        node->gone++;
        sender_forget_layout(node->sender, layout_number(*layout_p));
        layout_destroy(layout_p);
    }
    if (!*layout_p)
        *layout_p = layout_new(++self->numbers);
    uint32_t from = layout_shape(*layout_p)->count;
    add_series(*layout_p, self->large && from == 0
                              ? 1024
                              : 1 + (uint32_t)draw_below(&self->seed, 4));
    struct frame *frame = frame_of_layout(
        layout_shape(*layout_p), layout_number(*layout_p), from, &from);
    sender_offer_layout(node->sender, &frame);
}

static struct frame *
make_batch(struct world *self, struct node *node, const struct layout *layout)
{
    uint32_t width = layout_shape(layout)->count;
    uint32_t count =
        1 + (uint32_t)draw_below(&self->seed, self->large ? 100 : 2);
    weir_cleanup(weir_free) double *values =
        xcalloc((size_t)width * count, sizeof(*values));
    weir_cleanup(weir_free) int64_t *times_ns =
        xcalloc(count, sizeof(*times_ns));

    values[0] = (double)node->offered + 1;
    for (uint32_t i = 0; i < count; i++)
        times_ns[i] = i;
    struct weir_rows rows = {.layout = layout_shape(layout),
                             .width = width,
                             .count = count,
                             .times_ns = times_ns,
                             .values = values};
    return frame_of_batch(&rows, 1, NULL, 0);
}

static void
node_offer(struct world *self, struct node *node)
{
    size_t at = draw_below(&self->seed, LAYOUTS_OF_A_NODE);

    if (!node->layouts[at] || draw_chance(&self->seed, 150))
        change_layout(self, node, at);
    weir_cleanup(frame_release) struct frame *frame =
        make_batch(self, node, node->layouts[at]);
    uint64_t cost = cost_of(frame);
    if (node->waiting && node->waiting + cost > self->window)
        return;
    node->waiting += cost;
    node->costs[++node->offered % 4096] = cost;
    sender_offer(node->sender, &frame, tell, node);
    sender_pump(node->sender, self->now_ns);
}

/* The world. */

static void
deliver(struct world *self)
{
    struct packet packet;

    while (net_pop(&self->net, self->now_ns, &packet)) {
        weir_cleanup(frame_release) struct frame *frame = packet.frame;
        size_t size = 0;
        const void *bytes = frame_bytes(frame, &size);
        struct frame_view view;
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
    self->large = draw_chance(&self->seed, 60);
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

static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoull(text, NULL, 0) : otherwise;
}

START_TEST(loses_nothing_and_stores_nothing_twice)
{
    bool soak = setting("WEIR_SOAK", 0);
    uint64_t seeds = setting("WEIR_SEEDS", 300);
    int64_t until_ns = clock_now_ns() + (soak ? 600 : 8) * NS_PER_S;
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
