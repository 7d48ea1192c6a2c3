/* relabel.c - rules that change, keep or drop label sets; see relabel.h */
#include <config.h>

#include "relabel.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/md5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "lettercase.h"

enum { WHY_SIZE = 256, NUMBER_SIZE = 24 };

/* A rule that is ready to be applied. */
struct step {
    const struct rule *rule;
    struct weir_regex *regex;
    bool told; /* that its match takes too long */
};

struct relabel {
    void *owner;
    size_t count;
    struct step steps[];
};

/* What a step works on. */
struct work {
    struct relabel *owner;
    struct step *step;
    struct labelset *labels;
    char *value; /* of the source labels, joined */
};

int
relabel_new(const struct weir_blocks *rules, void *owner,
            struct relabel **ret_relabel)
{
    const struct rule *list = rules->items;
    char why[WHY_SIZE];
    weir_cleanup(relabel_destroy) struct relabel *self =
        calloc(1, sizeof(*self) + rules->count * sizeof(*self->steps));

    if (!self)
        return -ENOMEM;
    self->owner = owner;
    for (; self->count < rules->count; self->count++) {
        struct step *step = &self->steps[self->count];
        step->rule = &list[self->count];
        int rc =
            weir_regex_new(step->rule->regex, why, sizeof(why), &step->regex);
        if (rc < 0)
            return rc;
    }
    *ret_relabel = weir_take(self);
    return 0;
}

void
relabel_destroy(struct relabel **self_p)
{
    struct relabel *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        weir_regex_destroy(&self->steps[i].regex);
    free(self);
}

static bool
matches(struct work *work, const char *text)
{
    struct step *step = work->step;
    int rc = weir_regex_match(step->regex, text);

    if (rc < 0 && !step->told && work->owner->owner) {
        weir_warn(work->owner->owner,
                  "the regex \"%s\" of a relabelling rule takes too long to "
                  "match; where it does, it counts as not matching",
                  step->rule->regex);
        step->told = true;
    }
    return rc == 1;
}

/* The actions: return 1 to keep the set, 0 to drop it, or -ENOMEM. */

static int
replace(struct work *work)
{
    const struct step *step = work->step;

    if (!matches(work, work->value))
        return 1;
    weir_cleanup(weir_free) char *target =
        weir_regex_expand(step->regex, work->value, step->rule->target);
    if (!rule_may_name(target))
        return 1;
    weir_cleanup(weir_free) char *value =
        weir_regex_expand(step->regex, work->value, step->rule->replacement);
    int rc = labelset_set(work->labels, target, value);
    return rc < 0 ? rc : 1;
}

static int
keep(struct work *work)
{
    return matches(work, work->value);
}

static int
drop(struct work *work)
{
    return !matches(work, work->value);
}

static int
keepequal(struct work *work)
{
    const char *other = labelset_get(work->labels, work->step->rule->target);
    return strcmp(other, work->value) == 0;
}

static int
dropequal(struct work *work)
{
    return !keepequal(work);
}

/* The last 8 of MD5's bytes, the highest first, are the number. */
static int
hashmod(struct work *work)
{
    const struct rule *rule = work->step->rule;
    uint8_t digest[MD5_DIGEST_SIZE];
    char text[NUMBER_SIZE];
    struct md5_ctx hash;
    uint64_t number = 0;

    md5_init(&hash);
    md5_update(&hash, strlen(work->value), (const uint8_t *)work->value);
    md5_digest(&hash, sizeof(digest), digest);
    for (size_t i = sizeof(digest) / 2; i < sizeof(digest); i++)
        number = number << 8 | digest[i];
    (void)snprintf(text, sizeof(text), "%" PRIu64,
                   number % (uint64_t)rule->modulus);
    int rc = labelset_set(work->labels, rule->target, text);
    return rc < 0 ? rc : 1;
}

static int
change_case(struct work *work)
{
    const struct rule *rule = work->step->rule;
    weir_cleanup(weir_free) char *changed = lettercase_change(
        work->value,
        rule->action == RULE_LOWERCASE ? LETTERCASE_LOWER : LETTERCASE_UPPER);

    if (!changed)
        return -ENOMEM;
    int rc = labelset_set(work->labels, rule->target, changed);
    return rc < 0 ? rc : 1;
}

/* What the rule sets is not looked at by it again. */
static int
labelmap(struct work *work)
{
    const struct step *step = work->step;
    weir_cleanup(labelset_fini) struct labelset given = {0};

    int rc = labelset_add(&given, labelset_all(work->labels));
    for (size_t i = 0; rc == 0 && i < given.count; i++) {
        const struct weir_label *label = &given.labels[i];
        if (!matches(work, label->name))
            continue;
        weir_cleanup(weir_free) char *name = weir_regex_expand(
            step->regex, label->name, step->rule->replacement);
        rc = labelset_set(work->labels, name, label->value);
    }
    return rc < 0 ? rc : 1;
}

/* Of labeldrop and labelkeep. */
static int
remove_labels(struct work *work)
{
    bool unwanted = work->step->rule->action == RULE_LABELDROP;
    struct labelset *labels = work->labels;
    size_t i = 0;

    while (i < labels->count)
        if (matches(work, labels->labels[i].name) == unwanted)
            (void)labelset_set(labels, labels->labels[i].name, "");
        else
            i++;
    return 1;
}

static int (*const actions[])(struct work *work) = {
    [RULE_REPLACE] = replace,
    [RULE_KEEP] = keep,
    [RULE_DROP] = drop,
    [RULE_KEEPEQUAL] = keepequal,
    [RULE_DROPEQUAL] = dropequal,
    [RULE_HASHMOD] = hashmod,
    [RULE_LOWERCASE] = change_case,
    [RULE_UPPERCASE] = change_case,
    [RULE_LABELMAP] = labelmap,
    [RULE_LABELDROP] = remove_labels,
    [RULE_LABELKEEP] = remove_labels,
};

/* Returns the values of the source labels, joined; freed by the caller. */
static char *
join_values(const struct rule *rule, const struct labelset *labels)
{
    size_t between = strlen(rule->separator);
    size_t size = 1;

    for (size_t i = 0; i < rule->source.count; i++)
        size += strlen(labelset_get(labels, rule->source.items[i])) + between;
    char *joined = malloc(size);
    if (!joined)
        return NULL;
    char *end = joined;
    *end = '\0';
    for (size_t i = 0; i < rule->source.count; i++) {
        end = stpcpy(end, i > 0 ? rule->separator : "");
        end = stpcpy(end, labelset_get(labels, rule->source.items[i]));
    }
    return joined;
}

int
relabel_apply(struct relabel *self, struct labelset *labels)
{
    int rc = 1;

    for (size_t i = 0; rc == 1 && i < self->count; i++) {
        struct step *step = &self->steps[i];
        weir_cleanup(weir_free) char *value = join_values(step->rule, labels);
        struct work work = {self, step, labels, value};
        rc = value ? actions[step->rule->action](&work) : -ENOMEM;
    }
    return rc;
}
