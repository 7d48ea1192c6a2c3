/* exposition.c - Prometheus text 0.0.4 and OpenMetrics 1.0; see weir/text.h
 *
 * Of a line that starts like the one that came here in the last scrape only the
 * value is read; where the line ends need not be looked for.
 */
#include <config.h>

#include <weir/text.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "exposition_inner.h"
#include "lines.h"
#include "number.h"
#include "stale.h"
#include "timetext.h"

/* Says whether only an exemplar may follow, which is passed over. */
static bool
is_done(const struct exposition *self)
{
    return exposition_is_at_end(self) ||
           (self->how->open_metrics && *self->at == '#');
}

/* Moves behind what a scanner read; after it comes a blank, or nothing. */
static bool
pass(struct exposition *self, const char *end)
{
    if (!end || (end < self->end && *end != ' ' && *end != '\t'))
        return false;
    self->at = end;
    exposition_skip_blanks(self);
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
    if (self->how->strict)
        weir_set_at(self->into, reference, time_ns, value);
    else
        batch_set_first_at(self->into, reference, time_ns, value);
    return 0;
}

static int
read_sample(struct exposition *self)
{
    uint32_t reference = 0;
    double value = 0;

    int rc = exposition_take_head(self, &reference);
    if (rc < 0)
        return self->how->what
                   ? rc
                   : reading_fault(self->how, "a name, or a name with labels "
                                              "in braces, is due");
    exposition_skip_blanks(self);
    if (!pass(self, number_scan(self->at, &value)))
        return reading_fault(self->how, "a number is due behind the series");
    if (!is_done(self))
        return read_time(self, reference, value);
    if (self->how->strict || self->how->has_time)
        return reading_untimed(self->how, self->into, reference, value);
    batch_set_first(self->into, reference, value);
    return 0;
}

/* In an export a series' end stands in a line of its own; see stale.h. */
static int
read_mark(struct exposition *self, const char *mark)
{
    uint32_t reference = 0;

    self->at = mark;
    int rc = exposition_take_head(self, &reference);
    if (rc < 0)
        return reading_fault(self->how, "this is no end of a series");
    exposition_skip_blanks(self);
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
    exposition_skip_blanks(self);
    if (exposition_is_at_end(self))
        return 0;
    if ((how->strict || how->must_end) && how->ended)
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

/* Reads a line like the one that came next in the last scrape.  Returns false
 * when it is another one, or more than series and value; nothing is read then.
 */
static bool
read_again(struct exposition *self, struct lines *lines)
{
    const struct key *key = exposition_next_key(self, lines->rest, lines->stop);
    double value = 0;

    if (!key)
        return false;
    const char *end =
        number_scan_before(lines->rest + key->size + 1, lines->stop, &value);
    if (!end || *end != '\n')
        return false;
    source_met_key(self->into->source, key);
    batch_set_first(self->into, key->place | REFERENCE_PLACE, value);
    lines->rest = end + 1;
    lines->number++;
    return true;
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
    bool plain = !how->strict && !how->has_time;
    while (rc == 0) {
        while (plain && !how->ended && read_again(&self, &lines))
            ;
        if (!lines_next(&lines))
            break;
        rc = read_line(&self, &lines);
    }
    how->line = lines.number;
    how->size = size;
    arena_clear(&self.texts);
    lines_fini(&lines);
    return rc;
}

static int
read_whole(struct weir_batch *into, const char *text, size_t size,
           struct reading how, size_t *ret_line)
{
    int rc = reading_exposition(&how, into, text, size);

    if (rc == 0 && how.must_end && !how.ended) {
        rc = -ENODATA;
        how.line++;
    }
    if (rc < 0)
        *ret_line = how.line;
    return rc;
}

int
weir_read_exposition(struct weir_batch *into, const char *text, size_t size,
                     size_t *ret_line)
{
    return read_whole(
        into, text, size,
        (struct reading){.open_metrics = ends_with_eof(text, size)}, ret_line);
}

int
weir_read_prometheus(struct weir_batch *into, const char *text, size_t size,
                     size_t *ret_line)
{
    return read_whole(into, text, size, (struct reading){0}, ret_line);
}

int
weir_read_openmetrics(struct weir_batch *into, const char *text, size_t size,
                      size_t *ret_line)
{
    return read_whole(into, text, size,
                      (struct reading){.open_metrics = true, .must_end = true},
                      ret_line);
}
