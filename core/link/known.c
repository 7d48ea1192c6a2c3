/* known.c - the layouts that a receiver knows of one stream */
#include <config.h>

#include "link/known.h"

#include <weir/cleanup.h>

#include "base.h"
#include "link/word.h"

struct item {
    uint32_t number;
    bool malformed;
    bool foreign;  /* claims a label that is not its sender's */
    bool used;     /* named by the last FRAME_USE */
    uint32_t over; /* series that there was no room for, or 0 */
    struct layout *layout;
    struct trail_row *row; /* the last that was unpacked, or NULL */
};

struct known {
    struct item *items; /* [count], by number */
    size_t count, room;
    uint32_t most;
    const struct known_calls *calls;
    void *arg;
    struct account *account;   /* or NULL */
    struct peer_limits limits; /* of whom it is */
};

static const char no_layouts[] = "its key may have no more layouts";
static const char no_series[] = "its key may have no more series";

struct known *
known_new(uint32_t most, const struct known_calls *calls, void *arg,
          struct account *account)
{
    struct known *self = xcalloc(1, sizeof(*self));

    self->most = most;
    self->calls = calls;
    self->arg = arg;
    self->account = account;
    self->limits = (struct peer_limits){PEER_CONNECTIONS, PEER_STREAMS,
                                        PEER_LAYOUTS, PEER_SERIES};
    return self;
}

static void
item_fini(struct known *self, struct item *item)
{
    if (self->account) {
        self->account->layouts--;
        self->account->series -= layout_shape(item->layout)->count;
    }
    self->calls->forget(self->arg, item->layout);
    layout_destroy(&item->layout);
    trail_row_destroy(&item->row);
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

/* Says whether the sender may have so many more. */
static bool
has_layout_left(const struct known *self)
{
    return !self->account || self->account->layouts < self->limits.layouts;
}

static bool
has_series_left(const struct known *self, uint32_t count)
{
    return !self->account ||
           self->account->series + count <= self->limits.series;
}

/* Returns a new item, or NULL when there are too many. */
static struct item *
make_item(struct known *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (self->count >= self->most || !has_layout_left(self))
        return NULL;
    if (self->account)
        self->account->layouts++;
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

/* Reads what the frame has beyond the 'count' series that there are. */
static bool
take_series(struct known *self, struct item *item,
            const struct frame_view *view, const struct peer *who,
            struct known_refused *ret_refused)
{
    const struct weir_layout *shape = layout_shape(item->layout);
    uint32_t count = shape->count;

    item->malformed = frame_layout_read(view, item->layout) < 0;
    if (item->malformed)
        return false;
    item->over = 0;
    if (self->account)
        self->account->series += shape->count - count;
    const struct weir_label *foreign = find_foreign(item->layout, count, who);
    if (foreign && !item->foreign)
        ret_refused->foreign = foreign;
    item->foreign = item->foreign || foreign;
    /* Else the store shall not hear of its series. */
    if (!item->foreign)
        self->calls->resolve(self->arg, item->layout, count);
    return true;
}

bool
known_take(struct known *self, const struct frame_view *view,
           const struct peer *who, struct known_refused *ret_refused)
{
    struct frame_layout head = {0};

    *ret_refused = (struct known_refused){0};
    if (who)
        self->limits = who->limits;

    if (frame_layout_head(view, &head) < 0)
        return false;
    struct item *item = find_item(self, head.number);
    if (!item)
        item = make_item(self, head.number);
    if (!item && !has_layout_left(self))
        ret_refused->limit = no_layouts;
    if (!item)
        return true; /* known_refusal() says why */
    uint32_t count = layout_shape(item->layout)->count;
    if (head.from > count || head.end <= count)
        return true; /* what lies between is asked for, or nothing is new */
    if (!has_series_left(self, head.end - count)) {
        ret_refused->limit = item->over ? NULL : no_series;
        item->over = head.end - count;
        return true;
    }
    return take_series(self, item, view, who, ret_refused);
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

struct trail_row **
known_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct item *item = find_item(arg, number);

    if (!item || item->foreign)
        return NULL;
    *ret_width = layout_shape(item->layout)->count;
    return &item->row;
}

bool
known_is_judged(const struct known *self, uint32_t number)
{
    const struct item *item = find_item(self, number);

    return item && (item->foreign ||
                    (item->over && !has_series_left(self, item->over)));
}

const char *
known_refusal(const struct known *self, uint32_t number)
{
    const struct item *item = find_item(self, number);

    if (item && item->foreign)
        return "its series claim a label that is not the sender's";
    if (item && item->over && !has_series_left(self, item->over))
        return no_series;
    if (item)
        return item->malformed ? "its layout is malformed" : NULL;
    if (!has_layout_left(self))
        return no_layouts;
    return self->count >= self->most ? "the sender has too many layouts" : NULL;
}
