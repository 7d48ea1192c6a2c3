/* turns.h - whose turn is next: a heap of targets by when each is due
 *
 * A target is in one heap at most; who comes next is known at once, and a
 * change costs the logarithm of how many there are.
 */
#ifndef TURNS_H
#define TURNS_H

#include <stddef.h>
#include <stdint.h>

/* What is in a heap holds one of these. */
struct turn {
    int64_t due_ns;
    size_t at; /* its place in the heap, from 1; 0: it is in none */
};

/* {0} is empty. */
struct turns {
    struct turn **heap; /* [count], no one before the one at half its place */
    size_t count, room;
};

/* Returns who is due next, or NULL. */
struct turn *turns_first(const struct turns *self);

/* Puts 'turn' in, or in its new place, after its due_ns changed.  Returns 0 or
 * -ENOMEM, which is for new ones only. */
int turns_put(struct turns *self, struct turn *turn);

/* Takes 'turn' out, if it is in. */
void turns_drop(struct turns *self, struct turn *turn);

/* Frees the heap; what was in it is the owner's. */
void turns_fini(struct turns *self);

#endif /* TURNS_H */
