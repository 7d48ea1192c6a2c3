/* query_feed.c - what hosts and their network devices say, as remote write
 *
 *     query_feed HOSTS DEVICES START_S CYCLES EVERY_S CYCLES_A_BODY
 * HOSTS_A_BODY
 *
 * Each host has a gauge, bench_cpu_percent{host}, and for each of its devices a
 * counter, bench_bytes_total{device, host}.  Writes to its output, for each
 * request, the size of its body in four bytes, little end first, and the body,
 * as remote write 1.0 has it; cycles that do not fill one are left out.  The
 * same every time.
 */
#include <config.h>

#include <snappy-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "link/wire.h"

enum { ARGUMENTS = 7, SPREAD_MS = 97 };

struct series {
    struct wire_out labels; /* as a TimeSeries has them */
    bool gauge;
    double value;
};

struct herd {
    size_t hosts, devices; /* a host has a gauge and so many counters */
    int64_t start_ms, every_ms;
    size_t cycles, cycles_a_body, hosts_a_body;
    struct series *series; /* [hosts * (devices + 1)] */
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

/* Hundredths between 0 and 100 that wander, or bytes that grow. */
static double
next_value(double before, bool gauge)
{
    uint64_t by = chance() % 201;

    if (!gauge)
        return before + (double)(chance() % 100000);
    if (by > 100 ? before > 99 : before < 1)
        by = 200 - by;
    return (double)(int64_t)(before * 100 + (double)by - 99.5) / 100;
}

static void
put_varint(struct wire_out *out, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        wire_put_u8(out, (uint8_t)(number | 128));
    wire_put_u8(out, (uint8_t)number);
}

/* Puts a field of bytes: a text, or a message. */
static void
put_bytes(struct wire_out *out, unsigned field, const void *bytes, size_t size)
{
    put_varint(out, field << 3 | 2);
    put_varint(out, size);
    wire_put(out, bytes, size);
}

static void
add_label(struct series *self, const char *name, const char *value)
{
    weir_cleanup(wire_out_fini) struct wire_out label = {0};

    put_bytes(&label, 1, name, strlen(name));
    put_bytes(&label, 2, value, strlen(value));
    put_bytes(&self->labels, 1, label.bytes, label.size);
}

static void
name_series(struct herd *self)
{
    char host[32];
    char device[32];

    for (size_t i = 0; i < self->hosts * (self->devices + 1); i++) {
        struct series *series = &self->series[i];
        size_t number = i % (self->devices + 1);
        (void)snprintf(host, sizeof(host), "host-%zu", i / (self->devices + 1));
        (void)snprintf(device, sizeof(device), "eth%zu", number - 1);
        series->gauge = number == 0;
        series->value = series->gauge ? 50 : (double)(chance() % 1000000);
        add_label(series, "__name__",
                  series->gauge ? "bench_cpu_percent" : "bench_bytes_total");
        if (!series->gauge)
            add_label(series, "device", device);
        add_label(series, "host", host);
        add_label(series, "instance", host);
        add_label(series, "job", "bench");
    }
}

static void
put_sample(struct wire_out *out, int64_t time_ms, double value)
{
    unsigned char bytes[24] = {1 << 3 | 1};
    size_t size = 1 + sizeof(value);

    memcpy(bytes + 1, &value, sizeof(value));
    bytes[size++] = 2 << 3;
    for (uint64_t rest = (uint64_t)time_ms; rest > 0; rest >>= 7)
        bytes[size++] = (unsigned char)(rest >= 128 ? rest | 128 : rest);
    put_bytes(out, 2, bytes, size);
}

/* Puts samples of a series from 'start_ms' on. */
static void
put_series(const struct herd *self, struct series *series, int64_t start_ms,
           struct wire_out *body)
{
    weir_cleanup(wire_out_fini) struct wire_out out = {0};

    wire_put(&out, series->labels.bytes, series->labels.size);
    for (size_t i = 0; i < self->cycles_a_body; i++) {
        series->value = next_value(series->value, series->gauge);
        put_sample(&out, start_ms + (int64_t)i * self->every_ms, series->value);
    }
    put_bytes(body, 1, out.bytes, out.size);
}

/* No two hosts say anything at the same millisecond. */
static void
put_host(const struct herd *self, size_t host, size_t cycle,
         struct wire_out *body)
{
    int64_t start_ms = self->start_ms + (int64_t)(host % 100) * SPREAD_MS +
                       (int64_t)cycle * self->every_ms + 1;

    for (size_t i = 0; i <= self->devices; i++)
        put_series(self, &self->series[host * (self->devices + 1) + i],
                   start_ms, body);
}

static int
write_body(const struct wire_out *body)
{
    size_t size = snappy_max_compressed_length(body->size);
    weir_cleanup(weir_free) char *packed = xrealloc(NULL, size, 1);

    if (snappy_compress((const char *)body->bytes, body->size, packed, &size))
        return -1;
    const unsigned char head[] = {
        (unsigned char)size, (unsigned char)(size >> 8),
        (unsigned char)(size >> 16), (unsigned char)(size >> 24)};
    return fwrite(head, sizeof(head), 1, stdout) == 1 &&
                   fwrite(packed, size, 1, stdout) == 1
               ? 0
               : -1;
}

static int
write_all(const struct herd *self)
{
    size_t step = self->cycles_a_body;
    int rc = 0;

    for (size_t cycle = 0; cycle + step <= self->cycles; cycle += step) {
        for (size_t host = 0; host < self->hosts && rc == 0;) {
            weir_cleanup(wire_out_fini) struct wire_out body = {0};
            do
                put_host(self, host, cycle, &body);
            while (++host < self->hosts && host % self->hosts_a_body > 0);
            rc = write_body(&body);
        }
    }
    return rc;
}

static void
herd_fini(struct herd *self)
{
    for (size_t i = 0; i < self->hosts * (self->devices + 1); i++)
        wire_out_fini(&self->series[i].labels);
    free(self->series);
}

int
main(int argc, char *argv[])
{
    uint64_t numbers[ARGUMENTS] = {0};

    for (int i = 1; i < argc && i <= ARGUMENTS; i++)
        numbers[i - 1] = strtoull(argv[i], NULL, 10);
    if (argc != ARGUMENTS + 1 || !numbers[5] || !numbers[6]) {
        (void)fputs("usage: query_feed HOSTS DEVICES START_S CYCLES EVERY_S "
                    "CYCLES_A_BODY HOSTS_A_BODY\n",
                    stderr);
        return 2;
    }
    weir_cleanup(herd_fini) struct herd herd = {
        .hosts = numbers[0],
        .devices = numbers[1],
        .start_ms = (int64_t)numbers[2] * 1000,
        .cycles = numbers[3],
        .every_ms = (int64_t)numbers[4] * 1000,
        .cycles_a_body = numbers[5],
        .hosts_a_body = numbers[6],
    };
    herd.series =
        xcalloc(herd.hosts * (herd.devices + 1), sizeof(*herd.series));
    name_series(&herd);
    int rc = write_all(&herd);
    return rc == 0 && fflush(stdout) == 0 ? 0 : 1;
}
