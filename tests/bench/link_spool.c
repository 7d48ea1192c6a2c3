/* link_spool.c - what goes over the disk: while the store is away, and when it
 * is back
 */
#include <config.h>

#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "counter.h"

enum { GROUP_SIZE = 4 << 20, FILE_GROUPS = 16 };

static const double sample_size = 8;

struct away {
    const struct link_bench *bench;
    struct lane *lane;
    struct link_load *load;
    atomic_ullong kept; /* batches that are on disk */
};

static void
print_rate(const char *what, double samples, int64_t took_ns, double bytes)
{
    double seconds = (double)took_ns / 1e9;

    (void)printf("%-34s %8.1f %8.1f %8.2f\n", what, samples / seconds / 1e6,
                 bytes / seconds / 1e6, bytes / samples);
}

static int
write_group(int fd, const unsigned char *bytes, unsigned group)
{
    off_t at = (off_t)group % FILE_GROUPS * GROUP_SIZE;

    if (pwrite(fd, bytes, GROUP_SIZE, at) != GROUP_SIZE || fdatasync(fd) < 0)
        return -EIO;
    return 0;
}

/* As a spool does, to a file that is used again; without anything else. */
static int
measure_disk(const struct link_bench *bench)
{
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(GROUP_SIZE, 1);
    char path[4096];
    unsigned group = 0;
    int rc = 0;

    (void)snprintf(path, sizeof(path), "%s/disk", bench->folder);
    weir_cleanup(weir_close) int fd =
        open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (size_t i = 0; i < GROUP_SIZE; i++)
        bytes[i] = (unsigned char)(i * 37 >> 3);
    while (rc == 0 && group < FILE_GROUPS)
        rc = write_group(fd, bytes, group++);
    int64_t begun_ns = clock_now_ns();
    int64_t until_ns = begun_ns + (int64_t)(bench->seconds * 1e9);
    while (rc == 0 && clock_now_ns() < until_ns)
        rc = write_group(fd, bytes, group++);
    double written = (double)(group - FILE_GROUPS) * GROUP_SIZE;
    if (rc == 0)
        print_rate("the disk alone, 8 bytes a sample", written / sample_size,
                   clock_now_ns() - begun_ns, written);
    return rc;
}

static void
fate(void *arg, int rc, const char *why)
{
    struct away *self = arg;

    (void)why;
    self->kept += rc == 0;
}

/* Offers for some seconds; returns how many batches were. */
static uint64_t
offer_all(struct away *self)
{
    int64_t until_ns = clock_now_ns() + (int64_t)(self->bench->seconds * 1e9);
    uint64_t offered = 0;

    while (clock_now_ns() < until_ns) {
        struct frame *frame = link_load_turn(self->load, (int64_t)offered + 1);
        while (lane_offer(self->lane, &frame, fate, self) < 0)
            (void)usleep(50);
        offered++;
    }
    while (self->kept < offered)
        (void)usleep(200);
    return offered;
}

static int
measure_return(struct away *self, const struct link_way *way, uint64_t batches)
{
    weir_cleanup(counter_destroy) struct counter *counter = NULL;
    uint64_t samples = batches * LINK_SERIES;

    int rc = counter_open(way->endpoint, NULL, &counter);
    if (rc < 0)
        return rc;
    while (counter_samples(counter) == 0)
        (void)usleep(200);
    int64_t begun_ns = clock_now_ns();
    while (counter_samples(counter) < samples &&
           clock_now_ns() - begun_ns < 60 * NS_PER_S)
        (void)usleep(200);
    print_rate("it is back: drained", (double)samples,
               clock_now_ns() - begun_ns, 0);
    (void)lane_close(&self->lane, clock_now_ns() + NS_PER_S);
    return 0;
}

static int
measure_away(const struct link_bench *bench, const struct link_way *way)
{
    struct away self = {.bench = bench};
    struct lane_figures figures;

    int rc = link_open_lane(bench, way, &self.lane);
    if (rc < 0)
        return rc;
    self.load = link_load_new(self.lane, LINK_SERIES);
    int64_t begun_ns = clock_now_ns();
    uint64_t batches = offer_all(&self);
    int64_t took_ns = clock_now_ns() - begun_ns;
    lane_figures(self.lane, &figures);
    print_rate("the store is away: on the disk",
               (double)(batches * LINK_SERIES), took_ns,
               (double)figures.spool_bytes);
    rc = measure_return(&self, way, batches);
    (void)lane_close(&self.lane, clock_now_ns() + NS_PER_S);
    link_load_destroy(&self.load);
    return rc;
}

int
link_spool(const struct link_bench *bench)
{
    char endpoint[LINK_ENDPOINT_SIZE];
    const struct link_way way = {.endpoint = endpoint, .durable = true};

    link_free_endpoint(endpoint);
    (void)printf("sync = always, over tcp; batches of %d, of which a quarter "
                 "changes each time\n%-34s %8s %8s %8s\n",
                 LINK_SERIES, "", "M/s", "MB/s", "bytes");
    int rc = measure_disk(bench);
    for (int round = 0; round < bench->rounds && rc == 0; round++)
        rc = measure_away(bench, &way);
    return rc;
}
