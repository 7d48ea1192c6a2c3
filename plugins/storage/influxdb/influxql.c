/* influxql.c - the words of a question to InfluxDB; see influxql.h */
#include <config.h>

#include "influxql.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>
#include <weir/plugin.h>

#include "base.h"
#include "series.h"
#include "utf8.h"

bool
influxql_can_say(const char *text)
{
    while (*text) {
        size_t length = utf8_length(text);
        bool control = (unsigned char)*text < ' ' || *text == 0x7f;
        if (!length || (control && !strchr("\n\t", *text)))
            return false;
        text += length;
    }
    return true;
}

static void
put_quoted(FILE *to, const char *text, char quote)
{
    (void)fputc(quote, to);
    for (; *text; text++) {
        bool special = strchr("\"'\\\n", *text) != NULL;
        if (special)
            (void)fputc('\\', to);
        (void)fputc(*text == '\n' ? 'n' : *text, to);
    }
    (void)fputc(quote, to);
}

void
influxql_name(FILE *to, const char *name)
{
    put_quoted(to, name, '"');
}

void
influxql_text(FILE *to, const char *text)
{
    put_quoted(to, text, '\'');
}

/* Patterns -----------------------------------------------------------------
 *
 * Where the two kinds of patterns differ, or may, nothing is translated: names
 * of classes, counts, what looks ahead, flags, line's ends.
 */

/* What stood before. */
enum before { START, ATOM, REPEAT, LAZY };

struct translation {
    const char *from;
    FILE *to;
    enum before before;
};

static bool
is_word(char byte)
{
    return byte == '_' || isalnum((unsigned char)byte);
}

/* Writes one character that means itself.  Returns false when it is none. */
static bool
put_character(struct translation *self)
{
    size_t length = utf8_length(self->from);

    if (length == 0 || (length == 1 && (unsigned char)*self->from < ' '))
        return false;
    if (length > 1 || is_word(*self->from))
        (void)fwrite(self->from, 1, length, self->to);
    else
        (void)fprintf(self->to, "\\x%02x", (unsigned)*self->from);
    self->from += length;
    return true;
}

/* Writes what stands behind a '\\': a class that is the same in both, or a
 * mark.  'from' is at the '\\'. */
static bool
put_escape(struct translation *self, bool within_class)
{
    char byte = self->from[1];

    if (byte == 'd' || byte == 'w') {
        const char *class = byte == 'd' ? "0-9" : "0-9A-Za-z_";
        (void)fprintf(self->to, within_class ? "%s" : "[%s]", class);
        self->from += 2;
        return true;
    }
    if (byte == '\0' || !ispunct((unsigned char)byte))
        return false;
    self->from++;
    return put_character(self);
}

/* Writes a range such as a-z; 'from' is at its start. */
static bool
put_range(struct translation *self)
{
    const char *at = self->from;

    if (!isalnum((unsigned char)at[0]) || !isalnum((unsigned char)at[2]))
        return false;
    (void)fprintf(self->to, "%c-%c", at[0], at[2]);
    self->from += 3;
    return true;
}

/* Says whether what was written is to be the start of a range, which only what
 * put_range() knows may be. */
static bool
begins_range(const struct translation *self)
{
    return self->from[0] == '-' && self->from[1] != ']';
}

/* Writes what stands between [ and ]; 'from' is behind the [. */
static bool
put_class(struct translation *self)
{
    bool fine = true;

    (void)fputc('[', self->to);
    if (*self->from == '^')
        (void)fputc(*self->from++, self->to);
    if (*self->from == ']')
        return false;
    while (fine && *self->from && *self->from != ']') {
        if (*self->from == '[')
            return false;
        if (*self->from == '\\')
            fine = put_escape(self, true) && !begins_range(self);
        else if (*self->from != '-' && self->from[1] == '-' &&
                 self->from[2] != ']')
            fine = put_range(self) && !begins_range(self);
        else
            fine = put_character(self) && !begins_range(self);
    }
    (void)fputc(']', self->to);
    return fine && *self->from++ == ']';
}

/* A repeat may be lazy, which changes nothing in a whole text. */
static bool
put_repeat(struct translation *self)
{
    if (self->before != ATOM && !(self->before == REPEAT && *self->from == '?'))
        return false;
    self->before = self->before == ATOM ? REPEAT : LAZY;
    (void)fputc(*self->from++, self->to);
    return true;
}

static bool
put_group(struct translation *self)
{
    self->from++;
    if (strncmp(self->from, "?:", 2) == 0)
        self->from += 2;
    else if (*self->from == '?' || *self->from == '*')
        return false;
    (void)fputs("(?:", self->to);
    self->before = START;
    return true;
}

static bool
put_one(struct translation *self)
{
    char byte = *self->from;

    if (strchr("*+?", byte))
        return put_repeat(self);
    if (byte == '(')
        return put_group(self);
    if (strchr("{}^$]", byte))
        return false;
    self->before = byte == '|' ? START : ATOM;
    if (byte == '[') {
        self->from++;
        return put_class(self);
    }
    if (byte == '\\')
        return put_escape(self, false);
    if (!strchr(".|)", byte))
        return put_character(self);
    (void)fputc(byte, self->to);
    self->from++;
    return true;
}

bool
influxql_pattern(const char *pattern, char **ret_made)
{
    char *made = NULL;
    size_t size = 0;
    struct translation self = {.from = pattern,
                               .to = x_or_die(open_memstream(&made, &size))};
    bool fine = true;

    (void)fputs("^(?s:", self.to);
    while (fine && *self.from)
        fine = put_one(&self);
    (void)fputs(")$", self.to);
    (void)fclose(self.to);
    if (fine)
        *ret_made = made;
    else
        free(made);
    return fine;
}

/* Conditions --------------------------------------------------------------- */

static const struct {
    const char *sign;
    bool is_pattern;
} signs[] = {
    [WEIR_EQUAL] = {"=", false},
    [WEIR_NOT_EQUAL] = {"!=", false},
    [WEIR_LIKE] = {"=~", true},
    [WEIR_NOT_LIKE] = {"!~", true},
};

/* Says whether a label is the tag of that name, and nothing else: names with a
 * '_' before have their meanings on both sides, and "U__" may be an escape. */
static bool
is_tag(const char *label)
{
    return series_label_name_valid(label) && *label != '_' &&
           strncmp(label, "U__", 3) != 0 && strcmp(label, "time") != 0;
}

static void
put_condition(FILE *to, const struct weir_matcher *matcher, const char *before)
{
    weir_cleanup(weir_free) char *pattern = NULL;
    bool is_pattern = signs[matcher->match].is_pattern;

    if (!is_tag(matcher->name))
        return;
    if (is_pattern ? !influxql_pattern(matcher->value, &pattern)
                   : !influxql_can_say(matcher->value))
        return;
    (void)fputs(before, to);
    influxql_name(to, matcher->name);
    (void)fprintf(to, "::tag %s ", signs[matcher->match].sign);
    if (pattern)
        (void)fprintf(to, "/%s/", pattern);
    else
        influxql_text(to, matcher->value);
}

void
influxql_where(FILE *to, const struct weir_select *what, bool times)
{
    static const char first[] = " WHERE ";
    static const char further[] = " AND ";
    long start = ftell(to);

    if (times)
        (void)fprintf(to, "%stime > %" PRId64 " AND time <= %" PRId64, first,
                      what->after_ns, what->until_ns);
    for (size_t i = 0; i < what->matcher_count; i++)
        put_condition(to, &what->matchers[i],
                      ftell(to) == start ? first : further);
}
