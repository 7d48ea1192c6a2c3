/* link/keyfile.h - keys as text, and the files that hold them
 *
 * A key is 32 bytes (X25519), in files 64 hexadecimal digits.  Such a file has
 * lines of NAME = VALUE; a line that begins with a '#' says nothing.  The
 * private file has one, "private"; for public ones see link/peer.h.
 * Any thread may call all of this.
 */
#ifndef LINK_KEYFILE_H
#define LINK_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KEY_SIZE = 32,
    KEY_TEXT_SIZE = 2 * KEY_SIZE + 1,
    KEYFILE_MOST = 16384, /* bytes */
};

/* A process' own two keys. */
struct keypair {
    uint8_t private[KEY_SIZE];
    uint8_t public[KEY_SIZE];
};

void key_write(const uint8_t key[KEY_SIZE], char ret_text[KEY_TEXT_SIZE]);

/* Returns false when 'text' is not 64 hexadecimal digits. */
bool key_read(const char *text, uint8_t ret_key[KEY_SIZE]);

/* Makes a new pair.  Before the process has sockets with keys: libzmq closes
 * its source of randomness afterwards. */
void keypair_make(struct keypair *ret_pair);

/* Reads the private file at 'path', of the process' user or root, which nobody
 * else may read, and finds the public key.  The group may where the file is in
 * $CREDENTIALS_DIRECTORY: systemd lets its service in that way.  Returns 0, or
 * -errno with '*why' [size], what is wrong and what to do: -EPERM for owner or
 * mode, -EBADMSG for the content, or what reading fails with.  Before the
 * process has sockets with keys, too. */
int keypair_read(const char *path, char *why, size_t size,
                 struct keypair *ret_pair);

/* Says what keypair_read() would, at any time. */
int keypair_check(const char *path, char *why, size_t size);

/* A line of a file of keys. */
struct keyline {
    char *name, *value; /* without blanks around them; into the text */
    int number;         /* of the line, from 1 */
    char *rest;         /* at first all of the text, which is cut up */
};

/* Goes to the next line that says something.  Returns 1, 0 at the end, or
 * -EBADMSG for a line that is not NAME = VALUE. */
int keyline_next(struct keyline *self);

#endif /* LINK_KEYFILE_H */
