/* outlet.h - where an instance's batches go: the lanes to its stores
 *
 * Each lane gets each batch.  How a batch fared is told on the instance's
 * stage, once all lanes know.  The instance owns its outlet; the lanes outlive
 * it, and what they tell when it has gone goes nowhere.
 */
#ifndef OUTLET_H
#define OUTLET_H

#include "link/lane.h"
#include "source.h"
#include "stage.h"

struct lanes_outlet;

/* 'self' is what weir_stored gets; 'lanes' is copied.  Without any lane there
 * is never room. */
struct lanes_outlet *lanes_outlet_new(struct stage *stage, void *self,
                                      struct lane *const lanes[], size_t count);

/* After the stage has stopped and before it is destroyed: lanes post to it
 * until now.  Nobody is told any more. */
void lanes_outlet_leave(struct lanes_outlet *self);

/* Leaves, too, when that was not done. */
void lanes_outlet_destroy(struct lanes_outlet **self_p);

const struct outlet *lanes_outlet_outlet(const struct lanes_outlet *self);

#endif /* OUTLET_H */
