/* outbox.c - complete answers, sent as quickly as their clients take them */
#include <config.h>

#include "outbox.h"

#include <errno.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "base.h"
#include "clock.h"

enum {
    PART_SIZE = 512 * 1024,
    WHOLE_MOST = 2 * 1024 * 1024, /* bytes that the host takes at once */
};

static const int64_t look_again_ns = 5 * NS_PER_MS;
static const int64_t patience_ns = 30 * NS_PER_S;

/* Sends parts until the client is behind.  Returns whether all but the last
 * part is sent, or nobody is there to take it. */
static bool
send_parts(struct parcel *self)
{
    while (self->text->size - self->sent > PART_SIZE) {
        int rc = weir_answer_part(self->request, 200, self->type,
                                  self->text->bytes + self->sent, PART_SIZE);
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
send_rest(struct parcel *self)
{
    size_t rest = self->text->size - self->sent;

    if (self->begun && rest > PART_SIZE)
        rest = 0;
    weir_answer(&self->request, 200, self->type,
                rest ? self->text->bytes + self->sent : "", rest);
    self->done(self);
}

void
outbox_cut(struct outbox *self)
{
    while (self->waiting) {
        struct parcel *each = self->waiting;
        self->waiting = each->next;
        each->begun = true;
        send_rest(each);
    }
}

typedef void timer_due(void *instance, void *arg);

/* Sees to it that there is one timer while answers wait. */
static void
look_again(struct outbox *self, void *instance, timer_due *due)
{
    if (!self->waiting || self->looks_again)
        return;
    self->looks_again = weir_timer(instance, look_again_ns, 0, due, self) == 0;
    if (!self->looks_again)
        outbox_cut(self);
}

/* Timer: goes on with the answers that wait.  What is done may post others. */
static void
go_on(void *instance, void *arg)
{
    struct outbox *self = arg;
    struct parcel *rest = weir_take(self->waiting);

    self->looks_again = false;
    while (rest) {
        struct parcel *each = rest;
        rest = each->next;
        if (send_parts(each)) {
            send_rest(each);
        } else {
            each->next = self->waiting;
            self->waiting = each;
        }
    }
    look_again(self, instance, go_on);
}

void
outbox_post(struct outbox *self, void *instance, struct parcel *parcel)
{
    parcel->moved_ns = clock_now_ns();
    if ((!parcel->begun && parcel->text->size <= WHOLE_MOST) ||
        send_parts(parcel)) {
        send_rest(parcel);
        return;
    }
    parcel->next = self->waiting;
    self->waiting = parcel;
    look_again(self, instance, go_on);
}
