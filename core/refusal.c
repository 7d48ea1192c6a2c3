/* refusal.c - what a survey refuses, and with which words */
#include <config.h>

#include "refusal.h"

#include <string.h>

#include "base.h"
#include "series.h"

size_t
refusal_block(const struct survey *self)
{
    return self->levels[self->depth - 1];
}

bool
refusal_in_map(const struct survey *self)
{
    const struct weir_option *option = self->blocks[refusal_block(self)].option;

    return option && option->type == WEIR_OPTION_MAP;
}

/* The nth table that names are looked for in; NULL behind the last. */
static const struct weir_option *
table(const struct survey *self, size_t nth)
{
    const struct weir_option *option = self->blocks[refusal_block(self)].option;

    if (option)
        return nth == 0 ? option->options : NULL;
    return nth < self->section->part_count ? self->section->parts[nth].options
                                           : NULL;
}

void
refusal_find(const struct survey *self, struct found *found)
{
    size_t count = refusal_block(self) ? 1 : self->section->part_count;

    for (size_t i = 0; i < count && !found->option; i++) {
        found->option = option_find(table(self, i), found->name);
        found->part = i;
    }
}

static const char *
nearest(struct survey *self, const char *name)
{
    const char *names[256];
    size_t known = 0;
    size_t count = refusal_block(self) ? 1 : self->section->part_count;

    for (size_t i = 0; i < count; i++)
        for (const struct weir_option *o = table(self, i); o && o->name; o++)
            if (known < ARRAY_SIZE(names) - 1)
                names[known++] = o->name;
    names[known] = NULL;
    return option_nearest(name, names);
}

static bool
is_block(const struct weir_option *option)
{
    return option->type == WEIR_OPTION_MAP ||
           option->type == WEIR_OPTION_BLOCKS;
}

/* Complains of an unknown name; returns true when it did. */
static bool
refuse_unknown(struct survey *self, const struct found *found)
{
    const char *near = nearest(self, found->name);

    if (found->option)
        return false;
    if (near)
        survey_fail(self, found->token.line,
                    "%s has no option \"%s\"; \"%s\" is near",
                    self->section->what, found->name, near);
    else
        survey_fail(self, found->token.line,
                    "%s has no option \"%s\"; remove it, or see `weir plugins` "
                    "and weir.conf(5)",
                    self->section->what, found->name);
    return true;
}

const struct setting *
refusal_setting(const struct survey *self, const char *name)
{
    for (size_t i = 0; i < self->setting_count; i++)
        if (self->settings[i].block == refusal_block(self) &&
            strcmp(self->settings[i].name, name) == 0)
            return &self->settings[i];
    return NULL;
}

static bool
refuse_twice(struct survey *self, const struct found *found)
{
    const struct setting *first = refusal_setting(self, found->name);

    if (!first || (found->append && found->option &&
                   found->option->type == WEIR_OPTION_LIST))
        return false;
    survey_fail(self, found->token.line,
                "%s is set already in line %d; remove one of them", found->name,
                first->line);
    return true;
}

static bool
refuse_label(struct survey *self, const struct found *found)
{
    if (!series_label_name_valid(found->name))
        survey_fail(self, found->token.line,
                    "\"%s\" cannot name a label; use letters, digits and _",
                    found->name);
    else if (found->list || found->append)
        survey_fail(self, found->token.line,
                    "a label has one text: %s = \"TEXT\"", found->name);
    else
        return refuse_twice(self, found);
    return true;
}

static bool
refuse_option(struct survey *self, const struct found *found)
{
    const struct weir_option *option = found->option;

    if (refuse_unknown(self, found))
        return true;
    bool list = option->type == WEIR_OPTION_LIST;
    if (is_block(option))
        survey_fail(self, found->token.line, "%s is a block: %s { ... }",
                    found->name, found->name);
    else if (found->list && !list)
        survey_fail(self, found->token.line,
                    "%s: one value is due, no list; leave out the braces",
                    found->name);
    else if (found->append && !list)
        survey_fail(self, found->token.line,
                    "%s is no list; write = for +=", found->name);
    else
        return refuse_twice(self, found);
    return true;
}

bool
refusal_of_setting(struct survey *self, const struct found *found)
{
    return refusal_in_map(self) ? refuse_label(self, found)
                                : refuse_option(self, found);
}

struct block *
refusal_first(const struct survey *self, const struct weir_option *option)
{
    for (size_t i = 1; i < self->block_count; i++)
        if (self->blocks[i].option == option &&
            self->blocks[i].parent == refusal_block(self))
            return &self->blocks[i];
    return NULL;
}

bool
refusal_of_block(struct survey *self, const struct found *found)
{
    const struct weir_option *option = found->option;
    int line = found->token.line;

    if (refusal_in_map(self)) {
        survey_fail(self, line, "a label has one text: %s = \"TEXT\"",
                    found->name);
        return true;
    }
    if (refuse_unknown(self, found))
        return true;
    const struct block *first = refusal_first(self, option);
    if (!is_block(option))
        survey_fail(self, line, "%s is no block: %s = VALUE", found->name,
                    found->name);
    else if (first && option->type == WEIR_OPTION_MAP)
        survey_fail(self, line,
                    "%s stands already in line %d; make one of both",
                    found->name, first->line);
    else if (self->depth == ARRAY_SIZE(self->levels))
        survey_fail(self, line, "blocks stand in one another too deep");
    else
        return false;
    return true;
}
