/* query/binary_match.c - operators between the matching series of two vectors
 *
 * One side is the "one" and the other the "many", though it is one, too, where
 * nothing is grouped.  Series match that have the same signature; since a
 * series may begin where another ends, several of the "one" side may share it
 * as long as no two have a value at the same step.
 */
#include <config.h>

#include "query/binary.h"

#include <errno.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/labelmap.h"

/* Two series that match. */
struct pair {
    size_t many, one;
    size_t key;    /* that no other pair may share at a step */
    size_t before; /* of the same key: a pair's number + 1, or 0 */
};

struct match {
    struct evaluator *evaluator;
    const struct expression_binary *binary;
    const struct grid *grid;
    struct vector many, one;
    struct arena arena; /* of the signatures */
    struct labelmap signatures;
    size_t *of_many, *of_one; /* signatures, by track */
    size_t *first, *next;     /* lists of the "one" side by signature: a track's
                               * number + 1, or 0 */
    struct pair *pairs;       /* [pair_count] */
    size_t pair_count, pair_room;
    struct labelmap keys;
    size_t *last; /* [last_room], by key: a pair's number + 1, or 0 */
    size_t last_room;
};

static void
match_fini(struct match *self)
{
    evaluator_drop(self->evaluator, &self->many, self->grid);
    evaluator_drop(self->evaluator, &self->one, self->grid);
    labelmap_fini(&self->signatures);
    arena_clear(&self->arena);
    labelmap_fini(&self->keys);
    free(self->of_many);
    free(self->of_one);
    free(self->first);
    free(self->next);
    free(self->pairs);
    free(self->last);
}

static size_t *
number_tracks(struct match *self, const struct vector *vector)
{
    size_t *numbers = xcalloc(vector->count, sizeof(*numbers));

    for (size_t i = 0; i < vector->count; i++) {
        const struct labelset *signature = binary_signature(
            &self->arena, self->binary, vector->tracks[i].labels);
        numbers[i] = labelmap_add(&self->signatures, signature);
        if (!evaluator_goes_on(self->evaluator, 1))
            break;
    }
    return numbers;
}

static void
list_ones(struct match *self)
{
    self->first = xcalloc(self->signatures.count, sizeof(*self->first));
    self->next = xcalloc(self->one.count, sizeof(*self->next));
    for (size_t i = self->one.count; i > 0; i--) {
        size_t *first = &self->first[self->of_one[i - 1]];
        self->next[i - 1] = *first;
        *first = i;
    }
}

static bool
any_at(const struct vector *vector, size_t step)
{
    for (size_t i = 0; i < vector->count; i++)
        if (!value_is_none(vector->tracks[i].values[step]))
            return true;
    return false;
}

static void
tell_duplicate(struct match *self, size_t first, size_t second)
{
    weir_cleanup(weir_free) char *group =
        labelset_text(self->signatures.sets[self->of_one[first]]);
    weir_cleanup(weir_free) char *one =
        labelset_text(self->one.tracks[first].labels);
    weir_cleanup(weir_free) char *other =
        labelset_text(self->one.tracks[second].labels);

    evaluator_fail(
        self->evaluator, -EINVAL,
        "found duplicate series for the match group %s on the %s hand-side of "
        "the operation: [%s, %s];many-to-many matching not allowed: matching "
        "labels must be unique on one side",
        group, self->binary->cardinality == ONE_TO_MANY ? "left" : "right",
        other, one);
}

/* Makes the series 'at' the owner of the steps where it has values; fails where
 * there is an owner and somebody to match. */
static bool
take_steps(struct match *self, size_t at, size_t *owner)
{
    const double *values = self->one.tracks[at - 1].values;

    for (size_t step = 0; step < self->grid->count; step++) {
        if (value_is_none(values[step]))
            continue;
        if (owner[step] && any_at(&self->many, step)) {
            tell_duplicate(self, owner[step] - 1, at - 1);
            return false;
        }
        owner[step] = at;
    }
    return true;
}

/* Checks that the series of one signature, from 'first' on, take turns. */
static void
check_turns(struct match *self, size_t first)
{
    weir_cleanup(weir_free) size_t *owner =
        xcalloc(self->grid->count, sizeof(*owner));
    size_t at = first;

    while (at && evaluator_goes_on(self->evaluator, 0) &&
           take_steps(self, at, owner))
        at = self->next[at - 1];
}

static void
check_ones(struct match *self)
{
    for (size_t i = 0; i < self->signatures.count && !self->evaluator->rc; i++)
        if (self->first[i] && self->next[self->first[i] - 1])
            check_turns(self, self->first[i]);
}

