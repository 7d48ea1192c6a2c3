/* codec.c - how small and how fast the store's codec makes chunks
 *
 *     codec [CAPTURE]
 *
 * Prints, for each kind of values, bytes a sample and millions of samples a
 * second.  A capture is a text with one line a chunk: its values.
 */
#include <config.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <weir/cleanup.h>

#include "../../plugins/storage/tsdb/codec.h"
#include "../../plugins/storage/tsdb/times.h"
#include "base.h"

enum { CHUNK = 1024, CHUNKS = 512, ROUNDS = 4 };

/* Chunks of CHUNK values or times, and what they are as bytes. */
struct load {
    size_t chunks;
    double *values; /* [chunks * CHUNK] */
    unsigned char *bytes;
    size_t *sizes; /* [chunks] */
    size_t size;
};

static uint64_t
chance(void)
{
    static uint64_t state = 1;
    uint64_t bits = state += UINT64_C(0x9e3779b97f4a7c15);

    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

/* About normal, deviation 1. */
static double
normal(void)
{
    double sum = -6;

    for (int i = 0; i < 12; i++)
        sum += (double)chance() / 0x1p64;
    return sum;
}

typedef double next_value(double before);

static double
constant(double before)
{
    return before;
}

static double
even(double before)
{
    return before + 1000;
}

static double
ticks(double before)
{
    return rint(before * 100 + (double)(chance() % 100)) / 100;
}

static double
bytes_counter(double before)
{
    return before + rint(fabs(normal()) * 1500);
}

static double
memory(double before)
{
    return chance() % 2 ? before : before + 4096 * rint(normal() * 100);
}

static double
percent(double before)
{
    (void)before;
    return rint(500 + normal() * 100) / 10;
}

static double
seconds_9(double before)
{
    (void)before;
    return rint(1e7 + fabs(normal()) * 1e6) / 1e9;
}

static double
clamped(double value)
{
    return value < 0 ? 0 : value > 100 ? 100 : value;
}

static double
walk(double before)
{
    return clamped(before + normal());
}

static double
walk_of_integers(double before)
{
    return trunc(walk(before + 0.5));
}

static const struct kind {
    const char *name;
    next_value *next;
} kinds[] = {
    {"constant", constant},           {"even growth", even},
    {"cpu seconds, 10 ms", ticks},    {"bytes counter", bytes_counter},
    {"memory, pages", memory},        {"percent, 1 place", percent},
    {"seconds, 9 places", seconds_9}, {"integers, walk", walk_of_integers},
    {"doubles, walk", walk},
};

static double
seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct load
load_new(size_t chunks)
{
    return (struct load){
        .chunks = chunks,
        .values = xcalloc(chunks * CHUNK, sizeof(double)),
        .bytes = xcalloc(chunks, CODEC_ROOM),
        .sizes = xcalloc(chunks, sizeof(size_t)),
    };
}

static void
load_fini(struct load *self)
{
    free(self->values);
    free(self->bytes);
    free(self->sizes);
}

static double
encode(struct load *self)
{
    double begin = seconds();

    for (int round = 0; round < ROUNDS; round++) {
        self->size = 0;
        for (size_t i = 0; i < self->chunks; i++) {
            self->sizes[i] = codec_encode(self->values + i * CHUNK, CHUNK,
                                          self->bytes + self->size);
            self->size += self->sizes[i];
        }
    }
    return seconds() - begin;
}

/* Decodes all; returns how much of it differs from the values. */
static size_t
decode_once(const struct load *self, bool compare)
{
    const unsigned char *next = self->bytes;
    double decoded[CHUNK];
    size_t wrong = 0;

    for (size_t i = 0; i < self->chunks; i++) {
        const double *values = self->values + i * CHUNK;
        wrong += codec_decode(next, self->sizes[i], CHUNK, decoded) < 0;
        if (compare)
            wrong += memcmp((const void *)decoded, (const void *)values,
                            sizeof(decoded)) != 0;
        next += self->sizes[i];
    }
    return wrong;
}

static double
decode(const struct load *self)
{
    if (decode_once(self, true))
        abort();
    double begin = seconds();

    for (int round = 0; round < ROUNDS; round++)
        (void)decode_once(self, false);
    return seconds() - begin;
}

static void
measure(const char *name, struct load *load)
{
    double samples = (double)load->chunks * CHUNK;
    double encode_s = encode(load), decode_s = decode(load);

    printf("%-20s %7.3f B/sample  encode %6.0f M/s  decode %6.0f M/s\n", name,
           (double)load->size / samples, samples * ROUNDS / encode_s / 1e6,
           samples * ROUNDS / decode_s / 1e6);
}

static void
measure_kind(const struct kind *kind)
{
    struct load load = load_new(CHUNKS);
    double value = 50;

    for (size_t i = 0; i < load.chunks * CHUNK; i++)
        load.values[i] = value = kind->next(value);
    measure(kind->name, &load);
    load_fini(&load);
}

static void
measure_times(const char *name, int64_t jitter_ms)
{
    enum { COUNT = 4096 };
    static int64_t times_ns[COUNT], decoded[COUNT];
    static unsigned char bytes[TIMES_ROOM];

    for (int64_t i = 0; i < COUNT; i++)
        times_ns[i] =
            1790000000 * NS_PER_S + i * NS_PER_S +
            (int64_t)(chance() % (uint64_t)(jitter_ms + 1)) * NS_PER_MS;
    size_t size = times_encode(times_ns, COUNT, bytes);
    double begin = seconds();
    for (int i = 0; i < 1000; i++)
        if (times_decode(bytes, size, COUNT, decoded) < 0)
            abort();
    printf("%-20s %7.3f B/time                      decode %6.0f M/s\n", name,
           (double)size / COUNT, COUNT * 1000 / (seconds() - begin) / 1e6);
}

/* Measures the lines of CHUNK values; shorter ones are left out. */
static void
measure_capture(const char *path)
{
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "re");
    weir_cleanup(weir_free) char *line = NULL;
    struct load load = load_new(0);
    size_t room = 0;

    while (file && getline(&line, &room, file) > 0) {
        size_t at = load.chunks++ * CHUNK;
        char *next = line;
        load.values = xrealloc(load.values, at + CHUNK, sizeof(double));
        for (size_t i = 0; i < CHUNK; i++)
            load.values[at + i] = strtod(next, &next);
    }
    load.bytes = xrealloc(load.bytes, load.chunks, CODEC_ROOM);
    load.sizes = xrealloc(load.sizes, load.chunks, sizeof(size_t));
    measure("capture", &load);
    load_fini(&load);
}

int
main(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        measure_kind(&kinds[i]);
    measure_times("times, even", 0);
    measure_times("times, 10 ms jitter", 10);
    if (argc > 1)
        measure_capture(argv[1]);
    return 0;
}
