/* layout.h - a list of series that only grows
 *
 * Owns copies of its series and of their metrics.  A layout has a number, by
 * which frames name it: unique in its process at a source, unique in its
 * stream at a store.  One thread owns a layout; others see bytes made of it.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <weir/batch.h>

struct layout;

struct layout *layout_new(uint32_t number);

/* Returns a number that no other layout of the process has had; any thread. */
uint32_t layout_next_number(void);

void layout_destroy(struct layout **self_p);

uint32_t layout_number(const struct layout *self);

/* The part that plugins see; valid as long as the layout, and changed in place
 * when it grows. */
const struct weir_layout *layout_shape(const struct layout *self);

/* The layout that a shape belongs to. */
struct layout *layout_of(const struct weir_layout *shape);

/* Appends a copy of 'series', which is valid and sorted; whoever calls sees to
 * it that none comes twice.  Returns its column, or UINT32_MAX when the layout
 * is full. */
uint32_t layout_add(struct layout *self, const struct weir_series *series);

/* What a storage's resolve made of it; kept here for the receiver. */
void **layout_resolved(struct layout *self);

#endif /* LAYOUT_H */
