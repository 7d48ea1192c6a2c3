/* pipeline.c - how many samples a second go through a link
 *
 * A source of 10,000 synthetic series, its lane, a port and a store that
 * counts, over inproc, ipc and tcp; and libzmq alone with messages of the same
 * size, in turn, so that the ratio holds on a machine that is busy.
 *
 *     pipeline [--seconds N] [--series N]
 *
 * Exits with 1 when a sample is lost or memory is asked for by the sample; the
 * speeds are only printed.
 */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "counter.h"
#include "feed.h"
#include "link/socket.h"
#include "log.h"
#include "raw.h"
#include "tally.h"

enum {
    WARM_UP = 50,
    ENDPOINT_SIZE = 128,
    SERIES = 10000,
    SERIES_MOST = 100000
};

/* More than a few a batch: something is asked for by the sample. */
static const double allocations_most = 0.01;

struct bench {
    double seconds;
    uint32_t series;
    char folder[32]; /* for ipc:// */
    unsigned runs;
};

/* What a run came to, by the sample. */
struct speed {
    double a_second, cpu_ns, allocations;
    size_t message_size;
};

/* Writes an endpoint that no run before had, since libzmq lets go of one some
 * time after its socket is closed. */
typedef void make_endpoint(struct bench *bench, char endpoint[ENDPOINT_SIZE]);

static void
make_inproc(struct bench *bench, char endpoint[ENDPOINT_SIZE])
{
    (void)snprintf(endpoint, ENDPOINT_SIZE, "inproc://bench-%u", bench->runs++);
}

static void
make_ipc(struct bench *bench, char endpoint[ENDPOINT_SIZE])
{
    (void)snprintf(endpoint, ENDPOINT_SIZE, "ipc://%s/%u", bench->folder,
                   bench->runs++);
}

/* A port that nobody has just now. */
static void
make_tcp(struct bench *bench, char endpoint[ENDPOINT_SIZE])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    weir_cleanup(weir_close) int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)bench;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)bind(fd, (struct sockaddr *)&address, size);
    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    (void)snprintf(endpoint, ENDPOINT_SIZE, "tcp://127.0.0.1:%u",
                   ntohs(address.sin_port));
}

static const struct transport {
    const char *name;
    make_endpoint *make;
} transports[] = {
    {"inproc", make_inproc},
    {"ipc", make_ipc},
    {"tcp", make_tcp},
};

static const struct way {
    enum feed_mode mode;
    const char *name;
    double target; /* samples a second over inproc */
} ways[] = {
    {FEED_SET, "weir_set by reference", 50e6},
    {FEED_ADD, "weir_add, two labels", 15e6},
};

static int
fail(const char *what, int rc)
{
    (void)fprintf(stderr, "pipeline: %s: %s\n", what, strerror(-rc));
    return rc;
}

/* Gives batches until the time is over, and sees that all of them arrive. */
static int
measure(const struct bench *self, struct feed *feed,
        const struct counter *counter, struct speed *ret_speed)
{
    for (int i = 0; i < WARM_UP; i++)
        feed_batch(feed);
    int rc = feed_drain(feed);
    if (rc < 0)
        return rc;

    uint64_t before = feed_samples(feed);
    uint64_t asked = tally_allocations();
    int64_t cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    int64_t begun_ns = clock_now_ns();
    int64_t until_ns = begun_ns + (int64_t)(self->seconds * 1e9);
    while (clock_now_ns() < until_ns)
        feed_batch(feed);
    rc = feed_drain(feed);
    if (rc < 0)
        return rc;
    double passed_ns = (double)(clock_now_ns() - begun_ns);
    double samples = (double)(feed_samples(feed) - before);
    cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
    asked = tally_allocations() - asked;
    *ret_speed = (struct speed){
        .a_second = samples / passed_ns * 1e9,
        .cpu_ns = (double)cpu_ns / samples,
        .allocations = (double)asked / samples,
        .message_size = feed_message_size(feed),
    };
    return counter_samples(counter) == feed_samples(feed) ? 0 : -EBADMSG;
}

static int
run_weir(const struct bench *self, const char *endpoint, enum feed_mode mode,
         struct speed *ret_speed)
{
    weir_cleanup(counter_destroy) struct counter *counter = NULL;
    weir_cleanup(feed_destroy) struct feed *feed = NULL;

    int rc = counter_open(endpoint, NULL, &counter);
    if (rc == 0)
        rc = feed_open(endpoint, self->series, mode, &feed);
    if (rc == 0)
        rc = measure(self, feed, counter, ret_speed);
    return rc;
}

