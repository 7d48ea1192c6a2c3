/* backlog_send.c - what a lane's spool has is read and sent */
#include <config.h>

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/backlog_inner.h"

/* Bytes that are read and not yet durable. */
static const uint64_t ahead_bytes = 4 << 20;

static int
send_frame(void *arg, struct frame *frame)
{
    struct backlog *self = arg;

    return self->settings.send(self->settings.arg, frame);
}

/* The socket is the lane's, which sees for itself when it is dead. */
static void
reopen(void *arg)
{
    (void)arg;
}

static void
changed(void *arg, enum sender_state state, const char *why)
{
    struct backlog *self = arg;

    (void)why;
    self->streams = state == SENDER_STREAMING;
}

static void
settled(void *arg, uint64_t cost, int rc)
{
    struct backlog *self = arg;

    self->settings.settled(self->settings.arg, cost, rc);
}

static void
refused(void *arg, struct frame *batch, const char *why)
{
    struct backlog *self = arg;

    if (!self->dead)
        return;
    weir_cleanup(letter_destroy) struct letter *letter =
        letter_new(self->sender, batch, why);
    dead_keep(self->dead, letter);
    self->buried = true;
}

/* Frees what is durable; before, what of it was refused is on disk elsewhere.
 */
static void
let_go(struct backlog *self)
{
    if (self->buried)
        dead_sync(self->dead);
    self->buried = false;
    spool_done(self->spool, self->sender ? sender_durable(self->sender) : 0);
}

void
backlog_end_stream(struct backlog *self)
{
    struct sender_batch batch;

    if (!self->sender)
        return;
    struct sender_figures sent = sender_figures(self->sender);
    self->sent.sent += sent.sent;
    self->sent.again += sent.again;
    self->sent.bytes += sent.bytes;
    /* Now: its numbers say nothing about the next stream. */
    let_go(self);
    sender_bye(self->sender);
    /* What is left stays on disk. */
    while (sender_take(self->sender, &batch))
        frame_release(&batch.frame);
    sender_destroy(&self->sender);
    self->use_count = 0;
    self->segment = 0;
}

/* Sending --------------------------------------------------------------------
 */

static struct backlog_use *
find_use(const struct backlog *self, uint32_t number, size_t *ret_place)
{
    size_t low = 0;
    size_t high = self->use_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->uses[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_place = low;
    if (low < self->use_count && self->uses[low].number == number)
        return &self->uses[low];
    return NULL;
}

/* Notes that the segment has the layout. */
static void
note_use(struct backlog *self, uint32_t number)
{
    size_t place = 0;
    struct backlog_use *use = find_use(self, number, &place);

    if (!use) {
        if (self->use_count == self->use_room) {
            self->use_room = self->use_room * 2 + 16;
            self->uses =
                xrealloc(self->uses, self->use_room, sizeof(*self->uses));
        }
        use = &self->uses[place];
        memmove(use + 1, use, (self->use_count - place) * sizeof(*use));
        self->use_count++;
    }
    *use = (struct backlog_use){number, self->segment};
}

/* Layouts that the segment before did not have are not used any more. */
static void
enter_segment(struct backlog *self, uint64_t segment)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->use_count; i++) {
        if (self->uses[i].segment == self->segment)
            self->uses[kept++] = self->uses[i];
        else
            sender_forget_layout(self->sender, self->uses[i].number);
    }
    self->use_count = kept;
    self->segment = segment;
}

static void
begin_stream(struct backlog *self, const struct spool_item *item,
             int64_t now_ns)
{
    static const struct sender_calls calls = {send_frame, reopen, changed,
                                              settled, refused};
    const struct spool_head *head = item->head;
    uint64_t own = spool_incarnation(self->spool);
    struct sender_settings settings = {
        .incarnation = own > head->incarnation ? own : head->incarnation,
        .slot = BACKLOG_SLOT,
        .name = self->settings.sender,
        .packs = self->settings.packs,
        .first = head->first,
    };

    memcpy(settings.stream, head->stream, sizeof(settings.stream));
    memcpy(self->sending, head->stream, sizeof(self->sending));
    self->sender = sender_new(&settings, &calls, self, now_ns);
    self->segment = item->segment;
    self->streams = false;
    sender_tick(self->sender, now_ns);
}

