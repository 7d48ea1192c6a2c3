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

#include <immintrin.h>

/* The instruction takes three times as long as it takes until the next one may
 * begin.  So three lanes of bytes that lie behind each other are summed at
 * once.
 */
enum { LANE = 512 };

/* What LANE bytes of zeros make of each four bits of a sum, low ones first;
 * that is linear, too. */
#define SUMS_4(a, b)        0, a, b, (a) ^ (b)
#define SUMS_4_AND(n, a, b) n, (n) ^ (a), (n) ^ (b), (n) ^ (a) ^ (b)
#define SUMS_16(a, b, c, d)                                     \
    {                                                           \
        SUMS_4(a, b), SUMS_4_AND(c, a, b), SUMS_4_AND(d, a, b), \
            SUMS_4_AND((c) ^ (d), a, b)                         \
    }

static const uint32_t behind_lane[8][16] = {
    SUMS_16(0xbd6f81f8, 0x7f337501, 0xfe66ea02, 0xf921a2f5),
    SUMS_16(0xf7af331b, 0xeab210c7, 0xd088577f, 0xa4fcd80f),
    SUMS_16(0x4c15c6ef, 0x982b8dde, 0x35bb6d4d, 0x6b76da9a),
    SUMS_16(0xd6edb534, 0xa8371c99, 0x55824fc3, 0xab049f86),
    SUMS_16(0x53e549fd, 0xa7ca93fa, 0x4a795105, 0x94f2a20a),
    SUMS_16(0x2c0932e5, 0x581265ca, 0xb024cb94, 0x65a5e1d9),
    SUMS_16(0xcb4bc3b2, 0x937bf195, 0x231b95db, 0x46372bb6),
    SUMS_16(0x8c6e576c, 0x1d30d829, 0x3a61b052, 0x74c360a4),
};

/* Returns what 'sum' is behind a lane of zeros. */
static uint64_t
pass_lane(uint64_t sum)
{
    uint32_t passed = 0;

    for (unsigned i = 0; i < 8; i++)
        passed ^= behind_lane[i][sum >> (4 * i) & 15];
    return passed;
}

static inline uint64_t
load(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return word;
}

/* Sums three lanes up, the first of which follows what has the sum 'a'. */
__attribute__((target("sse4.2"))) static uint64_t
sum_lanes(uint64_t a, const unsigned char *bytes)
{
    uint64_t b = 0, c = 0;

    for (size_t i = 0; i < LANE; i += sizeof(uint64_t), bytes += sizeof(a)) {
        a = _mm_crc32_u64(a, load(bytes));
        b = _mm_crc32_u64(b, load(bytes + LANE));
        c = _mm_crc32_u64(c, load(bytes + 2 * LANE));
    }
    return pass_lane(pass_lane(a) ^ b) ^ c;
}

__attribute__((target("sse4.2"))) static uint32_t
crc32c_by_instruction(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    uint64_t sum = ~crc;

    for (; size >= 3 * LANE; size -= 3 * LANE, next += 3 * LANE)
        sum = sum_lanes(sum, next);
    for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t)) {
        sum = _mm_crc32_u64(sum, load(next));
        next += sizeof(uint64_t);
    }
    uint32_t rest = (uint32_t)sum;
    for (; size > 0; size--)
        rest = _mm_crc32_u8(rest, *next++);
    return ~rest;
}

/* With products of polynomials, of sixteen bytes at each of four places in a
 * register, it goes five times as fast: bytes with so many bits behind them are
 * exchanged for bytes that lie behind those and have the same sum.  These are
 * their halves times what x to the power of (bits + 32) and (bits - 32) leaves,
 * which is reflected, and shifted by the bit that a product lacks. */
#define BEHIND(low, high) \
    _mm512_set_epi64(high, low, high, low, high, low, high, low)
#define BEHIND_2048 BEHIND(0x0dcb17aa4, 0x0b9e02b86)
#define BEHIND_512  BEHIND(0x0740eef02, 0x09e4addf8)

#define WIDE __attribute__((target("avx512f,vpclmulqdq,sse4.2")))

enum { REGISTER = 64, STRIDE = 4 * REGISTER, WIDE_LEAST = 4 * STRIDE };

/* Returns 'bytes' and, behind it, what has the sum of 'before'. */
WIDE static inline __m512i
fold(__m512i before, __m512i by, __m512i bytes)
{
    __m512i low = _mm512_clmulepi64_epi128(before, by, 0x00);
    __m512i high = _mm512_clmulepi64_epi128(before, by, 0x11);

    return _mm512_xor_si512(_mm512_xor_si512(low, high), bytes);
}

/* Goes on with the sums of what is a stride before. */
WIDE static inline void
fold_stride(__m512i sums[4], const unsigned char *bytes)
{
    sums[0] = fold(sums[0], BEHIND_2048, _mm512_loadu_si512(bytes));
    sums[1] = fold(sums[1], BEHIND_2048, _mm512_loadu_si512(bytes + REGISTER));
    sums[2] =
        fold(sums[2], BEHIND_2048, _mm512_loadu_si512(bytes + 2 * REGISTER));
    sums[3] =
        fold(sums[3], BEHIND_2048, _mm512_loadu_si512(bytes + 3 * REGISTER));
}

/* Sums up bytes that are whole strides. */
WIDE static uint32_t
crc32c_by_products(uint32_t crc, const unsigned char *bytes, size_t size)
{
    __m512i before = _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc));
    unsigned char rest[REGISTER];
    __m512i sums[4] = {
        _mm512_xor_si512(before, _mm512_loadu_si512(bytes)),
        _mm512_loadu_si512(bytes + REGISTER),
        _mm512_loadu_si512(bytes + 2 * REGISTER),
        _mm512_loadu_si512(bytes + 3 * REGISTER),
    };

    for (size_t at = STRIDE; at < size; at += STRIDE)
        fold_stride(sums, bytes + at);
    sums[1] = fold(sums[0], BEHIND_512, sums[1]);
    sums[2] = fold(sums[1], BEHIND_512, sums[2]);
    sums[3] = fold(sums[2], BEHIND_512, sums[3]);
    _mm512_storeu_si512(rest, sums[3]);
    return crc32c_by_instruction(UINT32_MAX, rest, sizeof(rest));
}

static bool
has_products(void)
{
    return __builtin_cpu_supports("vpclmulqdq") &&
           __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("sse4.2");
}

uint32_t
crc32c(uint32_t crc, const void *bytes, size_t size)
{
    if (size >= WIDE_LEAST && has_products()) {
        size_t strides = size & ~(size_t)(STRIDE - 1);
        crc = crc32c_by_products(crc, bytes, strides);
        bytes = (const unsigned char *)bytes + strides;
        size -= strides;
    }
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
