/* token.c - the words of a configuration, by libconfuse's lexical rules */
#include <config.h>

#include "token.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

/* What libconfuse ends an unquoted word at. */
static const char word_ends[] = " #\"'\t\n\r={}()+,*";

static const struct {
    char sign;
    enum token_type type;
} signs[] = {
    {'{', TOKEN_OPEN},  {'}', TOKEN_CLOSE},  {'(', TOKEN_LEFT},
    {')', TOKEN_RIGHT}, {'=', TOKEN_ASSIGN}, {',', TOKEN_COMMA},
};

static void __attribute__((format(printf, 3, 4)))
reject(struct token_reader *self, struct token *token, const char *format, ...)
{
    va_list values;

    if (token->wrong)
        return;
    token->wrong = true;
    va_start(values, format);
    (void)vsnprintf(self->why, sizeof(self->why), format, values);
    va_end(values);
}

static void
skip_blanks(struct token_reader *self)
{
    for (; *self->rest && strchr(" \t\r\n", *self->rest); self->rest++)
        self->line += *self->rest == '\n';
}

static void
read_line_comment(struct token_reader *self)
{
    self->rest += strcspn(self->rest, "\n");
}

static void
read_comment(struct token_reader *self, struct token *token)
{
    const char *end = strstr(self->rest + 2, "*/");

    if (!end) {
        reject(self, token, "this comment never ends; close it with */");
        end = self->rest + strlen(self->rest) - 2;
    }
    for (; self->rest < end + 2; self->rest++)
        self->line += *self->rest == '\n';
}

static size_t
name_length(const char *text)
{
    size_t length = 0;

    if (isdigit((unsigned char)text[0]))
        return 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length;
}

static bool
is_set(const char *name, size_t length)
{
    char copy[256];

    if (length >= sizeof(copy))
        return false;
    memcpy(copy, name, length);
    copy[length] = '\0';
    return getenv(copy) != NULL;
}

/* Reads "${NAME}" or "${NAME:-default}". */
static void
read_variable(struct token_reader *self, struct token *token)
{
    const char *name = self->rest + 2;
    size_t length = name_length(name);
    size_t size = strcspn(name, "}\"'\n");

    self->rest = name + size;
    if (name[size] != '}') {
        reject(self, token,
               "the { of this variable is never closed; "
               "write \"${NAME}\"");
        return;
    }
    self->rest++;
    bool has_default = strncmp(name + length, ":-", 2) == 0;
    if (length == 0 || (!has_default && length != size))
        reject(self, token,
               "this is no variable; write \"${NAME}\" or "
               "\"${NAME:-default}\", or \\$ for a $");
    else if (!has_default && !is_set(name, length))
        reject(self, token,
               "the environment has no %.*s; set it, or write "
               "\"${%.*s:-default}\"",
               (int)length, name, (int)length, name);
}

/* Steps over an escape; libconfuse ends a string at a zero byte in silence. */
static void
read_escape(struct token_reader *self, struct token *token)
{
    const char *digits = self->rest + 1;

    self->line += *digits == '\n';
    self->rest += *digits ? 2 : 1;
    if (*digits == 'x')
        digits++;
    else if (!isdigit((unsigned char)*digits))
        return;
    size_t zeros = strspn(digits, "0");
    bool hex = digits[-1] == 'x';
    bool more = hex ? zeros < 2 && isxdigit((unsigned char)digits[zeros])
                    : zeros < 3 && isdigit((unsigned char)digits[zeros]);
    if (zeros && !more)
        reject(self, token, "a zero byte cannot stand in a text; leave it out");
}

/* Reads to the closing quote, or to the end of the line without one: so a
 * missing quote is told where it is missing, not at the end of the file. */
static void
read_string(struct token_reader *self, struct token *token)
{
    char quote = *self->rest++;

    while (*self->rest != quote) {
        if (*self->rest == '\0' || *self->rest == '\n') {
            reject(self, token,
                   "this string does not end on its line; close it with %c",
                   quote);
            return;
        }
        if (*self->rest == '\\' && quote == '"')
            read_escape(self, token);
        else if (*self->rest == '\\' && self->rest[1]) {
            self->line += self->rest[1] == '\n';
            self->rest += 2;
        } else if (quote == '"' && strncmp(self->rest, "${", 2) == 0)
            read_variable(self, token);
        else
            self->rest++;
    }
    self->rest++;
}

