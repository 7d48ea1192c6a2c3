/* link/rank.c - which of several stores are home to what */
#include <config.h>

#include "link/rank.h"

#include <string.h>
#include <xxhash.h>

uint64_t
rank_store(const char *endpoint)
{
    return XXH3_64bits(endpoint, strlen(endpoint));
}

static uint64_t
draw_lot(uint64_t store, uint64_t home)
{
    const uint64_t both[] = {store, home};

    return XXH3_64bits(both, sizeof(both));
}

void
rank_order(const uint64_t stores[], size_t count, uint64_t home,
           uint8_t ret_order[])
{
    uint64_t lots[256];

    for (size_t i = 0; i < count; i++) {
        size_t place = i;
        lots[i] = draw_lot(stores[i], home);
        for (; place > 0 && lots[ret_order[place - 1]] < lots[i]; place--)
            ret_order[place] = ret_order[place - 1];
        ret_order[place] = (uint8_t)i;
    }
}
