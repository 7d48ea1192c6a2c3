/* codec_fuzz.c - no bytes may break what decodes chunks and times
 *
 * The first two bytes are the count, its highest bit says which of the two
 * codecs.  What can be decoded is encoded and decoded again, and must be the
 * same.  With CODEC_FUZZ_SEEDS=FOLDER in the environment the harness first
 * writes chunks to begin with into that folder.
 */
#include <config.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../plugins/storage/tsdb/codec.h"
#include "../../plugins/storage/tsdb/times.h"
#include "base.h"

enum { TIMES = 1 << 15, COUNT_MASK = 0x1fff, SEED_COUNT = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it so
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void
try_values(const uint8_t *bytes, size_t size, size_t count)
{
    weir_cleanup(weir_free) double *values = xcalloc(count, sizeof(*values));
    weir_cleanup(weir_free) double *again = xcalloc(count, sizeof(*again));
    weir_cleanup(weir_free) unsigned char *room = xcalloc(CODEC_ROOM, 1);

    double divisor = 0;
    int rc = codec_decode(bytes, size, count, values);
    if (codec_decode_undivided(bytes, size, count, again, &divisor) != rc)
        abort();
    if (rc < 0)
        return;
    for (size_t i = 0; i < count && divisor != 1; i++)
        again[i] /= divisor;
    if (memcmp(values, again, count * sizeof(*values)) != 0)
        abort();
    (void)codec_summarise(values, count);
    size_t made = codec_encode(values, count, room);
    if (codec_decode(room, made, count, again) < 0 ||
        memcmp(values, again, count * sizeof(*values)) != 0)
        abort();
}

static bool
are_even(const int64_t *times_ns, size_t count, int64_t from_ns,
         uint64_t every_ns)
{
    bool even = true;

    for (size_t i = 0; i < count; i++)
        even &= (uint64_t)times_ns[i] == (uint64_t)from_ns + i * every_ns;
    return even;
}

static void
try_times(const uint8_t *bytes, size_t size, size_t count)
{
    weir_cleanup(weir_free) int64_t *times_ns =
        xcalloc(count, sizeof(*times_ns));
    weir_cleanup(weir_free) int64_t *again = xcalloc(count, sizeof(*again));
    weir_cleanup(weir_free) unsigned char *room = xcalloc(TIMES_ROOM, 1);

    int64_t from_ns = 0;
    uint64_t every_ns = 0;
    int rc = times_decode(bytes, size, count, times_ns);
    if (times_even(bytes, size, count, &from_ns, &every_ns) &&
        (rc < 0 || !are_even(times_ns, count, from_ns, every_ns)))
        abort();
    if (rc < 0)
        return;
    size_t made = times_encode(times_ns, count, room);
    if (times_decode(room, made, count, again) < 0 ||
        memcmp(times_ns, again, count * sizeof(*times_ns)) != 0)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint16_t first = 0;

    if (size < sizeof(first))
        return 0;
    memcpy(&first, bytes, sizeof(first));
    size -= sizeof(first);
    /* In memory of its own, with nothing behind it. */
    weir_cleanup(weir_free) uint8_t *copy = xcalloc(size, 1);
    memcpy(copy, bytes + sizeof(first), size);
    if (first & TIMES)
        try_times(copy, size, first & COUNT_MASK);
    else
        try_values(copy, size, first & COUNT_MASK);
    return 0;
}

static void
write_seed(const char *path, uint16_t first, const unsigned char *bytes,
           size_t size)
{
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "we");

    if (!file)
        return;
    (void)fwrite(&first, sizeof(first), 1, file);
    (void)fwrite(bytes, 1, size, file);
}

/* Values of one kind: each exercises another form of blocks. */
static double
seed_value(unsigned kind, unsigned i, unsigned chance)
{
    switch (kind) {
    case 0:
        return 7.5;
    case 1:
        return 1e6 + 10 * i + chance % 10;
    case 2:
        return (chance % 1000) / 10.0;
    case 3:
        return floor(i / 40.0);
    case 4:
        return i == 33 ? __builtin_nan("") : 4096 * (chance % 9);
    default:
        return 1.0 / (i + 3);
    }
}

static void
write_seeds(const char *folder)
{
    static unsigned char bytes[CODEC_ROOM];
    double values[SEED_COUNT];
    int64_t times_ns[SEED_COUNT];
    unsigned chance = 1;
    char path[4096];

    for (unsigned kind = 0; kind < 6; kind++) {
        for (unsigned i = 0; i < SEED_COUNT; i++) {
            chance = chance * 1103515245 + 12345;
            values[i] = seed_value(kind, i, chance >> 16);
            times_ns[i] =
                (int64_t)i * NS_PER_S + (chance >> 16) % 9 * NS_PER_MS;
        }
        (void)snprintf(path, sizeof(path), "%s/values%u", folder, kind);
        write_seed(path, SEED_COUNT, bytes,
                   codec_encode(values, SEED_COUNT, bytes));
    }
    (void)snprintf(path, sizeof(path), "%s/times", folder);
    write_seed(path, TIMES | SEED_COUNT, bytes,
               times_encode(times_ns, SEED_COUNT, bytes));
}

/* libFuzzer wants it so.  NOLINTBEGIN(readability-*) */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = getenv("CODEC_FUZZ_SEEDS");

    (void)argc;
    (void)argv;
    if (folder)
        write_seeds(folder);
    return 0;
}
/* NOLINTEND(readability-*) */
