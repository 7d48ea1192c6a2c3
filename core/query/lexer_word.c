/* query/lexer_word.c - names and keywords, and how errors tell a lexeme */
#include <config.h>

#include "query/lexer_inner.h"

#include <string.h>
#include <strings.h>

#include "base.h"
#include "query/literal.h"
#include "query/operator.h"
#include "utf8.h"

/* In any case of letters.  A keyword may still name a metric or, in a list, a
 * label where no other meaning is possible. */
static const struct {
    const char *text;
    enum lexeme_kind kind;
    int which;
    bool names_metric, names_label;
} words[] = {
    {"and", LEXEME_OPERATOR, OPERATOR_AND, true, true},
    {"or", LEXEME_OPERATOR, OPERATOR_OR, true, true},
    {"unless", LEXEME_OPERATOR, OPERATOR_UNLESS, true, true},
    {"atan2", LEXEME_OPERATOR, OPERATOR_ATAN2, false, true},
    {"avg", LEXEME_AGGREGATOR, AGGREGATOR_AVG, true, true},
    {"bottomk", LEXEME_AGGREGATOR, AGGREGATOR_BOTTOMK, true, true},
    {"count", LEXEME_AGGREGATOR, AGGREGATOR_COUNT, true, true},
    {"count_values", LEXEME_AGGREGATOR, AGGREGATOR_COUNT_VALUES, true, true},
    {"group", LEXEME_AGGREGATOR, AGGREGATOR_GROUP, true, true},
    {"limit_ratio", LEXEME_AGGREGATOR, AGGREGATOR_LIMIT_RATIO, true, true},
    {"limitk", LEXEME_AGGREGATOR, AGGREGATOR_LIMITK, true, true},
    {"max", LEXEME_AGGREGATOR, AGGREGATOR_MAX, true, true},
    {"min", LEXEME_AGGREGATOR, AGGREGATOR_MIN, true, true},
    {"quantile", LEXEME_AGGREGATOR, AGGREGATOR_QUANTILE, true, true},
    {"stddev", LEXEME_AGGREGATOR, AGGREGATOR_STDDEV, true, true},
    {"stdvar", LEXEME_AGGREGATOR, AGGREGATOR_STDVAR, true, true},
    {"sum", LEXEME_AGGREGATOR, AGGREGATOR_SUM, true, true},
    {"topk", LEXEME_AGGREGATOR, AGGREGATOR_TOPK, true, true},
    {"bool", LEXEME_KEYWORD, KEYWORD_BOOL, false, true},
    {"by", LEXEME_KEYWORD, KEYWORD_BY, true, true},
    {"end", LEXEME_KEYWORD, KEYWORD_END, true, true},
    {"group_left", LEXEME_KEYWORD, KEYWORD_GROUP_LEFT, false, true},
    {"group_right", LEXEME_KEYWORD, KEYWORD_GROUP_RIGHT, false, true},
    {"ignoring", LEXEME_KEYWORD, KEYWORD_IGNORING, false, true},
    {"offset", LEXEME_KEYWORD, KEYWORD_OFFSET, true, true},
    {"on", LEXEME_KEYWORD, KEYWORD_ON, false, true},
    {"start", LEXEME_KEYWORD, KEYWORD_START, true, true},
    {"without", LEXEME_KEYWORD, KEYWORD_WITHOUT, true, false},
    {"inf", LEXEME_NUMBER, 0, false, false},
    {"nan", LEXEME_NUMBER, 0, false, false},
};

bool
lexer_is_letter(char byte)
{
    return byte == '_' || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

bool
lexer_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static void
find_keyword(const char *text, size_t length, struct lexeme *lexeme)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (strncasecmp(text, words[i].text, length) != 0 ||
            words[i].text[length] != '\0')
            continue;
        lexeme->kind = words[i].kind;
        lexeme->which = words[i].which;
        return;
    }
}

int
lexer_word(struct lexer *self, struct lexeme *ret_lexeme)
{
    const char *start = self->text + self->at;
    const char *end = start;
    bool colon = false;

    while (lexer_is_letter(*end) || lexer_is_digit(*end) ||
           (*end == ':' && !self->in_braces)) {
        colon |= *end == ':';
        end++;
    }
    self->at += (uint32_t)(end - start);
    ret_lexeme->kind = colon ? LEXEME_METRIC_IDENTIFIER : LEXEME_IDENTIFIER;
    if (!self->in_braces)
        find_keyword(start, (size_t)(end - start), ret_lexeme);
    return 0;
}

bool
lexeme_is_keyword(const struct lexeme *self, enum keyword which)
{
    return self->kind == LEXEME_KEYWORD && self->which == (int)which;
}

static bool
is_plain_name(const struct lexeme *self)
{
    return self->kind == LEXEME_IDENTIFIER ||
           self->kind == LEXEME_METRIC_IDENTIFIER;
}

bool
lexeme_names_metric(const struct lexeme *self)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (words[i].kind == self->kind && words[i].which == self->which)
            return words[i].names_metric;
    return is_plain_name(self);
}

bool
lexeme_names_label(const struct lexeme *self)
{
    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (words[i].kind == self->kind && words[i].which == self->which)
            return words[i].names_label;
    return is_plain_name(self);
}

/* Writes the first ten characters, quoted. */
static void
write_begin(FILE *out, const char *text, size_t length)
{
    enum { SHOWN = 10 };
    size_t size = 0;

    for (int i = 0; i < SHOWN && size < length; i++) {
        size_t step = utf8_length(text + size);
        size += step ? step : 1;
    }
    literal_write_string(out, text, size < length ? size : length);
    if (length > SHOWN)
        (void)fputs("...", out);
}

/* What the kinds are called; the rest is just quoted. */
static const struct {
    enum lexeme_kind kind;
    const char *format;
} formats[] = {
    {LEXEME_OPERATOR, "<op:"},
    {LEXEME_LIKE, "<op:"},
    {LEXEME_NOT_LIKE, "<op:"},
    {LEXEME_AT, "<op:"},
    {LEXEME_AGGREGATOR, "<aggr:"},
    {LEXEME_KEYWORD, "<"},
    {LEXEME_IDENTIFIER, "identifier "},
    {LEXEME_METRIC_IDENTIFIER, "metric identifier "},
    {LEXEME_NUMBER, "number "},
    {LEXEME_DURATION, "duration "},
    {LEXEME_STRING, "string "},
};

static void
describe(FILE *out, const struct lexeme *self, const char *text)
{
    size_t length = self->end - self->start;
    const char *format = "";

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        if (formats[i].kind == self->kind)
            format = formats[i].format;
    }
    if (lexeme_is_keyword(self, KEYWORD_START) ||
        lexeme_is_keyword(self, KEYWORD_END))
        format = "";
    (void)fputs(format, out);
    if (*format == '<')
        (void)fprintf(out, "%.*s>", (int)length, text + self->start);
    else if (is_plain_name(self))
        literal_write_string(out, text + self->start, length);
    else
        write_begin(out, text + self->start, length);
}

char *
lexeme_describe(const struct lexeme *self, const char *text)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&line, &size));

    if (self->kind == LEXEME_END)
        (void)fputs("end of input", out);
    else
        describe(out, self, text);
    (void)fclose(out);
    return line;
}
