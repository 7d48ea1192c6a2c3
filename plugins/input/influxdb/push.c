/* push.c - the lines of a request go into a batch
 *
 * What is wrong with one point harms no other; what is told of it is worded as
 * InfluxDB does.
 */
#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "influxdb.h"

/* InfluxDB's bounds. */
static const int64_t time_least_ns = INT64_MIN + 2;
static const int64_t time_most_ns = INT64_MAX - 1;

enum {
    FAILURES_MOST = 64 << 10,
    QUOTE_MOST = 4096,
    UNTOLD_SIZE = 64,
    FIELDS_KEPT = 4096
};

void
push_destroy(struct push **self_p)
{
    struct push *self = weir_take(*self_p);

    if (!self)
        return;
    weir_batch_destroy(&self->batch);
    free(self->failures);
    free(self);
}

/* Adds to what is wrong with the lines, as long as there is room. */
static void
fail_line(struct push *self, const struct line *line)
{
    size_t length = (size_t)(line->end - line->begin);
    size_t room = sizeof("\nunable to parse '': ") + LINE_WHY_SIZE + QUOTE_MOST;

    self->unreadable++;
    if (length > QUOTE_MOST)
        length = QUOTE_MOST;
    if (self->failures_size + room > FAILURES_MOST) {
        self->untold++;
        return;
    }

    if (!self->failures)
        self->failures = xcalloc(FAILURES_MOST + UNTOLD_SIZE, 1);
    self->failures_size += (size_t)snprintf(
        self->failures + self->failures_size, room,
        "%sunable to parse '%.*s': %s", self->failures_size ? "\n" : "",
        (int)length, line->begin, line->why);
}

/* Notes why a field is not kept; 'rc' is 0 for a text. */
static void
drop_field(struct push *self, const struct line *line,
           const struct line_field *field, int rc)
{
    size_t measurement = strcspn(line->head, ", ");

    if (self->why[0])
        return;
    if (rc == -EDQUOT) {
        (void)snprintf(self->why, sizeof(self->why),
                       "max-series-per-database limit exceeded: see "
                       "series_limit");
        return;
    }
    (void)snprintf(self->why, sizeof(self->why),
                   "input field \"%.*s\" on measurement \"%.*s\" %s",
                   (int)(field->size < 128 ? field->size : 128), field->name,
                   (int)(measurement < 128 ? measurement : 128), line->head,
                   rc == 0 ? "is type string, which is not kept"
                           : "has a name or tag that is too long or no UTF-8, "
                             "or too many tags");
}

static void
add_point(struct push *self, const struct line *line, int64_t time_ns)
{
    const int64_t *references = self->owner->point.references;
    bool dropped = false;

    for (size_t i = 0; i < line->field_count; i++) {
        const struct line_field *field = &line->fields[i];
        int rc = field->is_text      ? 0
                 : references[i] < 0 ? (int)references[i]
                                     : 1;
        if (rc <= 0) {
            drop_field(self, line, field, rc);
            dropped = true;
            continue;
        }
        weir_set_at(self->batch, (uint32_t)references[i], time_ns,
                    field->value);
    }
    self->owner->rounded += line->rounded;
    self->dropped += dropped;
}

/* Gives the point's time in nanoseconds.  Returns false when there is none. */
static bool
time_of(const struct push *self, const struct line *line, int64_t *ret_time_ns)
{
    *ret_time_ns = self->now_ns;
    return !line->timed ||
           (!__builtin_mul_overflow(line->time, self->unit_ns, ret_time_ns) &&
            *ret_time_ns >= time_least_ns && *ret_time_ns <= time_most_ns);
}

void
push_read(struct push *self, const char *text, size_t size)
{
    struct line *line = &self->owner->line;
    const char *at = text;

    for (int rc; (rc = line_next(line, &at, text + size)) != 0;) {
        int64_t time_ns = 0;
        if (rc > 0 && !time_of(self, line, &time_ns)) {
            (void)snprintf(line->why, sizeof(line->why),
                           "time outside range %" PRId64 " - %" PRId64,
                           time_least_ns, time_most_ns);
            rc = -EBADMSG;
        }
        if (rc > 0)
            rc = point_refer(&self->owner->point, line, self->batch);
        if (rc < 0) {
            fail_line(self, line);
            continue;
        }
        self->points++;
        add_point(self, line, time_ns);
    }
    if (self->untold)
        (void)snprintf(self->failures + self->failures_size, UNTOLD_SIZE,
                       "\nand %zu more lines", self->untold);
    if (line->field_room > FIELDS_KEPT) {
        line_fini(line);
        point_fini(&self->owner->point);
    }
}
