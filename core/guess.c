/* guess.c - in which format a file of samples is, as far as that can be seen */
#include <config.h>

#include "guess.h"

#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "unpacker.h"

enum { TAIL = 64, BLOCK = 1 << 16 };

enum reader_format
reader_format_of(const char *name)
{
    static const char *const names[] = {
        [READER_OPENMETRICS] = "openmetrics",
        [READER_PROMETHEUS] = "prometheus",
        [READER_INFLUX] = "influx",
        [READER_CSV] = "csv",
    };

    for (size_t i = READER_OPENMETRICS; i < ARRAY_SIZE(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum reader_format)i;
    return READER_ANY;
}

static bool
begins_with(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

bool
guess_is_export(const struct guess *self)
{
    return begins_with(self->text, self->text + self->size, GUESS_EXPORT);
}

/* Returns the end of the line at 'at'. */
static const char *
line_end(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));

    return found ? found : end;
}

static bool
has_cell(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);

    for (; at < end; at++) {
        const char *next = memchr(at, ',', (size_t)(end - at));
        if (!next)
            next = end;
        const char *stop = next > at && next[-1] == '\r' ? next - 1 : next;
        if ((size_t)(stop - at) == length && memcmp(at, word, length) == 0)
            return true;
        at = next;
    }
    return false;
}

/* Says whether a line is of an exposition: its first word is a name, with
 * labels in braces or nothing but a number behind. */
static bool
is_sample(const char *at, const char *end)
{
    static const char first[] = "0123456789+-.iInN";

    while (at < end && *at != ' ' && *at != '\t' && *at != '{') {
        if (*at == ',' || *at == '=' || *at == '\\')
            return false;
        at++;
    }
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end || *at == '{')
        return at < end;
    const char *word = at;
    while (at < end && *at != ' ' && *at != '\t' && *at != '=')
        at++;
    return strchr(first, *word) && (at == end || *at != '=');
}

/* Returns whether the last line that has something in it is "# EOF". */
static bool
ends_with_eof(const struct guess *self)
{
    weir_cleanup(unpacker_destroy) struct unpacker *in = NULL;
    weir_cleanup(weir_free) char *block = xcalloc(TAIL + BLOCK, 1);
    size_t tail = 0;
    ssize_t got = 0;

    if (unpacker_open(self->path, &in) < 0)
        return false;
    while ((got = unpacker_read(in, block + tail, BLOCK)) > 0) {
        size_t size = tail + (size_t)got;
        tail = size < TAIL ? size : TAIL;
        memmove(block, block + size - tail, tail);
    }
    while (tail > 0 && strchr("\r\n \t", block[tail - 1]))
        tail--;
    return tail >= 5 && memcmp(block + tail - 5, "# EOF", 5) == 0;
}

enum reader_format
guess_format(const struct guess *self)
{
    const char *end = self->text + self->size;
    const char *at = self->text;

    if (guess_is_export(self))
        return READER_INFLUX;
    if (has_cell(at, line_end(at, end), "value"))
        return READER_CSV;
    while (at < end && (*at == '#' || *at == '\n' || *at == '\r')) {
        at = line_end(at, end);
        at += at < end;
    }
    if (at < end && !is_sample(at, line_end(at, end)))
        return READER_INFLUX;
    if (strcmp(self->path, "-") == 0)
        return READER_ANY;
    return ends_with_eof(self) ? READER_OPENMETRICS : READER_PROMETHEUS;
}
