/* query/lexer.c - the words and signs of a question in PromQL */
#include <config.h>

#include "query/lexer.h"

#include <errno.h>
#include <string.h>

#include "base.h"
#include "query/lexer_inner.h"
#include "query/literal.h"
#include "query/tree.h"

struct sign {
    const char *text;
    enum lexeme_kind kind;
    int which;
};

/* Of those that fit, the first is the longest. */
static const struct sign signs[] = {
    {"+", LEXEME_OPERATOR, OPERATOR_ADD},
    {"-", LEXEME_OPERATOR, OPERATOR_SUBTRACT},
    {"*", LEXEME_OPERATOR, OPERATOR_MULTIPLY},
    {"/", LEXEME_OPERATOR, OPERATOR_DIVIDE},
    {"%", LEXEME_OPERATOR, OPERATOR_MODULO},
    {"^", LEXEME_OPERATOR, OPERATOR_POWER},
    {"==", LEXEME_OPERATOR, OPERATOR_EQUAL},
    {"!=", LEXEME_OPERATOR, OPERATOR_NOT_EQUAL},
    {"<=", LEXEME_OPERATOR, OPERATOR_LESS_EQUAL},
    {"<", LEXEME_OPERATOR, OPERATOR_LESS},
    {">=", LEXEME_OPERATOR, OPERATOR_GREATER_EQUAL},
    {">", LEXEME_OPERATOR, OPERATOR_GREATER},
    {"=", LEXEME_EQUAL, 0},
    {",", LEXEME_COMMA, 0},
    {"@", LEXEME_AT, 0},
    {"(", LEXEME_LEFT_PAREN, 0},
    {")", LEXEME_RIGHT_PAREN, 0},
    {"{", LEXEME_LEFT_BRACE, 0},
    {"[", LEXEME_LEFT_BRACKET, 0},
    {"]", LEXEME_RIGHT_BRACKET, 0},
    {":", LEXEME_COLON, 0},
    {NULL, LEXEME_END, 0},
};

static const struct sign signs_in_braces[] = {
    {"=~", LEXEME_LIKE, 0},
    {"=", LEXEME_EQUAL, 0},
    {"!=", LEXEME_OPERATOR, OPERATOR_NOT_EQUAL},
    {"!~", LEXEME_NOT_LIKE, 0},
    {",", LEXEME_COMMA, 0},
    {"}", LEXEME_RIGHT_BRACE, 0},
    {NULL, LEXEME_END, 0},
};

int
lexer_refuse(char **reterr_why, const char *why)
{
    *reterr_why = x_or_die(strdup(why));
    return -EINVAL;
}

int
lexer_refuse_character(char **reterr_why, const char *why,
                       const char *character)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs(why, out);
    literal_write_character(out, *character ? character : "\xff");
    (void)fclose(out);
    *reterr_why = text;
    return -EINVAL;
}

static bool
is_blank(char byte)
{
    return byte != '\0' && strchr(" \t\r\n", byte);
}

/* Blanks, and comments up to the end of their line. */
static void
skip_blanks(struct lexer *self)
{
    for (;;) {
        const char *rest = self->text + self->at;
        if (*rest == '#')
            self->at += (uint32_t)strcspn(rest, "\r\n");
        else if (is_blank(*rest))
            self->at++;
        else
            return;
    }
}

/* Returns why there may be no end here, or NULL. */
static const char *
why_no_end(const struct lexer *self)
{
    if (self->in_braces)
        return "unexpected end of input inside braces";
    if (self->parens)
        return "unclosed left parenthesis";
    return self->in_brackets ? "unclosed left bracket" : NULL;
}

static int
refuse_sign(const struct lexer *self, char **reterr_why)
{
    const char *at = self->text + self->at;

    if (self->in_braces && *at == '!')
        return lexer_refuse_character(
            reterr_why,
            "unexpected character after '!' inside braces: ", at + 1);
    if (self->in_braces && *at == '{')
        return lexer_refuse(reterr_why, "unexpected left brace '{'");
    if (self->in_braces)
        return lexer_refuse_character(
            reterr_why, "unexpected character inside braces: ", at);
    if (*at == '!')
        return lexer_refuse_character(
            reterr_why, "unexpected character after '!': ", at + 1);
    return lexer_refuse_character(reterr_why, "unexpected character: ", at);
}

