/* top_asker.c - asks a weir for the overview, on a thread of its own */
#include <config.h>

#include "top_asker.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

enum { NUMBER_SIZE = 32 };

static const char path[] = "/api/v1/overview";

/* One question and its answer; whoever lets go of it last frees it. */
struct task {
    struct whom whom;
    struct top_question question;
    char *search, *sort;
    struct top_answer *answer;
    char *why;
    atomic_bool done;
    atomic_uint holders;
};

struct top_asker {
    const struct whom *whom;
    struct task *task; /* or NULL */
};

/* Asking ------------------------------------------------------------------- */

static char *
form_of(const struct top_question *question)
{
    char window[NUMBER_SIZE], limit[NUMBER_SIZE], offset[NUMBER_SIZE];
    const struct client_field fields[] = {
        {"window", window},
        {"limit", limit},
        {"offset", offset},
        {"search", question->search},
        {"sort", question->sort},
        {"order", question->order},
        {question->kind ? "kind" : NULL, question->kind},
        {0},
    };

    (void)snprintf(window, sizeof(window), "%.3f",
                   (double)question->window_ns / (double)NS_PER_S);
    (void)snprintf(limit, sizeof(limit), "%zu", question->limit);
    (void)snprintf(offset, sizeof(offset), "%zu", question->offset);
    return client_form(fields);
}

struct top_answer *
top_ask(const struct whom *whom, const struct top_question *question,
        char **reterr_why)
{
    weir_cleanup(client_reply_fini) struct client_reply reply = {0};
    weir_cleanup(weir_free) char *form = form_of(question);
    const struct client_place place = {.url = whom->url,
                                       .socket = whom->socket};

    if (client_post(&place, path, form, question->timeout_ns, &reply) < 0) {
        *reterr_why = x_or_die(strdup(reply.why));
        return NULL;
    }
    return top_answer_read(reply.bytes, reply.size, question->flags,
                           reterr_why);
}

/* Tasks -------------------------------------------------------------------- */

static void
task_destroy(struct task *self)
{
    top_answer_destroy(&self->answer);
    whom_fini(&self->whom);
    free(self->why);
    free(self->search);
    free(self->sort);
    free(self);
}

static void
let_go(struct task *self)
{
    if (atomic_fetch_sub(&self->holders, 1) == 1)
        task_destroy(self);
}

static void *
work(void *arg)
{
    struct task *self = arg;

    self->answer = top_ask(&self->whom, &self->question, &self->why);
    atomic_store(&self->done, true);
    let_go(self);
    return NULL;
}

static char *
copy(const char *text)
{
    return text ? x_or_die(strdup(text)) : NULL;
}

static struct task *
task_new(const struct whom *whom, const struct top_question *question)
{
    struct task *self = xcalloc(1, sizeof(*self));

    self->whom = (struct whom){copy(whom->url), copy(whom->socket)};
    self->question = *question;
    self->question.search = self->search = copy(question->search);
    self->question.sort = self->sort = copy(question->sort);
    atomic_init(&self->holders, 2);
    return self;
}

struct top_asker *
top_asker_new(const struct whom *whom)
{
    struct top_asker *self = xcalloc(1, sizeof(*self));

    self->whom = whom;
    return self;
}

void
top_asker_destroy(struct top_asker **self_p)
{
    struct top_asker *self = weir_take(*self_p);

    if (self && self->task)
        let_go(self->task);
    free(self);
}

int
top_asker_begin(struct top_asker *self, const struct top_question *question)
{
    pthread_t thread;

    if (self->task)
        return -EBUSY;
    struct task *task = task_new(self->whom, question);
    int rc = -pthread_create(&thread, NULL, work, task);
    if (rc < 0) {
        task_destroy(task);
        return rc;
    }
    (void)pthread_detach(thread);
    self->task = task;
    return 0;
}

int
top_asker_take(struct top_asker *self, struct top_answer **ret_answer,
               char **ret_why)
{
    if (!self->task || !atomic_load(&self->task->done))
        return 0;
    *ret_answer = weir_take(self->task->answer);
    *ret_why = weir_take(self->task->why);
    let_go(self->task);
    self->task = NULL;
    return 1;
}
