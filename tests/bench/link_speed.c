/* link_speed.c - a link's samples a second beside libzmq's own */
#include <config.h>

#include "link.h"

#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "counter.h"
#include "raw.h"

struct speed {
    double a_second; /* samples */
    double cpu_ns;   /* a sample, of the whole process */
};

/* Where each round gives its best. */
static void
keep_best(struct speed *best, uint64_t samples, int64_t took_ns, int64_t cpu_ns)
{
    struct speed speed = {(double)samples * 1e9 / (double)took_ns,
                          (double)cpu_ns / (double)samples};

    if (samples && speed.a_second > best->a_second)
        *best = speed;
}

static void
offer(struct lane *lane, struct frame *frame)
{
    while (lane_offer(lane, &frame, NULL, NULL) < 0)
        (void)usleep(50);
}

static int
measure(const struct link_bench *bench, const struct link_way *way,
        struct speed *best, size_t *ret_size)
{
    struct link_ends ends;

    int rc = link_ends_open(bench, way, &ends);
    if (rc < 0)
        return rc;
    struct link_load *load = link_load_new(ends.lane, LINK_SERIES);
    for (int64_t time_ns = 1; time_ns <= 5; time_ns++)
        offer(ends.lane, link_load_turn(load, time_ns));
    link_drain(ends.lane);

    uint64_t before = counter_samples(ends.counter);
    int64_t begun_ns = clock_now_ns();
    int64_t cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    int64_t until_ns = begun_ns + (int64_t)(bench->seconds * 1e9);
    for (int64_t time_ns = 6; clock_now_ns() < until_ns; time_ns++)
        offer(ends.lane, link_load_turn(load, time_ns));
    link_drain(ends.lane);
    int64_t took_ns = clock_now_ns() - begun_ns;
    keep_best(best, counter_samples(ends.counter) - before, took_ns,
              clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns);
    struct frame *frame = link_load_turn(load, 1);
    (void)frame_bytes(frame, ret_size);
    frame_release(&frame);
    link_load_destroy(&load);
    link_ends_close(&ends);
    return 0;
}

static int
measure_raw(const struct link_bench *bench, const struct link_way *way,
            size_t size, struct speed *best)
{
    const struct raw_way raw = {.endpoint = way->endpoint,
                                .size = size,
                                .duration_ns = (int64_t)(bench->seconds * 1e9),
                                .pair = way->keys ? &bench->pair : NULL};
    uint64_t messages = 0;
    int64_t took_ns = 0;
    int64_t cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);

    int rc = raw_carry(&raw, &messages, &took_ns);
    keep_best(best, messages * LINK_SERIES, took_ns,
              clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns);
    return rc;
}

/* libzmq alone, a link, and a durable one, in turns. */
static int
measure_all(const struct link_bench *bench, const struct link_way *way)
{
    struct link_way durable = *way;
    struct speed raw = {0}, plain = {0}, kept = {0};
    size_t size = 0;
    int rc = 0;

    durable.durable = true;
    for (int round = 0; round < bench->rounds && rc == 0; round++) {
        rc = measure(bench, way, &plain, &size);
        if (rc == 0)
            rc = measure_raw(bench, way, size, &raw);
        if (rc == 0)
            rc = measure(bench, &durable, &kept, &size);
    }
    (void)printf("%-10s %8.1f %6.2f %8.1f %6.2f %5.2f %8.1f %6.2f %5.2f\n",
                 way->name, raw.a_second / 1e6, raw.cpu_ns,
                 plain.a_second / 1e6, plain.cpu_ns,
                 plain.a_second / raw.a_second, kept.a_second / 1e6,
                 kept.cpu_ns, kept.a_second / raw.a_second);
    return rc;
}

int
link_speed(const struct link_bench *bench)
{
    char ipc[LINK_ENDPOINT_SIZE], tcp[LINK_ENDPOINT_SIZE];
    struct link_way ways[] = {
        {.name = "inproc", .endpoint = "inproc://weir.bench"},
        {.name = "ipc", .endpoint = ipc},
        {.name = "tcp", .endpoint = tcp},
        {.name = "tcp CURVE", .endpoint = tcp, .keys = true},
    };
    int rc = 0;

    (void)snprintf(ipc, sizeof(ipc), "ipc:///tmp/weir.bench.%ld",
                   (long)getpid());
    (void)printf("M samples/s, CPU ns a sample, share of raw; batches of %d\n"
                 "%-10s %15s %21s %21s\n",
                 LINK_SERIES, "", "raw", "link", "durable");
    for (size_t i = 0; i < ARRAY_SIZE(ways) && rc == 0; i++) {
        link_free_endpoint(tcp);
        rc = measure_all(bench, &ways[i]);
    }
    return rc;
}
