/* message.c - the write requests of Prometheus
 *
 * Numbers of fields are those of prometheus.WriteRequest and
 * io.prometheus.write.v2.Request.
 */
#include <config.h>

#include "message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where the two versions differ: the numbers of fields. */
static const struct {
    uint32_t series, metadata, symbols; /* of the request; 0: has none */
    uint32_t labels, samples, histograms, series_metadata; /* of a series */
} numbers[] = {
    [MESSAGE_1] = {.series = 1,
                   .metadata = 3,
                   .labels = 1,
                   .samples = 2,
                   .histograms = 4},
    [MESSAGE_2] = {.series = 5,
                   .symbols = 4,
                   .labels = 1,
                   .samples = 2,
                   .histograms = 3,
                   .series_metadata = 5},
};

/* By the numbers of both versions; what weir has no type for is untyped. */
static const enum weir_type types[] = {
    WEIR_UNTYPED, WEIR_COUNTER, WEIR_GAUGE, WEIR_HISTOGRAM,
    WEIR_UNTYPED, WEIR_SUMMARY, WEIR_INFO,
};

/* Returns room for one more of 'count' items. */
static void *
grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 64;
    items = realloc(items, *room * size);
    if (!items)
        abort();
    return items;
}

static enum weir_type
type_of(uint64_t number)
{
    return number < sizeof(types) / sizeof(types[0]) ? types[number]
                                                     : WEIR_UNTYPED;
}

static int
read_sample(struct protobuf bytes, struct message_sample *ret_sample)
{
    struct protobuf_field field;
    int rc = 0;

    *ret_sample = (struct message_sample){0};
    while ((rc = protobuf_next(&bytes, &field)) > 0) {
        if (field.number == 1 && field.type == PROTOBUF_FIXED64)
            ret_sample->value = protobuf_double(field.value);
        else if (field.number == 2 && field.type == PROTOBUF_VARINT)
            ret_sample->time_ms = (int64_t)field.value;
    }
    return rc;
}

/* Version 2 --------------------------------------------------------------- */

static int
find_symbol(const struct message *self, uint64_t number,
            struct protobuf *ret_symbol)
{
    if (number >= self->symbol_count)
        return -EBADMSG;
    *ret_symbol = self->symbols[number];
    return 0;
}

static int
read_metadata_2(const struct message *self, struct protobuf bytes,
                struct message_metadata *ret_metadata)
{
    struct protobuf_field field;
    int rc = 0;

    *ret_metadata = (struct message_metadata){0};
    while ((rc = protobuf_next(&bytes, &field)) > 0) {
        if (field.type != PROTOBUF_VARINT)
            continue;
        if (field.number == 1)
            ret_metadata->type = type_of(field.value);
        else if (field.number == 3)
            rc = find_symbol(self, field.value, &ret_metadata->help);
        else if (field.number == 4)
            rc = find_symbol(self, field.value, &ret_metadata->unit);
        if (rc < 0)
            return rc;
    }
    return rc;
}

/* Adds a text to the key: its length, then its bytes. */
static void
add_to_key(struct message *self, struct protobuf text, size_t *size)
{
    uint32_t length = (uint32_t)protobuf_size(&text);
    size_t need = *size + sizeof(length) + length;

    if (need > self->key_room) {
        self->key_room = 2 * need;
        self->key = realloc(self->key, self->key_room);
        if (!self->key)
            abort();
    }
    memcpy(self->key + *size, &length, sizeof(length));
    if (length)
        memcpy(self->key + *size + sizeof(length), text.at, length);
    *size = need;
}

/* The references mean something in this request only, the texts always. */
static int
make_key_2(struct message *self, struct protobuf references,
           struct message_series *series)
{
    uint64_t reference = 0;

    while (references.at < references.end) {
        struct protobuf text;
        if (series->key_size > MESSAGE_KEY_MOST)
            return -E2BIG;
        if (!protobuf_varint(&references, &reference) ||
            find_symbol(self, reference, &text) < 0)
            return -EBADMSG;
        if (protobuf_size(&text) > MESSAGE_KEY_MOST)
            return -E2BIG;
        add_to_key(self, text, &series->key_size);
    }
    if (series->key_size)
        series->key = self->key;
    self->key_bytes += series->key_size;
    return self->key_bytes > MESSAGE_KEYS_MOST ? -E2BIG : 0;
}

