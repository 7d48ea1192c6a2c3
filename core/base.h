/* base.h - the few words every core module uses */
#ifndef BASE_H
#define BASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

static inline void *
x_or_die(void *memory)
{
    if (!memory) {
        (void)fputs("weir: out of memory\n", stderr);
        abort();
    }
    return memory;
}

/* Like realloc(), calloc(), but stop the program when memory is out.  What a
 * user can make grow is bounded elsewhere, so running out is a bug, not a
 * condition. */
static inline void *
xrealloc(void *old, size_t count, size_t size)
{
    return x_or_die(reallocarray(old, count ? count : 1, size ? size : 1));
}

static inline void *
xcalloc(size_t count, size_t size)
{
    return x_or_die(calloc(count ? count : 1, size ? size : 1));
}

/* Takes the const off a pointer to what is ours to change. */
static inline void *
base_own(const void *pointer)
{
    void *own = NULL;

    memcpy(&own, &pointer, sizeof(own));
    return own;
}

/* The struct of type 'type' whose 'member' is at 'pointer'. */
#define CONTAINER_OF(pointer, type, member) \
    ((type *)((char *)(pointer)-offsetof(type, member)))

#endif /* BASE_H */
