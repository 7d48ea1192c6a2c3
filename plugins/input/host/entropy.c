/* entropy.c - collector: how much randomness the kernel has gathered */
#include <config.h>

#include <errno.h>

#include "host.h"

static const struct {
    const char *path;
    struct weir_metric metric;
} pools[] = {
    {"sys/kernel/random/entropy_avail",
     {"node_entropy_available_bits", WEIR_GAUGE, "",
      "Bits of available entropy."}},
    {"sys/kernel/random/poolsize",
     {"node_entropy_pool_size_bits", WEIR_GAUGE, "", "Bits of entropy pool."}},
};

struct entropy {
    struct held files[WEIR_COUNT(pools)];
};

static int
entropy_collect(struct host *host, void *state, struct weir_batch *out)
{
    struct entropy *self = state;

    for (size_t i = 0; i < WEIR_COUNT(pools); i++) {
        double bits = 0;
        int rc =
            file_number(host, &self->files[i], ROOT_PROC, pools[i].path, &bits);
        if (rc == -EBADMSG)
            return host_malformed(host, ROOT_PROC, pools[i].path);
        if (rc < 0)
            return file_fail(host, rc, ROOT_PROC, pools[i].path);
        weir_add(out, &pools[i].metric, NULL, bits);
    }
    return 0;
}

static void
entropy_close(struct host *host, void *state)
{
    struct entropy *self = state;

    for (size_t i = 0; i < WEIR_COUNT(pools); i++)
        file_close(host, &self->files[i]);
}

const struct collector entropy_collector = {
    .name = "entropy",
    .state_size = sizeof(struct entropy),
    .collect = entropy_collect,
    .close = entropy_close,
};
