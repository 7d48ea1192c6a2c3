/* raw.h - what libzmq itself can carry, to compare with */
#ifndef RAW_H
#define RAW_H

#include <stddef.h>
#include <stdint.h>

/* Sends messages of 'size' bytes for 'duration_ns' from a PUSH to a PULL on a
 * thread of its own, each copied from one buffer into a message of libzmq's.
 * Returns how many arrived and how long that took, or -errno. */
int raw_carry(const char *endpoint, size_t size, int64_t duration_ns,
              uint64_t *ret_messages, int64_t *ret_elapsed_ns);

#endif /* RAW_H */
