/* ask_inquiry.c - one question to all stores, and what they answer */
#include <config.h>

#include "ask_inner.h"

#include <errno.h>
#include <stdio.h>

#include <weir/cleanup.h>

#include "base.h"

static void
end_leg(struct leg *leg, int rc)
{
    leg->id = 0;
    leg->rc = rc;
    leg->inquiry->running--;
}

static void
cancel_legs(struct inquiry *self)
{
    for (size_t i = 0; i < self->ask->count; i++) {
        struct leg *leg = &self->legs[i];
        if (!leg->id)
            continue;
        asker_cancel(self->ask->stores[i].asker, leg->id);
        end_leg(leg, -ECANCELED);
    }
}

void
inquiry_forget(struct inquiry *self)
{
    struct ask *ask = self->ask;
    struct inquiry **link = &ask->inquiries;

    cancel_legs(self);
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    summary_destroy(&self->summary);
    pile_destroy(&self->pile);
    arena_clear(&self->arena);
    free(self->notes);
    free(self);
    if (!ask->inquiries) {
        stage_timer_stop(ask->stage, ask->timer);
        ask->timer = 0;
    }
}

static void
add_note(struct inquiry *self, const char *kind, const char *store,
         const char *why)
{
    char text[640];

    (void)snprintf(text, sizeof(text), "%s%s%s", store ? store : "",
                   store ? ": " : "", why);
    self->notes[self->note_count++] = (struct weir_note){
        .kind = kind, .text = arena_text(&self->arena, text)};
}

static bool
wants_series(const struct inquiry *self)
{
    enum weir_want want = self->want;

    return want == WEIR_SAMPLES || want == WEIR_SERIES || want == WEIR_METRICS;
}

static bool
tell(struct inquiry *self, struct weir_result *result)
{
    result->type = wants_series(self) ? "series" : "texts";
    if (self->summary)
        result->type = "figures";
    if (result->rc != 0) {
        result->notes = self->notes;
        result->note_count = self->note_count;
    }
    return self->heard(self->instance, self->arg, result);
}

/* Tells the last part. */
static void
end(struct inquiry *self, struct weir_result *result)
{
    cancel_legs(self);
    (void)tell(self, result);
    inquiry_forget(self);
}

void
inquiry_fail(struct inquiry *self, int rc, const char *store, const char *why)
{
    struct weir_result result = {.rc = rc};

    add_note(self, "error", store, why);
    end(self, &result);
}

/* What samples come to: themselves, or the figures of their series. */
static int
fill_samples(struct inquiry *self, const struct weir_loose *samples,
             struct weir_result *result)
{
    if (self->summary)
        return summary_feed(self->summary, samples, result->rc == 1,
                            &result->figures, &result->count);
    result->samples = samples;
    return 0;
}

static bool
says_nothing(struct inquiry *self, const struct weir_result *result)
{
    const struct weir_loose *samples = result->samples;

    if (result->count > 0)
        return false;
    if (!samples)
        return true;
    if (samples->count == 0 && samples->layout->count == self->series_told)
        return true;
    self->series_told = samples->layout->count;
    return false;
}

/* With one store its parts pass straight through.  Returns whether it goes
 * on. */
static bool
pass_part(struct leg *leg, const struct answer_part *part)
{
    struct inquiry *self = leg->inquiry;
    struct weir_result result = {
        .rc = part->rc,
        .evaluated = part->evaluated,
        .texts = part->texts,
        .count = part->text_count,
    };

    if (self->summary && part->evaluated)
        summary_evaluated(self->summary);
    if (fill_samples(self, part->samples, &result) < 0) {
        inquiry_fail(self, -E2BIG, self->ask->stores[leg->store].name,
                     "a series has more samples than the bound allows");
        return false;
    }
    if (result.rc == 1) {
        end(self, &result);
        return false;
    }
    if (says_nothing(self, &result) || tell(self, &result))
        return true;
    inquiry_forget(self);
    return false;
}

