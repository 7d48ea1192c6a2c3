/* query/aggregation_values.c - count_values: how often each value comes */
#include <config.h>

#include "query/aggregation.h"

#include <errno.h>
#include <math.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"
#include "utf8.h"

enum { PLAIN_SIZE = 400 }; /* of the longest number without an exponent */

/* Writes "d.ddd" and an exponent below 0 as "0.00dddd". */
static void
write_small(const char *digits, long exponent, char *out)
{
    *out++ = '0';
    *out++ = '.';
    for (; exponent < -1; exponent++)
        *out++ = '0';
    for (; *digits; digits++)
        if (*digits != '.')
            *out++ = *digits;
    *out = '\0';
}

/* Writes "d.ddd" and an exponent as "dddd00" or "dd.dd". */
static void
write_large(const char *digits, long exponent, char *out)
{
    *out++ = *digits++;
    digits += *digits == '.';
    for (; exponent > 0; exponent--)
        *out++ = (char)(*digits ? *digits++ : '0');
    if (*digits)
        *out++ = '.';
    memcpy(out, digits, strlen(digits) + 1);
}

/* Writes the shortest digits that read back as 'value', without an exponent. */
static void
write_plain(double value, char text[PLAIN_SIZE])
{
    char digits[WEIR_DOUBLE_SIZE];
    const char *at = digits;

    (void)weir_format_double(value, digits);
    char *exponent_at = strchr(digits, 'e');
    if (!isfinite(value) || !exponent_at) {
        memcpy(text, digits, strlen(digits) + 1);
        return;
    }
    long exponent = strtol(exponent_at + 1, NULL, 10);
    *exponent_at = '\0';
    if (*at == '-')
        *text++ = *at++;
    if (exponent < 0)
        write_small(at, exponent, text);
    else
        write_large(at, exponent, text);
}

static bool
is_same(double a, double b)
{
    uint64_t bits[2];

    memcpy(&bits[0], &a, sizeof(a));
    memcpy(&bits[1], &b, sizeof(b));
    return bits[0] == bits[1];
}

/* Returns the labels of the group for a value of a series. */
static const struct labelset *
group_of(struct aggregation *self, const struct labelset *labels, double value)
{
    const struct expression_aggregation *what = self->what;
    const char *name = expression_text(what->parameter);
    struct arena *arena = &self->evaluator->arena;
    char text[PLAIN_SIZE];

    write_plain(value, text);
    labels = labelset_with(arena, labels, name, arena_text(arena, text));
    const struct labelset *group = aggregation_labels(arena, what, labels);
    return what->without ? group
                         : labelset_with(arena, group, name,
                                         labelset_value(labels, name));
}

static void
count_track(struct aggregation *self, const struct track *track,
            struct labelmap *map, struct vector *ret_vector)
{
    double last = 0;
    size_t number = SIZE_MAX;

    for (size_t step = 0; step < self->grid->count; step++) {
        double value = track->values[step];
        if (value_is_none(value))
            continue;
        if (!evaluator_goes_on(self->evaluator, 1))
            return;
        if (number == SIZE_MAX || !is_same(value, last))
            number = labelmap_add(map, group_of(self, track->labels, value));
        last = value;
        if (number == ret_vector->count &&
            !evaluator_track(self->evaluator, ret_vector, map->sets[number],
                             self->grid))
            return;
        double *counted = &ret_vector->tracks[number].values[step];
        *counted = value_is_none(*counted) ? 1 : *counted + 1;
    }
}

static bool
is_name(const char *text)
{
    const char *at = text;

    while (*at) {
        size_t length = utf8_length(at);
        if (!length)
            return false;
        at += length;
    }
    return at > text;
}

void
aggregation_count_values(struct aggregation *self, struct vector *ret_vector)
{
    weir_cleanup(labelmap_fini) struct labelmap map = {0};
    const char *name = expression_text(self->what->parameter);

    if (!is_name(name))
        evaluator_fail(self->evaluator, -EINVAL, "invalid label name \"%s\"",
                       name);
    for (size_t i = 0; i < self->inner.count && !self->evaluator->rc; i++)
        count_track(self, &self->inner.tracks[i], &map, ret_vector);
}
