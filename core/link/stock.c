/* stock.c - the layouts that a sender has */
#include <config.h>

#include "link/stock.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/word.h"

struct item {
    uint32_t number;
    uint32_t sent;         /* pieces that need not be sent (again) */
    uint64_t forget_after; /* a sequence, or UINT64_MAX */
    struct pieces pieces;
    struct trail_row *row; /* the last that was packed, or NULL */
};

struct stock {
    struct item **items; /* [count], by number */
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
item_destroy(struct item **self_p)
{
    struct item *self = *self_p;

    pieces_fini(&self->pieces);
    trail_row_destroy(&self->row);
    free(self);
    *self_p = NULL;
}

void
stock_destroy(struct stock **self_p)
{
    struct stock *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        item_destroy(&self->items[i]);
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
    if (high && self->items[high - 1]->number < number)
        return high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->items[middle]->number < number)
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

    if (place < self->count && self->items[place]->number == number)
        return self->items[place];
    return NULL;
}

static struct item *
make_item(struct stock *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (self->count == self->room) {
        self->room = self->room * 2 + 8;
        self->items = xrealloc(self->items, self->room, sizeof(struct item *));
    }
    struct item *item = xcalloc(1, sizeof(*item));
    item->number = number;
    item->forget_after = UINT64_MAX;
    memmove(&self->items[place + 1], &self->items[place],
            (self->count - place) * sizeof(struct item *));
    self->items[place] = item;
    self->sent = place < self->sent ? place : self->sent;
    self->count++;
    return item;
}

/* Says that the pieces from 'sent' on, of which there are some, are to be sent.
 */
static void
mark(struct stock *self, struct item *item, uint32_t sent)
{
    size_t place = place_of(self, item->number);

    item->sent = sent;
    self->sent = place < self->sent ? place : self->sent;
}

static bool
is_sent(const struct item *item)
{
    return item->sent == item->pieces.count;
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
    if (head.from != (item ? pieces_end(&item->pieces) : 0))
        return -EBADMSG;
    if (!item)
        item = make_item(self, head.number);
    self->unsent += is_sent(item);
    frame = frame_stow(&frame);
    pieces_add(&item->pieces, &frame, head.end);
    mark(self, item, item->sent);
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

uint32_t
stock_use(struct stock *self, uint32_t number)
{
    struct item *item = find_item(self, number);

    if (!item)
        return 0;
    self->forgetful -= item->forget_after != UINT64_MAX;
    item->forget_after = UINT64_MAX;
    return pieces_end(&item->pieces);
}

struct pieces *
stock_pieces(struct stock *self, uint32_t number)
{
    size_t place = place_of(self, number);

    if (place == self->count || self->items[place]->number != number)
        return NULL;
    return &self->items[place]->pieces;
}

struct trail_row **
stock_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct item *item = find_item(arg, number);

    if (!item)
        return NULL;
    *ret_width = pieces_end(&item->pieces);
    return &item->row;
}

struct frame *
stock_drop(struct stock *self, uint64_t durable, uint8_t slot)
{
    weir_cleanup(wire_out_fini) struct wire_out gone = {0};
    size_t kept = 0;

    if (self->forgetful == 0)
        return NULL;
    for (size_t i = 0; i < self->count; i++) {
        struct item *item = self->items[i];
        if (item->forget_after > durable ||
            gone.size >= WORD_LAYOUTS_MOST * sizeof(struct word_layout)) {
            self->items[kept++] = item;
            continue;
        }
        struct word_layout word = {item->number, 0};
        wire_put(&gone, &word, sizeof(word));
        self->unsent -= !is_sent(item);
        self->forgetful--;
        item_destroy(&item);
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
        struct item *item = self->items[i];
        item->sent = item->pieces.count;
        if (i < count)
            words[i] =
                (struct word_layout){item->number, pieces_end(&item->pieces)};
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
        uint32_t piece = item ? pieces_from(&item->pieces, want.count) : 0;
        if (!item || piece >= item->sent)
            continue;
        self->unsent += is_sent(item);
        mark(self, item, piece);
    }
}

void
stock_each(const struct stock *self, stock_see *see, void *arg)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct pieces *pieces = &self->items[i]->pieces;
        for (uint32_t k = 0; k < pieces->count; k++)
            see(arg, pieces->pieces[k].frame);
    }
}

static struct item *
first_unsent(struct stock *self)
{
    if (self->unsent == 0)
        return NULL;
    while (is_sent(self->items[self->sent]))
        self->sent++;
    return self->items[self->sent];
}

struct frame *
stock_next(struct stock *self)
{
    const struct item *item = first_unsent(self);

    return item ? item->pieces.pieces[item->sent].frame : NULL;
}

void
stock_sent(struct stock *self)
{
    struct item *item = first_unsent(self);

    if (!item)
        return;
    item->sent++;
    self->unsent -= is_sent(item);
}
