/* outlet.h - where an instance's batches go: to its storages and links
 *
 * Each of them gets each batch.  How a batch fared is told on the instance's
 * stage, once all know.  The instance owns its outlet; the spreads outlive it,
 * and what they tell when it has gone goes nowhere.
 */
#ifndef OUTLET_H
#define OUTLET_H

#include "link/spread.h"
#include "source.h"
#include "stage.h"

struct lanes_outlet;

/* 'self' is what weir_stored gets; 'spreads' is copied.  Without any there is
 * never room. */
struct lanes_outlet *lanes_outlet_new(struct stage *stage, void *self,
                                      struct spread *const spreads[],
                                      size_t count);

/* Before the first source: says whose they are, on which host, so that their
 * layouts stay at home over restarts. */
void lanes_outlet_name(struct lanes_outlet *self, const char *host,
                       const char *instance);

/* After the stage has stopped and before it is destroyed: spreads post to it
 * until now.  Nobody is told any more. */
void lanes_outlet_leave(struct lanes_outlet *self);

/* Leaves, too, when that was not done. */
void lanes_outlet_destroy(struct lanes_outlet **self_p);

const struct outlet *lanes_outlet_outlet(const struct lanes_outlet *self);

#endif /* OUTLET_H */
