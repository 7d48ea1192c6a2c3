/* vmstat.c - collector: paging, swapping and faults
 *
 * The kernel has some two hundred of these; the option vmstat_fields says which
 * become metrics.
 */
#include <config.h>

#include <stdio.h>

#include "field.h"
#include "host.h"
#include "scan.h"

struct vmstat {
    struct held file;
    struct fields fields;
};

static void
settle(struct host *host, struct field *self)
{
    char name[FIELD_NAME_SIZE + 32];
    char help[FIELD_NAME_SIZE + 64];

    if (host->vmstat_fields && !host_matches(host->vmstat_fields, self->name)) {
        field_refuse(self);
        return;
    }
    (void)snprintf(name, sizeof(name), "node_vmstat_%s", self->name);
    (void)snprintf(help, sizeof(help), "/proc/vmstat information field %s.",
                   self->name);
    field_want(self, WEIR_UNTYPED, name, "", help);
}

static bool
add_line(struct host *host, struct vmstat *self, const char *line,
         struct weir_batch *out)
{
    struct word name;
    double value = 0;

    if (!scan_word(&line, &name) || !scan_number(&line, &value))
        return false;
    struct field *field = fields_find(&self->fields, name.at, name.length);
    if (field && !field->known)
        settle(host, field);
    if (field && field->wanted)
        weir_add(out, &field->metric, NULL, value);
    return true;
}

static int
vmstat_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct vmstat *self = state;
    const char *line = NULL;
    ssize_t length = file_need(host, &self->file, ROOT_PROC, "vmstat", &line);

    if (length < 0)
        return (int)length;
    fields_rewind(&self->fields);
    for (; *line; line = scan_line(line)) {
        if (!add_line(host, self, line, out))
            return host_malformed(host, ROOT_PROC, "vmstat");
    }
    return 0;
}

static void
vmstat_close(struct host *host, void *state)
{
    struct vmstat *self = state;

    file_close(host, &self->file);
    fields_fini(&self->fields);
}

const struct collector vmstat_collector = {
    .name = "vmstat",
    .state_size = sizeof(struct vmstat),
    .collect = vmstat_collect,
    .close = vmstat_close,
};
