/* query/binary_set.c - and, or, unless */
#include <config.h>

#include "query/binary.h"

#include <stdlib.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/labelmap.h"

/* At which steps any series of a side has a value, by signature. */
struct presence {
    struct arena arena; /* of the signatures */
    struct labelmap map;
    bool *present; /* [map.count * steps] */
    size_t room;   /* signatures */
};

static void
presence_fini(struct presence *presence)
{
    labelmap_fini(&presence->map);
    arena_clear(&presence->arena);
    free(presence->present);
}

static size_t
find_signature(struct presence *presence, const struct labelset *signature,
               size_t steps)
{
    size_t number = labelmap_add(&presence->map, signature);

    if (number >= presence->room) {
        size_t room = presence->room ? 2 * presence->room : 4;
        presence->present =
            xrealloc(presence->present, room * steps, sizeof(bool));
        memset(presence->present + presence->room * steps, 0,
               (room - presence->room) * steps * sizeof(bool));
        presence->room = room;
    }
    return number;
}

static void
note_presence(struct evaluator *self, const struct expression_binary *binary,
              const struct vector *vector, const struct grid *grid,
              struct presence *presence)
{
    for (size_t i = 0; i < vector->count; i++) {
        const struct track *track = &vector->tracks[i];
        size_t number = find_signature(
            presence, binary_signature(&presence->arena, binary, track->labels),
            grid->count);
        bool *present = presence->present + number * grid->count;
        if (!evaluator_goes_on(self, grid->count))
            return;
        for (size_t step = 0; step < grid->count; step++)
            present[step] |= !value_is_none(track->values[step]);
    }
}

static void
drop_steps(const struct track *track, const bool *present, bool which,
           size_t count)
{
    for (size_t step = 0; step < count; step++)
        if (present[step] == which)
            track->values[step] = value_none();
}

/* Keeps what has a match, for 'and', or else what has none. */
static void
filter(struct evaluator *self, const struct expression_binary *binary,
       const struct vector *vector, const struct grid *grid,
       struct presence *presence)
{
    bool matched = binary->kind != OPERATOR_AND;

    for (size_t i = 0; i < vector->count; i++) {
        const struct track *track = &vector->tracks[i];
        size_t number = find_signature(
            presence, binary_signature(&presence->arena, binary, track->labels),
            grid->count);
        const bool *present = presence->present + number * grid->count;
        if (!evaluator_goes_on(self, grid->count))
            return;
        drop_steps(track, present, matched, grid->count);
    }
}

/* Moves the tracks of 'from' behind those of 'to'. */
static void
move(struct vector *to, struct vector *from)
{
    for (size_t i = 0; i < from->count; i++)
        vector_take(to, from->tracks[i].labels, from->tracks[i].values);
    from->count = 0;
}

void
binary_set(struct evaluator *self, const struct expression_binary *binary,
           const struct grid *grid, struct vector *ret_vector)
{
    weir_cleanup(presence_fini) struct presence presence = {0};
    bool joins = binary->kind == OPERATOR_OR;
    struct vector right = {0};

    evaluate(self, binary->left, grid, ret_vector);
    evaluate(self, binary->right, grid, &right);
    note_presence(self, binary, joins ? ret_vector : &right, grid, &presence);
    filter(self, binary, joins ? &right : ret_vector, grid, &presence);
    if (joins && !self->rc)
        move(ret_vector, &right);
    evaluator_drop(self, &right, grid);
    evaluator_prune(self, ret_vector, grid);
    evaluator_merge(self, ret_vector, grid);
}
