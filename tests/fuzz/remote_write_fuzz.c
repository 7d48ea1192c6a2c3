/* remote_write_fuzz.c - no body of a write request may break the reader
 *
 * The first byte says which version the rest is of; it is unpacked already.
 */
#include <config.h>

#include "../../plugins/input/remote_write/message.h"

#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct hearing {
    struct message message;
    struct message_labels labels;
};

static void
hear_series(void *arg, const struct message_series *series)
{
    struct hearing *hearing = arg;

    if (message_labels(&hearing->message, series, &hearing->labels) < 0)
        return;
    for (size_t i = 0; i < hearing->labels.count; i++)
        if (!hearing->labels.items[i].name || !hearing->labels.items[i].value)
            abort();
}

static void
hear_metadata(void *arg, const struct message_metadata *metadata)
{
    (void)arg;
    if (metadata->type > WEIR_INFO)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hearing hearing = {0};
    const struct message_heard heard = {hear_series, hear_metadata, &hearing};

    if (size == 0)
        return 0;
    (void)message_read(&hearing.message, bytes[0] % 2 ? MESSAGE_2 : MESSAGE_1,
                       bytes + 1, size - 1, &heard);
    message_labels_fini(&hearing.labels);
    message_fini(&hearing.message);
    return 0;
}
