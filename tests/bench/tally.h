/* tally.h - how often this program asked for memory
 *
 * The program's own malloc(), calloc() and realloc() count and go on to libc's;
 * what libraries ask for is counted as well.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

/* Returns how often memory was asked for since the start, on all threads. */
uint64_t tally_allocations(void);

/* Says whether that is known: a sanitizer wants to be the one who is asked. */
bool tally_works(void);

#endif /* TALLY_H */
