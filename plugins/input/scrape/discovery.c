/* discovery.c - what finds targets; see discovery.h */
#include <config.h>

#include "discovery.h"

#include <errno.h>
#include <stdlib.h>

#include "dns.h"
#include "scraper.h"

/* One that is open. */
struct finder {
    const struct discoverer *kind;
    void *self;
};

struct discovery {
    size_t count;
    struct finder finders[]; /* [count] */
};

static const struct {
    const struct discoverer *kind;
    size_t blocks; /* where in struct scraper */
} kinds[] = {
    {&dns_discoverer, offsetof(struct scraper, dns)},
    {&docker_discoverer, offsetof(struct scraper, docker)},
    {&kube_discoverer, offsetof(struct scraper, kubernetes)},
};

static const struct weir_blocks *
blocks_of(const struct scraper *owner, size_t kind)
{
    return (const struct weir_blocks *)(const void *)((const char *)owner +
                                                      kinds[kind].blocks);
}

size_t
discovery_count(const struct scraper *owner)
{
    size_t count = 0;

    for (size_t i = 0; i < WEIR_COUNT(kinds); i++)
        count += blocks_of(owner, i)->count;
    return count;
}

static int
open_one(struct discovery *self, struct scraper *owner,
         const struct discoverer *kind, size_t number, const void *option)
{
    struct finder *finder = &self->finders[self->count++];

    finder->kind = kind;
    int rc = kind->open(owner, option, number, &finder->self);
    return rc < 0 ? weir_fail(owner, rc, "%s: cannot begin", kind->name) : 0;
}

int
discovery_open(struct scraper *owner, struct discovery **ret_discovery)
{
    struct discovery *self = calloc(
        1, sizeof(*self) + discovery_count(owner) * sizeof(self->finders[0]));
    int rc = 0;

    if (!self)
        return -ENOMEM;
    *ret_discovery = self;
    for (size_t i = 0; i < WEIR_COUNT(kinds); i++) {
        const struct discoverer *kind = kinds[i].kind;
        const struct weir_blocks *blocks = blocks_of(owner, i);
        const char *options = blocks->items;
        for (size_t k = 0; rc == 0 && k < blocks->count; k++)
            rc =
                open_one(self, owner, kind, k, options + k * kind->option_size);
    }
    return rc;
}

void
discovery_close(struct discovery **self_p)
{
    struct discovery *self = weir_take(*self_p);

    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        if (self->finders[i].self)
            self->finders[i].kind->close(self->finders[i].self);
    free(self);
}
