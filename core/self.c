/* self.c - what weir measures of itself */
#include <config.h>

#include "self.h"

#include <pthread.h>

#include "base.h"

struct provider {
    self_provide *provide;
    void *arg;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct provider *providers; /* [provider_count], under 'lock' */
static size_t provider_count;

void
self_register(self_provide *provide, void *arg)
{
    (void)pthread_mutex_lock(&lock);
    providers = xrealloc(providers, provider_count + 1, sizeof(*providers));
    providers[provider_count++] = (struct provider){provide, arg};
    (void)pthread_mutex_unlock(&lock);
}

void
self_unregister(void *arg)
{
    size_t kept = 0;

    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < provider_count; i++)
        if (providers[i].arg != arg)
            providers[kept++] = providers[i];
    provider_count = kept;
    if (!kept) {
        free(providers);
        providers = NULL;
    }
    (void)pthread_mutex_unlock(&lock);
}

void
self_collect(struct weir_batch *into)
{
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < provider_count; i++)
        providers[i].provide(providers[i].arg, into);
    (void)pthread_mutex_unlock(&lock);
}
