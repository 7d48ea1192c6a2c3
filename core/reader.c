/* reader.c - files of samples in one of the text formats, of any length
 *
 * A source that sends nothing knows the series; what a piece adds to its sheets
 * is handed on, and taken back.
 */
#include <config.h>

#include "reader.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "csvtext.h"
#include "guess.h"
#include "passage.h"
#include "reading.h"
#include "source.h"
#include "unpacker.h"

enum { SHOWN = 80 }; /* bytes of a line */

/* A series' number by its place; as the source's sheets. */
struct numbers {
    uint32_t of[WEIR_LAYOUT_MOST]; /* 0: none yet */
};

struct reader {
    struct reader_settings settings;
    struct source_figures figures;
    struct outlet outlet;
    struct weir_source *source;
    struct numbers **numbers; /* [number_count], by sheet */
    uint32_t number_count;
    uint32_t *places; /* [series_count], by number - 1 */
    uint32_t series_count, series_room;
    char why[512];

    /* Of the file that is being read. */
    const char *path;
    enum reader_format format;
    struct reading how;
    struct csvtext *csv;
    uint64_t line; /* lines of passages before this one */
    struct passage passage;
};

/* A source that sends nothing never asks for more than that. */
static void
forget_nothing(void *arg, uint32_t number)
{
    (void)arg;
    (void)number;
}

struct reader *
reader_new(const struct reader_settings *settings)
{
    struct reader *self = xcalloc(1, sizeof(*self));

    self->settings = *settings;
    self->outlet = (struct outlet){.forget = forget_nothing};
    const struct source_settings source = {
        .outlet = &self->outlet,
        .series_limit = settings->series_limit,
        .figures = &self->figures,
    };
    self->source = source_new(&source);
    return self;
}

void
reader_destroy(struct reader **self_p)
{
    struct reader *self = weir_take(*self_p);

    if (!self)
        return;
    for (uint32_t i = 0; i < self->number_count; i++)
        free(self->numbers[i]);
    free(self->numbers);
    free(self->places);
    passage_fini(&self->passage);
    csvtext_destroy(&self->csv);
    source_abandon(&self->source);
    free(self);
}

const char *
reader_why(const struct reader *self)
{
    return self->why;
}

static int __attribute__((format(printf, 3, 4)))
fail(struct reader *self, int rc, const char *format, ...)
{
    const char *name =
        strcmp(self->path, "-") == 0 ? "standard input" : self->path;
    int length = snprintf(self->why, sizeof(self->why), "%.300s", name);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(self->why + length, sizeof(self->why) - (size_t)length,
                    format, arguments);
    va_end(arguments);
    return rc;
}

/* Series ------------------------------------------------------------------- */

uint32_t
reader_count(const struct reader *self)
{
    return self->series_count;
}

const struct weir_series *
reader_series(const struct reader *self, uint32_t number)
{
    uint32_t column = 0;
    const struct sheet *sheet =
        sheet_at(self->source->sheets, self->places[number - 1], &column);

    return &layout_shape(sheet->layout)->series[column];
}

static void
follow_sheets(struct reader *self)
{
    uint32_t count = self->source->sheet_count;

    if (count == self->number_count)
        return;
    self->numbers = xrealloc(self->numbers, count, sizeof(*self->numbers));
    while (self->number_count < count)
        self->numbers[self->number_count++] =
            xcalloc(1, sizeof(struct numbers));
}

static uint32_t
number_of(struct reader *self, uint32_t sheet, uint32_t column)
{
    uint32_t *number = &self->numbers[sheet]->of[column];

    if (*number)
        return *number;
    if (self->series_count == self->series_room) {
        self->series_room = self->series_room ? 2 * self->series_room : 64;
        self->places =
            xrealloc(self->places, self->series_room, sizeof(*self->places));
    }
    self->places[self->series_count++] = sheet << COLUMN_BITS | column;
    return *number = self->series_count;
}

static int
hand_on_sheet(struct reader *self, uint32_t index)
{
    const struct sheet *sheet = &self->source->sheets[index];
    const struct reader_settings *settings = &self->settings;
    int rc = 0;

    for (uint32_t i = 0; rc >= 0 && i < sheet->loose_count; i++)
        rc = settings->sample(settings->arg,
                              number_of(self, index, sheet->index[i]),
                              sheet->times_ns[i], sheet->loose[i]);
    return rc;
}

static int
hand_on(struct reader *self)
{
    int rc = 0;

    follow_sheets(self);
    for (uint32_t i = 0; rc >= 0 && i < self->source->sheet_count; i++)
        rc = hand_on_sheet(self, i);
    return rc;
}

/* Pieces ------------------------------------------------------------------- */

