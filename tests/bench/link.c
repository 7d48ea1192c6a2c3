/* link.c - how many samples a second go through a link
 *
 * Encodes batches of 10,000 series, offers them to a lane, and counts them at
 * a port in the same process.  Prints samples a second for each endpoint that
 * is named on the command line, else for inproc; all through a spool in FOLDER,
 * with a sync of each group of batches, for endpoints after "spool=FOLDER".
 * WEIR_KEYS names a folder with "key" and "peers", in which 127.0.0.1.pub has
 * the same key and rights: then tcp:// is encrypted.
 */
#include <config.h>

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "layout.h"
#include "link/lane.h"
#include "link/port.h"
#include "link/socket.h"
#include "stage.h"

enum { LAYOUTS = 4, COLUMNS = 2500, SECONDS = 3 };

struct counter {
    struct stage *stage;
    struct port *port;
    const char *endpoint;
    struct keyring *keys; /* or NULL */
    uint64_t samples;
};

static void
ignore_layout(void *arg, struct layout *layout, uint32_t from)
{
    (void)arg;
    (void)layout;
    (void)from;
}

static void
forget_layout(void *arg, struct layout *layout)
{
    (void)arg;
    (void)layout;
}

static int
append(void *arg, const struct frame_batch *batch,
       const struct weir_ticket *ticket)
{
    struct counter *self = arg;
    size_t count = 0;
    const struct weir_rows *rows = frame_batch_rows(batch, &count);

    for (size_t i = 0; i < count; i++)
        self->samples += (uint64_t)rows[i].width * rows[i].count;
    port_durable(self->port, ticket->number);
    return 0;
}

static int
last(void *arg, const uint8_t stream[16], uint64_t *ret_sequence)
{
    (void)arg;
    (void)stream;
    *ret_sequence = 0;
    return -ENOENT;
}

static void
begin(void *arg)
{
    static const struct port_calls calls = {ignore_layout, forget_layout,
                                            append, last, NULL};
    static const struct port_settings settings = {.name = "bench",
                                                  .credit_bytes = 32 << 20,
                                                  .streams_most = 8,
                                                  .layouts_most = 64};
    struct counter *self = arg;

    self->port = port_new(self->stage, &settings, &calls, self);
    int rc = port_bind(self->port, self->endpoint, self->keys);
    if (rc < 0)
        (void)fprintf(stderr, "%s: %s\n", self->endpoint, strerror(-rc));
}

static void
end(void *arg)
{
    struct counter *self = arg;

    port_destroy(&self->port);
}

static struct layout *
make_layout(struct lane *lane, uint32_t number)
{
    static const struct weir_metric metric = {"m_total", WEIR_COUNTER, "", ""};
    struct layout *layout = layout_new(number);
    uint32_t next = 0;

    for (uint32_t i = 0; i < COLUMNS; i++) {
        char text[24];
        (void)snprintf(text, sizeof(text), "%u.%u", number, i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
    struct frame *frame =
        frame_of_layout(layout_shape(layout), number, 0, &next);
    lane_offer_layout(lane, &frame);
    return layout;
}

static void
offer_all(struct lane *lane, const struct weir_rows rows[LAYOUTS])
{
    int64_t until_ns = clock_now_ns() + SECONDS * NS_PER_S;

    while (clock_now_ns() < until_ns) {
        weir_cleanup(frame_release) struct frame *frame =
            frame_of_batch(rows, LAYOUTS, NULL, 0);
        while (lane_offer(lane, &frame, NULL, NULL) < 0)
            (void)usleep(50);
    }
}

/* Waits until nothing is left in the spool. */
static void
wait_for_spool(const struct lane *lane)
{
    int64_t until_ns = clock_now_ns() + 60 * NS_PER_S;
    struct lane_figures figures;

    do {
        (void)usleep(1000);
        lane_figures(lane, &figures);
    } while ((figures.spool_bytes || figures.waiting_bytes) &&
             clock_now_ns() < until_ns);
}

static void
measure(const char *endpoint, const char *folder, struct keyring *keys)
{
    struct lane_spool spool = {
        .folder = folder, .size_bytes = UINT64_C(4) << 30, .sync_always = true};
    struct counter counter = {
        .endpoint = endpoint, .keys = keys, .stage = stage_new("store")};
    struct lane_settings settings = {.name = "bench",
                                     .endpoint = endpoint,
                                     .sender = "bench",
                                     .window_bytes = 16 << 20,
                                     .spool = folder ? &spool : NULL,
                                     .keys = keys};
    struct layout *layouts[LAYOUTS];
    struct weir_rows rows[LAYOUTS];
    static double values[COLUMNS];
    struct lane *lane = NULL;
    int64_t time_ns = 1;

    for (size_t i = 0; i < COLUMNS; i++)
        values[i] = (double)i * 1.5;
    if (stage_start(counter.stage, begin, end, &counter) < 0 ||
        lane_open(&settings, &lane) < 0)
        return;
    for (uint32_t i = 0; i < LAYOUTS; i++) {
        layouts[i] = make_layout(lane, i + 1);
        rows[i] = (struct weir_rows){.layout = layout_shape(layouts[i]),
                                     .width = COLUMNS,
                                     .count = 1,
                                     .times_ns = &time_ns,
                                     .values = values};
    }
    int64_t begin_ns = clock_now_ns();
    offer_all(lane, rows);
    wait_for_spool(lane);
    (void)lane_close(&lane, clock_now_ns() + 10 * NS_PER_S);
    int64_t took_ns = clock_now_ns() - begin_ns;
    stage_ask_stop(counter.stage);
    (void)stage_join(counter.stage, clock_now_ns() + 10 * NS_PER_S);
    stage_destroy(&counter.stage);
    for (size_t i = 0; i < LAYOUTS; i++)
        layout_destroy(&layouts[i]);
    (void)printf("%s%s: %.1f million samples/s\n", endpoint,
                 folder ? " through a spool" : "",
                 (double)counter.samples * 1e3 / (double)took_ns);
}

static int
open_keys(const char *folder, struct keyring **ret_keys)
{
    char key[512], peers[512], why[512];

    (void)snprintf(key, sizeof(key), "%s/key", folder);
    (void)snprintf(peers, sizeof(peers), "%s/peers", folder);
    int rc = keyring_open(key, peers, why, sizeof(why), ret_keys);
    if (rc < 0)
        (void)fprintf(stderr, "%s\n", why);
    return rc;
}

int
main(int argc, char **argv)
{
    const char *key_folder = getenv("WEIR_KEYS");
    const char *folder = NULL;
    struct keyring *keys = NULL;

    socket_setup();
    if (key_folder && open_keys(key_folder, &keys) < 0)
        return EXIT_FAILURE;
    if (argc < 2)
        measure("inproc://weir.bench", NULL, NULL);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], "spool=", 6) == 0)
            folder = argv[i] + 6;
        else
            measure(argv[i], folder, keys);
    keyring_destroy(&keys);
    return 0;
}
