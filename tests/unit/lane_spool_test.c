/* lane_spool_test.c - a lane that has a spool */
#include <config.h>

#include "lane_ends.h"

#include <fcntl.h>
#include <ftw.h>

#include "link/backlog.h"

/* The store's tests want one stream from 1 on: here it is seen which numbers
 * come, the value in column 0, and how often. */
enum { NUMBERS = 20000 };

struct counted {
    struct stage *stage;
    struct port *port;
    atomic_bool begun;
    const char *endpoint;
    atomic_uint seen[NUMBERS];
    atomic_uint via[NUMBERS]; /* which mark, counted from 1 */
    atomic_uint total, wrong;
    struct {
        uint8_t stream[16];
        uint64_t last;
    } marks[64];
    size_t mark_count;
    atomic_bool late;    /* nothing becomes durable */
    atomic_bool refuses; /* every third number, for ever */
    atomic_uint refused;
};

static uint64_t *
mark_of(struct counted *self, const uint8_t stream[16])
{
    for (size_t i = 0; i < self->mark_count; i++)
        if (memcmp(self->marks[i].stream, stream, 16) == 0)
            return &self->marks[i].last;
    ck_assert_uint_lt(self->mark_count, ARRAY_SIZE(self->marks));
    memcpy(self->marks[self->mark_count].stream, stream, 16);
    return &self->marks[self->mark_count++].last;
}

static unsigned
mark_number(const struct counted *self, const uint64_t *mark)
{
    unsigned number = 1;

    while (&self->marks[number - 1].last != mark)
        number++;
    return number;
}

static void
counted_resolve(void *arg, struct layout *layout, uint32_t from)
{
    (void)from;
    *layout_resolved(layout) = arg;
}

static void
counted_forget(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static int
counted_append(void *arg, const struct frame_batch *batch,
               const struct weir_ticket *ticket)
{
    struct counted *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);
    uint64_t *mark = mark_of(self, ticket->stream);

    if (count != 1 || rows->width != COLUMNS || rows->values[0] >= NUMBERS ||
        ticket->sequence <= *mark) {
        self->wrong++;
        return 0;
    }
    if (self->refuses && (size_t)rows->values[0] % 3 == 0) {
        *mark = ticket->sequence;
        self->refused++;
        port_refused(self->port, ticket->number, "it is divisible by three");
    } else if (!self->late) {
        *mark = ticket->sequence;
        self->seen[(size_t)rows->values[0]]++;
        self->via[(size_t)rows->values[0]] = mark_number(self, mark);
        self->total++;
        port_durable(self->port, ticket->number);
    }
    return 0;
}

static int
counted_last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    *ret_sequence = *mark_of(arg, stream);
    return *ret_sequence ? 0 : -ENOENT;
}

static void
counted_begin(void *arg)
{
    static const struct port_calls calls = {
        counted_resolve, counted_forget, counted_append, counted_last, asked};
    static const struct port_settings settings = {.name = "test",
                                                  .credit_bytes = 4 << 20,
                                                  .streams_most = 8,
                                                  .layouts_most = 8};
    struct counted *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    ck_assert_int_eq(port_bind(self->port, self->endpoint, NULL), 0);
    self->begun = true;
}

static void
counted_end(void *arg)
{
    struct counted *self = arg;

    port_destroy(&self->port);
}

static void
counted_start(struct counted *self)
{
    socket_setup();
    self->stage = stage_new("store");
    self->begun = false;
    ck_assert_int_eq(stage_start(self->stage, counted_begin, counted_end, self),
                     0);
    while (!self->begun)
        (void)usleep(1000);
}

static void
counted_stop(struct counted *self)
{
    stage_ask_stop(self->stage);
    ck_assert(stage_join(self->stage, clock_now_ns() + 10 * NS_PER_S));
    stage_destroy(&self->stage);
}

