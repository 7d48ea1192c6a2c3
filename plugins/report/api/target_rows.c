/* target_rows.c - the targets of inputs; see target_rows.h */
#include <config.h>

#include "target_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/text.h>

#include "../reply/labels.h"
#include "base.h"
#include "timetext.h"

enum { EXTRAS = 5, MS_PER_S = 1000 };

/* The labels of scrape_target_info that the target's series do not have. */
enum extra { REASON, INTERVAL, POOL, TIMEOUT, URL };

static const char *const extras[EXTRAS] = {
    [REASON] = "reason",    [INTERVAL] = "scrape_interval",
    [POOL] = "scrape_pool", [TIMEOUT] = "scrape_timeout",
    [URL] = "scrape_url",
};

struct target_row {
    char *labels;        /* of its series, as JSON */
    char *job;           /* or "" */
    char *extra[EXTRAS]; /* or "" */
    double facts[3];     /* by enum target_fact; NAN: not known */
};

/* Making ------------------------------------------------------------------- */

/* Returns which of the extras 'name' is, or EXTRAS. */
static size_t
extra_of(const char *name)
{
    size_t i = 0;

    while (i < EXTRAS && strcmp(extras[i], name) != 0)
        i++;
    return i;
}

/* Writes the labels as JSON, without the extras; freed by the caller. */
static char *
write_labels(const struct weir_label *labels)
{
    static const struct weir_metric nameless = {"", WEIR_GAUGE, "", ""};
    struct weir_series series = {&nameless, "", NULL};
    struct json json = {0};
    size_t count = 0;
    size_t kept = 0;

    while (labels[count].name)
        count++;
    struct weir_label *own = xcalloc(count + 1, sizeof(*own));
    for (size_t i = 0; i < count; i++)
        if (extra_of(labels[i].name) == EXTRAS)
            own[kept++] = labels[i];
    series.labels = own;
    labels_write(&json, &series);
    free(own);
    json_bytes(&json, "", 1);
    return json.bytes;
}

static const char *
value_of(const struct weir_label *labels, const char *name)
{
    for (; labels->name; labels++)
        if (strcmp(labels->name, name) == 0)
            return labels->value;
    return "";
}

void
target_rows_add(struct target_rows *self, const struct weir_series *series)
{
    const struct weir_label *labels = series->labels;

    if (self->pool && strcmp(value_of(labels, extras[POOL]), self->pool) != 0)
        return;
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 64;
        self->list =
            xrealloc(self->list, self->room, sizeof(struct target_row *));
    }
    struct target_row *row = xcalloc(1, sizeof(*row));
    self->list[self->count++] = row;
    row->labels = write_labels(labels);
    row->job = x_or_die(strdup(value_of(labels, "job")));
    self->bytes += sizeof(*row) + strlen(row->labels);
    for (size_t i = 0; i < EXTRAS; i++) {
        row->extra[i] = x_or_die(strdup(value_of(labels, extras[i])));
        self->bytes += strlen(row->extra[i]);
    }
    for (size_t i = 0; i < WEIR_COUNT(row->facts); i++)
        row->facts[i] = (double)NAN;
}

static int
by_labels(const void *a, const void *b)
{
    const struct target_row *one = *(struct target_row *const *)a;
    const struct target_row *other = *(struct target_row *const *)b;

    return strcmp(one->labels, other->labels);
}

void
target_rows_sort(struct target_rows *self)
{
    if (self->count)
        qsort(self->list, self->count, sizeof(struct target_row *), by_labels);
}

/* Returns the place of the first row whose labels are not below 'labels'. */
static size_t
place_of(const struct target_rows *self, const char *labels)
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(self->list[middle]->labels, labels) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void
target_rows_note(struct target_rows *self, enum target_fact fact,
                 const struct weir_series *series, double value)
{
    char *labels = write_labels(series->labels);

    for (size_t at = place_of(self, labels);
         at < self->count && strcmp(self->list[at]->labels, labels) == 0; at++)
        self->list[at]->facts[fact] = value;
    free(labels);
}

/* Writing ------------------------------------------------------------------ */

