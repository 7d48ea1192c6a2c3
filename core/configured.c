/* configured.c - looking things up in a configuration, and comparing them */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "commons.h"
#include "configuration.h"
#include "draft.h"
#include "option.h"
#include "token.h"

void
configuration_destroy(struct configuration **self_p)
{
    struct configuration *self = *self_p;

    if (!self)
        return;
    for (size_t i = 0; i < self->instance_count; i++) {
        struct configured_instance *instance = &self->instances[i];
        weir_pattern_destroy(&instance->keep);
        weir_pattern_destroy(&instance->drop);
        option_fini(instance->head->plugin->options, instance->memory);
    }
    free(self->instances);
    free(self->links);
    complaints_clear(&self->complaints);
    arena_clear(&self->memory);
    free(self);
    *self_p = NULL;
}

const struct configured_instance *
configuration_instance(const struct configuration *self, enum weir_kind kind,
                       const char *name)
{
    for (size_t i = 0; i < self->instance_count; i++)
        if (self->instances[i].kind == kind &&
            strcmp(self->instances[i].name, name) == 0)
            return &self->instances[i];
    return NULL;
}

const struct configured_link *
configuration_link(const struct configuration *self, const char *name)
{
    for (size_t i = 0; i < self->link_count; i++)
        if (strcmp(self->links[i].name, name) == 0)
            return &self->links[i];
    return NULL;
}

static bool
same_list(const struct weir_list *a, const struct weir_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

static bool
same_labels(const struct weir_map *a, const struct weir_map *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->labels[i].name, b->labels[i].name) != 0 ||
            strcmp(a->labels[i].value, b->labels[i].value) != 0)
            return false;
    return true;
}

bool
configured_instance_same(const struct configured_instance *a,
                         const struct configured_instance *b)
{
    return a->kind == b->kind && a->head == b->head &&
           a->interval_ns == b->interval_ns && a->jitter_ns == b->jitter_ns &&
           a->timeout_ns == b->timeout_ns && a->log_level == b->log_level &&
           strcmp(a->name, b->name) == 0 && strcmp(a->folder, b->folder) == 0 &&
           same_labels(&a->labels, &b->labels) &&
           same_list(&a->stores, &b->stores) &&
           token_same_text(a->text, b->text);
}

bool
configured_link_same(const struct configured_link *a,
                     const struct configured_link *b)
{
    return strcmp(a->name, b->name) == 0 && token_same_text(a->text, b->text);
}

static bool
same_spool(const struct spool_options *a, const struct spool_options *b)
{
    if (!a || !b)
        return a == b;
    return a->size.bytes == b->size.bytes && a->age.ns == b->age.ns &&
           a->when_full == b->when_full && a->sync == b->sync;
}

bool
configured_link_same_lanes(const struct configured_link *a,
                           const struct configured_link *b)
{
    return strcmp(a->name, b->name) == 0 && a->insecure == b->insecure &&
           a->compress == b->compress && !a->listen.count == !b->listen.count &&
           a->window_bytes == b->window_bytes && same_spool(a->spool, b->spool);
}

const char *
configuration_kind(enum weir_kind kind)
{
    return draft_kind((int)kind);
}

const struct weir_option *
configuration_options(const char *word)
{
    return commons_options(word);
}
