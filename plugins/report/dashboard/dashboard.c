/* dashboard.c - report: what is there and how it does, in a browser */
#include <config.h>

#include <weir/plugin.h>

#include "page.h"

struct dashboard {
    char unused;
};

WEIR_REPORT(dashboard) = {
    .help = "What is there and how it does, in a browser.",
    .instance_size = sizeof(struct dashboard),
    .open = page_open,
};
