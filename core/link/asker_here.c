/* link/asker_here.c - selects to a store of this process
 *
 * They go over the store's counter rather than a socket, and frames come out of
 * an errand's outbox; nothing else is different.
 */
#include <config.h>

#include "link/asker_inner.h"

#include <errno.h>
#include <sys/eventfd.h>

#include <weir/cleanup.h>

#include "base.h"

/* Returns the next frame of an errand, and whose it is; or NULL. */
static struct frame *
next_frame(const struct asker *self, struct asked **ret_asked)
{
    for (struct asked *asked = self->asked; asked; asked = asked->next) {
        struct frame *frame = asked->errand && !asked->hearing
                                  ? errand_peek(asked->errand)
                                  : NULL;
        if (!frame)
            continue;
        *ret_asked = asked;
        (void)frame_hold(frame);
        errand_pop(asked->errand);
        return frame;
    }
    return NULL;
}

/* Returns a select whose errand ended without a last part; or NULL. */
static struct asked *
find_lost(const struct asker *self)
{
    struct asked *asked = self->asked;

    while (asked &&
           (!asked->errand || asked->hearing || !errand_is_over(asked->errand)))
        asked = asked->next;
    return asked;
}

/* Whoever hears a part may end any select, and ask: look again after each. */
static void
take_answers(struct asker *self)
{
    struct asked *asked = NULL;
    struct frame *frame = NULL;

    while ((frame = next_frame(self, &asked))) {
        const struct frame_view view = frame_look(frame);
        asked_take_part(asked, &view);
        frame_release(&frame);
    }
    while ((asked = find_lost(self)))
        asked_fail(asked, -ENOTCONN, "the store has closed");
}

static void
hear_knock(void *arg)
{
    struct asker *self = arg;

    self->knock = 0;
    take_answers(self);
}

bool
asker_can_slice(const struct asker *self)
{
    return counter_can_slice(self->endpoint);
}

int
asker_ask_here(struct asker *self, const struct frame *frame,
               struct asked *asked)
{
    weir_cleanup(question_destroy) struct question *question = NULL;
    const struct counter_terms terms = {asked->id, asked->limit, self->bell,
                                        asked->slice, asked->slices};
    const struct frame_view view = frame_look(frame);
    char why[256];

    if (question_read(&view, why, sizeof(why), &question) < 0)
        return -ENOENT;
    int rc = counter_ask(self->endpoint, &question, &terms, &asked->errand);
    /* It is to hear of the end, but not within the call. */
    if (rc == 1 && !self->knock)
        self->knock = stage_timer(self->stage, 0, 0, hear_knock, self);
    return rc < 0 ? rc : 0;
}

void
asker_bell_rang(void *arg, int fd, short events)
{
    eventfd_t rings = 0;

    (void)events;
    (void)eventfd_read(fd, &rings);
    take_answers(arg);
}