static void
take_layout(struct backlog *self, const struct spool_record *record)
{
    struct frame_head head = {.type = FRAME_LAYOUT, .slot = BACKLOG_SLOT};
    struct frame_view view = {head, record->body, record->size};
    struct frame_layout layout;

    if (frame_layout_head(&view, &layout) < 0)
        return;
    uint32_t have = sender_use_layout(self->sender, layout.number);
    note_use(self, layout.number);
    /* Where a piece is missing the batches that need it are unusable. */
    if (layout.from != have)
        return;
    struct frame *frame = frame_new(&head, record->body, record->size);
    sender_offer_layout(self->sender, &frame);
}

static bool
is_usable(struct backlog *self, const struct frame_view *view)
{
    struct frame_use use;
    size_t at = 0;
    size_t place = 0;

    while (frame_batch_uses(view, &at, &use)) {
        if (!find_use(self, use.number, &place))
            return false;
        uint32_t have = sender_use_layout(self->sender, use.number);
        if (have == 0 || have < use.width)
            return false;
    }
    return true;
}

/* What became of an item of the spool. */
enum taken {
    TAKEN,
    TAKEN_NOT,   /* it is of no use: nothing will be heard of it */
    TAKEN_LATER, /* it is to come again, once more is durable */
};

static enum taken
take_batch(struct backlog *self, const struct spool_record *record,
           int64_t now_ns)
{
    struct frame_head head = {.type = FRAME_BATCH, .slot = BACKLOG_SLOT};
    struct frame_view view = {head, record->body, record->size};
    uint64_t next = sender_next(self->sender);

    /* The store has it already, or the segment has it twice. */
    if (record->sequence < next)
        return TAKEN;
    if (!is_usable(self, &view)) {
        self->unusable++;
        return TAKEN_NOT;
    }
    if (record->sequence > next) {
        if (sender_kept(self->sender) > 0)
            return TAKEN_LATER;
        sender_skip(self->sender, record->sequence, now_ns);
    }
    struct frame *frame = frame_new(&head, record->body, record->size);
    sender_offer(self->sender, &frame, NULL, NULL);
    return TAKEN;
}

/* Says whether enough is read.  For a store that is away one batch is: what it
 * will want first is known then, and the rest is no burden to memory. */
static bool
is_ahead(const struct backlog *self)
{
    uint64_t most = self->streams ? ahead_bytes : 1;

    return self->sender && sender_kept(self->sender) >= most;
}

static enum taken
take_item(struct backlog *self, const struct spool_item *item, int64_t now_ns)
{
    if (is_ahead(self))
        return TAKEN_LATER;
    if (self->sender && memcmp(self->sending, item->head->stream, 16) != 0) {
        if (sender_kept(self->sender) > 0)
            return TAKEN_LATER;
        backlog_end_stream(self);
    }
    if (!self->sender)
        begin_stream(self, item, now_ns);
    if (item->segment != self->segment)
        enter_segment(self, item->segment);
    if (item->record.type == FRAME_BATCH)
        return take_batch(self, &item->record, now_ns);
    if (item->record.type == FRAME_LAYOUT)
        take_layout(self, &item->record);
    return TAKEN;
}

void
backlog_pump(struct backlog *self, int64_t now_ns)
{
    struct spool_item item;
    bool more = true;

    for (;;) {
        enum taken taken = TAKEN_LATER;
        let_go(self);
        more = spool_peek(self->spool, &item) > 0;
        if (more)
            taken = take_item(self, &item, now_ns);
        if (taken == TAKEN_LATER)
            break;
        spool_pass(self->spool, taken == TAKEN);
    }
    if (!self->sender)
        return;
    sender_pump(self->sender, now_ns);
    if (more || sender_kept(self->sender) > 0)
        return;
    /* What cannot be read just now needs the layouts that were: it goes on. */
    let_go(self);
    if (spool_is_empty(self->spool))
        backlog_end_stream(self);
}

void
backlog_heard(struct backlog *self, const struct frame_view *view,
              int64_t now_ns)
{
    if (!self->sender)
        return;
    sender_heard(self->sender, view, now_ns);
    backlog_pump(self, now_ns);
}
