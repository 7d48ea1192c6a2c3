/* influx_reply_fuzz.c - no answer of an InfluxDB may break who reads it
 *
 * The first byte says in which pieces the answer comes; it must not matter.
 */
#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../plugins/storage/influxdb/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct hearing {
    uint64_t sum; /* of all that is heard, in its order */
};

static void
note(struct hearing *self, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++)
        self->sum = (self->sum ^ at[i]) * UINT64_C(0x100000001b3);
}

static int
hear_series(void *arg, struct reply_series *series)
{
    struct hearing *self = arg;

    note(self, series->name, strlen(series->name));
    note(self, &series->statement, sizeof(series->statement));
    for (const struct weir_label *tag = series->tags; tag->name; tag++) {
        note(self, tag->name, strlen(tag->name));
        note(self, tag->value, strlen(tag->value));
    }
    return 0;
}

static int
hear_row(void *arg, const struct reply_cell *cells, size_t count)
{
    struct hearing *self = arg;

    if (count > REPLY_CELLS_MOST)
        abort();
    for (size_t i = 0; i < count; i++) {
        note(self, &cells[i].kind, sizeof(cells[i].kind));
        note(self, &cells[i].integer, sizeof(cells[i].integer));
        note(self, &cells[i].real, sizeof(cells[i].real));
        if ((cells[i].kind == MSGPACK_TEXT) != (cells[i].text != NULL))
            abort();
        if (cells[i].text)
            note(self, cells[i].text, strlen(cells[i].text));
    }
    return 0;
}

/* Reads the answer in pieces; returns how it ended. */
static int
read_by(const uint8_t *bytes, size_t size, size_t step, struct hearing *hearing)
{
    static const struct reply_calls calls = {hear_series, hear_row};
    weir_cleanup(reply_destroy) struct reply *reply =
        reply_new(&calls, hearing);
    int rc = 0;

    for (size_t at = 0; rc == 0 && at < size; at += step)
        rc = reply_take(reply, bytes + at, size - at < step ? size - at : step);
    if (rc != 0 && rc != -EBADMSG && rc != -EREMOTEIO)
        abort();
    if ((rc == -EREMOTEIO) < (*reply_why(reply) != '\0'))
        abort();
    return rc < 0 ? rc : reply_end(reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hearing whole = {0}, pieces = {0};

    if (size == 0)
        return 0;
    int rc = read_by(bytes + 1, size - 1, size, &whole);
    if (read_by(bytes + 1, size - 1, 1 + bytes[0] % 16, &pieces) != rc ||
        whole.sum != pieces.sum)
        abort();
    return 0;
}
