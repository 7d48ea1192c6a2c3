/* sender.c - the sending side of the protocol */
#include <config.h>

#include "link/sender.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/sender_inner.h"

/* All in nanoseconds. */
static const int64_t hello_first_ns = 200 * NS_PER_MS;
static const int64_t hello_most_ns = 5 * NS_PER_S;
static const int64_t ping_ns = NS_PER_S;
static const int64_t lost_ns = 3 * NS_PER_S;
static const int64_t refused_ns = 60 * NS_PER_S;

struct sender *
sender_new(const struct sender_settings *settings,
           const struct sender_calls *calls, void *arg, int64_t now_ns)
{
    struct sender *self = xcalloc(1, sizeof(*self));

    memcpy(self->hello.stream, settings->stream, sizeof(self->hello.stream));
    self->hello.incarnation = settings->incarnation;
    (void)snprintf(self->hello.name, sizeof(self->hello.name), "%s",
                   settings->name);
    self->hello.can = settings->packs ? WORD_PACKS : 0;
    self->slot = settings->slot;
    self->resumes = settings->first > 0;
    self->calls = calls;
    self->arg = arg;
    self->stock = stock_new();
    self->trail = (struct trail){.find = stock_row, .arg = self->stock};
    (void)getrandom(&self->trail.pass, sizeof(self->trail.pass), 0);
    window_init(&self->window);
    if (settings->first)
        window_skip(&self->window, settings->first - 1);
    self->cursor = self->window.next;
    self->heard_ns = now_ns;
    self->since_ns = now_ns;
    self->hello_at_ns = now_ns;
    self->hello_every_ns = hello_first_ns;
    return self;
}

static void
settle_next(struct sender *self, int rc, const char *why)
{
    struct window_batch batch = window_take(&self->window);

    if (rc == -EBADMSG && self->calls->refused)
        self->calls->refused(self->arg, batch.frame, why);
    frame_release(&batch.frame);
    self->calls->settled(self->arg, batch.cost, rc);
    if (batch.told)
        batch.told(batch.told_arg, rc, why);
}

void
sender_destroy(struct sender **self_p)
{
    struct sender *self = *self_p;

    if (!self)
        return;
    while (self->window.durable + 1 < self->window.next)
        settle_next(self, -ECANCELED, "the link closes");
    stock_destroy(&self->stock);
    frame_release(&self->packed);
    wire_out_fini(&self->room);
    window_fini(&self->window);
    free(self);
    *self_p = NULL;
}

static void
change(struct sender *self, enum sender_state state, const char *why,
       int64_t now_ns)
{
    bool same = self->state == state;

    self->state = state;
    self->since_ns = now_ns;
    if (!same)
        self->calls->changed(self->arg, state, why);
}

/* Sends a word, and forgets it: what is lost is said again. */
static void
say(struct sender *self, struct frame *word, int64_t now_ns)
{
    weir_cleanup(frame_release) struct frame *frame = word;

    if (self->calls->send(self->arg, frame) == 0)
        self->sent_ns = now_ns;
}

static void
say_hello(struct sender *self, int64_t now_ns)
{
    self->hello.first = self->window.durable + 1;
    say(self, word_hello(self->slot, &self->hello), now_ns);
    self->hello_at_ns = now_ns + self->hello_every_ns;
    self->hello_every_ns *= 2;
    if (self->hello_every_ns > hello_most_ns)
        self->hello_every_ns = hello_most_ns;
}

void
sender_ping(struct sender *self, int64_t now_ns)
{
    struct frame_head head = {.type = FRAME_PING,
                              .slot = self->slot,
                              .a = self->window.durable + 1,
                              .b = self->cursor - 1};

    self->pinged_ns = now_ns;
    say(self, word_bare(&head), now_ns);
}

static void
begin_again(struct sender *self, int64_t now_ns)
{
    self->hello_every_ns = hello_first_ns;
    change(self, SENDER_HELLO, NULL, now_ns);
    say_hello(self, now_ns);
}

static void
reopen(struct sender *self, int64_t now_ns)
{
    self->calls->reopen(self->arg);
    self->heard_ns = now_ns;
    change(self, SENDER_HELLO, NULL, now_ns);
    say_hello(self, now_ns);
}

/* Settles what an ack calls durable; returns true when it told of refusals,
 * which the receiver keeps until it hears that they are known. */
static bool
settle(struct sender *self, const struct word_ack *ack)
{
    struct wire_in verdicts = ack->verdicts;
    struct word_verdict verdict = {0};
    bool any = word_verdict_read(&verdicts, &verdict);
    bool more = any;

    while (self->window.durable < ack->durable &&
           self->window.durable + 1 < self->window.next) {
        uint64_t sequence = self->window.durable + 1;
        while (more && verdict.sequence < sequence)
            more = word_verdict_read(&verdicts, &verdict);
        if (!more || verdict.sequence != sequence)
            settle_next(self, 0, NULL);
        else
            settle_next(self, verdict.refused ? -EDQUOT : -EBADMSG,
                        verdict.why);
    }
    if (self->window.durable < ack->durable)
        window_skip(&self->window, ack->durable);
    return any;
}

static void
move_cursor(struct sender *self, uint64_t next, bool back)
{
    if (self->cursor > self->again_below)
        self->again_below = self->cursor;
    if (next > self->window.next)
        next = self->window.next;
    if (next <= self->cursor && !back)
        next = self->cursor;
    if (next <= self->window.durable)
        next = self->window.durable + 1;
    if (next != self->cursor || back)
        sender_move(self, next);
}

