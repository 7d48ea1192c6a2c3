/* message.h - the write requests of Prometheus, versions 1.0 and 2.0
 *
 * Both come to the same: series one after the other, each with its samples,
 * and metadata of metrics.  A series is told under a *key*, bytes that are the
 * same whenever the same sender writes it again, so that its labels need to be
 * read only once.  Not thread safe; it reads bytes from outside.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <weir/batch.h>

#include "protobuf.h"

enum message_version { MESSAGE_1, MESSAGE_2 };

enum {
    MESSAGE_LABELS_MOST = 128,
    MESSAGE_SAMPLES_MOST = 2000000, /* of a request */
    MESSAGE_SYMBOLS_MOST = 1000000,
    MESSAGE_KEY_MOST = 512 * 1024,         /* bytes of a key */
    MESSAGE_KEYS_MOST = 256 * 1024 * 1024, /* of all keys of a request */
};

struct message_sample {
    int64_t time_ms;
    double value;
};

/* What is known of a metric; texts are not ended by '\0'. */
struct message_metadata {
    enum weir_type type;
    struct protobuf family; /* its name; empty: the series' own */
    struct protobuf help, unit;
};

/* A series; valid for the call. */
struct message_series {
    const uint8_t *key;
    size_t key_size;
    const struct message_sample *samples; /* [count] */
    size_t count;
    bool has_metadata;
    struct message_metadata metadata;
    size_t histograms; /* native ones, left out */
};

/* Memory that is used again for the next request. */
struct message {
    enum message_version version;
    struct message_sample *samples; /* [sample_room] */
    size_t sample_room;
    uint8_t *key; /* [key_room], of version 2 */
    size_t key_room;
    struct protobuf *symbols; /* [symbol_count], of version 2 */
    size_t symbol_count, symbol_room;
    size_t sample_count, key_bytes; /* of this request so far */
};

/* Who hears of a request's parts. */
struct message_heard {
    void (*series)(void *arg, const struct message_series *series);
    void (*metadata)(void *arg, const struct message_metadata *metadata);
    void *arg;
};

/* Reads a request, unpacked.  Returns 0, -EBADMSG when it is none, or -E2BIG
 * above a bound; what came before was heard. */
int message_read(struct message *self, enum message_version version,
                 const void *bytes, size_t size,
                 const struct message_heard *heard);

/* The labels behind a key, their texts ended by '\0' in 'texts'. */
struct message_labels {
    struct weir_label items[MESSAGE_LABELS_MOST + 1]; /* ends with {0} */
    size_t count;
    char *texts; /* [room] */
    size_t room;
};

/* Reads the labels of a series that message_heard told, in their order; all
 * that 'ret_labels' had before is gone.  Returns 0, -EBADMSG, or -E2BIG for
 * more than MESSAGE_LABELS_MOST. */
int message_labels(const struct message *self,
                   const struct message_series *series,
                   struct message_labels *ret_labels);

void message_labels_fini(struct message_labels *self);
void message_fini(struct message *self);

#endif /* MESSAGE_H */
