/* reply_spec.h - answers of an InfluxDB, made for a test */
#ifndef REPLY_SPEC_H
#define REPLY_SPEC_H

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "spec.h"

struct packed {
    uint8_t bytes[65536];
    size_t size;
};

static inline void
pack_number(struct packed *self, uint8_t head, uint64_t number, size_t width)
{
    ck_assert_uint_lt(self->size + 9, sizeof(self->bytes));
    self->bytes[self->size++] = head;
    for (size_t i = 0; i < width; i++)
        self->bytes[self->size++] = (uint8_t)(number >> 8 * (width - 1 - i));
}

static inline void
pack_map(struct packed *self, unsigned count)
{
    pack_number(self, 0xde, count, 2);
}

static inline void
pack_array(struct packed *self, unsigned count)
{
    pack_number(self, 0xdc, count, 2);
}

static inline void
pack_integer(struct packed *self, int64_t integer)
{
    pack_number(self, 0xd3, (uint64_t)integer, 8);
}

static inline void
pack_real(struct packed *self, double real)
{
    uint64_t bits = 0;

    memcpy(&bits, &real, sizeof(bits));
    pack_number(self, 0xcb, bits, 8);
}

static inline void
pack_bytes(struct packed *self, const char *text, size_t size)
{
    pack_number(self, 0xda, size, 2);
    memcpy(self->bytes + self->size, text, size);
    self->size += size;
}

static inline void
pack_text(struct packed *self, const char *text)
{
    pack_bytes(self, text, strlen(text));
}

/* Begins a document of one result, of which 'series' follow. */
static inline void
pack_results(struct packed *self, int64_t statement, unsigned series)
{
    pack_map(self, 1);
    pack_text(self, "results");
    pack_array(self, 1);
    pack_map(self, 2);
    pack_text(self, "statement_id");
    pack_integer(self, statement);
    pack_text(self, "series");
    pack_array(self, series);
}

/* Begins a series with pairs of 'tags' that end with NULL, of which 'rows'
 * follow. */
static inline void
pack_series(struct packed *self, const char *name, const char *const tags[],
            unsigned rows)
{
    unsigned count = 0;

    while (tags[count])
        count++;
    pack_map(self, 4);
    pack_text(self, "name");
    pack_text(self, name);
    pack_text(self, "tags");
    pack_map(self, count / 2);
    for (unsigned i = 0; i < count; i++)
        pack_text(self, tags[i]);
    pack_text(self, "columns");
    pack_array(self, 2);
    pack_text(self, "time");
    pack_text(self, "value");
    pack_text(self, "values");
    pack_array(self, rows);
}

static inline void
pack_sample(struct packed *self, int64_t time_ns, double value)
{
    pack_array(self, 2);
    pack_integer(self, time_ns);
    pack_real(self, value);
}

/* An error, of a result or of all. */
static inline void
pack_error(struct packed *self, const char *why)
{
    pack_map(self, 1);
    pack_text(self, "results");
    pack_array(self, 1);
    pack_map(self, 1);
    pack_text(self, "error");
    pack_text(self, why);
}

/* What is answered to SHOW FIELD KEYS: measurement, field and type, and so on;
 * NULL ends them. */
static inline void
pack_fields(struct packed *self, const char *const fields[])
{
    static const char *const no_tags[] = {NULL};

    for (unsigned i = 0; fields[i]; i += 3) {
        pack_results(self, 0, 1);
        pack_series(self, fields[i], no_tags, 1);
        pack_array(self, 2);
        pack_text(self, fields[i + 1]);
        pack_text(self, fields[i + 2]);
    }
}

#endif /* REPLY_SPEC_H */
