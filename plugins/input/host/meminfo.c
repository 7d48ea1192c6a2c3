/* meminfo.c - collector: what the memory is used for
 *
 * Each line of the file is a metric: "Active(anon): 12 kB" becomes
 * node_memory_Active_anon_bytes 12288.
 */
#include <config.h>

#include <stdio.h>

#include "field.h"
#include "host.h"
#include "scan.h"

struct meminfo {
    struct held file;
    struct fields fields;
};

static bool
is_in_kib(const char *after_number)
{
    return scan_starts(scan_blanks(after_number), "kB");
}

static void
make_metric(struct field *self, bool in_kib)
{
    char base[FIELD_NAME_SIZE];
    char name[FIELD_NAME_SIZE + 32];
    char help[FIELD_NAME_SIZE + 64];
    size_t length = 0;

    for (const char *at = self->name; *at; at++) {
        if (*at != ')')
            base[length++] = (char)(*at == '(' ? '_' : *at);
    }
    base[length] = '\0';
    (void)snprintf(name, sizeof(name), "node_memory_%s%s", base,
                   in_kib ? "_bytes" : "");
    (void)snprintf(help, sizeof(help), "Memory information field %s%s.", base,
                   in_kib ? "_bytes" : "");
    bool is_total = length > 6 && strcmp(base + length - 6, "_total") == 0;
    field_want(self, is_total && !in_kib ? WEIR_COUNTER : WEIR_GAUGE, name,
               in_kib ? "bytes" : "", help);
}

static bool
add_line(struct meminfo *self, const char *line, struct weir_batch *out)
{
    struct word name;
    double value = 0;

    if (!scan_word(&line, &name) || name.at[name.length - 1] != ':' ||
        !scan_number(&line, &value))
        return false;
    bool in_kib = is_in_kib(line);
    struct field *field = fields_find(&self->fields, name.at, name.length - 1);
    if (field && !field->known)
        make_metric(field, in_kib);
    if (field)
        weir_add(out, &field->metric, NULL, in_kib ? value * 1024 : value);
    return true;
}

static int
meminfo_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct meminfo *self = state;
    const char *line = NULL;
    ssize_t length = file_need(host, &self->file, ROOT_PROC, "meminfo", &line);

    if (length < 0)
        return (int)length;
    if (length == 0)
        return host_malformed(host, ROOT_PROC, "meminfo");
    fields_rewind(&self->fields);
    for (; *line; line = scan_line(line)) {
        if (!add_line(self, line, out))
            return host_malformed(host, ROOT_PROC, "meminfo");
    }
    return 0;
}

static void
meminfo_close(struct host *host, void *state)
{
    struct meminfo *self = state;

    file_close(host, &self->file);
    fields_fini(&self->fields);
}

const struct collector meminfo_collector = {
    .name = "meminfo",
    .state_size = sizeof(struct meminfo),
    .collect = meminfo_collect,
    .close = meminfo_close,
};
