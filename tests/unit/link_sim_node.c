/* link_sim_node.c - a sender of a simulated link, and what it must be told */
#include <config.h>

#include "link_sim.h"

#include <errno.h>

#include <weir/cleanup.h>

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

/* Makes the sender of the stream; 'first' as in struct sender_settings. */
static void
make_sender(struct world *self, struct node *node, uint64_t first)
{
    static const struct sender_calls calls = {sender_sends, reopens, changed,
                                              settled, NULL};
    struct sender_settings settings = {.incarnation = ++node->incarnation,
                                       .name = "node",
                                       .first = first,
                                       .packs = self->packs};

    memcpy(settings.stream, node->stream, sizeof(settings.stream));
    node->connection = ++self->connections;
    node->sender = sender_new(&settings, &calls, node, self->now_ns);
}

void
node_begin(struct world *self, struct node *node)
{
    node->world = self;
    node->offered = 0;
    node->gone = 0;
    node->told = 0;
    node->incarnation = 0;
    for (size_t i = 0; i < sizeof(node->stream); i++)
        node->stream[i] = (uint8_t)spec_random(&self->seed);
    make_sender(self, node, 0);
}

static void
offer_layout(struct node *node, const struct layout *layout, uint32_t from)
{
    while (from < layout_shape(layout)->count) {
        struct frame *frame = frame_of_layout(
            layout_shape(layout), layout_number(layout), from, &from);
        sender_offer_layout(node->sender, &frame);
    }
}

void
node_resume(struct world *self, struct node *node)
{
    struct sender *old = node->sender;
    struct sender_batch batch;

    /* Of layouts that are gone nobody knows here. */
    if (node->gone > 0)
        return;
    make_sender(self, node, node->told + 1);
    for (size_t i = 0; i < LAYOUTS_OF_A_NODE; i++)
        if (node->layouts[i])
            offer_layout(node, node->layouts[i], 0);
    while (sender_take(old, &batch))
        sender_offer(node->sender, &batch.frame, batch.told, batch.told_arg);
    sender_destroy(&old);
}

void
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
    offer_layout(node, *layout_p, from);
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

    for (uint32_t i = 0; i < count; i++) {
        times_ns[i] = i;
        for (uint32_t column = 0; column < width; column++)
            values[(size_t)i * width + column] =
                sim_sample(node->offered + 1, i, column);
    }
    struct weir_rows rows = {.layout = layout_shape(layout),
                             .width = width,
                             .count = count,
                             .times_ns = times_ns,
                             .values = values};
    return frame_of_batch(&rows, 1, NULL, 0);
}

void
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
