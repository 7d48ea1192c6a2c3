/* endpoint.c - where something listens: tcp://host:port, ipc://path, ... */
#include <config.h>

#include "endpoint.h"

#include <stdio.h>
#include <string.h>

#include "base.h"
#include "number.h"

static const struct {
    const char *start;
    enum endpoint_scheme scheme;
} schemes[] = {
    {"tcp://", ENDPOINT_TCP},
    {"udp://", ENDPOINT_UDP},
    {"ipc://", ENDPOINT_IPC},
    {"inproc://", ENDPOINT_INPROC},
};

static bool
set_host(struct endpoint *self, const char *text, size_t length)
{
    if (length >= sizeof(self->host))
        return false;
    memcpy(self->host, text, length);
    self->host[length] = '\0';
    return true;
}

static bool
parse_address(const char *text, struct endpoint *self)
{
    const char *colon = strrchr(text, ':');
    uint64_t port = 0;

    if (!colon || strpbrk(text, "/ "))
        return false;
    const char *end = number_scan_u64(colon + 1, &port);
    if (!end || *end || port > UINT16_MAX)
        return false;
    self->port = (uint16_t)port;

    size_t length = (size_t)(colon - text);
    bool brackets = text[0] == '[' && length > 2 && colon[-1] == ']';
    if (!brackets && memchr(text, ':', length))
        return false;
    return length ? set_host(self, text, length) : set_host(self, "*", 1);
}

bool
endpoint_parse_address(const char *text, struct endpoint *ret_endpoint)
{
    struct endpoint self = {.scheme = ENDPOINT_TCP};

    if (!parse_address(text, &self))
        return false;
    *ret_endpoint = self;
    return true;
}

bool
endpoint_parse(const char *text, struct endpoint *ret_endpoint)
{
    struct endpoint self = {0};

    for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
        size_t length = strlen(schemes[i].start);
        if (strncmp(text, schemes[i].start, length) != 0)
            continue;
        text += length;
        self.scheme = schemes[i].scheme;
        bool named =
            self.scheme == ENDPOINT_IPC || self.scheme == ENDPOINT_INPROC;
        bool good = named ? text[0] && set_host(&self, text, strlen(text))
                          : text[0] != ':' && parse_address(text, &self);
        if (good)
            *ret_endpoint = self;
        return good;
    }
    return false;
}

static bool
is_every(const char *host)
{
    return strcmp(host, "*") == 0 || strcmp(host, "0.0.0.0") == 0 ||
           strcmp(host, "[::]") == 0;
}

/* "127.evil.example" is a name, not an address. */
static bool
is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 &&
            host[strspn(host, "0123456789.")] == '\0');
}

bool
endpoint_is_local(const struct endpoint *self)
{
    if (self->scheme == ENDPOINT_IPC || self->scheme == ENDPOINT_INPROC)
        return true;
    return is_loopback(self->host);
}

static bool
same_host(const char *a, const char *b)
{
    bool both_here =
        is_loopback(a) && is_loopback(b) &&
        (strcmp(a, "localhost") == 0 || strcmp(b, "localhost") == 0);

    return both_here || is_every(a) || is_every(b) || strcmp(a, b) == 0;
}

bool
endpoint_meets(const struct endpoint *a, const struct endpoint *b)
{
    if (a->scheme != b->scheme || a->port != b->port)
        return false;
    if (a->scheme == ENDPOINT_IPC || a->scheme == ENDPOINT_INPROC)
        return strcmp(a->host, b->host) == 0;
    return a->port != 0 && same_host(a->host, b->host);
}