static bool
hear_merged(void *arg, const struct weir_loose *samples, bool last)
{
    struct inquiry *self = arg;
    struct weir_result result = {.rc = last};

    if (samples->layout->count == 0)
        samples = NULL;
    if (fill_samples(self, samples, &result) < 0) {
        inquiry_fail(self, -E2BIG, NULL,
                     "a series has more samples than the bound allows");
        return false;
    }
    if (last) {
        end(self, &result);
        return false;
    }
    if (says_nothing(self, &result) || tell(self, &result))
        return true;
    inquiry_forget(self);
    return false;
}

static void
give_texts(struct inquiry *self)
{
    bool sorted =
        self->want == WEIR_LABEL_NAMES || self->want == WEIR_LABEL_VALUES;
    struct weir_result result = {.rc = 1};
    weir_cleanup(weir_free) const char **texts =
        pile_texts(self->pile, sorted, &result.count);

    result.texts = texts;
    end(self, &result);
}

/* Makes one error of all notes: who shows one shows them all. */
static void
join_notes(struct inquiry *self)
{
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; i < self->note_count; i++)
        (void)fprintf(out, "%s%s", i ? "; " : "", self->notes[i].text);
    (void)fclose(out);
    self->notes[0] = (struct weir_note){.kind = "error",
                                        .text = arena_text(&self->arena, text)};
    self->note_count = 1;
}

/* Nobody answered: what would be a warning each is the failure. */
static void
fail_wholly(struct inquiry *self)
{
    struct weir_result result = {.rc = self->legs[0].rc};

    join_notes(self);
    end(self, &result);
}

/* All stores have answered, or are absent. */
static void
finish(struct inquiry *self)
{
    struct pile *pile = self->pile;

    if (self->note_count == self->ask->count) {
        fail_wholly(self);
        return;
    }
    if (!wants_series(self)) {
        give_texts(self);
        return;
    }
    /* The inquiry may end while its pile is being merged. */
    self->pile = NULL;
    pile_merge(pile, hear_merged, self);
    pile_destroy(&pile);
}

static int
add_part(struct leg *leg, const struct answer_part *part)
{
    struct pile *pile = leg->inquiry->pile;
    int rc = 0;

    if (part->samples)
        rc = pile_add(pile, leg->store, part->samples);
    if (rc == 0 && part->text_count > 0)
        rc = pile_add_texts(pile, leg->store, part->texts, part->text_count);
    return rc;
}

/* With several stores all is gathered.  Returns whether it goes on. */
static bool
gather_part(struct leg *leg, const struct answer_part *part)
{
    int rc = add_part(leg, part);
    if (rc < 0) {
        inquiry_fail(leg->inquiry, rc, NULL,
                     rc == -EAGAIN ? ASK_NO_MEMORY
                                   : "the answers exceed the bound of memory");
        return false;
    }
    if (part->rc == 0)
        return true;
    end_leg(leg, part->rc);
    if (leg->inquiry->running == 0)
        finish(leg->inquiry);
    return false;
}

/* A store cannot answer.  That is a failure of all when it is the only one, or
 * when others would say the same; else the answer lacks what it has. */
static void
lose_store(struct leg *leg, const struct answer_part *part)
{
    struct inquiry *self = leg->inquiry;
    const char *store = self->ask->stores[leg->store].name;

    end_leg(leg, part->rc);
    if (!self->pile || part->rc == -E2BIG || part->rc == -EINVAL) {
        inquiry_fail(self, part->rc, store, part->why);
        return;
    }
    pile_drop(self->pile, leg->store);
    add_note(self, "warning", store, part->why);
    if (self->running == 0)
        finish(self);
}

bool
inquiry_hear(void *arg, const struct answer_part *part)
{
    struct leg *leg = arg;

    if (part->rc < 0) {
        lose_store(leg, part);
        return false;
    }
    return leg->inquiry->pile ? gather_part(leg, part) : pass_part(leg, part);
}
