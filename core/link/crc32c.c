/* crc32c.c - the checksum of frames */
#include <config.h>

#include "link/crc32c.h"

#include <stdbool.h>
#include <string.h>

/* What the polynomial 0x82f63b78 (reflected) makes of each bit of a byte.  It
 * is linear, so a byte's entry is the exclusive or of those of its bits. */
#define BIT(n, bit, value) ((n) >> (bit)&1U ? UINT32_C(value) : 0U)
#define ENTRY(n)                                                             \
    (BIT(n, 0, 0xf26b8303) ^ BIT(n, 1, 0xe13b70f7) ^ BIT(n, 2, 0xc79a971f) ^ \
     BIT(n, 3, 0x8ad958cf) ^ BIT(n, 4, 0x105ec76f) ^ BIT(n, 5, 0x20bd8ede) ^ \
     BIT(n, 6, 0x417b1dbc) ^ BIT(n, 7, 0x82f63b78))
#define ENTRIES_4(n) ENTRY(n), ENTRY((n) + 1), ENTRY((n) + 2), ENTRY((n) + 3)
#define ENTRIES_16(n) \
    ENTRIES_4(n), ENTRIES_4((n) + 4), ENTRIES_4((n) + 8), ENTRIES_4((n) + 12)
#define ENTRIES_64(n)                                          \
    ENTRIES_16(n), ENTRIES_16((n) + 16), ENTRIES_16((n) + 32), \
        ENTRIES_16((n) + 48)

static const uint32_t table[256] = {
    ENTRIES_64(0U),
    ENTRIES_64(64U),
    ENTRIES_64(128U),
    ENTRIES_64(192U),
};

uint32_t
crc32c_by_table(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;

    crc = ~crc;
    for (; size > 0; size--)
        crc = crc >> 8 ^ table[(crc ^ *next++) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t
crc32c_by_instruction(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    uint64_t sum = ~crc;

    for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, next, sizeof(word));
        sum = _mm_crc32_u64(sum, word);
        next += sizeof(word);
    }
    uint32_t rest = (uint32_t)sum;
    for (; size > 0; size--)
        rest = _mm_crc32_u8(rest, *next++);
    return ~rest;
}

uint32_t
crc32c(uint32_t crc, const void *bytes, size_t size)
{
    if (__builtin_cpu_supports("sse4.2"))
        return crc32c_by_instruction(crc, bytes, size);
    return crc32c_by_table(crc, bytes, size);
}

#else

uint32_t
crc32c(uint32_t crc, const void *bytes, size_t size)
{
    return crc32c_by_table(crc, bytes, size);
}

#endif