/* Says whether each number from 1 on came once, and no other. */
static void
expect_each_once(const struct counted *self, uint64_t count)
{
    ck_assert_uint_eq(self->wrong, 0);
    for (uint64_t i = 1; i <= count; i++)
        ck_assert_msg(self->seen[i] == 1, "number %llu came %u times",
                      (unsigned long long)i, self->seen[i]);
    ck_assert_uint_eq(self->total, count);
}

/* A spool for as long as a test. */
struct spool_home {
    char path[64];
    struct lane_spool settings;
};

static int
remove_one(const char *path, const struct stat *about, int kind,
           struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static void
home_fini(struct spool_home *self)
{
    (void)nftw(self->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
home_init(struct spool_home *self)
{
    (void)strcpy(self->path, "/tmp/weirXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->path));
    self->settings = (struct lane_spool){
        .folder = self->path, .size_bytes = 64 << 20, .drop_oldest = true};
}

static uint64_t
close_soon(struct source *self, int64_t patience_ns)
{
    uint64_t left = lane_close(&self->lane, clock_now_ns() + patience_ns);

    layout_destroy(&self->layout);
    return left;
}

/* Waits until the store has so many. */
static void
wait_for(const struct counted *store, uint64_t count)
{
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    while (store->total < count && clock_now_ns() < until_ns)
        (void)usleep(1000);
}

START_TEST(brings_what_did_not_fit_its_window_once_the_store_is_there)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.late";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 5000);
    counted_start(store);
    offer_many(&source, 2000);
    wait_for(store, 7000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 7000);
    ck_assert_uint_eq(source.durable, 7000);
    free(store);
}
END_TEST

START_TEST(what_is_left_at_its_end_is_sent_by_the_next_lane)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.left";
    for (int life = 0; life < 3; life++) {
        source_open(&source, store->endpoint, 50000);
        offer_many(&source, 500);
        ck_assert_uint_eq(close_soon(&source, 0), 0);
    }
    ck_assert_uint_eq(source.cancelled, 0);
    counted_start(store);
    source_open(&source, store->endpoint, 50000);
    wait_for(store, 1500);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 1500);
    ck_assert_uint_eq(source.durable, 1500);
    free(store);
}
END_TEST

START_TEST(with_sync_always_all_is_told_to_be_stored_when_it_is_on_disk)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.always";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 300);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (source.durable < 300 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source.durable, 300);
    counted_start(store);
    wait_for(store, 300);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 300);
    free(store);
}
END_TEST

/* Waits until nothing waits in memory. */
static void
wait_for_window(const struct source *source)
{
    struct lane_figures figures;
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    do
        lane_figures(source->lane, &figures);
    while (figures.waiting_bytes && clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.waiting_bytes, 0);
}

START_TEST(with_sync_always_what_is_fresh_does_not_wait_behind_the_rest)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.fresh";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 3000);
    counted_start(store);
    wait_for_window(&source);
    offer_many(&source, 20);
    wait_for(store, 3020);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 3020);
    ck_assert_uint_eq(source.durable, 3020);
    for (size_t i = 3001; i <= 3020; i++)
        ck_assert_uint_eq(store->via[i], store->via[1]);
    ck_assert_uint_ne(store->via[3000], store->via[1]);
    free(store);
}
END_TEST

START_TEST(with_sync_always_what_was_fresh_outlives_a_kill)
{
    weir_cleanup(home_fini) struct spool_home home, copy;
    home_init(&home);
    home_init(&copy);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source killed = {.spool = &home.settings};
    struct source next = {.spool = &copy.settings};
    char command[256];

    home.settings.sync_always = true;
    source_open(&killed, "inproc://weir.spool.nobody", 50000);
    offer_many(&killed, 200);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (killed.durable < 200 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    (void)snprintf(command, sizeof(command), "cp -a %s/. %s", home.path,
                   copy.path);
    /* NOLINTNEXTLINE(cert-env33-c): its words are ours */
    ck_assert_int_eq(system(command), 0);
    ck_assert_uint_eq(close_soon(&killed, 0), 0);

    /* Also when it does not do so any more. */
    store->endpoint = "inproc://weir.spool.after";
    counted_start(store);
    source_open(&next, store->endpoint, 50000);
    wait_for(store, 200);
    ck_assert_uint_eq(source_close(&next), 0);
    counted_stop(store);
    expect_each_once(store, 200);
    free(store);
}
END_TEST

START_TEST(a_store_that_forgets_and_returns_gets_each_batch_once)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    uint64_t state = spec_seed();

    store->endpoint = "inproc://weir.spool.back";
    source_open(&source, store->endpoint, 20000);
    for (int round = 0; round < 5; round++) {
        store->late = spec_random(&state) % 2;
        counted_start(store);
        offer_many(&source, 300);
        (void)usleep((useconds_t)(spec_random(&state) % 200000));
        counted_stop(store);
        offer_many(&source, 300);
    }
    store->late = false;
    counted_start(store);
    wait_for(store, 3000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 3000);
    free(store);
}
END_TEST