/* Series --------------------------------------------------------------------
 */

static int
add_sample(struct message *self, struct protobuf bytes,
           struct message_series *series)
{
    if (++self->sample_count > MESSAGE_SAMPLES_MOST)
        return -E2BIG;
    self->samples = grow(self->samples, series->count, &self->sample_room,
                         sizeof(*self->samples));
    return read_sample(bytes, &self->samples[series->count++]);
}

/* In version 1 the key are the bytes of all labels, which stand together. */
static int
add_label(struct message *self, const uint8_t *start,
          const struct protobuf_field *field, struct message_series *series)
{
    if (self->version == MESSAGE_2)
        return make_key_2(self, field->bytes, series);
    if (series->key_size == 0)
        series->key = start;
    series->key_size = (size_t)(field->bytes.end - series->key);
    return 0;
}

static int
read_series(struct message *self, struct protobuf bytes,
            const struct message_heard *heard)
{
    struct message_series series = {.key = bytes.at};
    struct protobuf_field field;
    const uint8_t *start = bytes.at;
    int rc = 0;

    while ((rc = protobuf_next(&bytes, &field)) > 0) {
        if (field.type != PROTOBUF_BYTES)
            rc = 0;
        else if (field.number == numbers[self->version].labels)
            rc = add_label(self, start, &field, &series);
        else if (field.number == numbers[self->version].samples)
            rc = add_sample(self, field.bytes, &series);
        else if (field.number == numbers[self->version].histograms)
            series.histograms++;
        else if (field.number == numbers[self->version].series_metadata) {
            rc = read_metadata_2(self, field.bytes, &series.metadata);
            series.has_metadata = true;
        }
        if (rc < 0)
            return rc;
        start = bytes.at;
    }
    series.samples = self->samples;
    if (rc == 0)
        heard->series(heard->arg, &series);
    return rc;
}

static int
read_metadata_1(struct protobuf bytes, const struct message_heard *heard)
{
    struct message_metadata metadata = {0};
    struct protobuf_field field;
    int rc = 0;

    while ((rc = protobuf_next(&bytes, &field)) > 0) {
        if (field.number == 1 && field.type == PROTOBUF_VARINT)
            metadata.type = type_of(field.value);
        else if (field.type != PROTOBUF_BYTES)
            continue;
        else if (field.number == 2)
            metadata.family = field.bytes;
        else if (field.number == 4)
            metadata.help = field.bytes;
        else if (field.number == 5)
            metadata.unit = field.bytes;
    }
    if (rc == 0)
        heard->metadata(heard->arg, &metadata);
    return rc;
}

/* Symbols come before the series, as senders write them; if not, they are read
 * first all the same. */
static int
read_symbols(struct message *self, struct protobuf bytes)
{
    struct protobuf_field field;
    int rc = 0;

    self->symbol_count = 0;
    while ((rc = protobuf_next(&bytes, &field)) > 0) {
        if (field.type != PROTOBUF_BYTES ||
            field.number != numbers[self->version].symbols)
            continue;
        if (self->symbol_count == MESSAGE_SYMBOLS_MOST)
            return -E2BIG;
        self->symbols = grow(self->symbols, self->symbol_count,
                             &self->symbol_room, sizeof(*self->symbols));
        self->symbols[self->symbol_count++] = field.bytes;
    }
    return rc;
}

int
message_read(struct message *self, enum message_version version,
             const void *bytes, size_t size, const struct message_heard *heard)
{
    const uint8_t *start = bytes;
    struct protobuf request = {start, start + size};
    struct protobuf_field field;
    int rc = 0;

    self->version = version;
    self->sample_count = self->key_bytes = 0;
    if (version == MESSAGE_2)
        rc = read_symbols(self, request);
    while (rc == 0 && (rc = protobuf_next(&request, &field)) > 0) {
        rc = 0;
        if (field.type != PROTOBUF_BYTES)
            continue;
        if (field.number == numbers[version].series)
            rc = read_series(self, field.bytes, heard);
        else if (field.number == numbers[version].metadata)
            rc = read_metadata_1(field.bytes, heard);
    }
    return rc;
}

