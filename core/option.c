/* option.c - option tables: from text to a plugin's instance */
#include <config.h>

#include "option.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base.h"
#include "endpoint.h"
#include "number.h"
#include "token.h"

/* One value on its way: 'why' is told when the parser says -EINVAL. */
struct value {
    const struct weir_option *option;
    const char *text;
    void *field;
    const struct option_place *place;
    const char *why; /* constant, or 'room' */
    char room[200];
};

static int
refuse(struct value *self, const char *why)
{
    self->why = why;
    return -EINVAL;
}

/* Base units are seconds and bytes. */
static int
check_range(struct value *self, double number)
{
    const struct weir_option *option = self->option;

    if (option->least == 0 && option->most == 0)
        return 0;
    if (number >= option->least && number <= option->most)
        return 0;
    (void)snprintf(self->room, sizeof(self->room),
                   "a number from %.15g to %.15g is due", option->least,
                   option->most);
    return refuse(self, self->room);
}

static int
set_text(struct value *self)
{
    const char *copy = arena_text(self->place->texts, self->text);

    memcpy(self->field, &copy, sizeof(copy));
    return 0;
}

static int
set_integer(struct value *self)
{
    int64_t number = 0;
    const char *end = number_scan_i64(self->text, &number);

    if (!end || *end)
        return refuse(self, "an integer is due");
    int rc = check_range(self, (double)number);
    if (rc == 0)
        memcpy(self->field, &number, sizeof(number));
    return rc;
}

static int
set_real(struct value *self)
{
    double number = 0;
    const char *end = number_scan(self->text, &number);

    if (!end || *end || !isfinite(number))
        return refuse(self, "a number is due");
    int rc = check_range(self, number);
    if (rc == 0)
        memcpy(self->field, &number, sizeof(number));
    return rc;
}

