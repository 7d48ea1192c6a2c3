/* influxdb.c - storage: an InfluxDB, over HTTP
 *
 * A batch is durable when InfluxDB has said of all its samples that they are
 * stored.  While it is away they wait here, up to a limit; then the storage has
 * no room, and they wait in the window and spool of whoever sends them.
 */
#include <config.h>

#include "influxdb.h"

#include <errno.h>
#include <math.h>

#include "answer.h"
#include "base.h"
#include "clock.h"
#include "line.h"

static const int64_t tell_every_ns = NS_PER_S;

/* What is made of a layout. */
struct columns {
    uint32_t count;
    struct column {
        char *head; /* see line.h */
        size_t length;
    } items[]; /* [count] */
};

static const struct weir_option options[] = {
    WEIR_TEXT(struct influxdb, url, "http://127.0.0.1:8086",
              "Where InfluxDB listens."),
    WEIR_TEXT(struct influxdb, database, "weir", "Database of InfluxDB 1.x."),
    WEIR_TEXT(struct influxdb, retention_policy, "",
              "Its retention policy; the default one if empty."),
    WEIR_BOOLEAN(struct influxdb, create_database, "true",
                 "Make the database when there is none."),
    WEIR_TEXT(struct influxdb, org, "", "Organization of InfluxDB 2.x."),
    WEIR_TEXT(struct influxdb, bucket, "",
              "Bucket of InfluxDB 2.x; 1.x if empty."),
    WEIR_PATH(struct influxdb, token_file, "", "File of a token of 2.x."),
    WEIR_TEXT(struct influxdb, basic_auth_user, "",
              "User whom InfluxDB wants to see."),
    WEIR_PATH(struct influxdb, basic_auth_password_file, "",
              "File of the user's password."),
    WEIR_JUDGED_BLOCKS(struct influxdb, tls, struct access_tls,
                       access_tls_options, access_judge_tls,
                       "Certificates, for https."),
    WEIR_CHOICE(struct influxdb, fields, "value", "value suffix",
                "Field of a sample: value; or what its metric's suffix names, "
                "if any."),
    WEIR_INTEGER(struct influxdb, batch_points, "5000", 1, 1000000,
                 "Most points of a request."),
    WEIR_SIZE(struct influxdb, batch_size, "1M",
              "Most bytes of a request, unpacked."),
    WEIR_DURATION(struct influxdb, batch_time, "1s",
                  "How long a sample waits for others."),
    WEIR_BOOLEAN(struct influxdb, gzip, "true", "Pack requests."),
    WEIR_DURATION(struct influxdb, timeout, "30s",
                  "Longest time of a request."),
    WEIR_DURATION(struct influxdb, retry, "30s",
                  "Longest pause before a request is tried again."),
    WEIR_SIZE(struct influxdb, buffer, "32M",
              "Most bytes of lines that wait to be written."),
    WEIR_PATH(struct influxdb, dead_letters, "influxdb-refused.txt",
              "File of what InfluxDB refuses for ever."),
    WEIR_SIZE(struct influxdb, dead_letter_size, "16M",
              "Most bytes of it and the one before; 0 keeps nothing."),
    {0},
};

/* What is told of itself ----------------------------------------------------
 */

static const struct weir_metric told[] = {
    {"weir_storage_written_samples_total", WEIR_COUNTER, "",
     "Samples that InfluxDB has stored."},
    {"weir_storage_refused_samples_total", WEIR_COUNTER, "",
     "Samples that a limit refused, or that came too late."},
    {"weir_storage_left_out_samples_total", WEIR_COUNTER, "",
     "Samples that are no number, or infinite, which it cannot hold."},
    {"weir_storage_requests_total", WEIR_COUNTER, "",
     "Requests that have ended."},
    {"weir_storage_failed_requests_total", WEIR_COUNTER, "",
     "Requests that are tried again."},
    {"weir_storage_waiting_bytes", WEIR_GAUGE, "bytes",
     "Lines that wait to be written."},
};

static void
tell(void *instance, void *arg)
{
    struct influxdb *self = instance;
    const double values[] = {
        (double)self->counts.written,  (double)self->counts.refused,
        (double)self->counts.left_out, (double)self->counts.requests,
        (double)self->counts.failures, (double)self->queue.bytes,
    };

    (void)arg;
    for (size_t i = 0; i < WEIR_COUNT(told); i++)
        weir_tell(self, &told[i], values[i]);
}

/* Beginning and end -------------------------------------------------------- */

static int
influxdb_check(void *instance)
{
    struct influxdb *self = instance;

    if (self->retry.ns <= 0 || self->timeout.ns <= 0)
        return weir_fail(self, -EINVAL, "retry and timeout cannot be 0");
    return client_check(self);
}

static int
influxdb_open(void *instance)
{
    struct influxdb *self = instance;
    size_t points = (size_t)self->batch_points;

    self->full = self->flushing = false;
    self->queue = (struct queue){0};
    metrics_init(&self->metrics);
    self->counts = (struct influxdb_counts){0};
    self->delivery =
        (struct delivery){.points_most = points, .ceiling = points};
    self->dead = (struct deadfile){.path = self->dead_letters,
                                   .size_most = self->dead_letter_size.bytes,
                                   .fd = -1};
    int rc = client_open(self);
    if (rc < 0)
        return rc;
    tell(self, NULL);
    return weir_timer(self, tell_every_ns, tell_every_ns, tell, NULL);
}

