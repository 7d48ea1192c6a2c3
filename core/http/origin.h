/* origin.h - whether a request may come from a page of somebody else
 *
 * A browser sends requests for any page that it shows.  What such a page can
 * not do is to hide its Origin, nor to reach us by a Host name that is ours
 * (but it may have a name of its own resolve to our address).  Pure.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stdbool.h>

/* Says whether a Host header (NULL: none) names this host: an IP address,
 * "localhost", 'own_name' or its first part, each with or without a port. */
bool origin_host_is_own(const char *host, const char *own_name);

/* Says whether an Origin header (NULL: none) is that of a page which 'host',
 * the Host header, gave. */
bool origin_is_own(const char *origin, const char *host);

/* Says whether 'peer' is an address of this machine's loopback. */
bool origin_peer_is_loopback(const char *peer);

#endif /* ORIGIN_H */
