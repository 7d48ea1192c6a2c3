/* cli/naming.c - what the series of an answer have in common, and what tells
 * them apart */
#include <config.h>

#include "cli/naming.h"

#include <ctype.h>
#include <string.h>

#include "base.h"
#include "cli/plain.h"

static const char name_label[] = "__name__";

/* Says whether all series have the label. */
static bool
is_common(const struct outcome *outcome, const struct outcome_label *label)
{
    for (size_t i = 0; i < outcome->count; i++)
        if (strcmp(outcome_value(&outcome->series[i], label->name),
                   label->value) != 0)
            return false;
    return true;
}

static bool
has_label(const struct outcome_series *series, const char *name)
{
    return *outcome_value(series, name) != '\0';
}

/* Notes a name that tells series apart. */
static void
add_name(struct naming *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp(self->names[i], name) == 0)
            return;
    if (self->count == NAMING_MOST)
        self->many = true;
    else
        self->names[self->count++] = name;
}

/* Metrics first, then as the alphabet has them. */
static int
by_name(const void *a, const void *b)
{
    const char *const *one = a, *const *other = b;
    int named =
        (strcmp(*other, name_label) == 0) - (strcmp(*one, name_label) == 0);

    return named ? named : strcmp(*one, *other);
}

void
naming_init(struct naming *self, const struct outcome *outcome,
            const struct screen *screen)
{
    const struct outcome_series *first = outcome->series;

    *self = (struct naming){.outcome = outcome,
                            .flags = screen->utf8 ? 0 : PLAIN_ASCII};
    if (outcome->count == 0)
        return;
    self->common.labels =
        xcalloc(first->label_count, sizeof(*self->common.labels));
    for (size_t i = 0; i < first->label_count; i++)
        if (is_common(outcome, &first->labels[i]))
            self->common.labels[self->common.label_count++] = first->labels[i];
    for (size_t i = 0; !self->many && i < outcome->count; i++) {
        const struct outcome_series *series = &outcome->series[i];
        for (size_t j = 0; j < series->label_count; j++)
            if (!has_label(&self->common, series->labels[j].name))
                add_name(self, series->labels[j].name);
    }
    if (self->many)
        self->count = 0;
    qsort(self->names, self->count, sizeof(self->names[0]), by_name);
}

void
naming_fini(struct naming *self)
{
    free(self->common.labels);
    *self = (struct naming){0};
}

/* Says whether a name can stand without quotes; a metric's may have colons. */
static bool
is_word(const char *name, bool metric)
{
    if (isdigit((unsigned char)*name) || !*name)
        return false;
    for (; *name; name++)
        if (*name != '_' && !(metric && *name == ':') &&
            !(isalnum((unsigned char)*name) && (unsigned char)*name < 0x80))
            return false;
    return true;
}

static void
write_word(const struct naming *self, FILE *out, const char *name, bool bare)
{
    if (!bare)
        (void)fputc('"', out);
    plain_write(out, name, bare ? self->flags : self->flags | PLAIN_QUOTED);
    if (!bare)
        (void)fputc('"', out);
}

/* Writes the labels that 'without' does not have. */
static void
write_series(const struct naming *self, FILE *out,
             const struct outcome_series *series,
             const struct outcome_series *without)
{
    const char *before = "{";

    for (size_t i = 0; i < series->label_count; i++) {
        const struct outcome_label *label = &series->labels[i];
        bool metric = strcmp(label->name, name_label) == 0;
        if (without && has_label(without, label->name))
            continue;
        if (metric && is_word(label->value, true)) {
            (void)fputs(label->value, out);
            continue;
        }
        (void)fputs(before, out);
        if (!metric) {
            write_word(self, out, label->name, is_word(label->name, false));
            (void)fputc('=', out);
        }
        write_word(self, out, label->value, false);
        before = ",";
    }
    if (*before == ',')
        (void)fputc('}', out);
}

char *
naming_series(const struct naming *self, const struct outcome_series *series,
              bool differing)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    write_series(self, out, series, differing ? &self->common : NULL);
    (void)fclose(out);
    return x_or_die(text);
}

char *
naming_common(const struct naming *self)
{
    return naming_series(self, &self->common, false);
}

char *
naming_head(const struct naming *self, const char *name)
{
    if (strcmp(name, name_label) == 0)
        return x_or_die(strdup("METRIC"));
    return plain_text(name, self->flags);
}

char *
naming_cell(const struct naming *self, const struct outcome_series *series,
            const char *name)
{
    const char *value = outcome_value(series, name);

    return *value ? plain_text(value, self->flags) : x_or_die(strdup("-"));
}
