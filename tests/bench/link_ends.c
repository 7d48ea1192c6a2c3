/* link_ends.c - both ends of a link, and what goes over it */
#include <config.h>

#include "link.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "counter.h"
#include "layout.h"

enum { COLUMNS = 2500, WINDOW_BYTES = 16 << 20 };

static const int64_t patience_ns = 30 * NS_PER_S;

int
link_open_lane(const struct link_bench *bench, const struct link_way *way,
               struct lane **ret_lane)
{
    char folder[4096];
    struct lane_spool spool = {
        .folder = folder, .size_bytes = UINT64_C(4) << 30, .sync_always = true};
    const struct lane_settings settings = {
        .name = "bench",
        .endpoint = way->endpoint,
        .sender = "bench",
        .window_bytes = WINDOW_BYTES,
        .spool = way->durable ? &spool : NULL,
        .keys = way->keys ? bench->keys : NULL,
        .compress = way->packed ? LANE_COMPRESS_ROWS : LANE_COMPRESS_NONE,
    };

    (void)snprintf(folder, sizeof(folder), "%s/spool", bench->folder);
    return lane_open(&settings, ret_lane);
}

int
link_ends_open(const struct link_bench *bench, const struct link_way *way,
               struct link_ends *ret_ends)
{
    *ret_ends = (struct link_ends){0};
    int rc = counter_open(way->endpoint, way->keys ? bench->keys : NULL,
                          &ret_ends->counter);
    if (rc == 0)
        rc = link_open_lane(bench, way, &ret_ends->lane);
    if (rc < 0)
        counter_destroy(&ret_ends->counter);
    return rc;
}

void
link_ends_close(struct link_ends *self)
{
    (void)lane_close(&self->lane, clock_now_ns() + patience_ns);
    counter_destroy(&self->counter);
}

void
link_drain(const struct lane *lane)
{
    int64_t until_ns = clock_now_ns() + patience_ns;
    struct lane_figures figures;

    do {
        (void)usleep(200);
        lane_figures(lane, &figures);
    } while ((figures.spool_bytes || figures.waiting_bytes) &&
             clock_now_ns() < until_ns);
}

void
link_free_endpoint(char ret_endpoint[LINK_ENDPOINT_SIZE])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    weir_cleanup(weir_close) int fd =
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (const struct sockaddr *)&address, size) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        abort();
    (void)snprintf(ret_endpoint, LINK_ENDPOINT_SIZE, "tcp://127.0.0.1:%u",
                   ntohs(address.sin_port));
}

struct link_load {
    uint32_t width;
    struct layout **layouts; /* [count], of COLUMNS series but for the last */
    struct weir_rows *rows;  /* [count] */
    size_t count;
    double *values;    /* [width] */
    uint64_t *present; /* [count][COLUMNS / 64 + 1] */
};

enum { WORDS = COLUMNS / 64 + 1 };

static struct layout *
make_layout(struct lane *lane, uint32_t number, uint32_t columns)
{
    static const struct weir_metric metric = {"m_total", WEIR_COUNTER, "", ""};
    struct layout *layout = layout_new(number);
    uint32_t next = 0;

    for (uint32_t i = 0; i < columns; i++) {
        char text[24];
        (void)snprintf(text, sizeof(text), "%u.%u", number, i);
        const struct weir_label labels[] = {{"n", text}, {0}};
        (void)layout_add(layout, &(struct weir_series){&metric, "", labels});
    }
    struct frame *frame =
        frame_of_layout(layout_shape(layout), number, 0, &next);
    if (lane)
        lane_offer_layout(lane, &frame);
    frame_release(&frame);
    return layout;
}

struct link_load *
link_load_new(struct lane *lane, uint32_t width)
{
    struct link_load *self = xcalloc(1, sizeof(*self));

    self->width = width;
    self->count = (width + COLUMNS - 1) / COLUMNS;
    self->layouts = xcalloc(self->count, sizeof(struct layout *));
    self->rows = xcalloc(self->count, sizeof(*self->rows));
    self->values = xcalloc(width, sizeof(*self->values));
    self->present = xcalloc(self->count * WORDS, sizeof(*self->present));
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t rest = width - i * COLUMNS;
        uint32_t columns = rest < COLUMNS ? rest : COLUMNS;
        self->layouts[i] = make_layout(lane, i + 1, columns);
        self->rows[i] = (struct weir_rows){
            .layout = layout_shape(self->layouts[i]),
            .width = columns,
            .count = 1,
            .values = self->values + (size_t)i * COLUMNS,
        };
    }
    return self;
}

void
link_load_destroy(struct link_load **self_p)
{
    struct link_load *self = *self_p;

    *self_p = NULL;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        layout_destroy(&self->layouts[i]);
    free(self->layouts);
    free(self->rows);
    free(self->values);
    free(self->present);
    free(self);
}

/* Fills in the values of a layout, and its presence bits where any lacks. */
static void
fill(struct link_load *self, size_t layout, const double *values)
{
    struct weir_rows *rows = &self->rows[layout];
    uint64_t *present = self->present + layout * WORDS;
    double *into = self->values + layout * COLUMNS;
    bool all = true;

    memset(present, 0, WORDS * sizeof(*present));
    for (uint32_t i = 0; i < rows->width; i++) {
        bool is = !isnan(values[i]);
        into[i] = is ? values[i] : 0;
        present[i / 64] |= (uint64_t)is << i % 64;
        all &= is;
    }
    rows->present = all ? NULL : present;
}

struct frame *
link_load_batch(struct link_load *self, int64_t time_ns, const double *values)
{
    for (size_t i = 0; i < self->count; i++) {
        self->rows[i].times_ns = &time_ns;
        self->rows[i].values = values + i * COLUMNS;
        self->rows[i].present = NULL;
        bool nan = false;
        for (uint32_t column = 0; column < self->rows[i].width; column++)
            nan |= isnan(self->rows[i].values[column]);
        if (!nan)
            continue;
        fill(self, i, values + i * COLUMNS);
        self->rows[i].values = self->values + i * COLUMNS;
    }
    return frame_of_batch(self->rows, self->count, NULL, 0);
}

struct frame *
link_load_turn(struct link_load *self, int64_t time_ns)
{
    for (size_t i = (size_t)time_ns % 4; i < self->width; i += 4)
        self->values[i] += (double)(i % 7) / 4;
    for (size_t i = 0; i < self->count; i++)
        self->rows[i].times_ns = &time_ns;
    return frame_of_batch(self->rows, self->count, NULL, 0);
}
