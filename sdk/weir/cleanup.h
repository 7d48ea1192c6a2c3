/* weir/cleanup.h - let scope end the things it began
 *
 *     weir_cleanup(weir_fclose) FILE *file = fopen(path, "re");
 *
 * calls weir_fclose(&file) on every way out of the block.  The named function
 * takes the address of the variable, as every x_destroy() here does.
 */
#ifndef WEIR_CLEANUP_H
#define WEIR_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define weir_cleanup(function) __attribute__((cleanup(function)))

/* Hands over what 'pointer' owns: the expression's value is the old pointer,
 * and the variable becomes NULL, so that its cleanup does nothing. */
#define weir_take(pointer)                      \
    (__extension__({                            \
        __typeof__(pointer) taken_ = (pointer); \
        (pointer) = NULL;                       \
        taken_;                                 \
    }))

static inline void
weir_free(void *memory_p)
{
    free(*(void **)memory_p);
}

static inline void
weir_fclose(FILE **file_p)
{
    if (*file_p)
        (void)fclose(*file_p);
}

/* For descriptors; a negative one is none. */
static inline void
weir_close(const int *fd_p)
{
    if (*fd_p >= 0)
        (void)close(*fd_p);
}

#endif /* WEIR_CLEANUP_H */
