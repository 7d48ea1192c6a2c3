/* store_select.c - what the label index of storage tsdb costs and gives
 *
 *     store_select [--path FOLDER] [--series 1000000]
 *
 * Hosts of a thousand series each, with ten labels as those of node-exporter
 * behind a service discovery.  Measured are: taking them in, memory, selectors,
 * appends beside selects, and the start with all of them in the log, and in the
 * catalog.
 */
#include <config.h>

#include "../../plugins/storage/tsdb/tsdb.c"

#include <ftw.h>
#include <getopt.h>
#include <malloc.h>

#include <weir/cleanup.h>
#include <weir/harness.h>

#include "../../plugins/storage/tsdb/selector.h"
#include "layout.h"
#include "link/frame.h"
#include "source.h"

enum { HOST_SERIES = 1000, RUNS = 201, APPENDS = 2000, LABELS = 10 };

struct bench {
    const char *path;
    uint32_t series, hosts;
    struct weir_harness *harness;
    struct tsdb *tsdb;
    uint64_t ticket;
    int64_t time_ns;
};

/* The hosts' batches ------------------------------------------------------- */

static void
add_series(struct layout *layout, uint32_t host, uint32_t number)
{
    char name[32], instance[32], cpu[16], rack[16], device[32];
    const struct weir_metric metric = {name, WEIR_COUNTER, "seconds",
                                       "Seconds that something took."};
    const struct weir_label labels[LABELS + 1] = {
        {"cluster", host % 2 ? "prod-eu-1" : "prod-us-1"},
        {"cpu", cpu},
        {"dc", host % 3 ? "fra1" : "nyc3"},
        {"device", device},
        {"env", "production"},
        {"instance", instance},
        {"job", "node"},
        {"mode", number % 8 < 4 ? "system" : "user"},
        {"rack", rack},
        {"team", "infrastructure"},
    };
    const struct weir_series series = {&metric, "", labels};

    (void)snprintf(name, sizeof(name), "node_metric_%u_total", number / 8);
    (void)snprintf(instance, sizeof(instance), "host-%u.example.org:9100",
                   host);
    (void)snprintf(cpu, sizeof(cpu), "%u", number % 8);
    (void)snprintf(rack, sizeof(rack), "rack-%u", host % 40);
    (void)snprintf(device, sizeof(device), "dev-%u-%u", host % 5, number % 8);
    (void)layout_add(layout, &series);
}

static struct layout *
find_layout(void *arg, uint32_t number)
{
    (void)number;
    return arg;
}

/* Appends a row of all series of the layout, as a link gives it. */
static void
append_row(struct bench *self, struct layout *layout)
{
    double values[HOST_SERIES];
    const struct weir_layout *shape = layout_shape(layout);
    const struct weir_rows rows = {.layout = shape,
                                   .width = shape->count,
                                   .count = 1,
                                   .times_ns = &self->time_ns,
                                   .values = values};
    uint32_t number = 0;

    for (uint32_t i = 0; i < shape->count; i++)
        values[i] = i + (double)self->ticket;
    struct frame *frame = x_or_die(frame_of_batch(&rows, 1, NULL, 0));
    struct frame_batch *read = frame_batch_new();
    struct frame_view view = frame_look(frame);
    if (frame_batch_read(read, &view, find_layout, layout, &number) < 0)
        abort();
    struct weir_batch *batch = batch_of_frame(read);
    struct weir_ticket ticket = {.stream = "store select", .peer = "bench"};
    ticket.number = ticket.sequence = ++self->ticket;
    while (tsdb_append(self->tsdb, batch, &ticket) == -EAGAIN)
        (void)usleep(1000);
    weir_batch_destroy(&batch);
    frame_batch_destroy(&read);
    frame_release(&frame);
}

static struct layout *
make_host(struct bench *self, uint32_t host, uint32_t from)
{
    struct layout *layout = layout_new(host + 1);

    for (uint32_t i = 0; i < HOST_SERIES; i++)
        add_series(layout, host, from + i);
    (void)tsdb_resolve(self->tsdb, layout_shape(layout), 0,
                       layout_resolved(layout));
    return layout;
}

static void
drop_host(struct bench *self, struct layout **layout_p)
{
    tsdb_forget(self->tsdb, *layout_resolved(*layout_p));
    layout_destroy(layout_p);
}

/* Measures ----------------------------------------------------------------- */

