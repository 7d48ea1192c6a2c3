/* link_bytes.c - bytes of a sample on the wire, and what packing costs */
#include <config.h>

#include "link.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/tcp.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/trail.h"

enum { FILES = 256 };

/* What this process' ends of connections sent over tcp, both ways: bytes with
 * ZeroMQ's own and those of CURVE, and packets. */
struct traffic {
    uint64_t bytes, packets;
};

static struct traffic
tcp_traffic(void)
{
    struct traffic traffic = {0};

    for (int fd = 0; fd < FILES; fd++) {
        struct tcp_info info;
        socklen_t size = sizeof(info);
        memset(&info, 0, sizeof(info));
        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
            continue;
        traffic.bytes += info.tcpi_bytes_sent;
        traffic.packets += info.tcpi_segs_out;
    }
    return traffic;
}

/* Of a packet: IPv4, TCP, and its times. */
enum { PACKET_HEAD = 52 };

struct cost {
    uint64_t frame_bytes, cpu_ns;
    struct traffic traffic;
};

static struct cost
cost_now(const struct lane *lane)
{
    struct lane_figures figures;

    lane_figures(lane, &figures);
    return (struct cost){figures.bytes_sent,
                         (uint64_t)clock_read_ns(CLOCK_PROCESS_CPUTIME_ID),
                         tcp_traffic()};
}

static void
print_cost(const char *name, const struct cost *before,
           const struct cost *after, const struct rows *rows)
{
    double samples = (double)rows_samples(rows);
    double batches = (double)rows->count;
    double bytes = (double)(after->traffic.bytes - before->traffic.bytes);
    double packets = (double)(after->traffic.packets - before->traffic.packets);

    (void)printf("%s %6.2f %6.2f %6.2f %6.1f %6.1f\n", name,
                 (double)(after->frame_bytes - before->frame_bytes) / samples,
                 bytes / samples, (bytes + PACKET_HEAD * packets) / samples,
                 packets / batches,
                 (double)(after->cpu_ns - before->cpu_ns) / samples);
}

static void
send_row(struct link_load *load, struct lane *lane, const struct rows *rows,
         size_t row)
{
    struct frame *frame =
        link_load_batch(load, rows->times_ns[row], rows_at(rows, row));

    while (lane_offer(lane, &frame, NULL, NULL) < 0)
        (void)usleep(50);
}

/* Sends all rows: 'live' each when the one before is durable.  The first goes
 * before anything is counted, and once more. */
static int
send_rows(const struct link_bench *bench, const struct link_way *way,
          const struct rows *rows, bool live)
{
    struct link_ends ends;

    int rc = link_ends_open(bench, way, &ends);
    if (rc < 0)
        return rc;
    struct link_load *load = link_load_new(ends.lane, rows->width);
    send_row(load, ends.lane, rows, 0);
    link_drain(ends.lane);
    struct cost before = cost_now(ends.lane);
    for (size_t row = 0; row < rows->count; row++) {
        send_row(load, ends.lane, rows, row);
        if (live)
            link_drain(ends.lane);
    }
    link_drain(ends.lane);
    struct cost after = cost_now(ends.lane);
    print_cost(way->name, &before, &after, rows);
    link_load_destroy(&load);
    link_ends_close(&ends);
    return 0;
}

/* The last rows of each side, without a link. */
struct end {
    struct trail_row *rows[8];
};

static struct trail_row **
find_row(void *arg, uint32_t number, uint32_t *ret_width)
{
    struct end *self = arg;

    *ret_width = WEIR_LAYOUT_MOST;
    return number < ARRAY_SIZE(self->rows) ? &self->rows[number] : NULL;
}

static void
end_fini(struct end *self)
{
    for (size_t i = 0; i < ARRAY_SIZE(self->rows); i++)
        trail_row_destroy(&self->rows[i]);
}

/* Packs and unpacks all frames once; adds the time of each side. */
static void
pack_all(struct frame **frames, size_t count, int64_t ret_ns[2])
{
    weir_cleanup(end_fini) struct end packer = {0}, reader = {0};
    weir_cleanup(wire_out_fini) struct wire_out room = {0};
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(TRAIL_PLAIN_MOST, 1);
    struct trail trail = {.find = find_row, .arg = &packer};
    struct trail_plain plain = {.bytes = bytes};

    for (size_t i = 0; i < count; i++) {
        struct frame_view view = frame_look(frames[i]);
        int64_t begin_ns = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
        struct frame *packed = trail_pack(&trail, &view, &room);
        int64_t between_ns = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
        ret_ns[0] += between_ns - begin_ns;
        if (!packed)
            continue;
        view = frame_look(packed);
        if (trail_unpack(find_row, &reader, &view, &plain) < 0)
            abort();
        ret_ns[1] += clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - between_ns;
        frame_release(&packed);
    }
}

/* What packing itself takes, best of some rounds. */
static void
print_packing(const struct link_bench *bench, const struct rows *rows)
{
    struct link_load *load = link_load_new(NULL, rows->width);
    weir_cleanup(weir_free) struct frame **frames =
        xcalloc(rows->count, sizeof(struct frame *));
    double samples = (double)rows_samples(rows);
    double best_ns[2] = {1e9, 1e9};

    for (size_t row = 0; row < rows->count; row++) {
        struct frame_head head = {.type = FRAME_BATCH, .a = row + 1};
        frames[row] =
            link_load_batch(load, rows->times_ns[row], rows_at(rows, row));
        frame_set_head(frames[row], &head);
    }
    for (int round = 0; round < bench->rounds; round++) {
        int64_t took_ns[2] = {0};
        pack_all(frames, rows->count, took_ns);
        for (size_t i = 0; i < 2; i++)
            best_ns[i] = fmin(best_ns[i], (double)took_ns[i] / samples);
    }
    (void)printf("packing %.2f ns a sample, unpacking %.2f\n", best_ns[0],
                 best_ns[1]);
    for (size_t row = 0; row < rows->count; row++)
        frame_release(&frames[row]);
    link_load_destroy(&load);
}

int
link_bytes(const struct link_bench *bench)
{
    weir_cleanup(rows_destroy) struct rows *rows = NULL;
    char endpoint[LINK_ENDPOINT_SIZE];

    int rc = bench->rows ? rows_read(bench->rows, &rows) : 0;
    if (rc == 0 && !rows)
        rows = rows_make("small", 0);
    if (rc < 0)
        return rc;
    (void)printf("bytes a sample over tcp: frames' (with 128 a batch), with "
                 "ZeroMQ and CURVE and acks, with\nIP and TCP; packets a "
                 "batch; CPU ns a sample, both ends (%u series, %zu rows)\n",
                 rows->width, rows->count);
    for (int i = 0; i < 8 && rc == 0; i++) {
        bool live = i & 1, packed = i & 2, keys = i & 4;
        char name[64];
        (void)snprintf(name, sizeof(name), "%-7s %-7s %-6s",
                       live ? "live" : "backlog", packed ? "rows" : "none",
                       keys ? "CURVE" : "NULL");
        link_free_endpoint(endpoint);
        const struct link_way way = {
            .name = name, .endpoint = endpoint, .keys = keys, .packed = packed};
        rc = send_rows(bench, &way, rows, live);
    }
    print_packing(bench, rows);
    return rc;
}
