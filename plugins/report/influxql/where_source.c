/* where_source.c - the measurements that a condition is about */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "../../influx/naming.h"
#include "base.h"
#include "where_inner.h"

/* Looks for metrics whose names are such.  Returns 0 or -EINVAL. */
static int
add_name(struct where *self, size_t place, const char *text,
         char why[WHERE_WHY_SIZE])
{
    struct weir_pattern **pattern_p = &self->name_patterns[place];

    int rc = weir_pattern_new(text, why, WHERE_WHY_SIZE, pattern_p);
    if (rc < 0)
        return rc;
    where_add_matcher(
        self, (struct weir_matcher){.name = "__name__",
                                    .match = WEIR_LIKE,
                                    .value = arena_text(&self->arena, text),
                                    .pattern = *pattern_p});
    return 0;
}

/* Looks for a measurement by what its metrics are called, or by its label. */
static int
add_measurement(struct where *self, const char *name, char why[WHERE_WHY_SIZE])
{
    static const char escape[] = "U__";
    size_t room = naming_room(strlen(name));
    char *metric = arena_words(&self->arena, room);
    size_t size = 2 * room + sizeof("(_.*)?|U__(__.*)?");
    char *text = arena_words(&self->arena, size);

    where_add_matcher(self, (struct weir_matcher){
                                .name = NAMING_MEASUREMENT,
                                .value = naming_needs_label(name) ? name : ""});
    if (naming_needs_label(name) || naming_metric(name, "value", metric) < 0)
        return 0;
    if (strncmp(metric, escape, strlen(escape)) == 0)
        (void)snprintf(text, size, "%s(__.*)?", metric);
    else
        (void)snprintf(text, size, "%s(_.*)?|U__%s(__.*)?", metric, metric);
    return add_name(self, 0, text, why);
}

void
where_name(struct where *self, const char *text)
{
    char why[WHERE_WHY_SIZE];

    (void)add_name(self, 1, text, why);
}

int
where_read_sources(struct where *self, char why[WHERE_WHY_SIZE])
{
    const struct source *first = self->sources;
    size_t count = 0;
    int rc = 0;

    for (const struct source *source = first; source; source = source->next)
        count++;
    self->source_patterns = xcalloc(count, sizeof(*self->source_patterns));
    if (count == 1 && first->name)
        rc = add_measurement(self, first->name, why);
    for (const struct source *source = first; rc == 0 && source;
         source = source->next)
        if (source->pattern)
            rc = where_compile(source->pattern,
                               &self->source_patterns[self->source_count++],
                               why);
    return rc;
}

bool
where_is_source(const struct where *self, const char *measurement)
{
    size_t pattern = 0;

    for (const struct source *source = self->sources; source;
         source = source->next) {
        struct weir_matcher matcher = {.name = "", .match = WEIR_LIKE};
        if (source->name && strcmp(source->name, measurement) == 0)
            return true;
        if (!source->pattern)
            continue;
        matcher.value = source->pattern;
        matcher.pattern = self->source_patterns[pattern++];
        if (weir_matches(&matcher, measurement))
            return true;
    }
    return !self->sources;
}
