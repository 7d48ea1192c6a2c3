/* conntrack.c - collector: connections that the packet filter follows */
#include <config.h>

#include <errno.h>

#include "host.h"
#include "scan.h"

static const char stat_path[] = "net/stat/nf_conntrack";

static const struct {
    const char *path;
    struct weir_metric metric;
} sizes[] = {
    {"sys/net/netfilter/nf_conntrack_count",
     {"node_nf_conntrack_entries", WEIR_GAUGE, "",
      "Number of currently allocated flow entries for connection tracking."}},
    {"sys/net/netfilter/nf_conntrack_max",
     {"node_nf_conntrack_entries_limit", WEIR_GAUGE, "",
      "Maximum size of connection tracking table."}},
};

/* Columns of the file by name; each line is a CPU. */
static const struct {
    const char *column;
    struct weir_metric metric;
} columns[] = {
    {"drop",
     {"node_nf_conntrack_stat_drop", WEIR_GAUGE, "",
      "Number of packets dropped due to conntrack failure."}},
    {"early_drop",
     {"node_nf_conntrack_stat_early_drop", WEIR_GAUGE, "",
      "Number of dropped conntrack entries to make room for new ones, if "
      "maximum table size was reached."}},
    {"found",
     {"node_nf_conntrack_stat_found", WEIR_GAUGE, "",
      "Number of searched entries which were successful."}},
    {"ignore",
     {"node_nf_conntrack_stat_ignore", WEIR_GAUGE, "",
      "Number of packets seen which are already connected to a conntrack "
      "entry."}},
    {"insert",
     {"node_nf_conntrack_stat_insert", WEIR_GAUGE, "",
      "Number of entries inserted into the list."}},
    {"insert_failed",
     {"node_nf_conntrack_stat_insert_failed", WEIR_GAUGE, "",
      "Number of entries for which list insertion was attempted but "
      "failed."}},
    {"invalid",
     {"node_nf_conntrack_stat_invalid", WEIR_GAUGE, "",
      "Number of packets seen which can not be tracked."}},
    {"search_restart",
     {"node_nf_conntrack_stat_search_restart", WEIR_GAUGE, "",
      "Number of conntrack table lookups which had to be restarted due to "
      "hashtable resizes."}},
};

enum { COLUMNS = WEIR_COUNT(columns), PLACES_MOST = 64 };

struct conntrack {
    struct held sizes[WEIR_COUNT(sizes)];
    struct held stat;
    double sums[COLUMNS];
    int columns[PLACES_MOST]; /* [place in a line]: of 'columns', or -1 */
    size_t places;
};

static void
scan_head(struct conntrack *self, const char *line)
{
    struct word word;

    self->places = 0;
    while (self->places < PLACES_MOST && scan_word(&line, &word)) {
        int *column = &self->columns[self->places++];
        *column = -1;
        for (int i = 0; i < COLUMNS; i++) {
            if (word_is(word, columns[i].column))
                *column = i;
        }
    }
}

static bool
sum_line(struct conntrack *self, const char *line)
{
    for (size_t i = 0; i < self->places; i++) {
        uint64_t number = 0;
        if (!scan_hex(&line, &number))
            return false;
        if (self->columns[i] >= 0)
            self->sums[self->columns[i]] += (double)number;
    }
    return self->places > 0;
}

static int
add_sums(struct host *host, struct conntrack *self, struct weir_batch *out)
{
    const char *line = NULL;
    ssize_t length = file_read(host, &self->stat, ROOT_PROC, stat_path, &line);

    if (length == -ENOENT)
        return 0;
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, stat_path);
    memset(self->sums, 0, sizeof(self->sums));
    scan_head(self, line);
    for (line = scan_line(line); *line; line = scan_line(line)) {
        if (!sum_line(self, line))
            return host_malformed(host, ROOT_PROC, stat_path);
    }
    for (int i = 0; i < COLUMNS; i++)
        weir_add(out, &columns[i].metric, NULL, self->sums[i]);
    return 0;
}

static int
conntrack_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct conntrack *self = state;

    for (size_t i = 0; i < WEIR_COUNT(sizes); i++) {
        double number = 0;
        int rc = file_number(host, &self->sizes[i], ROOT_PROC, sizes[i].path,
                             &number);
        if (rc == -ENOENT)
            return 0; /* no packet filter that follows connections */
        if (rc == -EBADMSG)
            return host_malformed(host, ROOT_PROC, sizes[i].path);
        if (rc < 0)
            return file_fail(host, rc, ROOT_PROC, sizes[i].path);
        weir_add(out, &sizes[i].metric, NULL, number);
    }
    return add_sums(host, self, out);
}

static void
conntrack_close(struct host *host, void *state)
{
    struct conntrack *self = state;

    for (size_t i = 0; i < WEIR_COUNT(sizes); i++)
        file_close(host, &self->sizes[i]);
    file_close(host, &self->stat);
}

const struct collector conntrack_collector = {
    .name = "conntrack",
    .state_size = sizeof(struct conntrack),
    .collect = conntrack_collect,
    .close = conntrack_close,
};
