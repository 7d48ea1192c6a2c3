/* exposition_inner.h - what exposition.c and exposition_head.c share */
#ifndef EXPOSITION_INNER_H
#define EXPOSITION_INNER_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "family.h"
#include "reading.h"
#include "series.h"
#include "source.h"

struct exposition {
    struct weir_batch *into;
    struct reading *how;
    struct families families;

    /* Of the line that is being read: */
    const char *at;
    const char *end;    /* its '\n' */
    struct arena texts; /* ended copies of its names and values */
    struct weir_label labels[SERIES_LABELS_MOST + 2];
    size_t label_count;
};

static inline void
exposition_skip_blanks(struct exposition *self)
{
    while (*self->at == ' ' || *self->at == '\t')
        self->at++;
}

static inline bool
exposition_is_at_end(const struct exposition *self)
{
    return self->at >= self->end;
}

/* Returns the key that came next in the last scrape, when 'at' begins with it
 * and a value may follow, or NULL.  A text ends at 'stop'. */
const struct key *exposition_next_key(const struct exposition *self,
                                      const char *at, const char *stop);

/* Reads the head of a sample's line, and leaves 'at' behind it.  Returns 0 or
 * -EBADMSG, perhaps with the reason noted. */
int exposition_take_head(struct exposition *self, uint32_t *ret_reference);

#endif /* EXPOSITION_INNER_H */