/* Believes an ack that is not older than what is known. */
static void
take_ack(struct sender *self, const struct word_ack *ack, bool back,
         int64_t now_ns)
{
    if (ack->durable < self->window.durable)
        return;
    self->limit = ack->limit;
    bool refusals = settle(self, ack);
    if (self->timed && self->timed <= self->window.durable) {
        self->figures.round_trip_ns = now_ns - self->timed_ns;
        self->timed = 0;
    }
    move_cursor(self, ack->next, back);

    struct frame *forget =
        stock_drop(self->stock, self->window.durable, self->slot);
    if (forget)
        say(self, forget, now_ns);
    if (refusals)
        sender_ping(self, now_ns);
}

static void
refuse(struct sender *self, const char *why, int64_t now_ns)
{
    self->hello_every_ns = hello_first_ns;
    change(self, SENDER_REFUSED, why, now_ns);
}

/* What was said before the PING has been read. */
static void
end_rest(struct sender *self)
{
    if (self->rests)
        self->layout_cost = 0;
    self->rests = false;
}

static void
hear_ack(struct sender *self, const struct frame_view *view, int64_t now_ns)
{
    struct word_ack ack;
    bool welcome = view->head.type == FRAME_WELCOME;

    if (word_ack_read(view, &ack) < 0)
        return;
    /* A HELLO that was said twice is answered twice, and the stream before in
     * this slot may have ended meanwhile. */
    if (welcome &&
        memcmp(ack.stream, self->hello.stream, sizeof(ack.stream)) != 0)
        return;
    if (welcome && self->state == SENDER_HELLO) {
        if (ack.durable >= self->window.next && !self->resumes) {
            refuse(self, "it has more of this stream than was sent", now_ns);
            return;
        }
        /* It answers a HELLO from before sender_skip(). */
        if (ack.next <= self->window.durable)
            return;
        self->hello_every_ns = hello_first_ns;
        self->packs = self->hello.can & ack.can;
        self->layout_cost = 0;
        self->rests = false;
        take_ack(self, &ack, true, now_ns);
        change(self, SENDER_USING, NULL, now_ns);
        say(self, stock_announce(self->stock, self->slot), now_ns);
    } else if (self->state == SENDER_USING || self->state == SENDER_STREAMING) {
        end_rest(self);
        if (ack.durable < self->window.next)
            take_ack(self, &ack, ack.rewind, now_ns);
    }
}

static void
hear_want(struct sender *self, const struct frame_view *view, int64_t now_ns)
{
    if (self->state != SENDER_USING && self->state != SENDER_STREAMING)
        return;
    stock_want(self->stock, view);
    change(self, SENDER_STREAMING, NULL, now_ns);
}

void
sender_heard(struct sender *self, const struct frame_view *view, int64_t now_ns)
{
    char why[WORD_WHY_MOST + 1];

    self->heard_ns = now_ns;
    switch (view->head.type) {
    case FRAME_WELCOME:
    case FRAME_ACK:
        hear_ack(self, view, now_ns);
        break;
    case FRAME_WANT:
        hear_want(self, view, now_ns);
        break;
    case FRAME_RESET:
        if (self->state == SENDER_USING || self->state == SENDER_STREAMING)
            begin_again(self, now_ns);
        break;
    case FRAME_REFUSE:
        word_refuse_read(view, why);
        refuse(self, why, now_ns);
        break;
    default:
        break;
    }
    sender_pump(self, now_ns);
}

static void
tick_streaming(struct sender *self, int64_t now_ns)
{
    bool quiet =
        now_ns - self->heard_ns >= ping_ns || now_ns - self->sent_ns >= ping_ns;

    if (now_ns - self->heard_ns >= lost_ns)
        reopen(self, now_ns);
    else if (quiet && now_ns - self->pinged_ns >= ping_ns)
        sender_ping(self, now_ns);
}

void
sender_tick(struct sender *self, int64_t now_ns)
{
    int64_t passed_ns = now_ns - self->since_ns;

    switch (self->state) {
    case SENDER_HELLO:
        /* A socket whose connecting failed tries ever later: start anew. */
        if (passed_ns >= 2 * hello_most_ns)
            reopen(self, now_ns);
        else if (now_ns >= self->hello_at_ns)
            say_hello(self, now_ns);
        break;
    case SENDER_USING:
        if (passed_ns >= ping_ns)
            begin_again(self, now_ns);
        break;
    case SENDER_STREAMING:
        tick_streaming(self, now_ns);
        break;
    case SENDER_REFUSED:
        if (passed_ns >= refused_ns)
            reopen(self, now_ns);
        break;
    }
    sender_pump(self, now_ns);
}

void
sender_skip(struct sender *self, uint64_t next, int64_t now_ns)
{
    assert(self->window.durable + 1 == self->window.next);
    window_skip(&self->window, next - 1);
    sender_move(self, next);
    if (self->state == SENDER_USING || self->state == SENDER_STREAMING)
        begin_again(self, now_ns);
}

void
sender_bye(struct sender *self)
{
    struct frame_head head = {.type = FRAME_BYE, .slot = self->slot};

    if (self->state == SENDER_USING || self->state == SENDER_STREAMING)
        say(self, word_bare(&head), self->sent_ns);
}
