/* netstat.c - collector: what the kernel's network protocols count
 *
 * The files have some five hundred numbers; the option netstat_fields says
 * which become metrics, by names such as Tcp_InSegs.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "field.h"
#include "host.h"
#include "scan.h"

/* Files of pairs of lines, "Tcp: InSegs ..." and "Tcp: 12 ...". */
static const char *const pair_paths[] = {"net/netstat", "net/snmp"};

/* A file of lines "Ip6InReceives 12". */
static const char line_path[] = "net/snmp6";

enum {
    PAIR_FILES = WEIR_COUNT(pair_paths),
    PROTOCOLS_MOST = 32,
    PROTOCOL_SIZE = 32,
};

/* The columns of one pair of lines. */
struct protocol {
    char name[PROTOCOL_SIZE];
    struct fields columns;
};

struct netstat {
    struct held pair_files[PAIR_FILES];
    struct held line_file;
    struct fields lines;
    struct protocol protocols[PROTOCOLS_MOST];
    size_t count;
};

static void
settle(struct host *host, struct field *self, struct word protocol,
       struct word name)
{
    char path[PROTOCOL_SIZE + FIELD_NAME_SIZE];
    char metric[sizeof(path) + 16];
    char help[sizeof(path) + 16];

    (void)snprintf(path, sizeof(path), "%.*s_%.*s", (int)protocol.length,
                   protocol.at, (int)name.length, name.at);
    if (host->netstat_fields && !host_matches(host->netstat_fields, path)) {
        field_refuse(self);
        return;
    }
    (void)snprintf(metric, sizeof(metric), "node_netstat_%s", path);
    (void)snprintf(help, sizeof(help), "Statistic %.*s%.*s.",
                   (int)protocol.length, protocol.at, (int)name.length,
                   name.at);
    field_want(self, WEIR_UNTYPED, metric, "", help);
}

static struct protocol *
protocol_of(struct netstat *self, struct word name)
{
    for (size_t i = 0; i < self->count; i++) {
        if (word_is(name, self->protocols[i].name))
            return &self->protocols[i];
    }
    if (self->count == PROTOCOLS_MOST || name.length >= PROTOCOL_SIZE)
        return NULL;
    struct protocol *fresh = &self->protocols[self->count++];
    memcpy(fresh->name, name.at, name.length);
    return fresh;
}

static bool
scan_protocol(const char **at, struct word *ret_name)
{
    if (!scan_word(at, ret_name) || ret_name->at[ret_name->length - 1] != ':')
        return false;
    ret_name->length--;
    return true;
}

/* Steps through both lines of a pair at once. */
static bool
add_pair(struct host *host, struct protocol *self, const char *heads,
         const char *numbers, struct weir_batch *out)
{
    const struct word protocol = {self->name, strlen(self->name)};
    struct word name;

    fields_rewind(&self->columns);
    while (scan_word(&heads, &name)) {
        double value = 0;
        struct field *field = fields_find(&self->columns, name.at, name.length);
        if (!scan_number(&numbers, &value))
            return false;
        if (field && !field->known)
            settle(host, field, protocol, name);
        if (field && field->wanted)
            weir_add(out, &field->metric, NULL, value);
    }
    return true;
}

static bool
add_pairs(struct host *host, struct netstat *self, const char *text,
          struct weir_batch *out)
{
    while (*text) {
        struct word name;
        struct word again;
        const char *heads = text;
        const char *numbers = scan_line(text);
        text = scan_line(numbers);
        if (!scan_protocol(&heads, &name) || !scan_protocol(&numbers, &again) ||
            name.length != again.length ||
            memcmp(name.at, again.at, name.length) != 0)
            return false;
        struct protocol *protocol = protocol_of(self, name);
        if (protocol && !add_pair(host, protocol, heads, numbers, out))
            return false;
    }
    return true;
}

/* "Icmp6InMsgs" is InMsgs of Icmp6. */
static void
settle_line(struct host *host, struct field *field)
{
    const char *six = strchr(field->name, '6');

    if (!six || (size_t)(six - field->name) >= PROTOCOL_SIZE) {
        field_refuse(field);
        return;
    }
    size_t length = (size_t)(six + 1 - field->name);
    settle(host, field, (struct word){field->name, length},
           (struct word){six + 1, field->length - length});
}

static bool
add_line(struct host *host, struct netstat *self, const char *line,
         struct weir_batch *out)
{
    struct word name;
    double value = 0;

    if (!scan_word(&line, &name) || !scan_number(&line, &value))
        return false;
    struct field *field = fields_find(&self->lines, name.at, name.length);
    if (field && !field->known)
        settle_line(host, field);
    if (field && field->wanted)
        weir_add(out, &field->metric, NULL, value);
    return true;
}

static int
add_lines(struct host *host, struct netstat *self, struct weir_batch *out)
{
    const char *line = NULL;
    ssize_t length =
        file_read(host, &self->line_file, ROOT_PROC, line_path, &line);

    if (length == -ENOENT)
        return 0; /* no IPv6 */
    if (length < 0)
        return file_fail(host, (int)length, ROOT_PROC, line_path);
    fields_rewind(&self->lines);
    for (; *line; line = scan_line(line)) {
        if (!add_line(host, self, line, out))
            return host_malformed(host, ROOT_PROC, line_path);
    }
    return 0;
}

static int
netstat_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct netstat *self = state;

    for (size_t i = 0; i < PAIR_FILES; i++) {
        const char *text = NULL;
        ssize_t length = file_need(host, &self->pair_files[i], ROOT_PROC,
                                   pair_paths[i], &text);
        if (length < 0)
            return (int)length;
        if (!add_pairs(host, self, text, out))
            return host_malformed(host, ROOT_PROC, pair_paths[i]);
    }
    return add_lines(host, self, out);
}

static void
netstat_close(struct host *host, void *state)
{
    struct netstat *self = state;

    for (size_t i = 0; i < PAIR_FILES; i++)
        file_close(host, &self->pair_files[i]);
    file_close(host, &self->line_file);
    fields_fini(&self->lines);
    for (size_t i = 0; i < self->count; i++)
        fields_fini(&self->protocols[i].columns);
}

const struct collector netstat_collector = {
    .name = "netstat",
    .state_size = sizeof(struct netstat),
    .collect = netstat_collect,
    .close = netstat_close,
};
