/* raw.h - what libzmq itself can carry, to compare with */
#ifndef RAW_H
#define RAW_H

#include <stddef.h>
#include <stdint.h>

struct keypair;

struct raw_way {
    const char *endpoint;
    size_t size;                /* of a message, in bytes */
    int64_t duration_ns;        /* of sending */
    const struct keypair *pair; /* of both sides, for CURVE; or NULL */
};

/* Sends messages from a PUSH to a PULL on a thread of its own, each copied from
 * one buffer into a message of libzmq's.  Returns how many arrived and how long
 * that took, or -errno. */
int raw_carry(const struct raw_way *way, uint64_t *ret_messages,
              int64_t *ret_elapsed_ns);

#endif /* RAW_H */
