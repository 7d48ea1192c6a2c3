/* query/lexer_literal.c - where numbers, durations and strings end
 *
 * What they mean, and whether a number is one, is said in literal.c.
 */
#include <config.h>

#include "query/lexer_inner.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/literal.h"
#include "utf8.h"

static bool
is_one_of(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte);
}

static bool
is_name_byte(char byte)
{
    return lexer_is_letter(byte) || lexer_is_digit(byte);
}

/* Moves '*at_p' over a point, an exponent or an underscore, which must not be
 * followed by another.  Returns false, behind what is wrong, when it is. */
static bool
pass_mark(const char **at_p, bool *had_point, bool *had_exponent)
{
    const char *mark = (*at_p)++;
    bool again = (*mark == '.' && *had_point) ||
                 (is_one_of(*mark, "eE") && *had_exponent);

    if (again)
        return false;
    *had_point |= *mark == '.';
    if (is_one_of(*mark, "eE")) {
        *had_exponent = true;
        *at_p += is_one_of(**at_p, "+-");
    }
    if (is_one_of(**at_p, *mark == '.' ? "_." : "._eE")) {
        (*at_p)++;
        return false;
    }
    return *mark == '.' || **at_p != '\0';
}

/* Moves '*at_p' over what may be a number, or a part of a duration; returns
 * whether it ends as a number. */
static bool
pass_number(const char **at_p)
{
    bool had_point = false, had_exponent = false;

    if ((*at_p)[0] == '0' && is_one_of((*at_p)[1], "xX")) {
        *at_p += 2;
        *at_p += strspn(*at_p, "_0123456789abcdefABCDEF");
        return !is_name_byte(**at_p);
    }
    for (;;) {
        *at_p += strspn(*at_p, "0123456789");
        if (!is_one_of(**at_p, "._eE"))
            return !is_name_byte(**at_p);
        if (!pass_mark(at_p, &had_point, &had_exponent))
            return false;
    }
}

/* Any letter of 'first' and an 's', so that ms is one; what else is no unit is
 * told when the duration is read. */
static bool
pass_unit(const char **at_p, const char *first)
{
    if (!is_one_of(**at_p, first))
        return false;
    (*at_p)++;
    *at_p += **at_p == 's';
    return true;
}

/* Moves '*at_p' over the units and numbers that follow a duration's first
 * number; returns whether it ends as a duration. */
static bool
pass_duration(const char **at_p)
{
    if (!pass_unit(at_p, "smhdwy"))
        return false;
    while (lexer_is_digit(**at_p)) {
        *at_p += strspn(*at_p, "0123456789");
        if (!pass_unit(at_p, "smhdw"))
            return false;
    }

    bool ends = !is_name_byte(**at_p);
    *at_p += !ends;
    return ends;
}

static int
refuse_number(const char *start, const char *end, char **reterr_why)
{
    weir_cleanup(weir_free) char *text =
        literal_quoted(start, (size_t)(end - start));
    char *why = NULL;

    if (asprintf(&why, "bad number or duration syntax: %s", text) < 0)
        x_or_die(NULL);
    *reterr_why = why;
    return -EINVAL;
}

int
lexer_number(struct lexer *self, struct lexeme *ret_lexeme, char **reterr_why)
{
    const char *start = self->text + self->at;
    const char *end = start;

    if (pass_number(&end))
        ret_lexeme->kind = LEXEME_NUMBER;
    else if (pass_duration(&end))
        ret_lexeme->kind = LEXEME_DURATION;
    else
        return refuse_number(start, end, reterr_why);
    self->at += (uint32_t)(end - start);
    return 0;
}

/* Names a character as an error about an escape does: U+0071 'q'. */
static int
refuse_escape(const char *before, const char *character, const char *after,
              char **reterr_why)
{
    uint32_t point = 0xfffd;
    char *why = NULL;

    if (*character == '\0')
        return lexer_refuse(reterr_why, "escape sequence not terminated");
    int size = (int)utf8_read(character, &point);
    if (asprintf(&why, "%sU+%04" PRIX32 " '%.*s'%s", before, point, size,
                 character, after) < 0)
        x_or_die(NULL);
    *reterr_why = why;
    return -EINVAL;
}

/* Checks the 'count' digits of an escape and moves '*at_p' behind them. */
static int
pass_digits(const char **at_p, int count, int base, char **reterr_why)
{
    const char *digits = base == 8 ? "01234567" : "0123456789abcdefABCDEF";
    char text[9] = "";

    for (int i = 0; i < count; i++) {
        if (!is_one_of((*at_p)[i], digits))
            return refuse_escape("illegal character ", *at_p + i,
                                 " in escape sequence", reterr_why);
        text[i] = (*at_p)[i];
    }
    *at_p += count;

    unsigned long point = strtoul(text, NULL, base);
    bool wide = count > 3;
    if (point == 0)
        return lexer_refuse(reterr_why, "a string must not have a zero byte");
    if (point > (wide ? 0x10ffff : 0xff) ||
        (wide && point >= 0xd800 && point <= 0xdfff))
        return lexer_refuse(reterr_why,
                            "escape sequence is an invalid Unicode code point");
    return 0;
}

static int
pass_escape(const char **at_p, char quote, char **reterr_why)
{
    static const struct {
        char letter;
        int digits;
    } coded[] = {{'x', 2}, {'u', 4}, {'U', 8}};
    const char *at = (*at_p)++;

    if (*at == quote || is_one_of(*at, "abfnrtv\\"))
        return 0;
    if (is_one_of(*at, "01234567")) {
        *at_p = at;
        return pass_digits(at_p, 3, 8, reterr_why);
    }
    for (size_t i = 0; i < ARRAY_SIZE(coded); i++) {
        if (*at == coded[i].letter)
            return pass_digits(at_p, coded[i].digits, 16, reterr_why);
    }
    return refuse_escape("unknown escape sequence ", at, "", reterr_why);
}

/* Moves '*at_p' over one character, or one escape. */
static int
pass_character(const char **at_p, char quote, char **reterr_why)
{
    bool raw = quote == '`';

    if (**at_p == '\0' || (**at_p == '\n' && !raw))
        return lexer_refuse(reterr_why, raw ? "unterminated raw string"
                                            : "unterminated quoted string");
    if (**at_p == '\\' && !raw) {
        (*at_p)++;
        return pass_escape(at_p, quote, reterr_why);
    }
    size_t size = utf8_length(*at_p);
    if (!size)
        return lexer_refuse(reterr_why, "invalid UTF-8 rune");
    *at_p += size;
    return 0;
}

int
lexer_string(struct lexer *self, struct lexeme *ret_lexeme, char **reterr_why)
{
    const char *start = self->text + self->at;
    const char *at = start + 1;

    while (*at != *start) {
        int rc = pass_character(&at, *start, reterr_why);
        if (rc < 0)
            return rc;
    }
    ret_lexeme->kind = LEXEME_STRING;
    self->at += (uint32_t)(at + 1 - start);
    return 0;
}