static void
write_field(struct json *json, const char *name, const char *value)
{
    json_raw(json, ",\"");
    json_raw(json, name);
    json_raw(json, "\":");
    json_text(json, value);
}

/* As RFC 3339; the zero of Go's times when it is not known. */
static void
write_date(struct json *json, double seconds)
{
    char text[TIMETEXT_SIZE] = "0001-01-01T00:00:00Z";
    int64_t time_ms = isfinite(seconds) ? llround(seconds * MS_PER_S) : 0;

    if (time_ms > 0)
        (void)timetext_write_date(time_ms * NS_PER_MS, text);
    write_field(json, "lastScrape", text);
}

/* What the target was before rules changed it is not stored: what its URL says
 * of that. */
static void
write_discovered(struct json *json, const struct target_row *row)
{
    const char *url = row->extra[URL];
    const char *address = strstr(url, "://");
    struct json part = {0};

    address = address ? address + 3 : url;
    size_t scheme_size = address > url ? (size_t)(address - 3 - url) : 0;
    size_t address_size = strcspn(address, "/?");
    size_t path_size = strcspn(address + address_size, "?");
    const struct {
        const char *name, *text;
        size_t size;
    } known[] = {
        {"{\"__address__\":", address, address_size},
        {",\"__metrics_path__\":", address + address_size, path_size},
        {",\"__scheme__\":", url, scheme_size},
    };
    for (size_t i = 0; i < WEIR_COUNT(known); i++) {
        part.size = 0;
        json_bytes(&part, known[i].text, known[i].size);
        json_bytes(&part, "", 1);
        json_raw(json, known[i].name);
        json_text(json, part.bytes);
    }
    json_fini(&part);
    write_field(json, "__scrape_interval__", row->extra[INTERVAL]);
    write_field(json, "__scrape_timeout__", row->extra[TIMEOUT]);
    write_field(json, "job", row->job);
    json_raw(json, "}");
}

static const char *
health_of(const struct target_row *row)
{
    if (isnan(row->facts[TARGET_UP]))
        return "unknown";
    return row->facts[TARGET_UP] > 0 ? "up" : "down";
}

static void
write_row(struct json *json, const struct target_row *row)
{
    char number[WEIR_DOUBLE_SIZE] = "0";
    double duration = row->facts[TARGET_DURATION];

    if (isfinite(duration))
        (void)weir_format_plain(duration, number);
    json_raw(json, "{\"discoveredLabels\":");
    write_discovered(json, row);
    json_raw(json, ",\"labels\":");
    json_raw(json, row->labels);
    write_field(json, "scrapePool", row->extra[POOL]);
    write_field(json, "scrapeUrl", row->extra[URL]);
    write_field(json, "globalUrl", row->extra[URL]);
    write_field(json, "lastError", row->extra[REASON]);
    write_date(json, row->facts[TARGET_TIME]);
    json_raw(json, ",\"lastScrapeDuration\":");
    json_raw(json, number);
    write_field(json, "health", health_of(row));
    write_field(json, "scrapeInterval", row->extra[INTERVAL]);
    write_field(json, "scrapeTimeout", row->extra[TIMEOUT]);
    json_raw(json, "}");
}

static int
by_pool(const void *a, const void *b)
{
    const struct target_row *one = *(struct target_row *const *)a;
    const struct target_row *other = *(struct target_row *const *)b;
    int order = strcmp(one->extra[POOL], other->extra[POOL]);

    if (order == 0)
        order = strcmp(one->extra[URL], other->extra[URL]);
    return order ? order : strcmp(one->labels, other->labels);
}

void
target_rows_write(struct target_rows *self, struct json *json)
{
    if (self->count)
        qsort(self->list, self->count, sizeof(struct target_row *), by_pool);
    json_raw(json, "[");
    for (size_t i = 0; i < self->count; i++) {
        json_raw(json, i > 0 ? "," : "");
        write_row(json, self->list[i]);
    }
    json_raw(json, "]");
}

void
target_rows_fini(struct target_rows *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct target_row *row = self->list[i];
        for (size_t k = 0; k < EXTRAS; k++)
            free(row->extra[k]);
        free(row->labels);
        free(row->job);
        free(row);
    }
    free(self->list);
    *self = (struct target_rows){0};
}
