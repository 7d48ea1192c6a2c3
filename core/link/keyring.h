/* link/keyring.h - the process' one identity: its own key, and its peers
 *
 * A keyring reads the folder of peers again when something in it has changed,
 * and answers libzmq, on a stage of its own, who may come in: at most one can
 * be open in a process, and before the first socket with keys.  While it does
 * not answer, nobody comes in.
 *
 * keyring_open() and keyring_destroy() are main's; any thread may call the
 * rest.
 */
#ifndef LINK_KEYRING_H
#define LINK_KEYRING_H

#include "link/keyfile.h"
#include "link/roll.h"

struct keyring;

struct keyring_figures { /* of handshakes, since the start */
    uint64_t accepted, refused;
};

/* Reads the private key's file and the folder of peers.  Returns 0, or -errno
 * with '*why' [size], which names the file: as keypair_read(), roll_read(), or
 * stage_start(). */
int keyring_open(const char *key, const char *peers, char *why, size_t size,
                 struct keyring **ret_keyring);

/* When all sockets with keys are closed. */
void keyring_destroy(struct keyring **self_p);

/* The process' keys; they stay as they are. */
const struct keypair *keyring_pair(const struct keyring *self);

/* Returns the roll that counts now, held for the caller. */
struct roll *keyring_roll(struct keyring *self);

/* Returns a number that grows each time when the roll becomes another one. */
uint64_t keyring_turn(const struct keyring *self);

struct keyring_figures keyring_figures(const struct keyring *self);

#endif /* LINK_KEYRING_H */