START_TEST(drops_the_oldest_of_the_spool_and_brings_the_rest_in_order)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct lane_figures figures;

    home.settings.size_bytes = 4 << 20;
    store->endpoint = "inproc://weir.spool.full";
    source_open(&source, store->endpoint, 50000);
    offer_many(&source, 10000);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    do
        lane_figures(source.lane, &figures);
    while (figures.spooled_batches < 9900 && clock_now_ns() < until_ns);
    ck_assert_uint_gt(figures.spool_dropped_bytes, 1 << 20);
    ck_assert_uint_le(figures.spool_disk_bytes, 4 << 20);
    counted_start(store);
    until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (store->seen[10000] == 0 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->wrong, 0);
    ck_assert_uint_gt(store->total, 3000);
    ck_assert_uint_lt(store->total, 9000);
    for (uint64_t i = 10000; i > 7500; i--)
        ck_assert_uint_eq(store->seen[i], 1);
    free(store);
}
END_TEST

/* Asks for something, and waits until it is done. */
static void
wish(const struct spool_home *home, const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%s", home->path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (access(path, F_OK) == 0 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_int_eq(access(path, F_OK), -1);
}

/* Lets a store refuse some of what comes from the window and the spool. */
static void
be_refused(struct counted *store, struct source *source)
{
    store->refuses = true;
    offer_many(source, 600);
    counted_start(store);
    offer_many(source, 300);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (store->total + store->refused < 900 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(store->refused, 300);
    ck_assert_uint_eq(store->total, 600);
}

static uint64_t
dead_batches(const struct source *source, uint64_t count)
{
    struct lane_figures figures;
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;

    do
        lane_figures(source->lane, &figures);
    while (figures.dead_batches < count && clock_now_ns() < until_ns);
    return figures.dead_batches;
}

START_TEST(what_the_store_refuses_for_ever_is_kept_and_can_be_sent_again)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    store->endpoint = "inproc://weir.spool.dead";
    source_open(&source, store->endpoint, 50000);
    be_refused(store, &source);
    ck_assert_uint_eq(dead_batches(&source, 300), 300);
    wish(&home, BACKLOG_REPLAY_DEAD);
    /* They are refused again, and kept again. */
    ck_assert_uint_eq(dead_batches(&source, 600), 600);
    store->refuses = false;
    wish(&home, BACKLOG_REPLAY_DEAD);
    wait_for(store, 900);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 900);
    /* Those of the window were told so, those of the spool that they are safe.
     */
    ck_assert_uint_gt(source.refused, 0);
    ck_assert_uint_eq(source.refused + source.durable, 900);
    free(store);
}
END_TEST

START_TEST(what_the_store_refuses_for_ever_can_be_dropped)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct lane_figures figures;

    store->endpoint = "inproc://weir.spool.drop";
    source_open(&source, store->endpoint, 50000);
    be_refused(store, &source);
    ck_assert_uint_eq(dead_batches(&source, 300), 300);
    wish(&home, BACKLOG_DROP_DEAD);
    wish(&home, BACKLOG_REPLAY_DEAD);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    do
        lane_figures(source.lane, &figures);
    while (figures.dead_bytes && clock_now_ns() < until_ns);
    ck_assert_uint_eq(figures.dead_bytes, 0);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->total, 600);
    free(store);
}
END_TEST

