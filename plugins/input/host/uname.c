/* uname.c - collector: which kernel runs, and the machine's name */
#include <config.h>

#include <errno.h>
#include <sys/utsname.h>

#include "host.h"

static const struct weir_metric uname_info = {
    "node_uname_info", WEIR_GAUGE, "",
    "Labeled system information as provided by the uname system call."};

static int
uname_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct utsname names;

    (void)state;
    if (uname(&names) < 0)
        return weir_fail(host, -errno, "cannot ask the kernel for its name");
    const struct weir_label labels[] = {
        {"domainname", names.domainname},
        {"machine", names.machine},
        {"nodename", names.nodename},
        {"release", names.release},
        {"sysname", names.sysname},
        {"version", names.version},
        {0},
    };
    weir_add(out, &uname_info, labels, 1);
    return 0;
}

const struct collector uname_collector = {
    .name = "uname",
    .collect = uname_collect,
};
