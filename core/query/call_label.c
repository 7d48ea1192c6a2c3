/* query/call_label.c - label_replace() and label_join() */
#include <config.h>

#include "query/call.h"

#include <errno.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "utf8.h"

/* Any text may name a label that is some, and UTF-8. */
static bool
may_name(const char *name)
{
    if (!*name)
        return false;
    while (*name) {
        size_t length = utf8_length(name);
        if (!length)
            return false;
        name += length;
    }
    return true;
}

static bool
check_name(struct evaluator *self, const struct expression *call,
           const char *which, const char *name)
{
    if (may_name(name))
        return true;
    evaluator_fail(self, -EINVAL, "invalid %s label name in %s(): %s", which,
                   call->call.function->name, name);
    return false;
}

void
call_label_replace(struct evaluator *self, const struct expression *call,
                   const struct grid *grid, struct vector *ret_vector)
{
    const struct expression *const *arguments = call->call.arguments;
    const char *to = expression_text(arguments[1]);
    const char *from = expression_text(arguments[3]);
    const char *pattern = expression_text(arguments[4]);
    weir_cleanup(weir_regex_destroy) struct weir_regex *regex = NULL;
    char why[1]; /* the pattern itself tells enough */

    if (weir_regex_new(pattern, why, sizeof(why), &regex) < 0)
        evaluator_fail(self, -EINVAL,
                       "invalid regular expression in label_replace(): %s",
                       pattern);
    if (!regex || !check_name(self, call, "destination", to))
        return;
    evaluate(self, arguments[0], grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        struct track *track = &ret_vector->tracks[i];
        const char *given = labelset_value(track->labels, from);
        if (!evaluator_goes_on(self, 1))
            return;
        if (weir_regex_match(regex, given) <= 0)
            continue;
        weir_cleanup(weir_free) char *value =
            weir_regex_expand(regex, given, expression_text(arguments[2]));
        track->labels = labelset_with(&self->arena, track->labels, to,
                                      arena_text(&self->arena, value));
    }
    evaluator_merge(self, ret_vector, grid);
}

/* Returns the values of the labels that the call names, joined. */
static char *
join_values(struct evaluator *self, const struct expression *call,
            const struct labelset *labels)
{
    const struct expression *const *arguments = call->call.arguments;
    char *joined = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&joined, &size));

    for (size_t i = 3; i < call->call.argument_count; i++) {
        if (i > 3)
            (void)fputs(expression_text(arguments[2]), out);
        (void)fputs(labelset_value(labels, expression_text(arguments[i])), out);
    }
    (void)fclose(out);
    char *kept = arena_text(&self->arena, x_or_die(joined));
    free(joined);
    return kept;
}

void
call_label_join(struct evaluator *self, const struct expression *call,
                const struct grid *grid, struct vector *ret_vector)
{
    const struct expression *const *arguments = call->call.arguments;
    const char *to = expression_text(arguments[1]);

    for (size_t i = 3; i < call->call.argument_count; i++)
        if (!check_name(self, call, "source", expression_text(arguments[i])))
            return;
    if (!check_name(self, call, "destination", to))
        return;
    evaluate(self, arguments[0], grid, ret_vector);
    for (size_t i = 0; i < ret_vector->count; i++) {
        struct track *track = &ret_vector->tracks[i];
        if (!evaluator_goes_on(self, 1))
            return;
        track->labels = labelset_with(&self->arena, track->labels, to,
                                      join_values(self, call, track->labels));
    }
    evaluator_merge(self, ret_vector, grid);
}
