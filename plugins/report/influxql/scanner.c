/* scanner.c - a text of InfluxQL becomes tokens; see token.h */
#include <config.h>

#include "base.h"
#include "token_inner.h"

enum { MICRO = 0xb5 };

static const char *
text_since(struct scanner *self, size_t start)
{
    size_t end = self->at < self->size ? self->at : self->size;

    return arena_bytes(self->arena, self->text + start, end - start);
}

static char
unescaped(char byte)
{
    if (byte == 'n')
        return '\n';
    return byte;
}

/* The text between 'start' and 'end' without its escapes, which are known to be
 * sound. */
static const char *
string_text(struct scanner *self, size_t start, size_t end)
{
    char *text = arena_alloc(self->arena, end - start + 1);
    char *to = text;

    for (size_t at = start; at < end; at++)
        if (self->text[at] == '\\')
            *to++ = unescaped(self->text[++at]);
        else
            *to++ = self->text[at];
    return text;
}

static bool
is_escape(uint32_t point)
{
    return point == 'n' || point == '\\' || point == '"' || point == '\'';
}

/* Reads from the quote on, which was read. */
static struct token
scan_string(struct scanner *self)
{
    scanner_unread(self);
    struct token token = {TOKEN_STRING, scanner_last(self), 0, NULL};
    uint32_t quote = scanner_read(self);
    size_t start = self->at;

    for (;;) {
        uint32_t point = scanner_read(self);
        if (point == quote || point == 0 || point == '\n') {
            if (point != quote)
                token.kind = TOKEN_BAD_STRING;
            token.text = string_text(self, start, scanner_last(self));
            return token;
        }
        size_t escape = scanner_last(self);
        if (point == '\\' && !is_escape(scanner_read(self))) {
            token.kind = TOKEN_BAD_ESCAPE;
            token.text = text_since(self, escape);
            token.at = scanner_last(self);
            return token;
        }
    }
}

/* What stands before a quote is lost, as in InfluxDB. */
static struct token
scan_word(struct scanner *self, bool is_keyword)
{
    (void)scanner_read(self);
    struct token token = {TOKEN_IDENT, scanner_last(self), 0, NULL};
    scanner_unread(self);
    size_t start = self->at;

    while (token_is_inner(scanner_read(self)))
        ;
    size_t end = scanner_last(self);
    if (self->at > self->size) {
        /* InfluxDB sees the end of a bare word twice, unless there is none. */
        end = self->size;
        if (end > start)
            (void)scanner_read(self);
    } else if (self->text[end] == '"') {
        struct token string = scan_string(self);
        if (string.kind != TOKEN_STRING)
            return string;
        token.text = string.text;
        return token;
    } else {
        scanner_unread(self);
    }
    token.text = arena_bytes(self->arena, self->text + start, end - start);
    if (is_keyword && (token.kind = token_of_word(token.text)) != TOKEN_IDENT)
        token.text = NULL;
    return token;
}

static struct token
scan_bound(struct scanner *self)
{
    size_t start = scanner_last(self);
    struct token token = scan_word(self, false);
    size_t length = strlen(token.text) + 2;
    char *text = arena_alloc(self->arena, length);

    text[0] = '$';
    memcpy(text + 1, token.text, length - 1);
    token.text = text;
    token.at = start;
    if (token.kind == TOKEN_IDENT)
        token.kind = TOKEN_BOUND;
    return token;
}

static void
skip_digits(struct scanner *self)
{
    while (token_is_digit(scanner_read(self)))
        ;
    scanner_unread(self);
}

static bool
is_unit(uint32_t point)
{
    return token_is_letter(point) || point == MICRO;
}

/* Reads from the first character on, which was read: a digit, or a '.' before
 * one. */
static struct token
scan_number(struct scanner *self)
{
    struct token token = {TOKEN_INTEGER, scanner_last(self), 0, NULL};
    size_t end = 0;

    scanner_unread(self);
    skip_digits(self);
    if (scanner_look(self) == '.') {
        token.kind = TOKEN_NUMBER;
        end = self->at;
        (void)scanner_read(self);
        if (token_is_digit(scanner_look(self))) {
            skip_digits(self);
            end = self->at;
        }
    } else if (is_unit(scanner_look(self))) {
        token.kind = TOKEN_DURATION;
        for (uint32_t point = 'h'; is_unit(point) || token_is_digit(point);)
            point = scanner_read(self);
        scanner_unread(self);
    }
    if (!end)
        end = self->at;
    token.text =
        arena_bytes(self->arena, self->text + token.at, end - token.at);
    return token;
}

static struct token
scan_blanks(struct scanner *self)
{
    struct token token = {TOKEN_BLANK, scanner_last(self), 0, NULL};
    uint32_t point = 0;

    do {
        point = scanner_read(self);
    } while (point == ' ' || point == '\t' || point == '\n');
    if (point)
        scanner_unread(self);
    token.end = self->at < self->size ? self->at : self->size;
    return token;
}

static void
skip_line(struct scanner *self)
{
    uint32_t point = 0;

    do {
        point = scanner_read(self);
    } while (point && point != '\n');
}

