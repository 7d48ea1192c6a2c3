/* cli/holder.h - which process holds a lock */
#ifndef CLI_HOLDER_H
#define CLI_HOLDER_H

#include <stddef.h>

/* Tries the lock of the file at 'path', which flock() locks.  Returns 0 when
 * nobody holds it, also when there is no such file; -EBUSY, with the holder
 * such as "process 12 (weir run -c x.conf)" in 'who', 'size' bytes; or -errno
 * when it cannot be opened. */
int holder_find(const char *path, char *who, size_t size);

#endif /* CLI_HOLDER_H */
