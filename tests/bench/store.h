/* store.h - between store.c and store_load.c */
#ifndef STORE_H
#define STORE_H

#include "store_subject.h"

/* Asks the store while nothing else goes on, while rows come in that take a
 * quarter of a core, while the head is flushed besides, four times a second,
 * and while parts are merged, too; tells how long answers and appends took.
 * Returns 0 or -errno. */
int measure_load(const struct rows *rows, const char *folder);

#endif /* STORE_H */
