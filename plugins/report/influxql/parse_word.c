/* parse_word.c - tokens one by one, and what is wrong with them; see
 * parse_inner.h
 */
#include <config.h>

#include "parse_inner.h"

#include <errno.h>
#include <stdarg.h>

#include "base.h"
#include "number.h"
#include "pattern.h"

__attribute__((format(printf, 2, 0))) static int
refuse(struct parser *self, const char *format, va_list arguments)
{
    int length = vsnprintf(self->why, PARSE_WHY_SIZE, format, arguments);

    if (length >= PARSE_WHY_SIZE)
        memcpy(self->why + PARSE_WHY_SIZE - 4, "...", 4);
    return -EINVAL;
}

int
parse_refuse(struct parser *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int rc = refuse(self, format, arguments);
    va_end(arguments);
    return rc;
}

/* A reason that is too long loses its middle, not its place. */
int
parse_refuse_at(struct parser *self, size_t at, const char *format, ...)
{
    va_list arguments;
    char place[64];
    size_t line = 0;
    size_t character = 0;

    va_start(arguments, format);
    (void)refuse(self, format, arguments);
    va_end(arguments);
    scanner_place(&self->scanner, at, &line, &character);
    int length = snprintf(place, sizeof(place), " at line %zu, char %zu", line,
                          character);
    size_t used = strlen(self->why);
    size_t most = PARSE_WHY_SIZE - 1 - (size_t)length;
    memcpy(self->why + (used < most ? used : most), place, (size_t)length + 1);
    return -EINVAL;
}

int
parse_unexpected(struct parser *self, const struct token *found,
                 const char *expected)
{
    const char *text = found->text;

    if (found->kind == TOKEN_BLANK)
        text = arena_bytes(&self->tree->arena, self->scanner.text + found->at,
                           found->end - found->at);
    if (!text || !*text)
        text = token_name(found->kind);
    return parse_refuse_at(self, found->at, "found %.700s, expected %s", text,
                           expected);
}

const char *
parse_text(struct parser *self, const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    x_or_die(length < 0 ? NULL : text);
    const char *copy = arena_text(&self->tree->arena, text);
    free(text);
    return copy;
}

struct token
parse_any(struct parser *self)
{
    struct token token = scanner_next(&self->scanner);

    if (token.kind == TOKEN_BOUND)
        parse_bind(self, &token);
    return token;
}

struct token
parse_next(struct parser *self)
{
    struct token token;

    do {
        token = parse_any(self);
    } while (token.kind == TOKEN_BLANK || token.kind == TOKEN_COMMENT);
    return token;
}

void
parse_back(struct parser *self)
{
    scanner_back(&self->scanner);
}

void
parse_skip_blank(struct parser *self)
{
    if (parse_any(self).kind != TOKEN_BLANK)
        parse_back(self);
}

bool
parse_take(struct parser *self, enum token_kind kind)
{
    if (parse_next(self).kind == kind)
        return true;
    parse_back(self);
    return false;
}

int
parse_want(struct parser *self, enum token_kind kind)
{
    struct token token = parse_next(self);

    if (token.kind == kind)
        return 0;
    return parse_unexpected(self, &token, token_name(kind));
}

int
parse_ident(struct parser *self, const char **ret_name)
{
    struct token token = parse_next(self);

    if (token.kind != TOKEN_IDENT)
        return parse_unexpected(self, &token, "identifier");
    *ret_name = token.text;
    return 0;
}

int
parse_string(struct parser *self, const char **ret_text)
{
    struct token token = parse_next(self);

    if (token.kind != TOKEN_STRING)
        return parse_unexpected(self, &token, "string");
    *ret_text = token.text;
    return 0;
}

int
parse_count(struct parser *self)
{
    struct token token = parse_next(self);
    int64_t count = 0;

    if (token.kind != TOKEN_INTEGER)
        return parse_unexpected(self, &token, "integer");
    if (!number_scan_i64(token.text, &count))
        return parse_refuse_at(self, token.at,
                               "strconv.Atoi: parsing \"%.700s\": value out of "
                               "range",
                               token.text);
    if (count < 1 || count > INT32_MAX)
        return parse_refuse_at(self, token.at,
                               "invalid value %lld: must be 1 <= n <= %d",
                               (long long)count, INT32_MAX);
    return 0;
}

