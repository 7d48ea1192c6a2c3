/* docker_answer.h - what Docker answers about its containers and networks
 *
 * The labels are those of Prometheus' docker_sd.
 */
#ifndef DOCKER_ANSWER_H
#define DOCKER_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "findings.h"

/* What Docker sent. */
struct docker_text {
    const char *text;
    size_t size;
};

/* Adds a set to 'into' for each TCP port of each container in 'containers', the
 * answer to GET /containers/json, or one with 'port' for a container without;
 * "__address__" is the port in the container's network, or on localhost when it
 * uses the host's.  'networks' is the answer to GET /networks, whose labels go
 * with them.  Labels that are too long are left out.
 * Returns 0, -EBADMSG when either is no such answer, or as findings_label(). */
int docker_answer_read(const struct docker_text *containers,
                       const struct docker_text *networks, uint16_t port,
                       struct findings *into);

#endif /* DOCKER_ANSWER_H */
