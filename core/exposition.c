/* exposition.c - Prometheus text 0.0.4 and OpenMetrics 1.0; see weir/text.h
 *
 * The head of a line, its name and label block, is the key of a series
 * reference: a line that was read before is found by its bytes, and only its
 * value is read.
 */
#include <config.h>

#include <weir/text.h>

#include <errno.h>
#include <string.h>

#include "arena.h"
#include "base.h"
#include "family.h"
#include "lines.h"
#include "number.h"
#include "reading.h"
#include "series.h"
#include "stale.h"
#include "timetext.h"

struct exposition {
    struct weir_batch *into;
    struct reading *how;
    struct families families;

    /* Of the line that is being read: */
    const char *at;
    const char *end;    /* its '\n' */
    struct arena texts; /* ended copies of its names and values */
    struct weir_label labels[SERIES_LABELS_MOST + 2];
    size_t label_count;
};

static void
skip_blanks(struct exposition *self)
{
    while (*self->at == ' ' || *self->at == '\t')
        self->at++;
}

static bool
is_at_end(const struct exposition *self)
{
    return self->at >= self->end;
}

static bool
is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == ':';
}

static struct piece
take_name(struct exposition *self)
{
    const char *start = self->at;

    while (is_name_byte(*self->at))
        self->at++;
    return (struct piece){start, (size_t)(self->at - start)};
}

/* What a '\' and the byte after it stand for; '\0': themselves. */
static char
unescape(char byte)
{
    switch (byte) {
    case 'n':
        return '\n';
    case '"':
    case '\\':
        return byte;
    default:
        return '\0';
    }
}

/* Copies a piece with its escapes resolved. */
static const char *
keep_text(struct exposition *self, struct piece piece)
{
    char *start = arena_bytes(&self->texts, piece.text, piece.length);
    char *to = memchr(start, '\\', piece.length);

    for (const char *from = to; from && from < start + piece.length; from++) {
        char meant = '\0';
        if (*from == '\\')
            meant = unescape(from[1]);
        if (meant)
            from++;
        else
            meant = *from;
        *to++ = meant;
    }
    if (to)
        *to = '\0';
    return start;
}

/* Takes a text in quotes, still with its escapes.  Returns false when it does
 * not end on this line, or has a '\0' in it. */
static bool
take_quoted(struct exposition *self, struct piece *ret_piece)
{
    if (*self->at != '"')
        return false;

    const char *start = ++self->at;
    while (*self->at != '"') {
        if (is_at_end(self) || *self->at == '\0')
            return false;
        self->at += *self->at == '\\' && self->at + 1 < self->end ? 2 : 1;
    }
    *ret_piece = (struct piece){start, (size_t)(self->at - start)};
    self->at++;
    return true;
}

/* An empty value is no label, but says that there is none, for the source.  More
 * labels than may be are not kept, but for one, by which the series is found to
 * be invalid. */
static void
keep_label(struct exposition *self, struct piece name, struct piece value)
{
    if (self->label_count > SERIES_LABELS_MOST)
        return;
    struct weir_label *label = &self->labels[self->label_count++];
    label->name = keep_text(self, name);
    label->value = keep_text(self, value);
}

static bool
take_label(struct exposition *self)
{
    struct piece name = take_name(self);
    struct piece value = {0};

    skip_blanks(self);
    if (name.length == 0 || *self->at != '=')
        return false;
    self->at++;
    skip_blanks(self);
    if (!take_quoted(self, &value))
        return false;
    keep_label(self, name, value);
    return true;
}

/* Takes "{a="b",c="d"}", if it is there; a comma may stand before the '}'. */
static bool
take_labels(struct exposition *self)
{
    if (*self->at != '{')
        return true;
    self->at++;
    for (skip_blanks(self); *self->at != '}'; skip_blanks(self)) {
        if (!take_label(self))
            return false;
        skip_blanks(self);
        if (*self->at == ',')
            self->at++;
        else if (*self->at != '}')
            return false;
    }
    self->at++;
    return true;
}

static int
refer(struct exposition *self, const struct family_part *part,
      struct piece head, uint32_t *ret_reference)
{
    const struct weir_metric metric = {
        .name = keep_text(self, part->metric),
        .type = part->type,
        .unit = keep_text(self, part->unit),
        .help = keep_text(self, part->help),
    };
    const struct weir_series series = {&metric, keep_text(self, part->suffix),
                                       self->labels};

    self->labels[self->label_count] = (struct weir_label){0};
    labels_sort(self->labels);
    /* In a scrape one that is refused goes nowhere, and is counted. */
    int rc = weir_series_refer(self->into, &series, head.text, head.length,
                               ret_reference);
    return rc < 0 && self->how->strict ? reading_refused(self->how, rc) : 0;
}

/* Reads the head of a line byte by byte, and leaves 'at' behind it. */
static int
parse_head(struct exposition *self, uint32_t *ret_reference)
{
    const char *start = self->at;
    struct family_part part;

    arena_clear(&self->texts);
    self->label_count = 0;
    struct piece name = take_name(self);
    if (name.length == 0 || (*start >= '0' && *start <= '9'))
        return -EBADMSG;
    const char *name_end = self->at;
    skip_blanks(self);
    if (*self->at != '{')
        self->at = name_end;
    if (!take_labels(self))
        return -EBADMSG;

    struct piece head = {start, (size_t)(self->at - start)};
    if (weir_series_find(self->into, head.text, head.length, ret_reference) ==
        0)
        return 0;
    families_part(&self->families, name, &part);
    return refer(self, &part, head, ret_reference);
}

