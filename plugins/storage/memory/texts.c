/* texts.c - a set of texts, each of which is told once */
#include <config.h>

#include "texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static bool
same_text(const void *item, const void *key)
{
    return strcmp(item, key) == 0;
}

int
texts_add(struct texts *self, const char *text)
{
    uint64_t hash = XXH3_64bits(text, strlen(text));

    if (lookup_find(&self->table, hash, same_text, text))
        return 0;
    char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    if (lookup_add(&self->table, hash, copy) < 0) {
        free(copy);
        return -ENOMEM;
    }
    return 1;
}

void
texts_fini(struct texts *self)
{
    for (uint32_t i = 0; i < self->table.room; i++)
        free(self->table.cells[i].item);
    lookup_fini(&self->table);
}
