/* depot_give.c - what a lane gives to its depot, and takes from it */
#include <config.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/depot_inner.h"
#include "link/word.h"
#include "stage.h"

/* Bytes of batches that may wait for the disk, besides those of depot_offer(),
 * which its caller bounds. */
static const uint64_t given_most = 16 << 20;

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

/* Says whether as much may be taken, with a disk that is slow. */
static bool
admit(struct depot *self, uint64_t cost)
{
    (void)pthread_mutex_lock(&self->lock);
    bool admitted = self->given == 0 || self->given + cost <= given_most;
    if (admitted)
        self->given += cost;
    (void)pthread_mutex_unlock(&self->lock);
    return admitted;
}

void
depot_keep(struct depot *self, const uint8_t stream[16],
           struct sender_batch *batch)
{
    struct task task = {
        .kind = TASK_KEEP, .frame = weir_take(batch->frame), .batch = *batch};

    memcpy(task.stream, stream, sizeof(task.stream));
    hand_over(self, &task);
}

void
depot_spare_oldest(struct depot *self)
{
    hand_over(self, &(struct task){.kind = TASK_SPARE});
}

bool
depot_take_kept(struct depot *self, struct sender_batch *ret_batch, int *ret_rc)
{
    if (self->kept_taken == self->kept_count)
        return false;
    const struct depot_kept *kept = &self->kept[self->kept_taken++];
    *ret_batch = kept->batch;
    *ret_rc = kept->rc;
    return true;
}

bool
depot_log(struct depot *self, const uint8_t stream[16],
          struct sender_batch *batch)
{
    struct task task = {
        .kind = TASK_LOG, .frame = weir_take(batch->frame), .batch = *batch};

    memcpy(task.stream, stream, sizeof(task.stream));
    task.cost = word_cost(frame_look(task.frame).size);
    if (admit(self, task.cost)) {
        hand_over(self, &task);
        return true;
    }
    frame_release(&task.frame);
    return false;
}

void
depot_logged(struct depot *self, uint64_t sequence)
{
    (void)pthread_mutex_lock(&self->lock);
    self->settled = sequence;
    (void)pthread_mutex_unlock(&self->lock);
}

bool
depot_bury(struct depot *self, struct letter **letter_p)
{
    weir_cleanup(letter_destroy) struct letter *letter = weir_take(*letter_p);
    struct task task = {.kind = TASK_BURY,
                        .cost = word_cost(frame_look(letter->batch).size)};

    if (!admit(self, task.cost))
        return false;
    task.letter = weir_take(letter);
    (void)pthread_mutex_lock(&self->lock);
    self->letters++;
    (void)pthread_mutex_unlock(&self->lock);
    hand_over(self, &task);
    return true;
}

void
depot_heard(struct depot *self, const struct frame_view *view)
{
    struct task task = {.kind = TASK_HEARD, .cost = word_cost(view->size)};

    if (!admit(self, task.cost))
        return;
    task.frame = frame_new(&view->head, view->body, view->size);
    hand_over(self, &task);
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
