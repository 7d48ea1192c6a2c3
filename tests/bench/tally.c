/* tally.c - how often this program asked for memory */
#include <config.h>

#include "tally.h"

#include <stdatomic.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAVE_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define HAVE_SANITIZER 1
#endif
#endif

static _Atomic uint64_t allocations;

uint64_t
tally_allocations(void)
{
    return allocations;
}

#ifdef HAVE_SANITIZER

bool
tally_works(void)
{
    return false;
}

#else

/* How glibc calls what malloc() and its kin do; in no header. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static void
count(void)
{
    (void)atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
}

/* What libc calls their parameters is nobody else's to use.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
__attribute__((visibility("default"))) void *
malloc(size_t size)
{
    count();
    return __libc_malloc(size);
}

__attribute__((visibility("default"))) void *
calloc(size_t number, size_t size)
{
    count();
    return __libc_calloc(number, size);
}

__attribute__((visibility("default"))) void *
realloc(void *old, size_t size)
{
    count();
    return __libc_realloc(old, size);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

bool
tally_works(void)
{
    return true;
}

#endif