/* Where the head ends, most likely: behind the last '}', or at a blank.  If a
 * reference is filed under just these bytes, then it is so. */
static const char *
guess_head(const struct exposition *self)
{
    const char *brace = memrchr(self->at, '}', (size_t)(self->end - self->at));
    if (brace)
        return brace + 1;

    const char *at = self->at;
    while (is_name_byte(*at))
        at++;
    return at;
}

static int
take_head(struct exposition *self, uint32_t *ret_reference)
{
    const char *guess = guess_head(self);

    if (weir_series_find(self->into, self->at, (size_t)(guess - self->at),
                         ret_reference) < 0)
        return parse_head(self, ret_reference);
    self->at = guess;
    return 0;
}

/* Says whether only an exemplar may follow, which is passed over. */
static bool
is_done(const struct exposition *self)
{
    return is_at_end(self) || (self->how->open_metrics && *self->at == '#');
}

/* Moves behind what a scanner read; after it comes a blank, or nothing. */
static bool
pass(struct exposition *self, const char *end)
{
    if (!end || (end < self->end && *end != ' ' && *end != '\t'))
        return false;
    self->at = end;
    skip_blanks(self);
    return true;
}

static const char *
scan_time(const struct exposition *self, int64_t *ret_time_ns)
{
    return self->how->open_metrics
               ? timetext_seconds(self->at, ret_time_ns)
               : timetext_integer(self->at, NS_PER_MS, ret_time_ns);
}

/* Reads the time, up to the line's end. */
static int
read_time(struct exposition *self, uint32_t reference, double value)
{
    int64_t time_ns = 0;

    if (!pass(self, scan_time(self, &time_ns)) || !is_done(self))
        return reading_fault(self->how,
                             self->how->open_metrics
                                 ? "a time in seconds is due behind the value"
                                 : "a time in whole milliseconds is due behind "
                                   "the value");
    weir_set_at(self->into, reference, time_ns, value);
    return 0;
}

static int
read_sample(struct exposition *self)
{
    uint32_t reference = 0;
    double value = 0;

    int rc = take_head(self, &reference);
    if (rc < 0)
        return self->how->what
                   ? rc
                   : reading_fault(self->how, "a name, or a name with labels "
                                              "in braces, is due");
    skip_blanks(self);
    if (!pass(self, number_scan(self->at, &value)))
        return reading_fault(self->how, "a number is due behind the series");
    if (is_done(self))
        return reading_untimed(self->how, self->into, reference, value);
    return read_time(self, reference, value);
}

/* In an export a series' end stands in a line of its own; see stale.h. */
static int
read_mark(struct exposition *self, const char *mark)
{
    uint32_t reference = 0;

    self->at = mark;
    int rc = take_head(self, &reference);
    if (rc < 0)
        return reading_fault(self->how, "this is no end of a series");
    skip_blanks(self);
    return read_time(self, reference, stale_value());
}

static bool
is_eof(const struct exposition *self)
{
    static const char mark[] = "# EOF";
    const size_t length = sizeof(mark) - 1;

    return (size_t)(self->end - self->at) == length &&
           memcmp(self->at, mark, length) == 0;
}

static int
read_line(struct exposition *self, const struct lines *lines)
{
    const struct reading *how = self->how;

    self->at = lines->at;
    self->end = lines->end;
    skip_blanks(self);
    if (is_at_end(self))
        return 0;
    if (how->strict && how->ended)
        return reading_fault(self->how, "nothing may follow behind # EOF");
    if (*self->at != '#')
        return read_sample(self);
    const char *mark = how->strict ? stale_find(self->at, self->end) : NULL;
    if (mark)
        return read_mark(self, mark);
    self->how->ended |= how->open_metrics && is_eof(self);
    families_add(&self->families, self->at, self->end);
    return 0;
}

static bool
ends_with_eof(const char *text, size_t size)
{
    static const char mark[] = "# EOF";
    const size_t length = sizeof(mark) - 1;

    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    return size >= length && memcmp(text + size - length, mark, length) == 0 &&
           (size == length || text[size - length - 1] == '\n');
}

int
reading_exposition(struct reading *how, struct weir_batch *into,
                   const char *text, size_t size)
{
    struct exposition self = {.into = into, .how = how};
    struct lines lines;
    int rc = 0;

    lines_init(&lines, text, size);
    while (rc == 0 && lines_next(&lines))
        rc = read_line(&self, &lines);
    how->line = lines.number;
    how->size = size;
    arena_clear(&self.texts);
    lines_fini(&lines);
    return rc;
}

int
weir_read_exposition(struct weir_batch *into, const char *text, size_t size,
                     size_t *ret_line)
{
    struct reading how = {.open_metrics = ends_with_eof(text, size)};

    int rc = reading_exposition(&how, into, text, size);
    if (rc < 0)
        *ret_line = how.line;
    return rc;
}
