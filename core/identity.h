/* identity.h - the process' key and peers, as a configuration has them */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "configuration.h"
#include "link/roll.h"

struct identity {
    const char *key, *peers; /* paths; "" for none */
    struct place key_at, peers_at;
};

/* Complains of what is wrong with the file of the key and the folder of peers;
 * of a file in it is warned only, since it lets nobody in.  Returns whether
 * both are set, with the roll, or NULL when it cannot be read. */
bool identity_check(const struct identity *self, struct complaints *into,
                    struct roll **ret_roll);

/* Returns a text for identity_same(), which the caller frees: sockets with keys
 * cannot be given others, so a reload must not try. */
char *identity_text(const struct configuration *configuration);
bool identity_same(const char *text, const struct configuration *configuration);

#endif /* IDENTITY_H */
