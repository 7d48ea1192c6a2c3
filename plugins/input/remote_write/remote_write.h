/* remote_write.h - the instance of input remote_write, and one of its pushes */
#ifndef REMOTE_WRITE_H
#define REMOTE_WRITE_H

#include <weir/plugin.h>

#include "families.h"
#include "message.h"

enum { WHY_SIZE = 1024 };

struct remote_write {
    const char *path; /* options: see the table */
    struct weir_size max_size;

    struct weir_source *source;
    struct families families;
    struct message message;       /* memory for the next one */
    struct message_labels labels; /* the same */
    char *plain;                  /* [plain_room], an unpacked body */
    size_t plain_room;
};

/* One request, from its coming to its answer. */
struct push {
    struct remote_write *owner;
    struct weir_request *request;
    struct weir_batch *batch; /* while it is read */
    enum message_version version;
    size_t samples;     /* that were taken */
    size_t refused;     /* samples */
    char why[WHY_SIZE]; /* of the first that was refused; or "" */
};

/* Adds what the body says to the batch.  Returns as message_read(). */
int push_read(struct push *self, const void *bytes, size_t size);

#endif /* REMOTE_WRITE_H */
