/* dns.c - targets from names; see dns.h */
#include <config.h>

#include "dns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "dnslook.h"
#include "scraper.h"

enum { NAMES_MOST = 64, PORT_MOST = 65535, OFFER_SIZE = 320 };

const struct weir_option dns_options[] = {
    WEIR_LIST(struct dns_option, names, NULL, "Names to look up."),
    WEIR_CHOICE(struct dns_option, type, "SRV", "A AAAA SRV",
                "What is asked for: addresses, or services."),
    WEIR_INTEGER(struct dns_option, port, "0", 0, PORT_MOST,
                 "Port of what A and AAAA give."),
    WEIR_DURATION(struct dns_option, refresh, "30s",
                  "How long until they are looked up again."),
    WEIR_TEXT(struct dns_option, server, "",
              "Name server, address:port; those of the host if empty."),
    {0},
};

struct dns {
    struct scraper *owner;
    const struct dns_option *option;
    size_t number;
    struct sockaddr_in server;
    struct dnslook *look; /* that runs; or NULL */
    bool waits;           /* for a thread */
    bool *told;           /* [names.count]: the log knows that it failed */
};

int
dns_judge(const void *item, char *why, size_t size)
{
    const struct dns_option *option = item;
    const char *fault = NULL;
    struct sockaddr_in server;

    if (option->names.count == 0 || option->names.count > NAMES_MOST)
        fault = "say at least one name, and at most 64";
    else if (option->type != DNS_SRV && option->port == 0)
        fault = "say which port; only services tell theirs";
    else if (option->refresh.ns < NS_PER_S)
        fault = "refresh is at least 1s";
    else if (*option->server && dnslook_server(option->server, &server) < 0)
        fault = "server is an IPv4 address with a port, such as 192.0.2.1:53";
    if (fault)
        (void)snprintf(why, size, "%s", fault);
    return fault ? -EINVAL : 0;
}

static void
take_name(struct dns *self, size_t at, struct dns_name *name)
{
    char offer[OFFER_SIZE];

    if (name->why && !self->told[at])
        weir_warn(self->owner,
                  "cannot look up %s: %s; its targets stay as they were",
                  name->name, name->why);
    self->told[at] = name->why != NULL;
    if (name->why)
        return;
    (void)snprintf(offer, sizeof(offer), "dns %zu %zu", self->number, at);
    int rc = targets_offer(&self->owner->set, offer, &name->found);
    if (rc < 0)
        weir_warn(self->owner, "%s: %s", name->name, strerror(-rc));
}

static void
look_done(void *instance, void *arg)
{
    struct dnslook *look = arg;
    struct dns *self = look->owner;

    (void)instance;
    for (size_t i = 0; i < look->count; i++)
        take_name(self, i, &look->names[i]);
    self->look = NULL;
    dnslook_release(&look);
}

static void look_due(void *instance, void *arg);

static void
waited(void *instance, void *arg)
{
    struct dns *self = arg;

    self->waits = false;
    look_due(instance, self);
}

/* What still runs comes with the next turn, what finds no thread sooner: others
 * may have the same turns for ever. */
static void
look_due(void *instance, void *arg)
{
    struct dns *self = arg;
    struct dnslook *look = NULL;

    if (!self->look && !self->waits)
        look =
            dnslook_new(self->option->names.items, self->option->names.count);
    if (!look)
        return;
    look->owner = self;
    look->type = (enum dns_type)self->option->type;
    look->port = (uint16_t)self->option->port;
    look->server = self->server;
    atomic_fetch_add(&look->holders, 1);
    if (weir_work(instance, dnslook_run, look_done, look) == 0) {
        self->look = look;
        return;
    }
    atomic_store(&look->holders, 1);
    dnslook_release(&look);
    self->waits = weir_timer(instance, NS_PER_S, 0, waited, self) == 0;
}

static int
dns_open(struct scraper *owner, const void *arg, size_t number, void **ret_self)
{
    const struct dns_option *option = arg;
    struct dns *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    *ret_self = self;
    self->owner = owner;
    self->option = option;
    self->number = number;
    self->told = calloc(option->names.count, sizeof(*self->told));
    if (!self->told)
        return -ENOMEM;
    if (*option->server)
        (void)dnslook_server(option->server, &self->server);
    look_due(owner, self);
    return weir_timer(owner, option->refresh.ns, option->refresh.ns, look_due,
                      self);
}

static void
dns_close(void *arg)
{
    struct dns *self = arg;

    dnslook_release(&self->look);
    free(self->told);
    free(self);
}

const struct discoverer dns_discoverer = {
    .name = "dns",
    .option_size = sizeof(struct dns_option),
    .open = dns_open,
    .close = dns_close,
};
