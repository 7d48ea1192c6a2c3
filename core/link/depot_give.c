/* depot_give.c - what a lane gives to its depot, and takes from it */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/depot_inner.h"
#include "link/word.h"
#include "stage.h"

static void
hand_over(struct depot *self, const struct task *task)
{
    struct task *added = xcalloc(1, sizeof(*added));

    *added = *task;
    (void)pthread_mutex_lock(&self->lock);
    bool first = !self->first;
    *self->last_p = added;
    self->last_p = &added->next;
    (void)pthread_mutex_unlock(&self->lock);
    if (first)
        stage_post(self->stage, depot_run, self);
}

void
depot_layout(struct depot *self, struct frame *layout)
{
    hand_over(self,
              &(struct task){.kind = TASK_LAYOUT, .frame = frame_hold(layout)});
}

void
depot_forget(struct depot *self, uint32_t number)
{
    hand_over(self, &(struct task){.kind = TASK_FORGET, .number = number});
}

void
depot_offer(struct depot *self, struct frame **batch_p, sender_told *told,
            void *told_arg)
{
    struct task task = {.kind = TASK_OFFER, .frame = weir_take(*batch_p)};

    task.batch.told = told;
    task.batch.told_arg = told_arg;
    hand_over(self, &task);
}

static void
hand_over_batch(struct depot *self, const uint8_t stream[16],
                struct sender_batch *batch, int kind)
{
    struct task task = {.frame = weir_take(batch->frame), .batch = *batch};

    task.kind = kind;
    memcpy(task.stream, stream, sizeof(task.stream));
    hand_over(self, &task);
}

void
depot_keep(struct depot *self, const uint8_t stream[16],
           struct sender_batch *batch)
{
    hand_over_batch(self, stream, batch, TASK_KEEP);
}

void
depot_log(struct depot *self, const uint8_t stream[16],
          struct sender_batch *batch)
{
    hand_over_batch(self, stream, batch, TASK_LOG);
}

void
depot_logged(struct depot *self, uint64_t sequence)
{
    hand_over(self, &(struct task){.kind = TASK_LOGGED, .sequence = sequence});
}

void
depot_bury(struct depot *self, struct letter **letter_p)
{
    hand_over(self, &(struct task){.kind = TASK_BURY,
                                   .letter = weir_take(*letter_p)});
}

void
depot_heard(struct depot *self, const struct frame_view *view)
{
    hand_over(self, &(struct task){.kind = TASK_HEARD,
                                   .frame = frame_new(&view->head, view->body,
                                                      view->size)});
}

struct frame *
depot_frame(struct depot *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct frame *frame = self->out ? self->out->frame : NULL;
    (void)pthread_mutex_unlock(&self->lock);
    return frame;
}

void
depot_sent(struct depot *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct outgoing *sent = self->out;
    self->out = sent->next;
    if (!self->out)
        self->out_last_p = &self->out;
    self->out_bytes -= word_cost(frame_look(sent->frame).size);
    bool resume = self->stalled && !self->out;
    if (resume)
        self->stalled = false;
    (void)pthread_mutex_unlock(&self->lock);
    frame_release(&sent->frame);
    free(sent);
    if (resume)
        stage_post(self->stage, depot_run, self);
}
