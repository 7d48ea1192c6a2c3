/* decimal.c - integers back into the doubles that they stand for */
#include <config.h>

#include "decimal.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Some at a time. */
typedef double double_pair __attribute__((vector_size(16)));
typedef uint64_t word_pair __attribute__((vector_size(16)));

static double
double_of(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* The way of decimal_find() backwards: faster than converting, and in pairs. */
void
decimals_to_integers(double *values, size_t count)
{
    size_t next = 0;

    for (; next + 2 <= count; next += 2) {
        word_pair words;
        memcpy(&words, values + next, sizeof(words));
        words += decimal_bits(decimal_rounder);
        double_pair pair = (double_pair)words - decimal_rounder;
        memcpy(values + next, &pair, sizeof(pair));
    }
    if (next < count)
        values[next] = double_of(decimal_bits(values[next]) +
                                 decimal_bits(decimal_rounder)) -
                       decimal_rounder;
}

static void
divide(double *values, size_t count, double power)
{
    size_t next = 0;

    for (; next + 2 <= count; next += 2) {
        double_pair pair;
        memcpy(&pair, values + next, sizeof(pair));
        pair /= power;
        memcpy(values + next, &pair, sizeof(pair));
    }
    if (next < count)
        values[next] /= power;
}

#ifdef __x86_64__

/* The same, to the last bit, without the instruction, which is slow: Markstein,
 * "Computation of elementary functions on the IBM RISC System/6000 processor",
 * 1990, theorem 8.  A quotient that is a bit off by less than its last place is
 * made right by what it leaves over times the reciprocal, where that is the
 * nearest double; the first such step sees to "less than its last place".  What
 * is left over is exact, since it is fused and far from what is too small. */
__attribute__((target("avx2,fma"))) static size_t
divide_fused(double *values, size_t count, double power)
{
    const __m256d powers = _mm256_set1_pd(power);
    const __m256d inverses = _mm256_set1_pd(1 / power);
    size_t next = 0;

    for (; next + 4 <= count; next += 4) {
        __m256d numbers = _mm256_loadu_pd(values + next);
        __m256d quotients = _mm256_mul_pd(numbers, inverses);
        for (int step = 0; step < 2; step++) {
            __m256d rest = _mm256_fnmadd_pd(quotients, powers, numbers);
            quotients = _mm256_fmadd_pd(rest, inverses, quotients);
        }
        _mm256_storeu_pd(values + next, quotients);
    }
    return next;
}

#endif

void
decimals_divide(double *values, size_t count, double power)
{
    size_t done = 0;

#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        done = divide_fused(values, count, power);
#endif
    divide(values + done, count - done, power);
}
