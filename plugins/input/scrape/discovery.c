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
};

/* Hears of each block; returns 0 or a negative errno, which ends it. */
typedef int visit(struct scraper *owner, const struct discoverer *kind,
                  const void *option, size_t number, void *arg);

static const struct weir_blocks *
blocks_of(const struct scraper *owner, size_t kind)
{
    return (const struct weir_blocks *)(const void *)((const char *)owner +
                                                      kinds[kind].blocks);
}

static int
visit_all(struct scraper *owner, visit *visit_one, void *arg)
{
    int rc = 0;

    for (size_t i = 0; i < WEIR_COUNT(kinds); i++) {
        const struct discoverer *kind = kinds[i].kind;
        const struct weir_blocks *blocks = blocks_of(owner, i);
        const char *option = blocks->items;
        for (size_t k = 0; rc == 0 && k < blocks->count; k++)
            rc = visit_one(owner, kind, option + k * kind->option_size, k, arg);
    }
    return rc;
}

static int
judge(struct scraper *owner, const struct discoverer *kind, const void *option,
      size_t number, void *arg)
{
    const char *why = "";

    (void)number;
    (void)arg;
    int rc = kind->judge(option, &why);
    return rc < 0 ? weir_fail(owner, rc, "%s: %s", kind->name, why) : 0;
}

int
discovery_check(struct scraper *owner)
{
    return visit_all(owner, judge, NULL);
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
open_one(struct scraper *owner, const struct discoverer *kind,
         const void *option, size_t number, void *arg)
{
    struct discovery *self = arg;
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

    if (!self)
        return -ENOMEM;
    *ret_discovery = self;
    return visit_all(owner, open_one, self);
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