START_TEST(a_spool_that_another_process_has_is_taken_when_that_has_gone)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};
    struct spool_settings settings = {.files = files_real(),
                                      .folder = home.path,
                                      .link = "other",
                                      .size_bytes = 64 << 20};
    struct spool *other = NULL;
    struct lane_figures figures;
    long holder = 0;

    ck_assert_int_eq(spool_open(&settings, &other, &holder), 0);
    store->endpoint = "inproc://weir.spool.busy";
    source_open(&source, store->endpoint, 50000);
    while (offer(&source) == 0)
        ;
    lane_figures(source.lane, &figures);
    ck_assert(!figures.spools);
    ck_assert_uint_lt(source.offered, 100);
    spool_destroy(&other);
    /* With the layouts that were offered before. */
    offer_many(&source, 2000);
    lane_figures(source.lane, &figures);
    ck_assert(figures.spools);
    counted_start(store);
    wait_for(store, (uint64_t)source.offered);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, source.offered);
    free(store);
}
END_TEST

START_TEST(what_waits_at_a_store_that_takes_nothing_is_safe_in_the_spool)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    store->endpoint = "inproc://weir.spool.secure";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (source.durable < 100 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source.durable, 100);
    /* What the window still has is not written once more. */
    ck_assert_uint_eq(close_soon(&source, 0), 0);
    ck_assert_uint_eq(source.cancelled, 0);
    counted_start(store);
    source_open(&source, store->endpoint, 1 << 20);
    wait_for(store, 100);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 100);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

START_TEST(what_is_safe_in_the_spool_is_sent_from_the_window_all_the_same)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    store->endpoint = "inproc://weir.spool.both";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (source.durable < 100 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    ck_assert_uint_eq(source.durable, 100);
    counted_start(store);
    wait_for(store, 200);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    ck_assert_uint_eq(store->wrong, 0);
    for (size_t i = 1; i <= 100; i++)
        ck_assert_uint_eq(store->seen[i], 2);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

START_TEST(with_sync_always_what_waits_in_the_window_comes_once)
{
    weir_cleanup(home_fini) struct spool_home home;
    home_init(&home);
    struct counted *store = xcalloc(1, sizeof(*store));
    struct source source = {.spool = &home.settings};

    home.settings.patience_ns = 10 * NS_PER_MS;
    home.settings.sync_always = true;
    store->endpoint = "inproc://weir.spool.once";
    source_open(&source, store->endpoint, 1 << 20);
    offer_many(&source, 100);
    int64_t until_ns = clock_now_ns() + PATIENCE_S * NS_PER_S;
    while (source.durable < 100 && clock_now_ns() < until_ns)
        (void)usleep(1000);
    (void)usleep(300000);
    counted_start(store);
    wait_for(store, 100);
    ck_assert_uint_eq(source_close(&source), 0);
    counted_stop(store);
    expect_each_once(store, 100);
    ck_assert_uint_eq(source.durable, 100);
    free(store);
}
END_TEST

SPEC("lane_spool", brings_what_did_not_fit_its_window_once_the_store_is_there,
     what_is_left_at_its_end_is_sent_by_the_next_lane,
     with_sync_always_all_is_told_to_be_stored_when_it_is_on_disk,
     with_sync_always_what_is_fresh_does_not_wait_behind_the_rest,
     with_sync_always_what_was_fresh_outlives_a_kill,
     a_store_that_forgets_and_returns_gets_each_batch_once,
     drops_the_oldest_of_the_spool_and_brings_the_rest_in_order,
     what_the_store_refuses_for_ever_is_kept_and_can_be_sent_again,
     what_the_store_refuses_for_ever_can_be_dropped,
     a_spool_that_another_process_has_is_taken_when_that_has_gone,
     what_waits_at_a_store_that_takes_nothing_is_safe_in_the_spool,
     what_is_safe_in_the_spool_is_sent_from_the_window_all_the_same,
     with_sync_always_what_waits_in_the_window_comes_once)