static int
compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void
print_times(const char *what, int64_t *times_ns, size_t count)
{
    size_t middle = count / 2, late = count * 99 / 100;

    qsort(times_ns, count, sizeof(*times_ns), compare_times);
    printf("%-44s median %9.1f us, p99 %9.1f us, most %9.1f us\n", what,
           (double)times_ns[middle] / 1e3, (double)times_ns[late] / 1e3,
           (double)times_ns[count - 1] / 1e3);
}

static void
open_store(struct bench *self, const char *what)
{
    char path[4096];
    const char *const settings[] = {path,
                                    "retention = 0",
                                    "series = 0",
                                    "source_series = 0",
                                    "name_series = 0",
                                    "series_rate = 0",
                                    "sync = written",
                                    "flush_interval = 0",
                                    "flush_size = 0",
                                    NULL};
    int64_t began_ns = clock_now_ns();

    (void)snprintf(path, sizeof(path), "path=%s", self->path);
    int rc = weir_harness_open(&tsdb_LTX_weir_plugin, settings, &self->harness);
    if (rc < 0) {
        (void)fprintf(stderr, "store_select: %s\n", weir_harness_why(NULL));
        exit(1);
    }
    self->tsdb = weir_harness_self(self->harness);
    printf("%-44s %.2f s, %u series\n", what,
           (double)(clock_now_ns() - began_ns) / 1e9, self->tsdb->head.known);
    (void)fflush(stdout);
}

static void
fill(struct bench *self)
{
    size_t before = mallinfo2().uordblks;
    int64_t began_ns = clock_now_ns();
    struct postings_figures index;

    for (uint32_t host = 0; host < self->hosts; host++) {
        struct layout *layout = make_host(self, host, 0);
        append_row(self, layout);
        drop_host(self, &layout);
    }
    int64_t took_ns = clock_now_ns() - began_ns;
    double series = self->tsdb->head.known;
    postings_figures(self->tsdb->head.index, &index);
    printf("%-44s %.2f s, %.0f a second\n", "new series taken in",
           (double)took_ns / 1e9, series / (double)took_ns * 1e9);
    printf("%-44s %.0f bytes a series, of which %.0f the index "
           "(%u names, %u pairs, %u metrics)\n",
           "memory, with one sample each",
           (double)(mallinfo2().uordblks - before) / series,
           (double)index.size / series, index.names, index.pairs,
           index.metrics);
}

static const struct question {
    const char *what;
    struct weir_matcher matchers[3];
} questions[] = {
    {"{__name__=\"..\", instance=\"..\"}",
     {{"__name__", WEIR_EQUAL, "node_metric_7_total", NULL},
      {"instance", WEIR_EQUAL, "host-77.example.org:9100", NULL}}},
    {"{__name__=\"..\"}",
     {{"__name__", WEIR_EQUAL, "node_metric_7_total", NULL}}},
    {"{__name__=\"..\", instance=~\"host-1..example.*\"}",
     {{"__name__", WEIR_EQUAL, "node_metric_7_total", NULL},
      {"instance", WEIR_LIKE, "host-1..\\.example.*", NULL}}},
    {"{instance=~\".*7.example.*\", mode!=\"user\"}",
     {{"instance", WEIR_LIKE, ".*7\\.example.*", NULL},
      {"mode", WEIR_NOT_EQUAL, "user", NULL}}},
    {"{instance=~\"host-1.*|host-2..*\", dc!~\"f.*\"}",
     {{"instance", WEIR_LIKE, "host-1.*|host-2..*", NULL},
      {"dc", WEIR_NOT_LIKE, "f.*", NULL}}},
    {"{instance=~\"(a|b)\", nothing=\"\"}",
     {{"instance", WEIR_LIKE,
       "(host-7\\.example\\.org:9100|host-8\\.example\\.org:9100)", NULL},
      {"nothing", WEIR_EQUAL, "", NULL}}},
    {"{job=\"node\", env=\"production\"} (all)",
     {{"job", WEIR_EQUAL, "node", NULL},
      {"env", WEIR_EQUAL, "production", NULL}}},
};

