/* exposition_head.c - a sample's name and labels; see exposition_inner.h
 *
 * The head of a line, its name and label block, is the key of a series
 * reference: a line that was read before is found by its bytes, first at its
 * turn.
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "exposition_inner.h"

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
        if (exposition_is_at_end(self) || *self->at == '\0')
            return false;
        self->at += *self->at == '\\' && self->at + 1 < self->end ? 2 : 1;
    }
    *ret_piece = (struct piece){start, (size_t)(self->at - start)};
    self->at++;
    return true;
}

/* An empty value tells the source that there is no such label.  More labels
 * than may be are not kept, but for one, by which the series is found to be
 * invalid. */
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

    exposition_skip_blanks(self);
    if (name.length == 0 || *self->at != '=')
        return false;
    self->at++;
    exposition_skip_blanks(self);
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
    for (exposition_skip_blanks(self); *self->at != '}';
         exposition_skip_blanks(self)) {
        if (!take_label(self))
            return false;
        exposition_skip_blanks(self);
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
    exposition_skip_blanks(self);
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

const struct key *
exposition_next_key(const struct exposition *self, const char *at,
                    const char *stop)
{
    const struct key *key = source_next_key(self->into->source);

    if (!key || (size_t)(stop - at) <= key->size)
        return NULL;
    const char *next = at + key->size;
    if (*next != ' ' || next[1] == ' ' || next[1] == '\t' || next[1] == '{' ||
        memcmp(at, key->bytes, key->size) != 0)
        return NULL;
    return key;
}

int
exposition_take_head(struct exposition *self, uint32_t *ret_reference)
{
    const struct key *key = exposition_next_key(self, self->at, self->end);

    if (key) {
        source_met_key(self->into->source, key);
        *ret_reference = key->place | REFERENCE_PLACE;
        self->at += key->size;
        return 0;
    }
    const char *guess = guess_head(self);
    if (weir_series_find(self->into, self->at, (size_t)(guess - self->at),
                         ret_reference) < 0)
        return parse_head(self, ret_reference);
    self->at = guess;
    return 0;
}
