/* answer_texts.h - names, values and metrics of series, each told once
 *
 * What a storage answers to a select that wants label names, the values of a
 * label or metrics, from the series that meet it.  Plugins link this file.  One
 * thread has an answer.
 */
#ifndef ANSWER_TEXTS_H
#define ANSWER_TEXTS_H

#include <weir/storage.h>

#include "arena.h"
#include "table.h"

struct answer_texts {
    const struct weir_select *what;
    struct weir_sink *sink;

    /* The rest begins as 0. */
    struct arena texts;
    struct table told;  /* numbers of 'items' */
    const char **items; /* [count], texts that were told */
    uint32_t count, room;
};

/* Tells what is wanted of a series, unless it was told before.  Returns 0, or
 * what the sink returned to stop. */
int answer_texts_give(struct answer_texts *self,
                      const struct weir_series *series);

/* Tells a text that was not told before; returns the same. */
int answer_texts_give_text(struct answer_texts *self, const char *text);

void answer_texts_fini(struct answer_texts *self);

#endif /* ANSWER_TEXTS_H */