/* Labels --------------------------------------------------------------------
 */

/* Copies a text with its end; there is room. */
static const char *
copy_text(struct protobuf text, char **to)
{
    char *copy = *to;
    size_t size = protobuf_size(&text);

    if (text.at && size)
        memcpy(copy, text.at, size);
    copy[size] = '\0';
    *to += size + 1;
    return copy;
}

static int
add_pair(struct message_labels *labels, struct protobuf name,
         struct protobuf value, char **to)
{
    if (labels->count == MESSAGE_LABELS_MOST)
        return -E2BIG;
    if (memchr(name.at ? name.at : (const uint8_t *)"", 0,
               protobuf_size(&name)) ||
        memchr(value.at ? value.at : (const uint8_t *)"", 0,
               protobuf_size(&value)))
        return -EBADMSG;
    struct weir_label *label = &labels->items[labels->count++];
    label->name = copy_text(name, to);
    label->value = copy_text(value, to);
    return 0;
}

static int
read_label(struct protobuf bytes, struct message_labels *labels, char **to)
{
    struct protobuf_field part;
    struct protobuf name = {0};
    struct protobuf value = {0};
    int rc = 0;

    while ((rc = protobuf_next(&bytes, &part)) > 0) {
        if (part.type == PROTOBUF_BYTES && part.number == 1)
            name = part.bytes;
        else if (part.type == PROTOBUF_BYTES && part.number == 2)
            value = part.bytes;
    }
    return rc < 0 ? rc : add_pair(labels, name, value, to);
}

/* Texts and their ends need no more than twice the bytes of the key. */
static int
labels_1(struct protobuf key, struct message_labels *labels, char **to)
{
    struct protobuf_field field;
    int rc = 0;

    while ((rc = protobuf_next(&key, &field)) > 0) {
        if (field.number == numbers[MESSAGE_1].labels &&
            field.type == PROTOBUF_BYTES)
            rc = read_label(field.bytes, labels, to);
        if (rc < 0)
            return rc;
    }
    return rc;
}

static bool
next_in_key(struct protobuf *key, struct protobuf *ret_text)
{
    uint32_t length = 0;

    if (protobuf_size(key) < sizeof(length))
        return false;
    memcpy(&length, key->at, sizeof(length));
    key->at += sizeof(length);
    *ret_text = (struct protobuf){key->at, key->at + length};
    key->at += length;
    return true;
}

static int
labels_2(struct protobuf key, struct message_labels *labels, char **to)
{
    struct protobuf name;
    struct protobuf value;
    int rc = 0;

    while (rc == 0 && next_in_key(&key, &name))
        rc = next_in_key(&key, &value) ? add_pair(labels, name, value, to)
                                       : -EBADMSG;
    return rc;
}

int
message_labels(const struct message *self, const struct message_series *series,
               struct message_labels *ret_labels)
{
    struct protobuf key = {series->key, series->key + series->key_size};
    size_t need = 2 * series->key_size + 2;

    if (need > ret_labels->room) {
        free(ret_labels->texts);
        ret_labels->room = need;
        ret_labels->texts = malloc(need);
        if (!ret_labels->texts)
            abort();
    }
    ret_labels->count = 0;
    char *to = ret_labels->texts;
    int rc = self->version == MESSAGE_1 ? labels_1(key, ret_labels, &to)
                                        : labels_2(key, ret_labels, &to);
    ret_labels->items[ret_labels->count] = (struct weir_label){0};
    return rc;
}

void
message_labels_fini(struct message_labels *self)
{
    free(self->texts);
    *self = (struct message_labels){0};
}

void
message_fini(struct message *self)
{
    free(self->samples);
    free(self->key);
    free(self->symbols);
    *self = (struct message){0};
}
