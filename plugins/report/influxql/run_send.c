/* run_send.c - an answer that is sent as quickly as its client takes it */
#include <config.h>

#include <errno.h>

#include "base.h"
#include "clock.h"
#include "run_inner.h"

enum {
    PART_SIZE = 512 * 1024,
    WHOLE_MOST = 2 * 1024 * 1024, /* bytes that the host takes at once */
};

static const int64_t look_again_ns = 5 * NS_PER_MS;
static const int64_t patience_ns = 30 * NS_PER_S;

/* Sends parts until the client is behind.  Returns whether all but the last
 * part is sent, or nobody is there to take it. */
static bool
send_parts(struct run *self)
{
    const struct json *text = &self->render.text;

    while (text->size - self->sent > PART_SIZE) {
        int rc =
            weir_answer_part(self->request, 200, render_type(&self->render),
                             text->bytes + self->sent, PART_SIZE);
        if (rc == -EAGAIN)
            return clock_now_ns() - self->moved_ns > patience_ns;
        if (rc < 0)
            return true;
        self->begun = true;
        self->sent += PART_SIZE;
        self->moved_ns = clock_now_ns();
    }
    return true;
}

/* Sends the last part; what is more than that was for somebody who has gone. */
static void
send_rest(struct run *self)
{
    const struct json *text = &self->render.text;
    size_t rest = text->size - self->sent;

    if (self->begun && rest > PART_SIZE)
        rest = 0;
    weir_answer(&self->request, 200, render_type(&self->render),
                rest ? text->bytes + self->sent : "", rest);
    run_end(self);
}

void
run_cut_all(struct influxql *owner)
{
    while (owner->sending) {
        struct run *each = owner->sending;
        owner->sending = each->next;
        each->begun = true;
        send_rest(each);
    }
}

typedef void timer_due(void *instance, void *arg);

/* Sees to it that there is one timer while answers wait. */
static void
look_again(struct influxql *owner, timer_due *due)
{
    if (!owner->sending || owner->looks_again)
        return;
    owner->looks_again = weir_timer(owner, look_again_ns, 0, due, NULL) == 0;
    if (!owner->looks_again)
        run_cut_all(owner);
}

/* Timer: goes on with the answers that wait.  What ends may begin others. */
static void
go_on(void *instance, void *arg)
{
    struct influxql *owner = instance;
    struct run *rest = weir_take(owner->sending);

    (void)arg;
    owner->looks_again = false;
    while (rest) {
        struct run *each = rest;
        rest = each->next;
        if (send_parts(each)) {
            send_rest(each);
        } else {
            each->next = owner->sending;
            owner->sending = each;
        }
    }
    look_again(owner, go_on);
}

void
run_send(struct run *self)
{
    struct influxql *owner = self->owner;

    self->moved_ns = clock_now_ns();
    if (self->render.text.size <= WHOLE_MOST || send_parts(self)) {
        send_rest(self);
        return;
    }
    self->next = owner->sending;
    owner->sending = self;
    look_again(owner, go_on);
}
