/* sockstat.c - collector: sockets by protocol and state
 *
 * A line such as "TCP: inuse 2 mem 320" becomes node_sockstat_TCP_inuse and
 * node_sockstat_TCP_mem; memory comes in pages, and once more in bytes.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "field.h"
#include "host.h"
#include "scan.h"

static const char *const paths[] = {"net/sockstat", "net/sockstat6"};

enum { FILES = WEIR_COUNT(paths), WORD_SIZE = 48 };

struct sockstat {
    struct held files[FILES];
    struct fields fields;
};

/* One number: of which protocol, in which state. */
struct socket_count {
    char protocol[WORD_SIZE];
    char state[WORD_SIZE];
    double value;
};

static void
make_metric(struct field *self, const struct socket_count *count)
{
    char name[sizeof("node_sockstat__") + FIELD_NAME_SIZE];
    char help[128 + FIELD_NAME_SIZE];

    (void)snprintf(name, sizeof(name), "node_sockstat_%s", self->name);
    if (strcmp(count->protocol, "sockets") == 0)
        (void)snprintf(help, sizeof(help), "Number of sockets in use.");
    else
        (void)snprintf(help, sizeof(help), "Number of %s sockets in state %s.",
                       count->protocol, count->state);
    field_want(self, WEIR_GAUGE, name, "", help);
}

static void
add_count(struct sockstat *self, const struct socket_count *count,
          struct weir_batch *out)
{
    char key[FIELD_NAME_SIZE];
    int length =
        snprintf(key, sizeof(key), "%s_%s", count->protocol, count->state);
    struct field *field = fields_find(&self->fields, key, (size_t)length);

    if (field && !field->known)
        make_metric(field, count);
    if (field)
        weir_add(out, &field->metric, NULL, count->value);
}

static void
add_bytes(struct sockstat *self, struct socket_count *count,
          struct weir_batch *out)
{
    if (strcmp(count->state, "mem") != 0)
        return;
    (void)snprintf(count->state, sizeof(count->state), "mem_bytes");
    count->value *= (double)sysconf(_SC_PAGESIZE);
    add_count(self, count, out);
}

/* Tells udp_queues that it need not look through the kernel's table. */
static void
note_udp(struct host *host, const struct socket_count *count)
{
    static const char *const protocols[] = {"UDP", "UDP6"};

    for (size_t i = 0; i < WEIR_COUNT(protocols); i++)
        if (count->value == 0 && strcmp(count->state, "inuse") == 0 &&
            strcmp(count->protocol, protocols[i]) == 0)
            host->no_udp_cycle[i] = host->cycle;
}

static bool
add_line(struct host *host, struct sockstat *self, const char *line,
         struct weir_batch *out)
{
    struct socket_count count;

    if (!scan_text(&line, count.protocol, sizeof(count.protocol)))
        return false;
    size_t length = strlen(count.protocol);
    if (count.protocol[length - 1] != ':')
        return false;
    count.protocol[length - 1] = '\0';
    while (scan_text(&line, count.state, sizeof(count.state))) {
        if (!scan_number(&line, &count.value))
            return false;
        add_count(self, &count, out);
        note_udp(host, &count);
        add_bytes(self, &count, out);
    }
    return *line == '\n' || *line == '\0';
}

static int
sockstat_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct sockstat *self = state;

    fields_rewind(&self->fields);
    for (size_t i = 0; i < FILES; i++) {
        const char *line = NULL;
        ssize_t length =
            file_read(host, &self->files[i], ROOT_PROC, paths[i], &line);
        if (length == -ENOENT)
            continue; /* no IPv6, mostly */
        if (length < 0)
            return file_fail(host, (int)length, ROOT_PROC, paths[i]);
        for (; *line; line = scan_line(line)) {
            if (!add_line(host, self, line, out))
                return host_malformed(host, ROOT_PROC, paths[i]);
        }
    }
    return 0;
}

static void
sockstat_close(struct host *host, void *state)
{
    struct sockstat *self = state;

    for (size_t i = 0; i < FILES; i++)
        file_close(host, &self->files[i]);
    fields_fini(&self->fields);
}

const struct collector sockstat_collector = {
    .name = "sockstat",
    .state_size = sizeof(struct sockstat),
    .collect = sockstat_collect,
    .close = sockstat_close,
};
