/* trim.h - a number without the zero bytes at its ends
 *
 * A byte has how many zero bytes are below in its high half and how many bytes
 * follow in its low half; then come those bytes.
 */
#ifndef TSDB_TRIM_H
#define TSDB_TRIM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { TRIM_MOST = 9 }; /* bytes of a number */

/* Writes a number that is not 0 to 'at', where 8 bytes more can be written.
 * Returns where it ends. */
static inline uint8_t *
trim_write(uint8_t *at, uint64_t number)
{
    unsigned below = (unsigned)__builtin_ctzll(number) / 8;
    unsigned count = 8 - below - (unsigned)__builtin_clzll(number) / 8;

    number >>= 8 * below;
    *at++ = (uint8_t)(below << 4 | count);
    memcpy(at, &number, sizeof(number));
    return at + count;
}

/* Reads a number; needs 8 readable bytes behind 'end'.  Returns where it ends,
 * or NULL. */
static inline const uint8_t *
trim_read(const uint8_t *at, const uint8_t *end, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (at >= end)
        return NULL;
    unsigned below = *at >> 4;
    unsigned count = *at++ & 0xf;
    if (count < 1 || below + count > 8 || (size_t)(end - at) < count)
        return NULL;
    memcpy(&number, at, sizeof(number));
    number &= UINT64_MAX >> (64 - 8 * count);
    *ret_number = number << 8 * below;
    return at + count;
}

#endif /* TSDB_TRIM_H */
