/* catalogue.c - which fields an InfluxDB has; see catalogue.h */
#include <config.h>

#include "catalogue.h"

#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "../../influx/naming.h"
#include "base.h"
#include "influxql.h"
#include "series.h"

static const char bare[] = "value";

/* Ranks of fields of one metric; above, the longer a measurement is, the lower.
 */
enum { OURS, BARE, OTHERS };

/* Asking ------------------------------------------------------------------- */

/* Writes all that a measurement with such a metric can be: the name, and what
 * stands before a '_' in it. */
static void
put_measurements(FILE *to, const char *name, const char *before)
{
    weir_cleanup(weir_free) char *part = x_or_die(strdup(name));

    if (!influxql_can_say(name))
        return;
    (void)fputs(before, to);
    influxql_name(to, name);
    for (char *at = part; (at = strchr(at, '_')); at++) {
        *at = '\0';
        if (*part) {
            (void)fputc(',', to);
            influxql_name(to, part);
        }
        *at = '_';
    }
}

static const struct weir_matcher *
find_name(const struct weir_select *what)
{
    for (size_t i = 0; i < what->matcher_count; i++)
        if (what->matchers[i].match == WEIR_EQUAL &&
            strcmp(what->matchers[i].name, "__name__") == 0)
            return &what->matchers[i];
    return NULL;
}

void
catalogue_question(FILE *to, const struct weir_select *what)
{
    const struct weir_matcher *matcher = find_name(what);

    (void)fputs("SHOW FIELD KEYS", to);
    if (!matcher || !*matcher->value)
        return;
    weir_cleanup(weir_free) char *plain =
        xcalloc(strlen(matcher->value) + sizeof(bare), 1);
    naming_tag(matcher->value, plain);
    put_measurements(to, matcher->value, " FROM ");
    if (strcmp(plain, matcher->value) != 0)
        put_measurements(to, plain, ",");
}

/* Adding ------------------------------------------------------------------- */

/* A field may have several, in parts of the database that others were written
 * to: what comes first here can be had of all but texts and booleans. */
static const char *const types[] = {"float", "integer", "unsigned", "boolean"};

/* Returns the number of a type; 0 is none. */
static unsigned
find_type(const char *type)
{
    for (unsigned i = 0; i < WEIR_COUNT(types); i++)
        if (strcmp(types[i], type) == 0)
            return i + 1;
    return 0;
}

/* Says whether the names can stand as they are, as those of what is ours. */
static bool
is_ours(const struct catalogue *self, const struct catalogue_field *field)
{
    return series_metric_name_valid(field->measurement) &&
           (self->fields == LINE_SUFFIX || strcmp(field->name, bare) == 0);
}

/* Makes the metric's name in 'out'; false when it can have none. */
static bool
make_metric(const struct catalogue *self, const struct catalogue_field *field,
            char *out)
{
    bool is_bare = strcmp(field->name, bare) == 0;

    if (!is_ours(self, field))
        return naming_metric(field->measurement, field->name, out) == 0 &&
               series_metric_name_valid(out);
    char *end = stpcpy(out, field->measurement);
    if (!is_bare)
        (void)stpcpy(stpcpy(end, "_"), field->name);
    return series_metric_name_valid(out) ||
           (naming_metric(field->measurement, field->name, out) == 0 &&
            series_metric_name_valid(out));
}

static unsigned
rank_of(const struct catalogue_field *field)
{
    if (strcmp(field->name, bare) != 0)
        return OTHERS + SERIES_NAME_MOST -
               (unsigned)strnlen(field->measurement, SERIES_NAME_MOST);
    return strcmp(field->measurement, field->metric) == 0 ? OURS : BARE;
}

static bool
is_meant(const struct weir_select *what, const char *metric)
{
    for (size_t i = 0; i < what->matcher_count; i++)
        if (strcmp(what->matchers[i].name, "__name__") == 0 &&
            !weir_matches(&what->matchers[i], metric))
            return false;
    return true;
}

void
catalogue_add(struct catalogue *self, const struct weir_select *what,
              const struct catalogue_field *field)
{
    unsigned type = find_type(field->cast);
    size_t size = strlen(field->measurement) + strlen(field->name);
    weir_cleanup(weir_free) char *metric = xcalloc(naming_room(size), 1);

    if (!type)
        return;
    if (!influxql_can_say(field->measurement) ||
        !influxql_can_say(field->name) || !make_metric(self, field, metric)) {
        self->left_out++;
        return;
    }
    if (!is_meant(what, metric))
        return;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->items = xrealloc(self->items, self->room, sizeof(*self->items));
    }
    struct catalogue_field *kept = &self->items[self->count++];
    *kept = (struct catalogue_field){
        .measurement = arena_text(&self->texts, field->measurement),
        .name = arena_text(&self->texts, field->name),
        .cast = types[type - 1],
        .type = type,
        .metric = arena_text(&self->texts, metric),
    };
    kept->rank = rank_of(kept);
}

/* Order -------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
    const struct catalogue_field *x = a;
    const struct catalogue_field *y = b;

    int order = strcmp(x->metric, y->metric);
    if (order == 0)
        order = (x->rank > y->rank) - (x->rank < y->rank);
    if (order == 0)
        order = strcmp(x->measurement, y->measurement);
    if (order == 0)
        order = strcmp(x->name, y->name);
    return order ? order : (x->type > y->type) - (x->type < y->type);
}

static bool
is_same(const struct catalogue_field *a, const struct catalogue_field *b)
{
    return strcmp(a->measurement, b->measurement) == 0 &&
           strcmp(a->name, b->name) == 0;
}

/* 'first' is the first one of the metric. */
static bool
needs_label(const struct catalogue *self, const struct catalogue_field *field,
            const struct catalogue_field *first)
{
    if (field->rank >= OTHERS && self->fields == LINE_VALUE &&
        naming_needs_label(field->measurement))
        return true;
    return field != first &&
           (self->fields == LINE_SUFFIX || first->rank < OTHERS);
}

void
catalogue_tidy(struct catalogue *self)
{
    size_t kept = 0;
    size_t first = 0;

    if (self->count > 0)
        qsort(self->items, self->count, sizeof(*self->items), compare);
    for (size_t i = 0; i < self->count; i++) {
        if (kept > 0 && is_same(&self->items[kept - 1], &self->items[i]))
            continue;
        self->items[kept] = self->items[i];
        if (strcmp(self->items[first].metric, self->items[kept].metric) != 0)
            first = kept;
        self->items[kept].labelled =
            needs_label(self, &self->items[kept], &self->items[first]);
        kept++;
    }
    self->count = kept;
}

void
catalogue_fini(struct catalogue *self)
{
    arena_clear(&self->texts);
    free(self->items);
    *self = (struct catalogue){0};
}
