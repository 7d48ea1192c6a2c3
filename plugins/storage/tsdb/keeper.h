/* keeper.h - which process holds a store, for whoever has to stop it */
#ifndef TSDB_KEEPER_H
#define TSDB_KEEPER_H

#include <stddef.h>

/* Writes who holds the store in the folder 'path', such as "process 12 (weir)",
 * as far as that can be found out, into 'who', 'size' bytes. */
void keeper_find(const char *path, char *who, size_t size);

#endif /* TSDB_KEEPER_H */
