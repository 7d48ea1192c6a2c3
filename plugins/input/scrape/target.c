/* target.c - one target: from what was found to what is scraped */
#include <config.h>

#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aim.h"
#include "relabel.h"
#include "rule.h"
#include "scraper.h"

enum {
    LABELS_MOST = 40,  /* of a target; its samples have others besides */
    NAME_MOST = 512,   /* bytes, as everywhere in weir */
    VALUE_MOST = 4096, /* the same */
};

/* What it is made of ------------------------------------------------------- */

/* Rules see all that a target is before they change it. */
static int
add_defaults(const struct scraper *owner, struct labelset *labels)
{
    const struct weir_label defaults[] = {
        {"job", *owner->job ? owner->job : weir_instance_name(owner)},
        {"__scheme__", "http"},
        {"__metrics_path__", owner->format->path},
        {"__scrape_interval__", owner->interval},
        {"__scrape_timeout__", owner->timeout},
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < WEIR_COUNT(defaults); i++)
        if (!*labelset_get(labels, defaults[i].name))
            rc = labelset_set(labels, defaults[i].name, defaults[i].value);
    return rc;
}

/* All targets of an input have its times, which rules may look at. */
static bool
has_own_times(const struct scraper *owner, const struct labelset *labels)
{
    const char *interval = labelset_get(labels, "__scrape_interval__");
    const char *timeout = labelset_get(labels, "__scrape_timeout__");

    return (*interval && strcmp(interval, owner->interval) != 0) ||
           (*timeout && strcmp(timeout, owner->timeout) != 0);
}

static int
make_place(struct target *self, const char **ret_why)
{
    weir_cleanup(weir_free) char *text = NULL;

    int rc = aim_join(&self->labels, &text, ret_why);
    return rc < 0 ? rc : place_init(&self->place, text, "/", ret_why);
}

/* Of the labels, those are kept that its series get. */
static int
keep_own(struct target *self)
{
    struct labelset own = {0};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < self->labels.count; i++) {
        const struct weir_label *label = &self->labels.labels[i];
        if (strncmp(label->name, "__", 2) != 0)
            rc = labelset_set(&own, label->name, label->value);
    }
    if (rc == 0 && !*labelset_get(&own, "instance"))
        rc = labelset_set(&own, "instance", self->place.instance);
    labelset_fini(&self->labels);
    self->labels = own;
    return rc;
}

static const char *
fault_of(const struct labelset *labels)
{
    if (labels->count > LABELS_MOST)
        return "it has more than 40 labels";
    for (size_t i = 0; i < labels->count; i++) {
        const struct weir_label *label = &labels->labels[i];
        if (!rule_may_name(label->name) || strlen(label->name) > NAME_MOST)
            return "the name of a label is not one, or too long";
        if (strlen(label->value) > VALUE_MOST)
            return "the value of a label is longer than 4096 bytes";
    }
    return NULL;
}

int
target_new(struct scraper *owner, const struct labelset *found,
           struct target **ret_target, const char **ret_why)
{
    weir_cleanup(target_destroy) struct target *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->owner = owner;
    int rc = labelset_add(&self->labels, labelset_all(found));
    if (rc == 0)
        rc = add_defaults(owner, &self->labels);
    int kept = 1;
    if (rc == 0 && owner->rules)
        kept = relabel_apply(owner->rules, &self->labels);
    if (rc < 0 || kept <= 0)
        return rc < 0 ? rc : kept;
    if (has_own_times(owner, &self->labels)) {
        *ret_why = "it wants an interval or timeout of its own; give it an "
                   "input with these";
        return -EINVAL;
    }
    rc = make_place(self, ret_why);
    if (rc == 0)
        rc = keep_own(self);
    if (rc < 0)
        return rc;
    *ret_why = fault_of(&self->labels);
    if (*ret_why)
        return -EINVAL;
    *ret_target = weir_take(self);
    return 0;
}

int
target_compare(const struct target *a, const struct target *b)
{
    const struct labelset *one = &a->labels;
    const struct labelset *other = &b->labels;
    size_t count = one->count < other->count ? one->count : other->count;
    int order = 0;

    for (size_t i = 0; order == 0 && i < count; i++) {
        order = strcmp(one->labels[i].name, other->labels[i].name);
        if (order == 0)
            order = strcmp(one->labels[i].value, other->labels[i].value);
    }
    if (order == 0)
        order = (one->count > other->count) - (one->count < other->count);
    return order ? order : strcmp(a->place.url, b->place.url);
}

/* Life --------------------------------------------------------------------- */

int
target_open(struct target *self)
{
    struct scraper *owner = self->owner;

    int rc = fetch_prepare(self);
    if (rc == 0)
        rc = scraper_give_turn(self);
    if (rc < 0)
        return rc;
    self->source =
        weir_source_new(owner, self->place.url, labelset_all(&self->labels));
    if (!owner->honor_labels)
        weir_source_insist(self->source);
    return 0;
}

void
target_destroy(struct target **self_p)
{
    struct target *self = weir_take(*self_p);

    if (!self)
        return;
    fetch_stop(self);
    turns_drop(&self->owner->set.turns, &self->turn);
    curl_easy_cleanup(self->easy);
    alias_fini(&self->alias);
    weir_source_destroy(&self->source);
    body_fini(&self->body);
    if (self->memory && self->owner->format->forget)
        self->owner->format->forget(self->memory);
    place_fini(&self->place);
    labelset_fini(&self->labels);
    free(self);
}