/* Says whether the comment has an end. */
static bool
skip_comment(struct scanner *self)
{
    uint32_t before = 0;

    for (;;) {
        uint32_t point = scanner_read(self);
        if (point == 0 || (point == '/' && before == '*'))
            return point != 0;
        before = point;
    }
}

/* Tokens of one character, and of two that begin with it. */
static const struct {
    char first, second; /* '\0': any other */
    enum token_kind kind;
} marks[] = {
    {'+', '\0', TOKEN_ADD},       {'-', '\0', TOKEN_SUB},
    {'*', '\0', TOKEN_MUL},       {'/', '\0', TOKEN_DIV},
    {'%', '\0', TOKEN_MOD},       {'&', '\0', TOKEN_BIT_AND},
    {'|', '\0', TOKEN_BIT_OR},    {'^', '\0', TOKEN_BIT_XOR},
    {'=', '~', TOKEN_EQREGEX},    {'=', '\0', TOKEN_EQ},
    {'!', '=', TOKEN_NEQ},        {'!', '~', TOKEN_NEQREGEX},
    {'>', '=', TOKEN_GTE},        {'>', '\0', TOKEN_GT},
    {'<', '=', TOKEN_LTE},        {'<', '>', TOKEN_NEQ},
    {'<', '\0', TOKEN_LT},        {'(', '\0', TOKEN_LPAREN},
    {')', '\0', TOKEN_RPAREN},    {',', '\0', TOKEN_COMMA},
    {';', '\0', TOKEN_SEMICOLON}, {':', ':', TOKEN_DOUBLECOLON},
    {':', '\0', TOKEN_COLON},     {'.', '\0', TOKEN_DOT},
};

static struct token
scan_mark(struct scanner *self)
{
    size_t at = scanner_last(self);
    char first = self->text[at];

    for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
        if (marks[i].first != first)
            continue;
        if (!marks[i].second)
            return (struct token){marks[i].kind, at, 0, NULL};
        if (scanner_look(self) == (unsigned char)marks[i].second) {
            (void)scanner_read(self);
            return (struct token){marks[i].kind, at, 0, NULL};
        }
    }
    return (struct token){TOKEN_ILLEGAL, at, 0, text_since(self, at)};
}

static struct token
scan_comment(struct scanner *self, uint32_t first)
{
    struct token token = {TOKEN_COMMENT, scanner_last(self), 0, NULL};

    (void)scanner_read(self);
    if (first == '-')
        skip_line(self);
    else if (!skip_comment(self))
        token.kind = TOKEN_ILLEGAL;
    return token;
}

static struct token
scan(struct scanner *self)
{
    uint32_t point = scanner_read(self);

    switch (point) {
    case 0:
        return (struct token){TOKEN_END, scanner_last(self), 0, NULL};
    case ' ':
    case '\t':
    case '\n':
        return scan_blanks(self);
    case '\'':
        return scan_string(self);
    case '$':
        return scan_bound(self);
    case '"':
        scanner_unread(self);
        return scan_word(self, true);
    default:
        break;
    }
    if (token_is_digit(point) ||
        (point == '.' && token_is_digit(scanner_look(self))))
        return scan_number(self);
    if (token_is_inner(point)) {
        scanner_unread(self);
        return scan_word(self, true);
    }
    if ((point == '-' && scanner_look(self) == '-') ||
        (point == '/' && scanner_look(self) == '*'))
        return scan_comment(self, point);
    return scan_mark(self);
}

/* The pattern between start and 'end': "\/" stands for '/'. */
static const char *
pattern_text(struct scanner *self, size_t start, size_t end)
{
    char *text = arena_alloc(self->arena, end - start + 1);
    char *to = text;

    for (size_t at = start; at < end; at++)
        if (self->text[at] != '\\' || self->text[at + 1] != '/')
            *to++ = self->text[at];
    return text;
}

static struct token
scan_pattern(struct scanner *self)
{
    struct token token = {TOKEN_BAD_PATTERN, scanner_last(self), 0, NULL};

    if (scanner_read(self) != '/')
        return token;
    size_t start = self->at;
    for (;;) {
        uint32_t point = scanner_read(self);
        if (point == '/') {
            token.kind = TOKEN_PATTERN;
            token.text = pattern_text(self, start, self->at - 1);
            return token;
        }
        if (point == 0 || point == '\n')
            return token;
        if (point == '\\' && scanner_look(self) == '/')
            (void)scanner_read(self);
    }
}

static struct token
next_by(struct scanner *self, struct token (*read)(struct scanner *))
{
    const unsigned count = ARRAY_SIZE(self->ring);

    if (self->unread) {
        self->unread--;
        return self->ring[(self->newest + count - self->unread) % count];
    }
    self->newest = (self->newest + 1) % count;
    return self->ring[self->newest] = read(self);
}

struct token
scanner_next(struct scanner *self)
{
    return next_by(self, scan);
}

struct token
scanner_next_pattern(struct scanner *self)
{
    return next_by(self, scan_pattern);
}

void
scanner_back(struct scanner *self)
{
    self->unread++;
}