/* Opens and closes what the sign says.  Returns 0, or -EINVAL when there is
 * nothing to open or close. */
static int
keep_count(struct lexer *self, struct lexeme *lexeme, char **reterr_why)
{
    switch (lexeme->kind) {
    case LEXEME_LEFT_PAREN:
        self->parens++;
        return 0;
    case LEXEME_RIGHT_PAREN:
        if (self->parens-- > 0)
            return 0;
        lexeme->start = self->at;
        return lexer_refuse(reterr_why, "unexpected right parenthesis ')'");
    case LEXEME_LEFT_BRACE:
    case LEXEME_RIGHT_BRACE:
        self->in_braces = lexeme->kind == LEXEME_LEFT_BRACE;
        return 0;
    case LEXEME_LEFT_BRACKET:
        if (self->in_brackets)
            return lexer_refuse(reterr_why, "unexpected left bracket '['");
        self->in_brackets = true;
        self->had_colon = false;
        return 0;
    case LEXEME_RIGHT_BRACKET:
        if (!self->in_brackets)
            return lexer_refuse(reterr_why, "unexpected right bracket ']'");
        self->in_brackets = false;
        return 0;
    case LEXEME_COLON:
        if (self->had_colon)
            return lexer_refuse(reterr_why, "unexpected colon ':'");
        self->had_colon = true;
        return 0;
    default:
        return 0;
    }
}

static int
read_sign(struct lexer *self, struct lexeme *lexeme, char **reterr_why)
{
    const char *rest = self->text + self->at;
    const struct sign *sign = self->in_braces ? signs_in_braces : signs;

    while (sign->text && strncmp(rest, sign->text, strlen(sign->text)) != 0)
        sign++;
    if (!sign->text)
        return refuse_sign(self, reterr_why);
    if (sign->kind == LEXEME_EQUAL && rest[1] == '~')
        return lexer_refuse(reterr_why, "unexpected character after '=': '~'");
    self->at += (uint32_t)strlen(sign->text);
    lexeme->kind = sign->kind;
    lexeme->which = sign->which;
    return keep_count(self, lexeme, reterr_why);
}

/* Within brackets there are no names. */
static int
read_word(struct lexer *self, struct lexeme *lexeme, char **reterr_why)
{
    const char *at = self->text + self->at;

    if (!self->in_brackets)
        return lexer_word(self, lexeme);
    return lexer_refuse_character(
        reterr_why, "unexpected character in duration expression: ", at);
}

static int
read_end(const struct lexer *self, struct lexeme *lexeme, char **reterr_why)
{
    const char *why = why_no_end(self);

    lexeme->kind = LEXEME_END;
    return why ? lexer_refuse(reterr_why, why) : 0;
}

static int
read_any(struct lexer *self, struct lexeme *lexeme, char **reterr_why)
{
    const char *rest = self->text + self->at;

    if (*rest == '\0')
        return read_end(self, lexeme, reterr_why);
    if (lexer_is_letter(*rest) ||
        (*rest == ':' && !self->in_braces && !self->in_brackets))
        return read_word(self, lexeme, reterr_why);
    if (strchr("\"'`", *rest))
        return lexer_string(self, lexeme, reterr_why);
    if (!self->in_braces &&
        (lexer_is_digit(*rest) || (*rest == '.' && lexer_is_digit(rest[1]))))
        return lexer_number(self, lexeme, reterr_why);
    return read_sign(self, lexeme, reterr_why);
}

int
lexer_next(struct lexer *self, struct lexeme *ret_lexeme, char **reterr_why)
{
    skip_blanks(self);
    *ret_lexeme = (struct lexeme){.start = self->at};
    int rc = read_any(self, ret_lexeme, reterr_why);
    ret_lexeme->end = self->at;
    return rc;
}
