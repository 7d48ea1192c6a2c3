/* udp_queues.c - collector: bytes that wait in UDP sockets */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

static const struct weir_metric queues = {
    "node_udp_queues", WEIR_GAUGE, "",
    "Number of allocated memory in the kernel for UDP datagrams in bytes."};

static const struct {
    const char *path;
    const char *ip;
} families[] = {{"net/udp", "v4"}, {"net/udp6", "v6"}};

struct udp_queues {
    struct held files[WEIR_COUNT(families)];
};

/* The fifth word of a line is "transmit:receive". */
static bool
sum_line(const char *line, uint64_t *transmit, uint64_t *receive)
{
    uint64_t sent = 0;
    uint64_t received = 0;

    if (!scan_skip(&line, 4) || !scan_hex(&line, &sent) || *line++ != ':' ||
        !scan_hex(&line, &received))
        return false;
    *transmit += sent;
    *receive += received;
    return true;
}

/* To show a table in which there is nothing takes the kernel as long as to show
 * a full one. */
static ssize_t
read_family(struct host *host, struct udp_queues *self, size_t i,
            const char **ret_text)
{
    if (self->files[i].descriptor_plus_1 &&
        host->no_udp_cycle[i] == host->cycle) {
        *ret_text = "";
        return 0;
    }
    return file_read(host, &self->files[i], ROOT_PROC, families[i].path,
                     ret_text);
}

static int
add_family(struct host *host, struct udp_queues *self, size_t i,
           struct weir_batch *out)
{
    struct weir_label labels[] = {{"ip", families[i].ip}, {"queue", "rx"}, {0}};
    const char *line = NULL;
    uint64_t transmit = 0;
    uint64_t receive = 0;
    ssize_t length = read_family(host, self, i, &line);

    if (length == -ENOENT)
        return 0;
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, families[i].path);
    for (line = scan_line(line); *line; line = scan_line(line)) {
        if (!sum_line(line, &transmit, &receive))
            return host_malformed(host, ROOT_PROC, families[i].path);
    }
    weir_add(out, &queues, labels, (double)receive);
    labels[1].value = "tx";
    weir_add(out, &queues, labels, (double)transmit);
    return 0;
}

static int
udp_queues_collect(struct host *host, void *state, struct weir_batch *out)
{
    for (size_t i = 0; i < WEIR_COUNT(families); i++) {
        int rc = add_family(host, state, i, out);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void
udp_queues_close(struct host *host, void *state)
{
    struct udp_queues *self = state;

    for (size_t i = 0; i < WEIR_COUNT(families); i++)
        file_close(host, &self->files[i]);
}

const struct collector udp_queues_collector = {
    .name = "udp_queues",
    .state_size = sizeof(struct udp_queues),
    .collect = udp_queues_collect,
    .close = udp_queues_close,
};
