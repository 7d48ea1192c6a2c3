/* known.c - the layouts that a receiver knows of one stream */
#include <config.h>

#include "link/known.h"

#include <weir/cleanup.h>

#include "base.h"
#include "link/word.h"

struct item {
    uint32_t number;
    bool malformed;
    bool foreign; /* claims a label that is not its sender's */
    bool used;    /* named by the last FRAME_USE */
    struct layout *layout;
};

struct known {
    struct item *items; /* [count], by number */
    size_t count, room;
    uint32_t most;
    const struct known_calls *calls;
    void *arg;
};

struct known *
known_new(uint32_t most, const struct known_calls *calls, void *arg)
{
    struct known *self = xcalloc(1, sizeof(*self));

    self->most = most;
    self->calls = calls;
    self->arg = arg;
    return self;
}

static void
item_fini(struct known *self, struct item *item)
{
    self->calls->forget(self->arg, item->layout);
    layout_destroy(&item->layout);
}

void
known_destroy(struct known **self_p)
{
    struct known *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        item_fini(self, &self->items[i]);
    free(self->items);
    free(self);
    *self_p = NULL;
}

uint32_t
known_count(const struct known *self)
{
    return (uint32_t)self->count;
}

/* Returns where the item 'number' is, or belongs. */
static size_t
place_of(const struct known *self, uint32_t number)
{
    size_t low = 0;
    size_t high = self->count;

    /* New numbers mostly ascend. */
    if (high && self->items[high - 1].number < number)
        return high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->items[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct item *
find_item(const struct known *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place < self->count && self->items[place].number == number)
        return &self->items[place];
    return NULL;
}

/* Returns a new item, or NULL when there are too many. */
static struct item *
make_item(struct known *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (self->count >= self->most)
        return NULL;
    if (self->count == self->room) {
        self->room = self->room * 2 + 4;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    struct item *item = &self->items[place];
    memmove(item + 1, item, (self->count - place) * sizeof(*item));
    *item = (struct item){.number = number, .layout = layout_new(number)};
    self->count++;
    return item;
}

/* Returns the first label of series 'from' on that 'who' may not claim. */
static const struct weir_label *
find_foreign(const struct layout *layout, uint32_t from, const struct peer *who)
{
    const struct weir_layout *shape = layout_shape(layout);
    const struct weir_label *label = NULL;

    if (!who || who->claim_count == 0)
        return NULL;
    for (uint32_t i = from; i < shape->count && !label; i++)
        label = peer_overclaims(who, &shape->series[i]);
    return label;
}

bool
known_take(struct known *self, const struct frame_view *view,
           const struct peer *who, const struct weir_label **ret_foreign)
{
    struct frame_layout head = {0};

    if (frame_layout_head(view, &head) < 0)
        return false;
    struct item *item = find_item(self, head.number);
    if (!item)
        item = make_item(self, head.number);
    if (!item)
        return true; /* known_refusal() says why */
    uint32_t count = layout_shape(item->layout)->count;
    if (head.from > count || head.end <= count)
        return true; /* what lies between is asked for, or nothing is new */
    item->malformed = frame_layout_read(view, item->layout) < 0;
    if (item->malformed)
        return false;
    const struct weir_label *foreign = find_foreign(item->layout, count, who);
    if (foreign && !item->foreign)
        *ret_foreign = foreign;
    item->foreign = item->foreign || foreign;
    if (item->foreign)
        return true; /* the store shall not hear of its series */
    self->calls->resolve(self->arg, item->layout, count);
    return true;
}

/* Forgets the layouts that are not used. */
static void
sweep(struct known *self)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].used)
            self->items[kept++] = self->items[i];
        else
            item_fini(self, &self->items[i]);
    self->count = kept;
}

static void
mark_all(struct known *self, bool used)
{
    for (size_t i = 0; i < self->count; i++)
        self->items[i].used = used;
}

struct frame *
known_compare(struct known *self, const struct frame_view *view)
{
    weir_cleanup(wire_out_fini) struct wire_out wants = {0};
    size_t count = word_layout_count(view);

    /* A list that is full may be cut off, and then says nothing of the rest. */
    mark_all(self, count >= WORD_LAYOUTS_MOST);
    for (size_t i = 0; i < count; i++) {
        struct word_layout use = word_layout_at(view, i);
        struct item *item = find_item(self, use.number);
        uint32_t have = item ? layout_shape(item->layout)->count : 0;
        if (item)
            item->used = true;
        struct word_layout want = {use.number, have};
        if (have < use.count)
            wire_put(&wants, &want, sizeof(want));
    }
    sweep(self);
    struct frame_head head = {.type = FRAME_WANT, .slot = view->head.slot};
    return frame_new(&head, wants.bytes, wants.size);
}

void
known_drop(struct known *self, const struct frame_view *view)
{
    mark_all(self, true);
    for (size_t i = 0; i < word_layout_count(view); i++) {
        struct item *item = find_item(self, word_layout_at(view, i).number);
        if (item)
            item->used = false;
    }
    sweep(self);
}

struct layout *
known_find(void *arg, uint32_t number)
{
    const struct known *self = arg;
    const struct item *item = find_item(self, number);

    return item && !item->foreign ? item->layout : NULL;
}

bool
known_is_foreign(const struct known *self, uint32_t number)
{
    const struct item *item = find_item(self, number);

    return item && item->foreign;
}

const char *
known_refusal(const struct known *self, uint32_t number)
{
    const struct item *item = find_item(self, number);

    if (item && item->foreign)
        return "its series claim a label that is not the sender's";
    if (item)
        return item->malformed ? "its layout is malformed" : NULL;
    return self->count >= self->most ? "the sender has too many layouts" : NULL;
}
