/* overview_subject.c - what the overview has found: rows, by instance and job
 */
#include <config.h>

#include "overview_subject.h"

#include <math.h>
#include <string.h>

#include "base.h"

enum { SLOTS_LEAST = 64, BYTES_MOST = 16 << 20 };

static const double unknown = (double)NAN;

const char *
label_value(const struct weir_label *labels, const char *name)
{
    for (; labels->name; labels++)
        if (strcmp(labels->name, name) == 0)
            return labels->value;
    return "";
}

/* The set ------------------------------------------------------------------ */

/* FNV-1a, with a stop between the two. */
static size_t
hash_of(const char *instance, const char *job)
{
    const char *const texts[] = {instance, job};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        for (const char *at = texts[i];; at++) {
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
            if (!*at)
                break;
        }
    return (size_t)(hash ^ hash >> 32);
}

/* Returns the slot of such a subject, or the empty one where it belongs. */
static size_t
slot_of(const struct subjects *self, const char *instance, const char *job)
{
    size_t at = hash_of(instance, job) & (self->slot_count - 1);

    while (self->slots[at]) {
        const struct subject *each = self->items[self->slots[at] - 1];
        if (strcmp(each->instance, instance) == 0 &&
            strcmp(each->job, job) == 0)
            break;
        at = (at + 1) & (self->slot_count - 1);
    }
    return at;
}

/* At least half of the slots stay empty. */
static void
grow(struct subjects *self)
{
    if (2 * (self->count + 1) <= self->slot_count)
        return;
    self->slot_count = self->slot_count ? 2 * self->slot_count : SLOTS_LEAST;
    free(self->slots);
    self->slots = xcalloc(self->slot_count, sizeof(*self->slots));
    for (size_t i = 0; i < self->count; i++) {
        const struct subject *each = self->items[i];
        self->slots[slot_of(self, each->instance, each->job)] = (uint32_t)i + 1;
    }
}

/* Returns NULL when that were too much. */
static struct subject *
add(struct subjects *self, const char *instance, const char *job)
{
    size_t bytes = strlen(instance) + strlen(job);

    if (self->count == self->most || bytes > BYTES_MOST - self->bytes)
        return NULL;
    self->bytes += bytes;
    struct subject *subject = xcalloc(1, sizeof(*subject));

    subject->instance = x_or_die(strdup(instance));
    subject->job = x_or_die(strdup(job));
    subject->seen_s = subject->up_s = unknown;
    grow(self);
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : SLOTS_LEAST;
        self->items =
            xrealloc(self->items, self->room, sizeof(struct subject *));
    }
    self->slots[slot_of(self, instance, job)] = (uint32_t)self->count + 1;
    self->items[self->count++] = subject;
    return subject;
}

struct subject *
subjects_find(const struct subjects *self, const struct weir_label *labels)
{
    if (!self->slot_count)
        return NULL;
    uint32_t found = self->slots[slot_of(self, label_value(labels, "instance"),
                                         label_value(labels, "job"))];
    return found ? self->items[found - 1] : NULL;
}

struct subject *
subjects_take(struct subjects *self, const struct weir_label *labels)
{
    struct subject *subject = subjects_find(self, labels);

    if (!subject)
        subject = add(self, label_value(labels, "instance"),
                      label_value(labels, "job"));
    self->refused |= !subject;
    return subject;
}

static void
subject_destroy(struct subject **self_p)
{
    struct subject *self = weir_take(*self_p);

    for (size_t i = 0; i < COLUMNS; i++)
        free(self->cells[i]);
    for (size_t i = 0; i < self->wrong_count; i++)
        free(self->wrongs[i].text);
    free(self->reason);
    free(self->name);
    free(self->instance);
    free(self->job);
    free(self);
}

void
subjects_fini(struct subjects *self)
{
    for (size_t i = 0; i < self->count; i++)
        subject_destroy(&self->items[i]);
    free(self->items);
    free(self->slots);
    *self = (struct subjects){0};
}

/* One of them -------------------------------------------------------------- */

struct cell *
subject_cell(struct subject *self, size_t column)
{
    struct cell *cell = self->cells[column];

    if (cell)
        return cell;
    cell = self->cells[column] = xcalloc(1, sizeof(*cell));
    cell->now = unknown;
    for (size_t i = 0; i < SPARK_POINTS; i++)
        cell->spark[i] = NAN;
    return cell;
}

/* Returns the place of the mildest of what is wrong. */
static size_t
mildest(const struct subject *self)
{
    size_t found = 0;

    for (size_t i = 1; i < self->wrong_count; i++)
        if (self->wrongs[i].state < self->wrongs[found].state)
            found = i;
    return found;
}

void
subject_wrong(struct subject *self, unsigned kind_set, enum state state,
              char *text)
{
    struct wrong wrong = {kind_set, state, weir_take(text)};
    struct wrong *mild = NULL;

    if (self->wrong_count < WRONG_MOST) {
        self->wrongs[self->wrong_count++] = wrong;
        return;
    }
    mild = &self->wrongs[mildest(self)];
    if (mild->state < state) {
        struct wrong other = *mild;
        *mild = wrong;
        wrong = other;
    }
    self->wrong_more++;
    free(wrong.text);
}

/* A host is called by its instance; of others there are several on one. */
static char *
name_of(const struct subject *self)
{
    bool alone = self->kind == KIND_HOST || !*self->job;
    char *name = NULL;

    if (asprintf(&name, "%s%s%s", alone ? "" : self->job,
                 alone || !*self->instance ? "" : " ", self->instance) < 0)
        name = NULL;
    return x_or_die(name);
}

void
subject_settle(struct subject *self)
{
    size_t kept = 0;

    while (self->kind + 1 < KINDS && !(self->kinds & 1U << self->kind))
        self->kind++;
    self->name = name_of(self);
    for (size_t i = 0; i < self->wrong_count; i++)
        if (self->wrongs[i].kinds & 1U << self->kind)
            self->wrongs[kept++] = self->wrongs[i];
        else
            free(self->wrongs[i].text);
    self->wrong_count = kept;
}

/* The worst first. */
static int
by_state(const void *a, const void *b)
{
    const struct wrong *one = a;
    const struct wrong *other = b;

    if (one->state != other->state)
        return one->state > other->state ? -1 : 1;
    return strcmp(one->text, other->text);
}

void
subject_grade(struct subject *self)
{
    qsort(self->wrongs, self->wrong_count, sizeof(*self->wrongs), by_state);
    self->state = self->wrong_count ? self->wrongs[0].state : STATE_OK;
}