/* Says what is wrong with the line that 'how' names. */
static int
fail_line(struct reader *self)
{
    const char *at = self->passage.text,
               *end = self->passage.text + self->passage.size;
    size_t line = self->how.line;

    for (size_t i = 1; i < line && at; i++) {
        at = memchr(at, '\n', (size_t)(end - at));
        at += at != NULL;
    }
    size_t length = 0;
    while (at && at + length < end && length < SHOWN &&
           (unsigned char)at[length] >= ' ' && at[length] != 0x7f)
        length++;
    return fail(
        self, -EBADMSG, ":%llu: %s: \"%.*s%s\"",
        (unsigned long long)(self->line + line - self->passage.remark_lines),
        self->how.what ? self->how.what : "this cannot be read", (int)length,
        at ? at : "", length == SHOWN ? "..." : "");
}

static int
parse(struct reader *self, struct weir_batch *batch, size_t size)
{
    switch (self->format) {
    case READER_INFLUX:
        return reading_lines(&self->how, batch, self->passage.text, size);
    case READER_CSV:
        return csvtext_read(self->csv, &self->how, batch, self->passage.text,
                            size);
    default:
        return reading_exposition(&self->how, batch, self->passage.text, size);
    }
}

static int
read_passage(struct reader *self, size_t size)
{
    struct weir_batch *batch = weir_batch_begin(self->source, 0);

    self->how.line = 0;
    self->how.what = NULL;
    int rc = parse(self, batch, size);
    if (rc == -EBADMSG)
        rc = fail_line(self);
    if (rc == 0)
        rc = hand_on(self);
    weir_batch_destroy(&batch);
    self->line += self->how.line - self->passage.remark_lines;
    return rc;
}

static bool
has_remarks(const struct reader *self)
{
    return self->format == READER_OPENMETRICS ||
           self->format == READER_PROMETHEUS;
}

/* Reads what is there.  Returns 1 when more is needed before. */
static int
read_some(struct reader *self)
{
    size_t size =
        self->how.more ? passage_lines(&self->passage) : self->passage.size;

    if (size <= self->passage.remark_size)
        return self->how.more;
    int rc = read_passage(self, size);
    if (rc < 0)
        return rc;
    bool any = self->how.size > self->passage.remark_size;
    if (any)
        passage_turn(&self->passage, self->how.size, has_remarks(self));
    return any ? 0 : self->how.more;
}

/* Files -------------------------------------------------------------------- */

/* Reads the next piece.  Returns 0, with 'more' saying whether it is not the
 * end, or what failed. */
static int
fill(struct reader *self, struct unpacker *in)
{
    int rc = passage_fill(&self->passage, in, &self->how.more);

    if (rc == -EMSGSIZE)
        return fail(self, -EBADMSG, ":%llu: this line is longer than %d MiB",
                    (unsigned long long)self->line + 1, PASSAGE_MOST >> 20);
    return rc;
}

static int
begin(struct reader *self)
{
    const struct guess guess = {self->path, self->passage.text,
                                self->passage.size};

    self->format = self->settings.format;
    if (self->format == READER_ANY)
        self->format = guess_format(&guess);
    if (self->format == READER_ANY)
        return fail(self, -EBADMSG,
                    ": this may be OpenMetrics or Prometheus text, whose times "
                    "mean something else, or neither; say which by --format");
    self->how.open_metrics = self->format == READER_OPENMETRICS;
    self->how.bare_value = guess_is_export(&guess);
    if (self->format == READER_CSV)
        self->csv = csvtext_new();
    return 0;
}

static int
read_on(struct reader *self, struct unpacker *in)
{
    const struct reader_settings *settings = &self->settings;
    int rc = 0;

    do {
        rc = fill(self, in);
        if (rc < 0)
            break;
        if (self->format == READER_ANY)
            rc = begin(self);
        while (rc == 0 && self->passage.size > self->passage.remark_size)
            rc = read_some(self);
        if (rc >= 0)
            rc = settings->progress(settings->arg, unpacker_done(in),
                                    unpacker_size(in));
    } while (rc >= 0 && self->how.more);
    if (rc >= 0 && self->format == READER_OPENMETRICS && !self->how.ended)
        return fail(self, -EBADMSG,
                    ":%llu: the end, # EOF, is missing: this "
                    "has been cut off",
                    (unsigned long long)self->line);
    return rc < 0 ? rc : 0;
}

int
reader_read(struct reader *self, const char *path)
{
    weir_cleanup(unpacker_destroy) struct unpacker *in = NULL;

    self->path = path;
    self->why[0] = '\0';
    self->format = READER_ANY;
    self->line = 0;
    passage_clear(&self->passage);
    self->how = (struct reading){
        .strict = true,
        .has_time = self->settings.has_time,
        .time_ns = self->settings.time_ns,
        .unit_ns = self->settings.unit_ns,
    };
    int rc = unpacker_open(path, &in);
    if (rc == 0)
        rc = read_on(self, in);
    csvtext_destroy(&self->csv);
    if (rc == -EBADMSG && !self->why[0])
        return fail(self, rc,
                    ": what is packed in it is damaged, or was cut "
                    "off");
    if (rc < 0 && !self->why[0])
        return fail(self, rc, ": %s", strerror(-rc));
    return rc;
}
