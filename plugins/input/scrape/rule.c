/* rule.c - a rule of relabelling as the user writes it; see rule.h */
#include <config.h>

#include "rule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/text.h>

static const double modulus_most = 1e15; /* a double counts so far */

const struct weir_option rule_options[] = {
    WEIR_LIST(struct rule, source, "",
              "Labels whose values are joined and looked at."),
    WEIR_TEXT(struct rule, separator, ";",
              "What stands between the joined values."),
    WEIR_TEXT(struct rule, regex, "(.*)",
              "What matches all of them, or a label's name."),
    WEIR_CHOICE(struct rule, action, "replace",
                "replace keep drop keepequal dropequal hashmod lowercase "
                "uppercase labelmap labeldrop labelkeep",
                "What to do."),
    WEIR_TEXT(struct rule, target, "",
              "The label that is set, or compared with."),
    WEIR_TEXT(struct rule, replacement, "$1",
              "What it is set to; $1 is what the first group matched."),
    WEIR_INTEGER(struct rule, modulus, "0", 0, modulus_most,
                 "Among how many numbers hashmod chooses."),
    {0},
};

/* Settings, as bits. */
enum {
    SOURCE = 1,
    SEPARATOR = 2,
    REGEX = 4,
    TARGET = 8,
    REPLACEMENT = 16,
    MODULUS = 32,
    ALL = 63,
};

/* How a setting can be invalid. */
enum form { ANY, NAME, TEMPLATE };

static const struct {
    const char *name;
    unsigned must, never; /* settings */
    enum form target, replacement;
} shapes[] = {
    [RULE_REPLACE] = {"replace", TARGET, 0, TEMPLATE, ANY},
    [RULE_KEEP] = {"keep", 0, 0, ANY, ANY},
    [RULE_DROP] = {"drop", 0, 0, ANY, ANY},
    [RULE_KEEPEQUAL] = {"keepequal", TARGET, ALL & ~(SOURCE | TARGET), NAME,
                        ANY},
    [RULE_DROPEQUAL] = {"dropequal", TARGET, ALL & ~(SOURCE | TARGET), NAME,
                        ANY},
    [RULE_HASHMOD] = {"hashmod", TARGET | MODULUS, 0, NAME, ANY},
    [RULE_LOWERCASE] = {"lowercase", TARGET, REPLACEMENT, NAME, ANY},
    [RULE_UPPERCASE] = {"uppercase", TARGET, REPLACEMENT, NAME, ANY},
    [RULE_LABELMAP] = {"labelmap", 0, 0, ANY, TEMPLATE},
    [RULE_LABELDROP] = {"labeldrop", 0, ALL & ~REGEX, ANY, ANY},
    [RULE_LABELKEEP] = {"labelkeep", 0, ALL & ~REGEX, ANY, ANY},
};

static bool
is_name_byte(char byte, bool is_first)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_' || (byte >= '0' && byte <= '9' && !is_first);
}

bool
rule_may_name(const char *name)
{
    const char *at = name;

    while (is_name_byte(*at, at == name))
        at++;
    return at > name && *at == '\0';
}

/* Returns what follows the group that "$1" or "${1}" names, or NULL. */
static const char *
skip_group(const char *dollar)
{
    bool braces = dollar[1] == '{';
    const char *start = dollar + 1 + braces;
    const char *at = start;

    while (is_name_byte(*at, false))
        at++;
    if (at == start || (braces && *at != '}'))
        return NULL;
    return at + braces;
}

/* Says whether a name may come of filling in the text. */
static bool
may_become_name(const char *text)
{
    const char *at = text;

    while (at && *at) {
        if (*at == '$')
            at = skip_group(at);
        else
            at = is_name_byte(*at, at == text) ? at + 1 : NULL;
    }
    return at > text;
}

static bool
has_form(const char *text, enum form form)
{
    return form == ANY ||
           (form == NAME ? rule_may_name : may_become_name)(text);
}

static unsigned
settings_of(const struct rule *self)
{
    const struct {
        unsigned bit;
        bool is_set;
    } all[] = {
        {SOURCE, self->source.count > 0},
        {SEPARATOR, strcmp(self->separator, ";") != 0},
        {REGEX, strcmp(self->regex, "(.*)") != 0},
        {TARGET, *self->target != '\0'},
        {REPLACEMENT, strcmp(self->replacement, "$1") != 0},
        {MODULUS, self->modulus != 0},
    };
    unsigned set = 0;

    for (size_t i = 0; i < WEIR_COUNT(all); i++)
        set |= all[i].is_set ? all[i].bit : 0;
    return set;
}

/* Returns the name of the first of these settings, in the table's order, or
 * NULL for none. */
static const char *
name_of(unsigned settings)
{
    static const struct {
        unsigned bit;
        const char *name;
    } names[] = {
        {SOURCE, "source"},   {SEPARATOR, "separator"},
        {REGEX, "regex"},     {TARGET, "target"},
        {MODULUS, "modulus"}, {REPLACEMENT, "replacement"},
    };

    for (size_t i = 0; i < WEIR_COUNT(names); i++)
        if (settings & names[i].bit)
            return names[i].name;
    return NULL;
}

int
rule_judge(const void *item, char *why, size_t size)
{
    const struct rule *self = item;
    const char *action = shapes[self->action].name;
    unsigned set = settings_of(self);
    const char *lacks = name_of(shapes[self->action].must & ~set);
    const char *more = name_of(shapes[self->action].never & set);
    weir_cleanup(weir_regex_destroy) struct weir_regex *regex = NULL;

    if (lacks)
        (void)snprintf(why, size, "\"%s\" lacks a %s; set it", action, lacks);
    else if (more)
        (void)snprintf(why, size, "\"%s\" has no use for %s; remove it", action,
                       more);
    else if (!has_form(self->target, shapes[self->action].target))
        (void)snprintf(why, size, "\"%s\" cannot be a label's name",
                       self->target);
    else if (!has_form(self->replacement, shapes[self->action].replacement))
        (void)snprintf(why, size, "\"%s\" cannot become a label's name",
                       self->replacement);
    else
        return weir_regex_new(self->regex, why, size, &regex);
    return -EINVAL;
}
