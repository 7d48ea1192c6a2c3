/* filefd.c - collector: open files, and how many there may be */
#include <config.h>

#include "host.h"
#include "scan.h"

static const char path[] = "sys/fs/file-nr";

static const struct weir_metric allocated = {
    "node_filefd_allocated", WEIR_GAUGE, "",
    "File descriptor statistics: allocated."};
static const struct weir_metric maximum = {
    "node_filefd_maximum", WEIR_GAUGE, "",
    "File descriptor statistics: maximum."};

/* "allocated  free, always 0  maximum" */
static int
filefd_collect(struct host *host, void *state, struct weir_batch *out)
{
    const char *text = NULL;
    double used = 0;
    double most = 0;
    ssize_t length = file_need(host, state, ROOT_PROC, path, &text);

    if (length < 0)
        return (int)length;
    if (!scan_number(&text, &used) || !scan_skip(&text, 1) ||
        !scan_number(&text, &most))
        return host_malformed(host, ROOT_PROC, path);
    weir_add(out, &allocated, NULL, used);
    weir_add(out, &maximum, NULL, most);
    return 0;
}

static void
filefd_close(struct host *host, void *state)
{
    file_close(host, state);
}

const struct collector filefd_collector = {
    .name = "filefd",
    .state_size = sizeof(struct held),
    .collect = filefd_collect,
    .close = filefd_close,
};