static int
run_raw(const struct bench *self, const char *endpoint, size_t message_size,
        struct speed *ret_speed)
{
    uint64_t messages = 0;
    int64_t elapsed_ns = 0;
    int64_t cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);

    int rc = raw_carry(
        &(struct raw_way){.endpoint = endpoint,
                          .size = message_size,
                          .duration_ns = (int64_t)(self->seconds * 1e9)},
        &messages, &elapsed_ns);
    if (rc < 0)
        return rc;
    cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns;
    double samples = (double)messages * self->series;
    *ret_speed = (struct speed){
        .a_second = samples / (double)elapsed_ns * 1e9,
        .cpu_ns = (double)cpu_ns / samples,
        .message_size = message_size,
    };
    return 0;
}

static void
print_speed(const char *transport, const char *name, const struct speed *speed,
            const struct speed *raw)
{
    (void)printf("%-7s %-23s %9.1f %7.2f %7.2f ", transport, name,
                 speed->a_second / 1e6, 1e9 / speed->a_second, speed->cpu_ns);
    if (raw && tally_works())
        (void)printf("%11.5f ", speed->allocations);
    else
        (void)printf("%11s ", "-");
    if (raw)
        (void)printf("%8.2f", speed->a_second / raw->a_second);
}

static bool
judge(const struct way *way, const char *transport, const struct speed *speed)
{
    if (strcmp(transport, "inproc") == 0)
        (void)printf("  %s %.0f M",
                     speed->a_second >= way->target ? "meets" : "MISSES",
                     way->target / 1e6);
    (void)printf("\n");
    return speed->allocations < allocations_most;
}

/* One transport: weir in each way, and then libzmq alone. */
static int
run_transport(struct bench *self, const struct transport *transport)
{
    char endpoint[ENDPOINT_SIZE];
    struct speed speeds[ARRAY_SIZE(ways)] = {0};
    struct speed raw = {0};
    bool good = true;
    int rc = 0;

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        transport->make(self, endpoint);
        rc = run_weir(self, endpoint, ways[i].mode, &speeds[i]);
        if (rc < 0)
            return fail(endpoint, rc);
    }
    transport->make(self, endpoint);
    rc = run_raw(self, endpoint, speeds[0].message_size, &raw);
    if (rc < 0)
        return fail(endpoint, rc);
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        print_speed(transport->name, ways[i].name, &speeds[i], &raw);
        good &= judge(&ways[i], transport->name, &speeds[i]);
    }
    print_speed(transport->name, "libzmq alone", &raw, NULL);
    (void)printf("\n");
    return good ? 0 : fail("memory is asked for by the sample", -ENOMEM);
}

static int
run(struct bench *self)
{
    (void)printf("%u series, %.1f s each; times in ns a sample\n", self->series,
                 self->seconds);
    (void)printf("%-7s %-23s %9s %7s %7s %11s %8s\n", "over", "", "M/s", "wall",
                 "CPU", "allocations", "of raw");
    for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
        int rc = run_transport(self, &transports[i]);
        if (rc < 0)
            return rc;
        (void)fflush(stdout);
    }
    return 0;
}

/* libzmq may not have come to it before the program ends. */
static void
remove_folder(const struct bench *self)
{
    char path[ENDPOINT_SIZE];

    for (unsigned i = 0; i < self->runs; i++) {
        (void)snprintf(path, sizeof(path), "%s/%u", self->folder, i);
        (void)unlink(path);
    }
    (void)rmdir(self->folder);
}

static bool
read_options(struct bench *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"seconds", required_argument, NULL, 's'},
        {"series", required_argument, NULL, 'n'},
        {0},
    };

    for (int c = 0; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 's')
            self->seconds = strtod(optarg, NULL);
        else if (c == 'n')
            self->series = (uint32_t)strtoul(optarg, NULL, 10);
        else
            return false;
    }
    return optind == argc && self->seconds > 0 && self->series >= 100 &&
           self->series <= SERIES_MOST;
}

int
main(int argc, char **argv)
{
    struct bench self = {
        .seconds = 3,
        .series = SERIES,
        .folder = "/tmp/weir-bench-XXXXXX",
    };

    if (!read_options(&self, argc, argv)) {
        (void)fputs("usage: pipeline [--seconds N] [--series 100-100000]\n",
                    stderr);
        return 2;
    }
    if (!mkdtemp(self.folder))
        return fail(self.folder, -errno) < 0;
    log_setup(LOG_WARN, LOG_TEXT);
    socket_setup();
    int rc = run(&self);
    remove_folder(&self);
    return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