static void
influxdb_close(void *instance)
{
    struct influxdb *self = instance;

    client_close(self);
    metrics_fini(&self->metrics);
    queue_fini(&self->queue);
    (void)deadfile_sync(&self->dead);
}

/* Batches ------------------------------------------------------------------ */

static int
influxdb_resolve(void *instance, const struct weir_layout *layout,
                 uint32_t from, void **resolved_p)
{
    struct influxdb *self = instance;
    size_t size =
        sizeof(struct columns) + layout->count * sizeof(struct column);
    struct columns *columns = xrealloc(*resolved_p, size, 1);

    for (uint32_t i = from; i < layout->count; i++) {
        columns->items[i].length =
            line_head(&layout->series[i], (enum line_fields)self->fields,
                      &columns->items[i].head);
        metrics_note(&self->metrics, &layout->series[i]);
    }
    columns->count = layout->count;
    *resolved_p = columns;
    return 0;
}

static void
influxdb_forget(void *instance, void *resolved)
{
    struct columns *columns = resolved;

    (void)instance;
    for (uint32_t i = 0; columns && i < columns->count; i++)
        free(columns->items[i].head);
    free(columns);
}

/* Neither a NaN nor an end of a series can be there, nor an infinity. */
static void
add_sample(struct influxdb *self, const struct column *column,
           struct parcel_line *line)
{
    if (!isfinite(line->value)) {
        self->counts.left_out++;
        return;
    }
    line->head = column->head;
    line->head_length = column->length;
    parcel_add(self->queue.last, line);
}

static void
add_row(struct influxdb *self, const struct weir_rows *rows, uint32_t row)
{
    const struct columns *columns = rows->resolved;
    const uint64_t *present =
        rows->present ? rows->present + (size_t)row * ((rows->width + 63) / 64)
                      : NULL;
    char time[LINE_TIME_SIZE];
    struct parcel_line line = {
        .time = time, .time_length = line_time(rows->times_ns[row], time)};

    for (uint32_t i = 0; i < rows->width; i++) {
        if (present && !(present[i / 64] >> (i % 64) & 1))
            continue;
        line.value = rows->values[(size_t)row * rows->width + i];
        add_sample(self, &columns->items[i], &line);
    }
}

static void
add_loose(struct influxdb *self, const struct weir_loose *loose)
{
    const struct columns *columns = loose->resolved;
    char time[LINE_TIME_SIZE];
    struct parcel_line line = {.time = time};

    for (uint32_t i = 0; i < loose->count; i++) {
        if (i == 0 || loose->times_ns[i] != loose->times_ns[i - 1])
            line.time_length = line_time(loose->times_ns[i], time);
        line.value = loose->values[i];
        add_sample(self, &columns->items[loose->index[i]], &line);
    }
}

static void
add_all(struct influxdb *self, const struct weir_batch *in)
{
    size_t rows_count = 0;
    size_t loose_count = 0;
    const struct weir_rows *rows = weir_batch_rows(in, &rows_count);
    const struct weir_loose *loose = weir_batch_loose(in, &loose_count);

    for (size_t i = 0; i < rows_count; i++)
        for (uint32_t row = 0; row < rows[i].count; row++)
            add_row(self, &rows[i], row);
    for (size_t i = 0; i < loose_count; i++)
        add_loose(self, &loose[i]);
}

/* When to write ------------------------------------------------------------ */

/* The timer may be that of a parcel which had its fill before.  Without one it
 * is written at once. */
static void
flush_due(void *instance, void *arg)
{
    struct influxdb *self = instance;

    (void)arg;
    self->flushing = false;
    if (!self->queue.open)
        return;
    int64_t left_ns =
        self->queue.last->since_ns + self->batch_time.ns - clock_now_ns();
    if (left_ns > 0)
        self->flushing = weir_timer(self, left_ns, 0, flush_due, NULL) == 0;
    if (!self->flushing)
        queue_close(&self->queue);
    delivery_go(self);
}

static void
flush_soon(struct influxdb *self)
{
    const struct parcel *parcel = self->queue.last;

    if (parcel->points >= (size_t)self->batch_points ||
        parcel->size >= self->batch_size.bytes) {
        queue_close(&self->queue);
        delivery_go(self);
    } else if (!self->flushing) {
        flush_due(self, NULL);
    }
}

/* What waits for others need not, when there is no room for them. */
static int
wait_for_room(struct influxdb *self)
{
    self->full = true;
    queue_close(&self->queue);
    delivery_go(self);
    return -EAGAIN;
}

static int
influxdb_append(void *instance, const struct weir_batch *in,
                const struct weir_ticket *ticket)
{
    struct influxdb *self = instance;

    if (self->queue.bytes >= self->buffer.bytes)
        return wait_for_room(self);
    size_t before =
        queue_begin(&self->queue, ticket->number, clock_now_ns())->size;
    add_all(self, in);
    queue_end(&self->queue, before);
    flush_soon(self);
    return 0;
}

static int
influxdb_select(void *instance, const struct weir_select *what,
                struct weir_sink *sink)
{
    return answer_select(instance, what, sink);
}

/* There is no 'last': InfluxDB keeps no numbers of batches.  Whoever sends
 * knows what is durable, and what is written twice is there once. */
WEIR_STORAGE(influxdb) = {
    .help = "Keeps samples in an InfluxDB.",
    .instance_size = sizeof(struct influxdb),
    .options = options,
    .check = influxdb_check,
    .open = influxdb_open,
    .close = influxdb_close,
    .resolve = influxdb_resolve,
    .forget = influxdb_forget,
    .append = influxdb_append,
    .select = influxdb_select,
};
