/* allowance.c - a bound of memory that many share */
#include <config.h>

#include "allowance.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base.h"

/* What is covered grows by so much at least, so that few atomics are touched.
 */
enum { GRAIN = 64 * 1024 };

struct allowance {
    _Atomic uint64_t most, used;
    atomic_uint holders;
};

struct allowance *
allowance_new(uint64_t most_bytes)
{
    struct allowance *self = xcalloc(1, sizeof(*self));

    self->most = most_bytes;
    self->holders = 1;
    return self;
}

struct allowance *
allowance_hold(struct allowance *self)
{
    self->holders++;
    return self;
}

void
allowance_release(struct allowance **self_p)
{
    struct allowance *self = *self_p;

    *self_p = NULL;
    if (self && --self->holders == 0)
        free(self);
}

void
allowance_set(struct allowance *self, uint64_t most_bytes)
{
    self->most = most_bytes;
}

uint64_t
allowance_used(const struct allowance *self)
{
    return self->used;
}

void
share_begin(struct share *self, struct allowance *of)
{
    *self = (struct share){.of = of ? allowance_hold(of) : NULL};
}

void
share_drop(struct share *self)
{
    if (self->of)
        self->of->used -= self->bytes;
    self->bytes = 0;
}

void
share_end(struct share *self)
{
    share_drop(self);
    allowance_release(&self->of);
}

bool
share_cover(struct share *self, uint64_t bytes)
{
    struct allowance *of = self->of;

    if (!of || bytes <= self->bytes)
        return true;
    uint64_t more = (bytes - self->bytes + GRAIN - 1) / GRAIN * GRAIN;
    uint64_t used = of->used;
    do {
        if (used + more > of->most)
            return false;
    } while (!atomic_compare_exchange_weak(&of->used, &used, used + more));
    self->bytes += more;
    return true;
}
