/* query/labelmap.c - numbers for label sets */
#include <config.h>

#include "query/labelmap.h"

#include "base.h"

enum { ROOM_LEAST = 16 };

/* Returns the slot where 'set' is, or belongs. */
static uint32_t *
find(const struct labelmap *map, const struct labelset *set)
{
    size_t mask = 2 * map->room - 1;
    size_t at = set->hash & mask;

    while (map->slots[at] && !labelset_same(map->sets[map->slots[at] - 1], set))
        at = (at + 1) & mask;
    return &map->slots[at];
}

static void
grow(struct labelmap *map)
{
    map->room = map->room ? 2 * map->room : ROOM_LEAST;
    map->sets = xrealloc(map->sets, map->room, sizeof(const struct labelset *));
    free(map->slots);
    map->slots = xcalloc(2 * map->room, sizeof(*map->slots));
    for (size_t i = 0; i < map->count; i++)
        *find(map, map->sets[i]) = (uint32_t)i + 1;
}

size_t
labelmap_add(struct labelmap *map, const struct labelset *set)
{
    if (map->count == map->room)
        grow(map);
    uint32_t *slot = find(map, set);
    if (!*slot) {
        map->sets[map->count] = set;
        *slot = (uint32_t)++map->count;
    }
    return *slot - 1;
}

void
labelmap_fini(struct labelmap *map)
{
    free(map->sets);
    free(map->slots);
    *map = (struct labelmap){0};
}
