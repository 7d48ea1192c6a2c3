/* query/parser_suffix.c - ranges, subqueries, offset and '@' */
#include <config.h>

#include "query/parser_inner.h"

#include <errno.h>
#include <math.h>

#include "base.h"
#include "query/literal.h"

static const char duration_wanted[] = "number or duration";

/* Reads a number or a duration with a sign.  '*ret_start' is where it begins.
 */
static bool
read_seconds(struct parser *self, const char *context, const char *expected,
             double *ret_seconds, uint32_t *ret_start)
{
    const struct lexeme *ahead = parser_ahead(self);
    bool negative = false;

    if (!ahead)
        return false;
    *ret_start = ahead->start;
    if (ahead->kind == LEXEME_OPERATOR &&
        (ahead->which == OPERATOR_SUBTRACT || ahead->which == OPERATOR_ADD)) {
        negative = ahead->which == OPERATOR_SUBTRACT;
        (void)parser_take(self);
        ahead = parser_ahead(self);
    }
    if (!ahead)
        return false;
    if (ahead->kind != LEXEME_NUMBER && ahead->kind != LEXEME_DURATION)
        return parser_unexpected(self, context, expected);
    if (!parser_number(self, ret_seconds, NULL))
        return false;
    if (negative)
        *ret_seconds = -*ret_seconds;
    return true;
}

static bool
read_duration(struct parser *self, const char *context, const char *expected,
              int64_t *ret_ns, uint32_t *ret_start)
{
    double seconds = 0;

    if (!read_seconds(self, context, expected, &seconds, ret_start))
        return false;
    if (literal_seconds(seconds, ret_ns) < 0)
        return parser_refuse(self, *ret_start, "duration out of range");
    return true;
}

static bool
read_positive(struct parser *self, const char *context, const char *expected,
              int64_t *ret_ns)
{
    uint32_t start = 0;

    if (!read_duration(self, context, expected, ret_ns, &start))
        return false;
    if (*ret_ns <= 0)
        return parser_refuse(self, start, "duration must be greater than 0");
    return true;
}

/* Makes a range of what is a selector so far.  '@ start()' may stand before it,
 * as in Prometheus, but no time and no offset. */
static struct expression *
make_range(struct parser *self, struct expression *inner, int64_t range_ns,
           uint32_t at)
{
    const char *why = NULL;

    if (inner->kind != EXPRESSION_SELECTOR || inner->selector.range_ns)
        why = "ranges only allowed for vector selectors";
    else if (inner->selector.shift.offset_ns)
        why = "no offset modifiers allowed before range";
    else if (inner->selector.shift.anchor == ANCHOR_TIME)
        why = "no @ modifiers allowed before range";
    if (why) {
        (void)parser_refuse(self, at, "%s", why);
        return NULL;
    }
    inner->type = VALUE_MATRIX;
    inner->selector.range_ns = range_ns;
    inner->end = self->end;
    return inner;
}

/* Reads what follows the colon. */
static struct expression *
read_subquery(struct parser *self, struct expression *inner, int64_t range_ns)
{
    int64_t step_ns = 0;

    if (!parser_accept(self, LEXEME_RIGHT_BRACKET)) {
        if (!read_positive(self, "subquery selector",
                           "number or duration or \"]\"", &step_ns))
            return NULL;
        if (!parser_accept(self, LEXEME_RIGHT_BRACKET)) {
            (void)parser_unexpected(self, "subquery selector", "\"]\"");
            return NULL;
        }
    }
    struct expression *subquery =
        parser_new(self, EXPRESSION_SUBQUERY, VALUE_MATRIX, inner->start);
    subquery->subquery.inner = inner;
    subquery->subquery.range_ns = range_ns;
    subquery->subquery.step_ns = step_ns;
    return parser_raise(self, subquery, inner) ? subquery : NULL;
}

static struct expression *
read_brackets(struct parser *self, struct expression *inner)
{
    uint32_t at = parser_take(self).start;
    int64_t range_ns = 0;

    if (!read_positive(self, "subquery or range selector", duration_wanted,
                       &range_ns))
        return NULL;
    if (parser_accept(self, LEXEME_RIGHT_BRACKET))
        return make_range(self, inner, range_ns, at);
    if (parser_accept(self, LEXEME_COLON))
        return read_subquery(self, inner, range_ns);
    (void)parser_unexpected(self, "subquery or range", "\":\" or \"]\"");
    return NULL;
}

