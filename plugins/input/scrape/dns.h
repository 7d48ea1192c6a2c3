/* dns.h - targets from names: the addresses or services that DNS tells of
 *
 * Names are looked up off the instance's thread, each "refresh".  A name that
 * cannot be looked up keeps the targets that it had; one that does not exist
 * has none.
 */
#ifndef DNS_H
#define DNS_H

#include <weir/plugin.h>

#include "discovery.h"

/* One block of the configuration. */
struct dns_option {
    struct weir_list names;
    int type; /* enum dns_type */
    int64_t port;
    struct weir_duration refresh;
    const char *server;
};

extern const struct weir_option dns_options[];

/* Judges a block.  Returns 0, or -EINVAL and 'why', 'size' bytes. */
int dns_judge(const void *item, char *why, size_t size);

extern const struct discoverer dns_discoverer;

#endif /* DNS_H */
