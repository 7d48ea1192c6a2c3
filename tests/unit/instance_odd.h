/* instance_odd.h - an instance in a test: of a plugin that does as it is told
 */
#ifndef INSTANCE_ODD_H
#define INSTANCE_ODD_H

#include <stdatomic.h>

#include "clock.h"
#include "http/route.h"
#include "instance.h"
#include "source_store.h"

static const int64_t patience_ns = 20 * NS_PER_S;

/* The plugin of these tests: does as it is told, and notes a letter each. */
struct odd {
    char notes[64];
    int open_rc, collect_rc;
    unsigned opened; /* how often */
    atomic_uint collected;
    void (*on_open)(void *self);
    void (*on_close)(void *self);
};

static const struct weir_metric value = {"odd_value", WEIR_GAUGE, "", "Odd."};

static inline void
note(struct odd *self, char letter)
{
    size_t length = strlen(self->notes);

    ck_assert_uint_lt(length, sizeof(self->notes) - 1);
    self->notes[length] = letter;
}

static inline int
odd_open(void *self)
{
    struct odd *odd = self;

    note(odd, 'o');
    odd->opened++;
    if (odd->on_open)
        odd->on_open(self);
    if (odd->open_rc < 0)
        return weir_fail(self, odd->open_rc, "cannot open %d", 7);
    return 0;
}

static inline void
odd_close(void *self)
{
    struct odd *odd = self;

    if (odd->on_close)
        odd->on_close(self);
    note(self, 'c');
}

static inline int
odd_collect(void *self, struct weir_batch *out)
{
    struct odd *odd = self;

    weir_add(out, &value, NULL, odd->collected++);
    return odd->collect_rc;
}

static const struct weir_plugin plugin = {
    .help = "Odd.",
    .instance_size = sizeof(struct odd),
    .open = odd_open,
    .close = odd_close,
    .collect = odd_collect,
};
static const struct weir_head head = {WEIR_ABI, sizeof(plugin), WEIR_KIND_INPUT,
                                      &plugin};

static struct store store;
static struct instance *instance;
static struct odd *odd;
static struct crew *crew;

/* The route that was mounted last. */
static struct {
    struct http_route route;
    unsigned mounted, unmounted;
    int rc;
} routes;

static inline int
mount(void *arg, const struct http_route *route)
{
    (void)arg;
    if (routes.rc < 0)
        return routes.rc;
    routes.route = *route;
    routes.mounted++;
    return 0;
}

static inline void
unmount(void *arg)
{
    (void)arg;
    routes.unmounted++;
}

static inline void
begin_with(const struct weir_label *labels, const char *host)
{
    const struct instance_settings settings = {
        .head = &head,
        .plugin = "odd",
        .name = "one",
        .interval_ns = NS_PER_MS,
        .labels = labels,
        .host = host,
        .work = crew = crew_new("work", 4),
    };
    const struct instance_world world = {
        .outlet = &store.outlet, .mount = mount, .unmount = unmount};

    memset(&routes, 0, sizeof(routes));
    store_init(&store);
    instance = instance_new(&settings);
    instance_set_world(instance, &world);
    odd = instance_memory(instance);
}

static inline void
begin(void)
{
    begin_with(NULL, NULL);
}

static inline void
end(void)
{
    instance_destroy(&instance);
    ck_assert_ptr_null(instance);
    crew_destroy(&crew, clock_now_ns() + patience_ns);
    store_fini(&store);
}

static inline void
run(void)
{
    stage_run(instance_stage(instance), 2 * NS_PER_MS);
}

static inline void
wait_for_cycles(unsigned count)
{
    int64_t until = clock_now_ns() + patience_ns;

    while (odd->collected < count && clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_uint_ge(odd->collected, count);
}

static inline void
stop(void)
{
    stage_ask_stop(instance_stage(instance));
    ck_assert(
        stage_join(instance_stage(instance), clock_now_ns() + patience_ns));
}

#endif /* INSTANCE_ODD_H */
