/* query/labelset.c - the labels of a series in a question */
#include <config.h>

#include "query/labelset.h"

#include <string.h>
#define XXH_STATIC_LINKING_ONLY /* for a state on the stack */
#include <xxhash.h>

#include <weir/cleanup.h>

#include "base.h"
#include "series.h"

static uint64_t
hash_labels(const struct labelset *self)
{
    XXH64_state_t state;

    (void)XXH64_reset(&state, 0);
    for (size_t i = 0; i < self->count; i++) {
        const struct weir_label *label = &self->labels[i];
        (void)XXH64_update(&state, label->name, strlen(label->name));
        (void)XXH64_update(&state, "\xff", 1);
        (void)XXH64_update(&state, label->value, strlen(label->value));
        (void)XXH64_update(&state, "\xff", 1);
    }
    return XXH64_digest(&state);
}

static struct labelset *
reserve(struct arena *arena, size_t room)
{
    struct labelset *self =
        arena_alloc(arena, sizeof(*self) + room * sizeof(*self->labels));

    return self;
}

static const struct labelset *
finish(struct labelset *self)
{
    self->hash = hash_labels(self);
    return self;
}

static void
add(struct labelset *self, const char *name, const char *value)
{
    if (*value)
        self->labels[self->count++] = (struct weir_label){name, value};
}

const struct labelset *
labelset_new(struct arena *arena, const struct weir_label *labels, size_t count)
{
    struct labelset *self = reserve(arena, count);

    for (size_t i = 0; i < count; i++)
        add(self, labels[i].name, labels[i].value);
    return finish(self);
}

static const char *
whole_name(struct arena *arena, const struct weir_series *series)
{
    const char *name = series->metric->name;
    size_t size = strlen(name) + strlen(series->suffix) + 1;

    if (!*series->suffix)
        return name;
    char *whole = arena_alloc(arena, size);
    (void)snprintf(whole, size, "%s%s", name, series->suffix);
    return whole;
}

const struct labelset *
labelset_of_series(struct arena *arena, const struct weir_series *series)
{
    struct labelset *self = reserve(arena, labels_count(series->labels) + 1);
    const char *name = whole_name(arena, series);
    bool named = false;

    for (const struct weir_label *l = series->labels; l->name; l++) {
        if (!named && strcmp(l->name, LABELSET_NAME) > 0) {
            add(self, LABELSET_NAME, name);
            named = true;
        }
        add(self, l->name, l->value);
    }
    if (!named)
        add(self, LABELSET_NAME, name);
    return finish(self);
}

const char *
labelset_value(const struct labelset *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->labels[i].name, name) == 0)
            return self->labels[i].value;
    return "";
}

static int
compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

bool
labelset_same(const struct labelset *a, const struct labelset *b)
{
    return a == b || (a->hash == b->hash && labelset_compare(a, b) == 0);
}

int
labelset_compare(const struct labelset *a, const struct labelset *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = compare_texts(a->labels[i].name, b->labels[i].name);
        if (!order)
            order = compare_texts(a->labels[i].value, b->labels[i].value);
        if (order)
            return order;
    }
    return a->count < b->count ? -1 : a->count > b->count;
}

static bool
is_listed(const struct expression_labels *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

static const struct labelset *
filter(struct arena *arena, const struct labelset *self,
       const struct expression_labels *names, bool keep)
{
    struct labelset *filtered = reserve(arena, self->count);

    for (size_t i = 0; i < self->count; i++)
        if (is_listed(names, self->labels[i].name) == keep)
            filtered->labels[filtered->count++] = self->labels[i];
    return finish(filtered);
}

const struct labelset *
labelset_only(struct arena *arena, const struct labelset *self,
              const struct expression_labels *names)
{
    return filter(arena, self, names, true);
}

const struct labelset *
labelset_without(struct arena *arena, const struct labelset *self,
                 const struct expression_labels *names)
{
    return filter(arena, self, names, false);
}

const struct labelset *
labelset_nameless(struct arena *arena, const struct labelset *self)
{
    static const char *const name[] = {LABELSET_NAME};
    static const struct expression_labels names = {name, 1};

    return *labelset_value(self, LABELSET_NAME)
               ? filter(arena, self, &names, false)
               : self;
}

const struct labelset *
labelset_with(struct arena *arena, const struct labelset *self,
              const char *name, const char *value)
{
    struct labelset *changed = reserve(arena, self->count + 1);
    bool added = false;

    for (size_t i = 0; i < self->count; i++) {
        int order = strcmp(self->labels[i].name, name);
        if (order >= 0 && !added) {
            add(changed, name, value);
            added = true;
        }
        if (order != 0)
            changed->labels[changed->count++] = self->labels[i];
    }
    if (!added)
        add(changed, name, value);
    return finish(changed);
}

static void
put_quoted(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n') {
            (void)fputs("\\n", out);
            continue;
        }
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', out);
        (void)fputc(*text, out);
    }
    (void)fputc('"', out);
}

char *
labelset_text(const struct labelset *self)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputc('{', out);
    for (size_t i = 0; i < self->count; i++) {
        const struct weir_label *label = &self->labels[i];
        (void)fputs(i ? ", " : "", out);
        if (series_label_name_valid(label->name) ||
            strcmp(label->name, LABELSET_NAME) == 0)
            (void)fputs(label->name, out);
        else
            put_quoted(out, label->name);
        (void)fputc('=', out);
        put_quoted(out, label->value);
    }
    (void)fputc('}', out);
    (void)fclose(out);
    return x_or_die(text);
}