/* Returns what 'offset' and '@' change, or NULL. */
static struct expression_shift *
shift_of(struct expression *expression)
{
    if (expression->kind == EXPRESSION_SELECTOR)
        return &expression->selector.shift;
    if (expression->kind == EXPRESSION_SUBQUERY)
        return &expression->subquery.shift;
    return NULL;
}

static const char no_shift[] = "%s modifier must be preceded by an instant "
                               "vector selector or range vector "
                               "selector or a subquery";

static bool
read_offset(struct parser *self, struct expression *inner)
{
    struct expression_shift *shift = shift_of(inner);
    int64_t offset_ns = 0;
    uint32_t start = 0;

    (void)parser_take(self);
    if (!read_duration(self, "offset", duration_wanted, &offset_ns, &start))
        return false;
    if (!shift)
        return parser_refuse(self, inner->start, no_shift, "offset");
    if (shift->offset_ns)
        return parser_refuse(self, inner->start,
                             "offset may not be set multiple times");
    shift->offset_ns = offset_ns;
    inner->end = self->end;
    return true;
}

/* Reads start() or end(), if that is ahead. */
static bool
accept_edge(struct parser *self, enum anchor *ret_anchor)
{
    if (parser_accept_keyword(self, KEYWORD_START))
        *ret_anchor = ANCHOR_START;
    else if (parser_accept_keyword(self, KEYWORD_END))
        *ret_anchor = ANCHOR_END;
    return *ret_anchor != ANCHOR_NONE;
}

/* A time is rounded to the millisecond. */
static bool
read_time(struct parser *self, const struct expression *inner, int64_t *ret_ns)
{
    double seconds = 0;
    uint32_t start = 0;

    if (!read_seconds(self, "@", "timestamp", &seconds, &start))
        return false;
    if (!isfinite(seconds))
        return parser_refuse(self, inner->start,
                             "timestamp out of bounds for @ modifier: %s",
                             isnan(seconds) ? "NaN"
                             : seconds < 0  ? "-Inf"
                                            : "+Inf");
    if (literal_seconds(round(seconds * 1e3) / 1e3, ret_ns) < 0)
        return parser_refuse(self, inner->start,
                             "timestamp out of bounds for @ modifier: %f",
                             seconds);
    *ret_ns = llround(seconds * 1e3) * NS_PER_MS;
    return true;
}

static bool
read_anchor(struct parser *self, struct expression *inner)
{
    struct expression_shift *shift = shift_of(inner);
    struct expression_shift read = {0};

    (void)parser_take(self);
    if (!accept_edge(self, &read.anchor)) {
        read.anchor = ANCHOR_TIME;
        if (!read_time(self, inner, &read.anchor_ns))
            return false;
    } else if (!parser_accept(self, LEXEME_LEFT_PAREN) ||
               !parser_accept(self, LEXEME_RIGHT_PAREN)) {
        return parser_unexpected(self, "@", "timestamp");
    }
    if (!shift)
        return parser_refuse(self, inner->start, no_shift, "@");
    if (shift->anchor != ANCHOR_NONE)
        return parser_refuse(self, inner->start,
                             "@ <timestamp> may not be set multiple times");
    shift->anchor = read.anchor;
    shift->anchor_ns = read.anchor_ns;
    inner->end = self->end;
    return true;
}

struct expression *
parser_suffixes(struct parser *self, struct expression *inner)
{
    while (inner) {
        const struct lexeme *ahead = parser_ahead(self);
        if (!ahead)
            return NULL;
        if (ahead->kind == LEXEME_LEFT_BRACKET)
            inner = read_brackets(self, inner);
        else if (lexeme_is_keyword(ahead, KEYWORD_OFFSET))
            inner = read_offset(self, inner) ? inner : NULL;
        else if (ahead->kind == LEXEME_AT)
            inner = read_anchor(self, inner) ? inner : NULL;
        else
            return inner;
    }
    return NULL;
}
