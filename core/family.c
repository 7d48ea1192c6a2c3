/* family.c - what an exposition says of its metrics: HELP, TYPE and UNIT */
#include <config.h>

#include "family.h"

#include <string.h>

#include "base.h"

static bool
piece_is(struct piece piece, const char *text)
{
    return strlen(text) == piece.length &&
           memcmp(piece.text, text, piece.length) == 0;
}

static bool
same_piece(struct piece a, struct piece b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static bool
is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* Takes the next word, and moves '*at_p' to what follows it. */
static struct piece
next_word(const char **at_p, const char *end)
{
    const char *start = skip_blanks(*at_p, end);
    const char *at = start;

    while (at < end && !is_blank(*at))
        at++;
    *at_p = at;
    return (struct piece){start, (size_t)(at - start)};
}

/* The names of types in both formats, and what they are to us.  What a
 * gaugehistogram has for parts is no histogram's. */
static const struct {
    const char *name;
    enum weir_type type;
} types[] = {
    {"counter", WEIR_COUNTER},     {"gauge", WEIR_GAUGE},
    {"histogram", WEIR_HISTOGRAM}, {"summary", WEIR_SUMMARY},
    {"info", WEIR_INFO},           {"stateset", WEIR_GAUGE},
};

static enum weir_type
type_of(struct piece word)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (piece_is(word, types[i].name))
            return types[i].type;
    }
    return WEIR_UNTYPED;
}

/* The family that is being described: the newest, or a new one. */
static struct family *
described(struct families *self, struct piece name)
{
    struct family *newest = &self->ring[(self->count - 1) % FAMILIES_MOST];

    if (self->count > 0 && same_piece(newest->name, name))
        return newest;
    struct family *next = &self->ring[self->count++ % FAMILIES_MOST];
    *next = (struct family){.name = name};
    return next;
}

static void
read_line(struct families *self, struct piece line)
{
    const char *at = line.text + 1;
    const char *end = line.text + line.length;
    struct piece word = next_word(&at, end);
    bool help = piece_is(word, "HELP");
    bool type = piece_is(word, "TYPE");
    bool unit = piece_is(word, "UNIT");

    if (!help && !type && !unit)
        return;
    struct family *family = described(self, next_word(&at, end));
    at = skip_blanks(at, end);
    struct piece rest = {at, (size_t)(end - at)};
    if (help)
        family->help = rest;
    if (unit)
        family->unit = next_word(&at, end);
    if (type) {
        family->type = type_of(next_word(&at, end));
        family->typed = true;
    }
}

void
families_add(struct families *self, const char *line, const char *end)
{
    self->waiting[self->waiting_count++ % FAMILIES_WAITING] =
        (struct piece){line, (size_t)(end - line)};
}

static void
read_waiting(struct families *self)
{
    size_t count = self->waiting_count;

    for (size_t i = count > FAMILIES_WAITING ? count - FAMILIES_WAITING : 0;
         i < count; i++)
        read_line(self, self->waiting[i % FAMILIES_WAITING]);
    self->waiting_count = 0;
}

/* Puts together what was said of 'name' in several places, the last first. */
static bool
find_family(const struct families *self, struct piece name,
            struct family *ret_family)
{
    size_t kept = self->count < FAMILIES_MOST ? self->count : FAMILIES_MOST;
    bool found = false;

    *ret_family = (struct family){.name = name};
    for (size_t i = 1; i <= kept; i++) {
        const struct family *family =
            &self->ring[(self->count - i) % FAMILIES_MOST];
        if (!same_piece(family->name, name))
            continue;
        found = true;
        if (!ret_family->help.text)
            ret_family->help = family->help;
        if (!ret_family->unit.text)
            ret_family->unit = family->unit;
        if (!ret_family->typed)
            ret_family->type = family->type;
        ret_family->typed |= family->typed;
    }
    return found;
}

/* How names of samples end, and what the ending means after a family of the
 * type.  It is a series' suffix in histograms and summaries; otherwise the
 * metric is called by the whole name. */
static const struct ending {
    const char *text;
    unsigned types; /* bits by type of the family */
    bool is_suffix;
    bool is_time; /* the sample is a gauge, whatever the family is */
} endings[] = {
    {"_bucket", 1U << WEIR_HISTOGRAM, true, false},
    {"_sum", 1U << WEIR_HISTOGRAM | 1U << WEIR_SUMMARY, true, false},
    {"_count", 1U << WEIR_HISTOGRAM | 1U << WEIR_SUMMARY, true, false},
    {"_total", 1U << WEIR_COUNTER, false, false},
    {"_info", 1U << WEIR_INFO, false, false},
    {"_created", 1U << WEIR_COUNTER | 1U << WEIR_HISTOGRAM | 1U << WEIR_SUMMARY,
     false, true},
};

static bool
ends_with(struct piece name, const char *ending, struct piece *ret_stem)
{
    size_t length = strlen(ending);

    if (name.length <= length ||
        memcmp(name.text + name.length - length, ending, length) != 0)
        return false;
    *ret_stem = (struct piece){name.text, name.length - length};
    return true;
}

static bool
find_by_ending(const struct families *self, struct piece name,
               const struct ending *ending, struct family_part *ret_part)
{
    struct family family;
    struct piece stem = {0};

    if (!ends_with(name, ending->text, &stem) ||
        !find_family(self, stem, &family) ||
        !(ending->types >> family.type & 1))
        return false;
    ret_part->type = ending->is_time ? WEIR_GAUGE : family.type;
    ret_part->help = family.help;
    ret_part->unit = family.unit;
    if (ending->is_time)
        ret_part->unit = (struct piece){"seconds", strlen("seconds")};
    if (ending->is_suffix) {
        ret_part->metric = stem;
        ret_part->suffix =
            (struct piece){name.text + stem.length, name.length - stem.length};
    }
    return true;
}

void
families_part(struct families *self, struct piece name,
              struct family_part *ret_part)
{
    struct family family;

    read_waiting(self);
    bool found = find_family(self, name, &family);

    *ret_part = (struct family_part){
        .metric = name,
        .suffix = {"", 0},
        .type = family.type,
        .help = family.help,
        .unit = family.unit,
    };
    for (size_t i = 0; !found && i < ARRAY_SIZE(endings); i++)
        found = find_by_ending(self, name, &endings[i], ret_part);
}
