/* counter.h - a store that counts samples and keeps none
 *
 * A port on a stage of its own, as a storage has; each batch is durable at
 * once.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

struct counter;
struct keyring;

/* Listens on 'endpoint', with 'keys' (or NULL).  Returns 0, or -errno as
 * port_bind(). */
int counter_open(const char *endpoint, struct keyring *keys,
                 struct counter **ret_counter);

/* Stops it; does nothing when it is NULL. */
void counter_destroy(struct counter **self_p);

/* Samples that came; on any thread. */
uint64_t counter_samples(const struct counter *self);

#endif /* COUNTER_H */
