/* origin.c - whether a request may come from a page of somebody else */
#include <config.h>

#include "http/origin.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 256 };

/* Copies the host of "host:port" or "[host]:port".  Returns false when it does
 * not fit. */
static bool
split_host(const char *host, char name[NAME_SIZE])
{
    bool bracket = *host == '[';
    const char *start = host + bracket;
    size_t length = strcspn(start, bracket ? "]" : ":");

    if (length == 0 || length >= NAME_SIZE)
        return false;
    memcpy(name, start, length);
    name[length] = '\0';
    return true;
}

static bool
is_address(const char *name)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, name, bytes) == 1 ||
           inet_pton(AF_INET6, name, bytes) == 1;
}

/* Says whether two names are equal, or one is the other's first part, as
 * "store-1" is of "store-1.example.org". */
static bool
is_same_host(const char *name, const char *own_name)
{
    size_t length = strlen(name);
    size_t own_length = strlen(own_name);
    size_t shorter = length < own_length ? length : own_length;

    if (shorter == 0 || strncasecmp(name, own_name, shorter) != 0)
        return false;
    return length == own_length ||
           (length < own_length && own_name[length] == '.');
}

bool
origin_host_is_own(const char *host, const char *own_name)
{
    char name[NAME_SIZE];

    if (!host)
        return true;
    return split_host(host, name) &&
           (is_address(name) || strcasecmp(name, "localhost") == 0 ||
            is_same_host(name, own_name));
}

bool
origin_is_own(const char *origin, const char *host)
{
    if (!origin)
        return true;

    const char *name = strstr(origin, "://");
    return host && name && strcasecmp(name + 3, host) == 0;
}

bool
origin_peer_is_loopback(const char *peer)
{
    return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
           strncmp(peer, "::ffff:127.", 11) == 0;
}
