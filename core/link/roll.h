/* link/roll.h - all peers, as their folder has them
 *
 * Of the folder the files NAME.pub count, so that an editor's spare copies do
 * not.  What is wrong with a file is told, and the file left out.  A roll never
 * changes, and several may hold it, on any thread.
 */
#ifndef LINK_ROLL_H
#define LINK_ROLL_H

#include "link/peer.h"

enum { ROLL_MOST = 10000 }; /* peers */

struct roll;

/* Tells of a file that is left out; 'line' 0 is the file as a whole. */
typedef void roll_wrong(void *arg, const char *file, int line, const char *why);

/* Reads the folder.  Returns 0, or -errno: -EPERM when others may write into
 * it; or what opening it, or a file in it, fails with for want of something
 * that may be there another time (-EMFILE, -ENFILE, -ENOMEM, -EIO). */
int roll_read(const char *folder, roll_wrong *wrong, void *arg,
              struct roll **ret_roll);

/* Says what roll_read() returned, and what to do; valid until the next call of
 * strerror(). */
const char *roll_why(int rc);

/* A roll of nobody. */
struct roll *roll_new(void);

struct roll *roll_hold(struct roll *self);
void roll_release(struct roll **self_p);

size_t roll_count(const struct roll *self);

/* Find a peer, which lives as long as the roll, or return NULL: by its key, as
 * bytes or as text; or the nth (counted round, from 0) that is called 'name',
 * as an endpoint has it: an IPv6 address may have brackets. */
const struct peer *roll_find(const struct roll *self,
                             const uint8_t key[KEY_SIZE]);
const struct peer *roll_find_text(const struct roll *self, const char *key);
const struct peer *roll_find_name(const struct roll *self, const char *name,
                                  size_t nth);

/* Says whether all who had rights in 'old' have some in 'self'. */
bool roll_keeps(const struct roll *self, const struct roll *old);

/* Returns a number that is another one when a file has come, gone or changed:
 * of names, times, sizes and modes.  0 when the folder cannot be read. */
uint64_t roll_stamp(const char *folder);

#endif /* LINK_ROLL_H */
