/* point.c - the series of a point */
#include <config.h>

#include "point.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../influx/naming.h"
#include "base.h"
#include "line_inner.h"

/* InfluxDB counts four bytes between a head and a field's name. */
enum { KEY_BETWEEN = 4 };

/* Writes the key of a field behind the head, which is there already. */
static size_t
write_key(struct point *self, const struct line *line,
          const struct line_field *field)
{
    memcpy(self->key + line->head_size + 1, field->name, field->size);
    return line->head_size + 1 + field->size;
}

static void
make_room(struct point *self, const struct line *line)
{
    if (!self->key) {
        self->key = xcalloc(POINT_KEY_ROOM, 1);
        self->texts = xcalloc(POINT_TEXT_ROOM, 1);
    }
    if (line->field_count > self->reference_room) {
        self->reference_room = 2 * line->field_count;
        self->references = xrealloc(self->references, self->reference_room,
                                    sizeof(*self->references));
    }
}

/* Copies a text without its '\\'; returns what stands behind it. */
static char *
copy_plain(char *out, const char *text, size_t size, const char *stops)
{
    line_plain(out, text, size, stops);
    return out + size + 1;
}

static int
by_name(const void *a, const void *b)
{
    const struct weir_label *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int
sort_labels(struct point *self, struct line *line, size_t count)
{
    self->labels[count] = (struct weir_label){0};
    qsort(self->labels, count, sizeof(self->labels[0]), by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(self->labels[i - 1].name, self->labels[i].name) == 0)
            return line_fault(line, "duplicate tags");
    return 0;
}

/* Makes the labels of 'count' items of the head.  Returns 0, -EINVAL for a name
 * that can not be one, or -EBADMSG when the head is wrong. */
static int
make_labels(struct point *self, struct line *line, size_t count, char *at,
            const char *measurement)
{
    size_t labels = 0;

    for (size_t i = 1; i < count; i++) {
        const struct line_tag *tag = &self->tags[i];
        struct weir_label *label = &self->labels[labels++];
        char *name = at;
        char *plain = at + naming_room(tag->name_size);
        char *end = copy_plain(plain, tag->name, tag->name_size, LINE_IN_TAG);
        if (naming_label(plain, name) < 0)
            return -EINVAL;
        *label = (struct weir_label){name, end};
        at = copy_plain(end, tag->value, tag->value_size, LINE_IN_TAG);
    }
    if (naming_needs_label(measurement))
        self->labels[labels++] =
            (struct weir_label){NAMING_MEASUREMENT, measurement};
    return sort_labels(self, line, labels);
}

/* Makes a series of a field.  Returns as make_labels(), or as
 * weir_series_refer(). */
static int
make_series(struct point *self, struct line *line, struct weir_batch *batch,
            const struct line_field *field, uint32_t *ret_reference)
{
    int count = line_head(line, self->tags, ARRAY_SIZE(self->tags));

    if (count < 0)
        return count;
    if (count > (int)ARRAY_SIZE(self->tags) ||
        memchr(line->head, '\0', line->head_size) ||
        memchr(field->name, '\0', field->size))
        return -EINVAL;
    char *measurement = self->texts;
    char *name = copy_plain(measurement, line->head, self->tags[0].name_size,
                            LINE_IN_MEASUREMENT);
    char *end = copy_plain(name, field->name, field->size, LINE_IN_FIELD);
    char *labels = end + naming_room(strlen(measurement) + strlen(name));
    int rc = make_labels(self, line, (size_t)count, labels, measurement);
    if (rc == 0 && naming_metric(measurement, name, end) < 0)
        rc = -EINVAL;
    if (rc < 0)
        return rc;
    const struct weir_metric metric = {end, WEIR_UNTYPED, "", ""};
    const struct weir_series series = {&metric, "", self->labels};
    return weir_series_refer(batch, &series, self->key,
                             write_key(self, line, field), ret_reference);
}

int
point_refer(struct point *self, struct line *line, struct weir_batch *batch)
{
    make_room(self, line);
    memcpy(self->key, line->head, line->head_size);
    self->key[line->head_size] = '\n';
    for (size_t i = 0; i < line->field_count; i++) {
        const struct line_field *field = &line->fields[i];
        uint32_t reference = 0;
        size_t length = line->head_size + KEY_BETWEEN + field->size;
        if (length > LINE_KEY_MOST)
            return line_fault(line, "max key length exceeded: %zu > %d", length,
                              LINE_KEY_MOST);
        if (field->is_text)
            continue;
        size_t size = write_key(self, line, field);
        int rc = weir_series_find(batch, self->key, size, &reference);
        if (rc < 0)
            rc = make_series(self, line, batch, field, &reference);
        if (rc == -EBADMSG)
            return rc;
        self->references[i] = rc < 0 ? rc : (int64_t)reference;
    }
    return 0;
}

void
point_fini(struct point *self)
{
    free(self->key);
    free(self->texts);
    free(self->references);
    *self = (struct point){0};
}
