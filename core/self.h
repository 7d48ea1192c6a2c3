/* self.h - what weir measures of itself
 *
 * Whoever has figures registers a provider; `input self` collects them all.
 * A provider runs on the thread of that input, with the list locked, so it
 * reads atomics and adds values, and that is all.
 */
#ifndef SELF_H
#define SELF_H

#include <weir/batch.h>

typedef void self_provide(void *arg, struct weir_batch *into);

/* From any thread.  After self_unregister() the provider of 'arg' does not
 * run any more. */
void self_register(self_provide *provide, void *arg);
void self_unregister(void *arg);

/* Adds the values of all providers. */
WEIR_API void self_collect(struct weir_batch *into);

#endif /* SELF_H */
