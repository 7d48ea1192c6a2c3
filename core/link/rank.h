/* link/rank.h - which of several stores are home to what: rendezvous hashing
 *
 * A home is a number that stays the same for what is to stay together.  Each
 * store draws a lot for each home; the order of the lots is the rank.  So a
 * store that comes or goes moves its own share alone.
 */
#ifndef LINK_RANK_H
#define LINK_RANK_H

#include <stddef.h>
#include <stdint.h>

/* Returns the number of a store, by its endpoint. */
uint64_t rank_store(const char *endpoint);

/* Writes the places of 'stores' in the order of their rank for 'home', the
 * first first; 'count' is at most 256. */
void rank_order(const uint64_t stores[], size_t count, uint64_t home,
                uint8_t ret_order[]);

#endif /* LINK_RANK_H */
