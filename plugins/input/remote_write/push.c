/* push.c - what a write request says goes into a batch
 *
 * A series that came before is found by its bytes; a new one is read and
 * judged.  What is wrong with one harms no other, and the first of them is
 * told.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "remote_write.h"

static const int64_t ns_per_ms = 1000000;

/* A series as people write it, as much of it as there is room for. */
static void
describe(const struct message_labels *labels, char *text, size_t size)
{
    int at = snprintf(text, size, "{");

    for (size_t i = 0; i < labels->count; i++) {
        if (at < 0 || (size_t)at >= size)
            break;
        at +=
            snprintf(text + at, size - (size_t)at, "%s%s=\"%s\"", i ? ", " : "",
                     labels->items[i].name, labels->items[i].value);
    }
    if (at > 0 && (size_t)at + 1 < size)
        (void)snprintf(text + at, size - (size_t)at, "}");
}

static void
refuse(struct push *self, const struct message_series *series, size_t samples,
       const char *why)
{
    char text[WHY_SIZE - 256] = "";
    struct message_labels *labels = &self->owner->labels;

    self->refused += samples;
    if (self->why[0])
        return;
    (void)message_labels(&self->owner->message, series, labels);
    describe(labels, text, sizeof(text));
    (void)snprintf(self->why, sizeof(self->why), "series %s: %s", text, why);
}

/* Takes __name__ out of the labels.  Returns it, or NULL. */
static const char *
take_name(struct message_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        if (strcmp(labels->items[i].name, "__name__") != 0)
            continue;
        const char *name = labels->items[i].value;
        memmove(&labels->items[i], &labels->items[i + 1],
                (labels->count - i) * sizeof(labels->items[0]));
        labels->count--;
        return name;
    }
    return NULL;
}

/* Copies a text that is too long, or no text, as "". */
static void
copy_text(struct protobuf bytes, char *text, size_t size)
{
    size_t length = protobuf_size(&bytes);

    if (length >= size)
        length = 0;
    if (length)
        memcpy(text, bytes.at, length);
    text[length] = '\0';
}

/* What metadata says, with its texts. */
struct told {
    struct weir_metric metric;
    char name[FAMILY_NAME_MOST + 1];
    char unit[FAMILY_NAME_MOST + 1];
    char help[FAMILY_HELP_MOST + 1];
};

static void
read_told(const struct message_metadata *metadata, struct told *told)
{
    copy_text(metadata->family, told->name, sizeof(told->name));
    copy_text(metadata->unit, told->unit, sizeof(told->unit));
    copy_text(metadata->help, told->help, sizeof(told->help));
    told->metric = (struct weir_metric){told->name, metadata->type, told->unit,
                                        told->help};
}

/* Makes a reference to a series that is new here.  Returns 0, or a negative
 * errno with the reason in '*reterr_why'. */
static int
refer(struct push *self, const struct message_series *given,
      uint32_t *ret_reference, const char **reterr_why)
{
    struct remote_write *owner = self->owner;
    struct family_name split;
    struct told told;

    *reterr_why = "its labels can not be read";
    int rc = message_labels(&owner->message, given, &owner->labels);
    if (rc < 0)
        return rc;
    const char *name = take_name(&owner->labels);
    *reterr_why = "it has no __name__, or too long a one";
    if (given->has_metadata)
        read_told(&given->metadata, &told);
    if (!name ||
        families_split(&owner->families, name,
                       given->has_metadata ? &told.metric : NULL, &split) < 0)
        return -EINVAL;
    const struct weir_series series = {&split.metric, split.suffix,
                                       owner->labels.items};
    rc = weir_series_refer(self->batch, &series, given->key, given->key_size,
                           ret_reference);
    *reterr_why = rc == -EDQUOT ? "there are more series than series_limit"
                                : "a name or label is not valid";
    return rc;
}

static void
hear_series(void *arg, const struct message_series *series)
{
    struct push *self = arg;
    const char *why = "native histograms are not kept";
    uint32_t reference = 0;

    if (series->histograms)
        refuse(self, series, series->histograms, why);
    if (series->count == 0)
        return;
    if (weir_series_find(self->batch, series->key, series->key_size,
                         &reference) < 0 &&
        refer(self, series, &reference, &why) < 0) {
        refuse(self, series, series->count, why);
        return;
    }
    for (size_t i = 0; i < series->count; i++) {
        int64_t time_ns = 0;
        if (__builtin_mul_overflow(series->samples[i].time_ms, ns_per_ms,
                                   &time_ns)) {
            refuse(self, series, 1, "a time is beyond all times");
            continue;
        }
        weir_set_at(self->batch, reference, time_ns, series->samples[i].value);
        self->samples++;
    }
}

static void
hear_metadata(void *arg, const struct message_metadata *metadata)
{
    struct push *self = arg;
    struct told told;

    read_told(metadata, &told);
    if (*told.name)
        families_add(&self->owner->families, &told.metric);
}

int
push_read(struct push *self, const void *bytes, size_t size)
{
    const struct message_heard heard = {hear_series, hear_metadata, self};

    return message_read(&self->owner->message, self->version, bytes, size,
                        &heard);
}