static void
read_word(struct token_reader *self, struct token *token)
{
    size_t size = strcspn(self->rest, word_ends);

    if (memchr(self->rest, ';', size))
        reject(self, token,
               "a ; separates nothing here; leave it out, or quote the text");
    else if (self->rest[size] == '{' && self->rest[size - 1] == '$')
        reject(self, token, "put quotes around a text with ${...} inside");
    self->rest += size;
}

static void
read_stray(struct token_reader *self, struct token *token)
{
    reject(self, token, "an unquoted %c would be lost; put quotes around it",
           *self->rest);
    self->rest++;
}

static bool
read_sign(struct token_reader *self, struct token *token)
{
    for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
        if (*self->rest == signs[i].sign) {
            self->rest++;
            token->type = signs[i].type;
            return true;
        }
    if (strncmp(self->rest, "+=", 2) != 0)
        return false;
    self->rest += 2;
    token->type = TOKEN_APPEND;
    return true;
}

static void
read_text(struct token_reader *self, struct token *token)
{
    if (*self->rest == '"' || *self->rest == '\'') {
        token->type = TOKEN_STRING;
        read_string(self, token);
    } else if (strncmp(self->rest, "${", 2) == 0) {
        token->type = TOKEN_STRING;
        read_variable(self, token);
    } else if (strchr(word_ends, *self->rest)) {
        token->type = TOKEN_STRAY;
        read_stray(self, token);
    } else {
        token->type = TOKEN_WORD;
        read_word(self, token);
    }
}

struct token
token_next(struct token_reader *self)
{
    skip_blanks(self);
    struct token token = {.start = self->rest, .line = self->line};

    if (*self->rest == '\0')
        return token;
    if (*self->rest == '#' || strncmp(self->rest, "//", 2) == 0) {
        token.type = TOKEN_COMMENT;
        read_line_comment(self);
    } else if (strncmp(self->rest, "/*", 2) == 0) {
        token.type = TOKEN_COMMENT;
        read_comment(self, &token);
    } else if (!read_sign(self, &token)) {
        read_text(self, &token);
    }
    token.size = (size_t)(self->rest - token.start);
    return token;
}

/* Writes what "${NAME:-default}" at 'text' stands for to 'out'; returns the
 * first byte behind it. */
static const char *
write_variable(const char *text, FILE *out)
{
    const char *name = text + 2;
    size_t length = name_length(name);
    const char *end = strchr(name, '}');
    char *copy = strndup(name, length);
    const char *value = copy ? getenv(copy) : NULL;

    free(copy);
    if (value)
        (void)fputs(value, out);
    else if (end > name + length + 2)
        (void)fwrite(name + length + 2, 1, (size_t)(end - name) - length - 2,
                     out);
    return end + 1;
}

static void
write_value(const struct token *self, FILE *out)
{
    const char *at = self->start;
    const char *end = at + self->size;
    char quote = '\0';

    if (*at == '"' || *at == '\'') {
        quote = *at++;
        end -= end > at && end[-1] == quote;
    }
    while (at < end) {
        if (quote != '\'' && strncmp(at, "${", 2) == 0 && !self->wrong) {
            at = write_variable(at, out);
            continue;
        }
        if (quote && *at == '\\' && at + 1 < end)
            at++;
        (void)fputc(*at++, out);
    }
}

char *
token_value(const struct token *self, struct arena *texts)
{
    char *value = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&value, &size));

    write_value(self, out);
    (void)fclose(out);
    char *copy = arena_bytes(texts, value, size);
    free(value);
    return copy;
}

static struct token
next_but_comments(struct token_reader *self)
{
    struct token token = token_next(self);

    while (token.type == TOKEN_COMMENT)
        token = token_next(self);
    return token;
}

bool
token_same_text(const char *a, const char *b)
{
    struct token_reader reader_a = {.rest = a};
    struct token_reader reader_b = {.rest = b};
    struct token one, other;

    do {
        one = next_but_comments(&reader_a);
        other = next_but_comments(&reader_b);
        if (one.type != other.type || one.size != other.size ||
            memcmp(one.start, other.start, one.size) != 0)
            return false;
    } while (one.type != TOKEN_END);
    return true;
}