int
parse_u64(struct parser *self)
{
    struct token token = parse_next(self);
    uint64_t number = 0;

    if (token.kind != TOKEN_INTEGER)
        return parse_unexpected(self, &token, "integer");
    if (!number_scan_u64(token.text, &number))
        return parse_refuse_at(self, token.at,
                               "strconv.ParseUint: parsing \"%.700s\": value "
                               "out of range",
                               token.text);
    return 0;
}

int
parse_duration(struct parser *self, int64_t *ret_ns)
{
    struct token token = parse_next(self);
    const char *why = NULL;

    *ret_ns = 0;
    if (token.kind == WORD_INF)
        return 0;
    if (token.kind != TOKEN_DURATION)
        return parse_unexpected(self, &token, "duration");
    if (!parse_duration_text(self, token.text, ret_ns, &why))
        return parse_refuse_at(self, token.at, "%s", why);
    return 0;
}

/* A name with each part in quotes, as InfluxDB writes it: all but a last one
 * that needs none, and empty ones in the middle. */
static const char *
quoted(struct parser *self, const char *name, const char *part, bool is_inner)
{
    bool needs = token_needs_quotes(part) || (is_inner && *part) ||
                 (!is_inner && !*part);
    const char *quote = needs ? "\"" : "";

    return parse_text(self, "%s%s%s%s", name, quote, part, quote);
}

/* Reads behind the last part and a dot.  Says whether another part was read. */
static int
next_segment(struct parser *self, const char **ret_part)
{
    char next = '\0';

    *ret_part = NULL;
    if (parse_any(self).kind != TOKEN_DOT) {
        parse_back(self);
        return 0;
    }
    next = scanner_peek(&self->scanner);
    if (next == '/' || next == ':')
        return 0;
    if (next == '.') {
        *ret_part = "";
        return 0;
    }
    return parse_ident(self, ret_part);
}

int
parse_segments(struct parser *self, const char *ret_parts[3], size_t *ret_count)
{
    const char *part = NULL;
    const char *name = "";
    size_t count = 0;

    int rc = parse_ident(self, &part);
    while (rc == 0 && part) {
        if (count < 3)
            ret_parts[count] = part;
        const char *now = part;
        count++;
        rc = next_segment(self, &part);
        if (rc == 0 && count <= 6)
            name = parse_text(self, "%s%s",
                              quoted(self, name, now, part || count == 1),
                              part ? "." : "");
    }
    *ret_count = count;
    if (rc == 0 && count > 3)
        return parse_refuse_at(self, 0, "too many segments in %s", name);
    return rc;
}

int
parse_pattern_text(struct parser *self, const struct token *token)
{
    struct pattern_fault fault;

    if (pattern_check(token->text, &fault) == 0)
        return 0;
    int length = fault.length < 700 ? fault.length : 700;
    return parse_refuse_at(self, token->at, "error parsing regexp: %s: `%.*s`",
                           fault.what, length, fault.part);
}

int
parse_pattern(struct parser *self, const char **ret_pattern)
{
    char next = scanner_peek(&self->scanner);

    *ret_pattern = NULL;
    if (next == ' ' || next == '\t' || next == '\n')
        parse_skip_blank(self);
    next = scanner_peek(&self->scanner);
    if (next == '$') {
        enum token_kind kind = parse_any(self).kind;
        parse_back(self);
        if (kind != TOKEN_PATTERN)
            return 0;
    } else if (next != '/') {
        return 0;
    }

    struct token token = scanner_next_pattern(&self->scanner);
    if (token.kind == TOKEN_BOUND)
        parse_bind(self, &token);
    if (token.kind == TOKEN_BAD_PATTERN)
        return parse_refuse_at(self, token.at, "bad regex: ");
    if (token.kind != TOKEN_PATTERN)
        return parse_unexpected(self, &token, "regex");
    *ret_pattern = token.text;
    return parse_pattern_text(self, &token);
}
