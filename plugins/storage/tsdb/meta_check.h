/* meta_check.h - whether a file of LMDB is what LMDB takes it for
 *
 * LMDB trusts its file: one with a wrong byte may end the process, or let it
 * write over what is in use.  So before LMDB opens a file each page that is in
 * use is read here and held to what LMDB relies on: page numbers, flags, where
 * nodes lie, the order of keys, counts, and that no page is used twice.  What a
 * value says is not looked at.
 */
#ifndef TSDB_META_CHECK_H
#define TSDB_META_CHECK_H

#include <stddef.h>

#include "file.h"

/* Reads the file 'path'.  Returns 0; -ENOENT when it is not there; -EBADMSG
 * with what is wrong in 'why', 'size' bytes; or -errno. */
int meta_check(struct files *files, const char *path, char *why, size_t size);

#endif /* TSDB_META_CHECK_H */
