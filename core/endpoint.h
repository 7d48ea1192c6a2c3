/* endpoint.h - where something listens: tcp://host:port, ipc://path, ... */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

enum endpoint_scheme {
    ENDPOINT_TCP,
    ENDPOINT_UDP,
    ENDPOINT_IPC,
    ENDPOINT_INPROC,
};

struct endpoint {
    enum endpoint_scheme scheme;
    char host[256]; /* "*" for all addresses; for ipc and inproc the path */
    uint16_t port;  /* 0: a free one, or none */
};

/* What to write where endpoint_parse() says false. */
#define ENDPOINT_WHY \
    "an endpoint such as tcp://127.0.0.1:9348 or ipc:///run/weir.ipc is due"

/* Reads "tcp://host:port", "udp://host:port", "ipc://path", "inproc://name",
 * IPv6 hosts in brackets. */
bool endpoint_parse(const char *text, struct endpoint *ret_endpoint);

/* Reads "host:port", as for HTTP, which is tcp; no host means all. */
bool endpoint_parse_address(const char *text, struct endpoint *ret_endpoint);

/* Says whether only this host can reach it. */
bool endpoint_is_local(const struct endpoint *self);

/* Says whether both cannot listen at once, or one reaches the other. */
bool endpoint_meets(const struct endpoint *a, const struct endpoint *b);

#endif /* ENDPOINT_H */
