/* stock.c - the layouts that a sender has */
#include <config.h>

#include "link/stock.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/word.h"

struct piece {
    struct frame *frame;
    uint32_t end; /* series up to here, with the pieces before it */
};

struct item {
    uint32_t number;
    uint32_t count;        /* pieces */
    uint32_t sent;         /* pieces that need not be sent (again) */
    uint64_t forget_after; /* a sequence, or UINT64_MAX */
    struct piece *pieces;  /* [count] */
};

struct stock {
    struct item *items; /* [count], by number */
    size_t count, room;
    size_t unsent;    /* items with pieces to be sent */
    size_t sent;      /* the first of them is not below this one */
    size_t forgetful; /* items with a 'forget_after' */
};

struct stock *
stock_new(void)
{
    return xcalloc(1, sizeof(struct stock));
}

static void
item_fini(struct item *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        frame_release(&self->pieces[i].frame);
    free(self->pieces);
}

void
stock_destroy(struct stock **self_p)
{
    struct stock *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        item_fini(&self->items[i]);
    free(self->items);
    free(self);
    *self_p = NULL;
}

/* Returns where the item 'number' is, or belongs. */
static size_t
place_of(const struct stock *self, uint32_t number)
{
    size_t low = 0;
    size_t high = self->count;

    /* Numbers mostly ascend. */
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
find_item(struct stock *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place < self->count && self->items[place].number == number)
        return &self->items[place];
    return NULL;
}

static struct item *
make_item(struct stock *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (self->count == self->room) {
        self->room = self->room * 2 + 8;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    struct item *item = &self->items[place];
    memmove(item + 1, item, (self->count - place) * sizeof(*item));
    *item = (struct item){.number = number, .forget_after = UINT64_MAX};
    self->sent = place < self->sent ? place : self->sent;
    self->count++;
    return item;
}

/* Says that of 'count' pieces those from 'sent' on are to be sent. */
static void
mark(struct stock *self, struct item *item, uint32_t sent, uint32_t count)
{
    size_t place = (size_t)(item - self->items);

    if (item->sent == item->count)
        self->unsent++;
    item->sent = sent;
    item->count = count;
    self->sent = place < self->sent ? place : self->sent;
}

static uint32_t
end_of(const struct item *item)
{
    return item->count ? item->pieces[item->count - 1].end : 0;
}

int
stock_add(struct stock *self, struct frame **frame_p)
{
    weir_cleanup(frame_release) struct frame *frame = weir_take(*frame_p);
    struct frame_view view = frame_look(frame);
    struct frame_layout head = {0};

    if (frame_layout_head(&view, &head) < 0)
        return -EBADMSG;
    struct item *item = find_item(self, head.number);
    if (head.from != (item ? end_of(item) : 0))
        return -EBADMSG;
    if (!item)
        item = make_item(self, head.number);
    item->pieces =
        xrealloc(item->pieces, item->count + 1, sizeof(*item->pieces));
    item->pieces[item->count] = (struct piece){weir_take(frame), head.end};
    mark(self, item, item->sent, item->count + 1);
    return 0;
}

void
stock_forget(struct stock *self, uint32_t number, uint64_t sequence)
{
    struct item *item = find_item(self, number);

    if (!item || item->forget_after != UINT64_MAX)
        return;
    item->forget_after = sequence;
    self->forgetful++;
}

struct frame *
stock_drop(struct stock *self, uint64_t durable, uint8_t slot)
{
    weir_cleanup(wire_out_fini) struct wire_out gone = {0};
    size_t kept = 0;

    if (self->forgetful == 0)
        return NULL;
    for (size_t i = 0; i < self->count; i++) {
        struct item *item = &self->items[i];
        if (item->forget_after > durable ||
            gone.size >= WORD_LAYOUTS_MOST * sizeof(struct word_layout)) {
            self->items[kept++] = *item;
            continue;
        }
        struct word_layout word = {item->number, 0};
        wire_put(&gone, &word, sizeof(word));
        self->unsent -= item->sent < item->count;
        self->forgetful--;
        item_fini(item);
    }
    self->count = kept;
    self->sent = 0;
    if (gone.size == 0)
        return NULL;
    struct frame_head head = {.type = FRAME_FORGET, .slot = slot};
    return frame_new(&head, gone.bytes, gone.size);
}

struct frame *
stock_announce(struct stock *self, uint8_t slot)
{
    size_t count =
        self->count < WORD_LAYOUTS_MOST ? self->count : WORD_LAYOUTS_MOST;
    weir_cleanup(weir_free) struct word_layout *words =
        xcalloc(count, sizeof(*words));

    for (size_t i = 0; i < self->count; i++) {
        struct item *item = &self->items[i];
        item->sent = item->count;
        if (i < count)
            words[i] = (struct word_layout){item->number, end_of(item)};
    }
    self->unsent = 0;
    struct frame_head head = {.type = FRAME_USE, .slot = slot};
    return word_layouts(&head, words, count);
}

void
stock_want(struct stock *self, const struct frame_view *view)
{
    for (size_t i = 0; i < word_layout_count(view); i++) {
        struct word_layout want = word_layout_at(view, i);
        struct item *item = find_item(self, want.number);
        uint32_t piece = 0;
        while (item && piece < item->count &&
               item->pieces[piece].end <= want.count)
            piece++;
        if (item && piece < item->sent)
            mark(self, item, piece, item->count);
    }
}

static struct item *
first_unsent(struct stock *self)
{
    if (self->unsent == 0)
        return NULL;
    while (self->items[self->sent].sent == self->items[self->sent].count)
        self->sent++;
    return &self->items[self->sent];
}

struct frame *
stock_next(struct stock *self)
{
    const struct item *item = first_unsent(self);

    return item ? item->pieces[item->sent].frame : NULL;
}

void
stock_sent(struct stock *self)
{
    struct item *item = first_unsent(self);

    if (item && ++item->sent == item->count)
        self->unsent--;
}
