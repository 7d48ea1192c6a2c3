/* wiring.h - what only the whole of a configuration shows
 *
 * Who sends to whom and asks whom, names that are unknown, stores that nobody
 * uses, cycles, and what two want to have for themselves.
 */
#ifndef WIRING_H
#define WIRING_H

#include "draft.h"

struct wiring {
    struct draft *drafts; /* [count]; those that are broken still have names */
    size_t count;
    const struct weir_list *http; /* addresses */
    struct place http_at;
    struct arena *memory;
    struct complaints *into;
};

/* Resolves the stores of each draft, and complains of what does not fit. */
void wiring_check(const struct wiring *self);

#endif /* WIRING_H */