static const struct labelset *
result_labels(struct match *self, const struct labelset *many,
              const struct labelset *one)
{
    const struct expression_binary *binary = self->binary;
    struct arena *arena = &self->evaluator->arena;
    const struct labelset *labels = many;

    if (binary_drops_name(binary) && !binary->returns_bool)
        labels = labelset_nameless(arena, labels);
    if (binary->cardinality == ONE_TO_ONE && binary->on)
        labels = labelset_only(arena, labels, &binary->labels);
    if (binary->cardinality == ONE_TO_ONE && !binary->on)
        labels = labelset_without(arena, labels, &binary->labels);
    for (size_t i = 0; i < binary->include.count; i++) {
        const char *name = binary->include.names[i];
        labels = labelset_with(arena, labels, name, labelset_value(one, name));
    }
    return binary->returns_bool ? labelset_nameless(arena, labels) : labels;
}

static bool
both_at(const struct match *self, const struct pair *pair, size_t step)
{
    return !value_is_none(self->many.tracks[pair->many].values[step]) &&
           !value_is_none(self->one.tracks[pair->one].values[step]);
}

static bool
overlap(const struct match *self, const struct pair *a, const struct pair *b)
{
    for (size_t step = 0; step < self->grid->count; step++)
        if (both_at(self, a, step) && both_at(self, b, step))
            return true;
    return false;
}

/* Checks a new pair against those before that have the same key and signature;
 * a comparison that does not hold is a match, too. */
static void
check_pair(struct match *self, size_t number)
{
    const struct pair *pair = &self->pairs[number];

    for (size_t at = pair->before; at; at = self->pairs[at - 1].before) {
        const struct pair *other = &self->pairs[at - 1];
        if (!evaluator_goes_on(self->evaluator, self->grid->count))
            return;
        if (self->of_many[other->many] != self->of_many[pair->many] ||
            !overlap(self, other, pair))
            continue;
        evaluator_fail(self->evaluator, -EINVAL,
                       "multiple matches for labels: %s",
                       self->binary->cardinality == ONE_TO_ONE
                           ? "many-to-one matching must be explicit "
                             "(group_left/group_right)"
                           : "grouping labels must ensure unique matches");
    }
}

static void
add_pair(struct match *self, struct pair pair)
{
    if (self->pair_count == self->pair_room) {
        self->pair_room = self->pair_room ? 2 * self->pair_room : 16;
        self->pairs =
            xrealloc(self->pairs, self->pair_room, sizeof(*self->pairs));
    }
    while (pair.key >= self->last_room) {
        size_t room = self->last_room ? 2 * self->last_room : 16;
        self->last = xrealloc(self->last, room, sizeof(*self->last));
        memset(self->last + self->last_room, 0,
               (room - self->last_room) * sizeof(*self->last));
        self->last_room = room;
    }
    pair.before = self->last[pair.key];
    self->pairs[self->pair_count++] = pair;
    self->last[pair.key] = self->pair_count;
    if (pair.before)
        check_pair(self, self->pair_count - 1);
}

static void
join_pair(struct match *self, size_t many, size_t one,
          struct vector *ret_vector)
{
    const struct track *left = &self->many.tracks[many];
    const struct track *right = &self->one.tracks[one];
    const struct labelset *labels =
        result_labels(self, left->labels, right->labels);
    struct track *track =
        evaluator_track(self->evaluator, ret_vector, labels, self->grid);
    bool swapped = self->binary->cardinality == ONE_TO_MANY;

    if (!track)
        return;
    for (size_t step = 0; step < self->grid->count; step++) {
        double a = left->values[step], b = right->values[step];
        if (!value_is_none(a) && !value_is_none(b))
            track->values[step] =
                binary_compute(self->binary, swapped ? b : a, swapped ? a : b);
    }
    size_t key = self->binary->cardinality == ONE_TO_ONE
                     ? self->of_many[many]
                     : labelmap_add(&self->keys, labels);
    add_pair(self, (struct pair){.many = many, .one = one, .key = key});
}

void
binary_match(struct evaluator *self, const struct expression_binary *binary,
             const struct grid *grid, struct vector *ret_vector)
{
    bool swapped = binary->cardinality == ONE_TO_MANY;
    weir_cleanup(match_fini) struct match match = {
        .evaluator = self, .binary = binary, .grid = grid};

    evaluate(self, binary->left, grid, swapped ? &match.one : &match.many);
    evaluate(self, binary->right, grid, swapped ? &match.many : &match.one);
    evaluator_prune(self, &match.many, grid);
    evaluator_prune(self, &match.one, grid);
    match.of_many = number_tracks(&match, &match.many);
    match.of_one = number_tracks(&match, &match.one);
    if (self->rc)
        return;
    list_ones(&match);
    check_ones(&match);
    for (size_t i = 0; i < match.many.count && !self->rc; i++)
        for (size_t at = match.first[match.of_many[i]]; at && !self->rc;
             at = match.next[at - 1])
            join_pair(&match, i, at - 1, ret_vector);
    evaluator_prune(self, ret_vector, grid);
    evaluator_merge(self, ret_vector, grid);
}