static int
set_boolean(struct value *self)
{
    static const char *const words[] = {"false", "true", "no",
                                        "yes",   "off",  "on"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (strcasecmp(self->text, words[i]) == 0) {
            bool yes = i % 2;
            memcpy(self->field, &yes, sizeof(yes));
            return 0;
        }
    return refuse(self, "true or false is due");
}

static int
set_duration(struct value *self)
{
    struct weir_duration duration = {0};
    int rc = option_parse_duration(self->text, &duration.ns, &self->why);

    if (rc == 0)
        rc = check_range(self, (double)duration.ns / (double)NS_PER_S);
    if (rc == 0)
        memcpy(self->field, &duration, sizeof(duration));
    return rc;
}

static int
set_size(struct value *self)
{
    struct weir_size size = {0};
    int rc = option_parse_size(self->text, &size.bytes, &self->why);

    if (rc == 0)
        rc = check_range(self, (double)size.bytes);
    if (rc == 0)
        memcpy(self->field, &size, sizeof(size));
    return rc;
}

static int
set_choice(struct value *self)
{
    const char *words = self->option->choices;
    size_t length = strlen(self->text);

    for (int nth = 0; *words; nth++) {
        size_t size = strcspn(words, " ");
        if (size == length && memcmp(words, self->text, size) == 0) {
            memcpy(self->field, &nth, sizeof(nth));
            return 0;
        }
        words += size + strspn(words + size, " ");
    }
    (void)snprintf(self->room, sizeof(self->room), "one of these is due: %s",
                   self->option->choices);
    return refuse(self, self->room);
}

static int
set_pattern(struct value *self)
{
    struct weir_pattern *pattern = NULL;
    struct weir_pattern *old;
    char why[128] = "";

    if (self->text[0] &&
        weir_pattern_new(self->text, why, sizeof(why), &pattern) < 0) {
        (void)snprintf(self->room, sizeof(self->room), "a pattern is due (%s)",
                       why);
        return refuse(self, self->room);
    }
    memcpy(&old, self->field, sizeof(void *));
    weir_pattern_destroy(&old);
    memcpy(self->field, &pattern, sizeof(void *));
    return 0;
}

static int
set_path_in(struct value *self, const char *folder)
{
    const char *text = self->text;

    if (text[0] == '\0' || text[0] == '/' || strcmp(folder, ".") == 0)
        return set_text(self);
    size_t size = strlen(folder) + strlen(text) + 2;
    char *path = arena_alloc(self->place->texts, size);
    (void)snprintf(path, size, "%s/%s", folder, text);
    memcpy(self->field, &path, sizeof(path));
    return 0;
}

static int
set_path(struct value *self)
{
    return set_path_in(self, self->place->folder);
}

static int
set_state_path(struct value *self)
{
    const struct option_place *place = self->place;

    return set_path_in(self, place->state ? place->state : place->folder);
}

static int
set_endpoint(struct value *self)
{
    struct endpoint endpoint;

    if (self->text[0] && !endpoint_parse(self->text, &endpoint))
        return refuse(self, ENDPOINT_WHY);
    return set_text(self);
}

static int (*const setters[])(struct value *self) = {
    [WEIR_OPTION_TEXT] = set_text,
    [WEIR_OPTION_INTEGER] = set_integer,
    [WEIR_OPTION_REAL] = set_real,
    [WEIR_OPTION_BOOLEAN] = set_boolean,
    [WEIR_OPTION_DURATION] = set_duration,
    [WEIR_OPTION_SIZE] = set_size,
    [WEIR_OPTION_CHOICE] = set_choice,
    [WEIR_OPTION_PATTERN] = set_pattern,
    [WEIR_OPTION_PATH] = set_path,
    [WEIR_OPTION_ENDPOINT] = set_endpoint,
    [WEIR_OPTION_SECRET] = set_text,
    [WEIR_OPTION_STATE_PATH] = set_state_path,
};

static void
fini_pattern(char *field)
{
    struct weir_pattern *pattern;

    memcpy(&pattern, field, sizeof(void *));
    weir_pattern_destroy(&pattern);
    memset(field, 0, sizeof(void *));
}

/* As deep as the plugin's tables are. */
void
option_fini(const struct weir_option *options, // NOLINT(misc-no-recursion)
            void *instance)
{
    for (const struct weir_option *o = options; o && o->name; o++) {
        char *field = (char *)instance + o->offset;
        if (o->type == WEIR_OPTION_PATTERN)
            fini_pattern(field);
        if (o->type != WEIR_OPTION_BLOCKS)
            continue;
        struct weir_blocks blocks;
        char *items;
        memcpy(&blocks, field, sizeof(blocks));
        memcpy(&items, &blocks.items, sizeof(void *));
        for (size_t i = 0; i < blocks.count; i++)
            option_fini(o->options, items + i * o->size);
        memset(field, 0, sizeof(blocks));
    }
}

static void
set_list(void *field, const struct weir_list *values, struct arena *texts)
{
    const char **items =
        arena_alloc(texts, (values->count + 1) * sizeof(*items));
    struct weir_list list = {values->count, items};

    for (size_t i = 0; i < values->count; i++)
        items[i] = arena_text(texts, values->items[i]);
    memcpy(field, &list, sizeof(list));
}

int
option_set(const struct weir_option *option, void *instance,
           const struct weir_list *values, const struct option_place *place,
           char *why)
{
    void *field = (char *)instance + option->offset;

    if (option->type == WEIR_OPTION_LIST) {
        set_list(field, values, place->texts);
        return 0;
    }
    assert((size_t)option->type < ARRAY_SIZE(setters) && setters[option->type]);
    if (values->count != 1) {
        (void)snprintf(why, OPTION_WHY_SIZE, "%s: one value is due, no list",
                       option->name);
        return -EINVAL;
    }
    struct value value = {.option = option,
                          .text = values->items[0],
                          .field = field,
                          .place = place};
    int rc = setters[option->type](&value);
    if (rc < 0)
        (void)snprintf(why, OPTION_WHY_SIZE, "%s: %s, not \"%.150s\"",
                       option->name, value.why, value.text);
    return rc;
}

/* Writes the items of a list that a table has as text. */
static void
list_default(const struct weir_option *option, void *instance,
             const struct option_place *place)
{
    const char *items[64];
    struct weir_list list = {.items = items};
    struct token_reader reader = {.rest = option->fallback};
    struct token token = token_next(&reader);

    for (; token.type != TOKEN_END; token = token_next(&reader)) {
        assert(!token.wrong && list.count < ARRAY_SIZE(items));
        if (token.type == TOKEN_WORD || token.type == TOKEN_STRING)
            items[list.count++] = token_value(&token, place->texts);
    }
    (void)option_set(option, instance, &list, place, NULL);
}

static void
set_default(const struct weir_option *option, void *instance,
            const struct option_place *place)
{
    static const struct weir_label no_labels[] = {{0}};
    const struct weir_list one = {1, &option->fallback};
    char *field = (char *)instance + option->offset;

    if (option->type == WEIR_OPTION_MAP) {
        struct weir_map map = {.labels = no_labels};
        memcpy(field, &map, sizeof(map));
    } else if (option->type == WEIR_OPTION_BLOCKS) {
        struct weir_option only[] = {*option, {0}};
        option_fini(only, instance);
    } else if (option->type == WEIR_OPTION_LIST) {
        list_default(option, instance, place);
    } else {
        char why[OPTION_WHY_SIZE];
        int rc = option_set(option, instance, &one, place, why);
        assert(rc == 0);
        (void)rc;
    }
}

/* So that a text is never NULL, whatever the user forgot. */
static void
set_empty(const struct weir_option *option, void *instance)
{
    static const char *const empty = "";

    switch (option->type) {
    case WEIR_OPTION_TEXT:
    case WEIR_OPTION_PATH:
    case WEIR_OPTION_ENDPOINT:
    case WEIR_OPTION_SECRET:
    case WEIR_OPTION_STATE_PATH:
        memcpy((char *)instance + option->offset, &empty, sizeof(void *));
        break;
    default:
        break;
    }
}

void
option_defaults(const struct weir_option *options, void *instance,
                const struct option_place *place)
{
    for (const struct weir_option *o = options; o && o->name; o++) {
        if (o->fallback)
            set_default(o, instance, place);
        else
            set_empty(o, instance);
    }
}

const struct weir_option *
option_find(const struct weir_option *options, const char *name)
{
    for (const struct weir_option *o = options; o && o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}
