/* cli/folder.h - a store's folder that no weir has open, asked directly
 *
 * Its storage and a report api run in this process, without a listener.  The
 * store is held meanwhile, so that no other process can have it; and nothing of
 * it is thrown away, whatever its retention may be elsewhere.
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include <stdbool.h>

#include "cli/client.h"

struct folder;

/* Opens the store.  Returns 0, or -errno with a sentence for the user in 'why':
 * -EBUSY when another process has it, -ENOENT when it is no store, -EPERM when
 * it belongs to somebody else; what else is wrong with it the log says. */
int folder_open(const char *path, int64_t timeout_ns,
                struct folder **ret_folder, char why[CLIENT_WHY_SIZE]);

/* As client_post(). */
int folder_post(struct folder *self, const char *path, const char *form,
                int64_t timeout_ns, struct client_reply *reply);

/* Closes the store.  Returns false when a thread hangs and is left behind: then
 * the process should end by _exit(). */
bool folder_close(struct folder **self_p);

#endif /* CLI_FOLDER_H */
