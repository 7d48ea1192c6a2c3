/* docker.h - targets from Docker's list of containers
 *
 * The daemon is asked over its unix socket, each "refresh"; while it does not
 * answer, what it told last stays.
 */
#ifndef DOCKER_H
#define DOCKER_H

#include <weir/plugin.h>

#include "discovery.h"

/* One block of the configuration. */
struct docker_option {
    const char *socket;
    int64_t port;
    struct weir_duration refresh;
};

extern const struct weir_option docker_options[];

/* Judges a block.  Returns 0, or -EINVAL and 'why', 'size' bytes. */
int docker_judge(const void *item, char *why, size_t size);

extern const struct discoverer docker_discoverer;

#endif /* DOCKER_H */
