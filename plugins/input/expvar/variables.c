/* variables.c - what a program publishes by itself, as series
 *
 * A variable's name is the path to it: expvar_db_open is "open" in the map
 * "db".  A map of nothing but numbers is one metric, and what its items are
 * called is the label "key"; so is a list of numbers, with the label "index".
 * Texts are not kept, nor what is in a list of other things: such items have
 * no name that would be the same the next time.
 */
#include <config.h>

#include "expvar.h"

#include <stdio.h>
#include <string.h>

#include "base.h"

enum {
    PATH_MOST = 400,   /* bytes of a path: a name has 512 */
    LABEL_MOST = 4096, /* bytes of a label's value */
    LIST_MOST = 128,   /* items of a list */
};

struct level {
    uint32_t end;     /* the first value behind the map */
    size_t path_size; /* without the map's own name */
};

struct walk {
    struct weir_batch *batch;
    const struct vars *vars;
    struct level levels[VARS_DEPTH_MOST]; /* [depth]: the maps we are in */
    uint32_t depth;
    uint32_t left_out;
    size_t path_size;
    char path[PATH_MOST];                 /* each name ends with '\0' */
    char key[PATH_MOST + LABEL_MOST + 2]; /* of a series reference */
};

/* Puts one '_' for each character that a name cannot have, and between names.
 */
static void
write_name(const struct walk *self, char name[PATH_MOST + 16])
{
    static const char start[] = "expvar_";
    char *to = stpcpy(name, start);

    for (size_t i = 0; i + 1 < self->path_size; i++) {
        char byte = self->path[i];
        bool fits = (byte >= 'a' && byte <= 'z') ||
                    (byte >= 'A' && byte <= 'Z') ||
                    (byte >= '0' && byte <= '9');
        bool follows = ((unsigned char)byte & 0xc0) == 0x80; /* UTF-8 */
        if (!fits)
            byte = '_';
        if (!follows)
            *to++ = byte;
    }
    *to = '\0';
}

static uint32_t
refer(struct walk *self, const struct weir_label *label, size_t key_size)
{
    char name[PATH_MOST + 16];
    const struct weir_metric metric = {name, WEIR_UNTYPED, "",
                                       "Published by the program."};
    const struct weir_label labels[] = {*label, {0}};
    const struct weir_label *some =
        label->name && *label->value ? labels : &labels[1];
    const struct weir_series series = {&metric, "", some};
    uint32_t reference = 0;

    write_name(self, name);
    (void)weir_series_refer(self->batch, &series, self->key, key_size,
                            &reference);
    return reference;
}

/* Adds a number under the path with the label, which may be none. */
static void
add(struct walk *self, const struct weir_label *label, double number)
{
    size_t length = label->name ? strlen(label->value) : 0;
    char kind = '\0';
    uint32_t reference = 0;

    if (length > LABEL_MOST) {
        self->left_out++;
        return;
    }
    if (label->name)
        kind = *label->name;
    memcpy(self->key, self->path, self->path_size);
    char *to = self->key + self->path_size;
    *to++ = kind;
    if (length)
        memcpy(to, label->value, length);
    size_t size = (size_t)(to - self->key) + length;
    if (weir_series_find(self->batch, self->key, size, &reference) < 0)
        reference = refer(self, label, size);
    weir_set(self->batch, reference, number);
}

/* Says whether a map or list has numbers and nothing else. */
static bool
has_numbers(const struct walk *self, const struct vars_node *outer,
            uint32_t *ret_count)
{
    uint32_t count = 0;

    for (const struct vars_node *item = vars_first(outer);
         item != vars_end(self->vars, outer);
         item = vars_end(self->vars, item)) {
        if (item->kind != VARS_NUMBER && item->kind != VARS_NULL)
            return false;
        count += item->kind == VARS_NUMBER;
    }
    *ret_count = count;
    return count > 0;
}

static void
add_items(struct walk *self, const struct vars_node *outer)
{
    char index[16];
    struct weir_label label = {"key", NULL};
    uint32_t number = 0;

    for (const struct vars_node *item = vars_first(outer);
         item != vars_end(self->vars, outer);
         item = vars_end(self->vars, item)) {
        label.value = item->name;
        if (outer->kind == VARS_LIST) {
            (void)snprintf(index, sizeof(index), "%u", number++);
            label = (struct weir_label){"index", index};
        }
        if (item->kind == VARS_NUMBER)
            add(self, &label, item->number);
    }
}

/* Goes into a value: its name joins the path.  Returns false when that becomes
 * too long. */
static bool
enter(struct walk *self, const char *name)
{
    size_t size = strlen(name) + 1;

    if (self->path_size + size > PATH_MOST)
        return false;
    memcpy(self->path + self->path_size, name, size);
    self->path_size += size;
    return true;
}

/* Adds a value that has a name.  Returns the place of the next one to see. */
static uint32_t
add_value(struct walk *self, uint32_t place)
{
    static const struct weir_label none = {0};
    const struct vars_node *node = &self->vars->nodes[place];
    size_t path_size = self->path_size;
    uint32_t count = 0;

    if (!enter(self, node->name)) {
        self->left_out++;
        return node->end;
    }
    if (node->kind == VARS_NUMBER)
        add(self, &none, node->number);
    if (node->kind == VARS_MAP && !has_numbers(self, node, &count)) {
        self->levels[self->depth++] = (struct level){node->end, path_size};
        return place + 1;
    }
    if (node->kind == VARS_LIST && has_numbers(self, node, &count) &&
        count > LIST_MOST)
        self->left_out++;
    else if (count > 0)
        add_items(self, node);
    self->path_size = path_size;
    return node->end;
}

/* Leaves the maps that end before 'place'. */
static void
leave(struct walk *self, uint32_t place)
{
    while (self->depth > 0 && self->levels[self->depth - 1].end == place)
        self->path_size = self->levels[--self->depth].path_size;
}

static bool
is_gos_own(const char *name)
{
    return strcmp(name, "cmdline") == 0 || strcmp(name, "memstats") == 0;
}

uint32_t
variables_add(struct weir_batch *batch, const struct vars *vars)
{
    struct walk *self = xcalloc(1, sizeof(*self));
    uint32_t place = 1;

    self->batch = batch;
    self->vars = vars;
    while (place < vars->count) {
        leave(self, place);
        if (self->depth == 0 && is_gos_own(vars->nodes[place].name))
            place = vars->nodes[place].end;
        else
            place = add_value(self, place);
    }
    uint32_t left_out = self->left_out;
    free(self);
    return left_out;
}
