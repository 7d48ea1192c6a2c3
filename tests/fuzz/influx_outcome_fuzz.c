/* influx_outcome_fuzz.c - no answer of an InfluxDB may break its reader
 *
 * The first byte says which status the answer has, and what was asked.
 */
#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/storage/influxdb/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const long statuses[] = {200, 204, 400, 401, 404, 413, 422, 503};

enum { STATUSES = sizeof(statuses) / sizeof(statuses[0]) };

/* What is not stored has a reason, which is one line. */
static void
check(const struct outcome *outcome)
{
    if (!memchr(outcome->why, '\0', sizeof(outcome->why)))
        abort();
    if (outcome->kind != OUTCOME_STORED && outcome->kind != OUTCOME_TOO_LONG &&
        outcome->kind != OUTCOME_LATER && !*outcome->why)
        abort();
    for (const char *at = outcome->why; *at; at++)
        if ((unsigned char)*at < ' ')
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct outcome outcome;

    if (size == 0)
        return 0;
    long status = statuses[bytes[0] % STATUSES];
    (bytes[0] & 0x80 ? outcome_read_query : outcome_read)(
        status, (const char *)bytes + 1, size - 1, &outcome);
    check(&outcome);
    return 0;
}