static void
ask(struct bench *self, const struct question *question)
{
    struct weir_matcher matchers[3];
    struct weir_pattern *patterns[3] = {0};
    int64_t times_ns[RUNS];
    char why[128], what[96];
    uint64_t found = 0;
    size_t count = 0;

    for (; count < 3 && question->matchers[count].name; count++) {
        matchers[count] = question->matchers[count];
        if (matchers[count].match >= WEIR_LIKE &&
            weir_pattern_new(matchers[count].value, why, sizeof(why),
                             &patterns[count]) < 0)
            abort();
        matchers[count].pattern = patterns[count];
    }
    for (int i = 0; i < RUNS; i++) {
        struct selector selector;
        int64_t began_ns = clock_now_ns();
        if (selector_init(&selector, self->tsdb->head.index, matchers, count) <
            0)
            abort();
        times_ns[i] = clock_now_ns() - began_ns;
        found = roaring_bitmap_get_cardinality(selector.series);
        selector_fini(&selector);
    }
    (void)snprintf(what, sizeof(what), "%s: %llu", question->what,
                   (unsigned long long)found);
    print_times(what, times_ns, RUNS);
    for (size_t i = 0; i < count; i++)
        weir_pattern_destroy(&patterns[i]);
}

/* Appends beside selects --------------------------------------------------- */

struct asker {
    struct bench *bench;
    pthread_t thread;
    atomic_bool stop;
    uint64_t selects;
};

static void *
asker_main(void *arg)
{
    struct asker *self = arg;
    struct weir_pattern *pattern = NULL;
    char why[128];

    if (weir_pattern_new("host-.*[13579].example.*", why, sizeof(why),
                         &pattern) < 0)
        abort();
    const struct weir_matcher matchers[] = {
        {"instance", WEIR_LIKE, "host-.*[13579].example.*", pattern},
        {"cpu", WEIR_NOT_EQUAL, "3", NULL}};
    while (!atomic_load(&self->stop)) {
        struct selector selector;
        (void)selector_init(&selector, self->bench->tsdb->head.index, matchers,
                            WEIR_COUNT(matchers));
        selector_fini(&selector);
        self->selects++;
    }
    weir_pattern_destroy(&pattern);
    return NULL;
}

static void
append_some(struct bench *self, const char *what)
{
    int64_t times_ns[APPENDS];
    struct layout *layout = make_host(self, 0, 0);

    for (int i = 0; i < APPENDS; i++) {
        self->time_ns += NS_PER_S;
        int64_t began_ns = clock_now_ns();
        append_row(self, layout);
        times_ns[i] = clock_now_ns() - began_ns;
    }
    drop_host(self, &layout);
    print_times(what, times_ns, APPENDS);
}

static void
append_beside_selects(struct bench *self)
{
    struct asker asker = {.bench = self};

    append_some(self, "append of 1000 series");
    if (pthread_create(&asker.thread, NULL, asker_main, &asker) != 0)
        abort();
    append_some(self, "append of 1000 series beside selects");
    atomic_store(&asker.stop, true);
    (void)pthread_join(asker.thread, NULL);
    printf("%-44s %llu\n", "selects beside it",
           (unsigned long long)asker.selects);
}

static int
remove_file(const char *path, const struct stat *stat, int kind,
            struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    return remove(path);
}

static void
measure(struct bench *self)
{
    open_store(self, "start, empty");
    fill(self);
    for (size_t i = 0; i < WEIR_COUNT(questions); i++)
        ask(self, &questions[i]);
    append_beside_selects(self);
    weir_harness_destroy(&self->harness);
    open_store(self, "start, all in the log");
    int64_t began_ns = clock_now_ns();
    flush_start(&self->tsdb->flush);
    if (flush_end(&self->tsdb->flush) < 0)
        abort();
    printf("%-44s %.2f s\n", "flush",
           (double)(clock_now_ns() - began_ns) / 1e9);
    weir_harness_destroy(&self->harness);
    open_store(self, "start, all in the catalog");
    weir_harness_destroy(&self->harness);
}

int
main(int argc, char **argv)
{
    static const struct option longs[] = {
        {"path", required_argument, NULL, 'p'},
        {"series", required_argument, NULL, 's'},
        {0}};
    char folder[] = "/tmp/store_select.XXXXXX";
    struct bench bench = {.series = 1000000, .time_ns = clock_wall_ns()};
    int found = 0;

    while ((found = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (found == '?')
            return 2;
        if (found == 'p')
            bench.path = optarg;
        else
            bench.series = (uint32_t)strtoul(optarg, NULL, 10);
    }
    bench.hosts = (bench.series + HOST_SERIES - 1) / HOST_SERIES;
    if (!bench.path)
        bench.path = mkdtemp(folder);
    measure(&bench);
    (void)nftw(bench.path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}
