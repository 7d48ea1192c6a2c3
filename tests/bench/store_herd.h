/* store_herd.h - sources that have batches ready for a store
 *
 * A cycle is a batch of each source, one second after the one before.  A round
 * of cycles is made at once, as a link gives it to a store: as frames.
 */
#ifndef STORE_HERD_H
#define STORE_HERD_H

#include <stdint.h>

#include <weir/plugin.h>

enum herd_kind {
    HERD_ROWS,
    HERD_LOOSE,  /* samples with times of their own */
    HERD_BEHIND, /* every other cycle is an hour older than the newest */
    HERD_CHURN,  /* see store_herd.c */
};

struct herd_shape {
    enum herd_kind kind;
    uint32_t series, width; /* of all sources; of one */
    uint32_t cycles;        /* of a round */
};

/* Whom layouts are shown to. */
struct herd_store {
    const struct weir_plugin *plugin;
    void *instance;
};

struct herd;

/* Makes the sources, and memory for a round. */
struct herd *herd_new(const struct herd_shape *shape);
void herd_destroy(struct herd **self_p);

/* Shows the store the layouts. */
void herd_meet(struct herd *self, const struct herd_store *store);

/* Makes the store forget them. */
void herd_part(struct herd *self);

/* Makes the next round; herd_meet() was before. */
void herd_round(struct herd *self);

/* The batches of the round, in the order of their cycles. */
uint32_t herd_count(const struct herd *self);
const struct weir_batch *herd_batch(const struct herd *self, uint32_t number);

/* Samples in all rounds so far. */
uint64_t herd_samples(const struct herd *self);

#endif /* STORE_HERD_H */
