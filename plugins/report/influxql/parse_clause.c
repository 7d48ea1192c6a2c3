/* parse_clause.c - FROM, WHERE, ORDER BY and LIMIT; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include "base.h"
#include "number.h"

/* Puts the parts of a name where they belong: the last is the measurement,
 * unless a pattern is. */
static void
place(struct source *source, const char *const parts[], size_t count)
{
    const char **places[] = {&source->name, &source->policy, &source->database};
    size_t skip = source->pattern ? 1 : 0;

    for (size_t i = 0; i < count && i + skip < ARRAY_SIZE(places); i++) {
        const char *part = parts[count - 1 - i];
        if (*part || i + skip == 0)
            *places[i + skip] = part;
    }
}

static int
parse_inner_select(struct parser *self, struct source *source)
{
    bool has_target = false;

    int rc = parse_want(self, WORD_SELECT);
    if (rc < 0)
        return rc;
    if (self->depth >= PARSE_DEPTH_MOST)
        return parse_refuse(self, "nested more than %d deep", PARSE_DEPTH_MOST);
    source->select = arena_words(&self->tree->arena, sizeof(*source->select));
    self->depth++;
    rc = parse_select(self, source->select, &has_target);
    self->depth--;
    return rc < 0 ? rc : parse_want(self, TOKEN_RPAREN);
}

static int
parse_measurement(struct parser *self, struct source *source)
{
    const char *parts[3] = {NULL};
    size_t count = 0;

    int rc = parse_segments(self, parts, &count);
    if (rc == 0 && count < 3)
        rc = parse_pattern(self, &source->pattern);
    if (rc == 0)
        place(source, parts, count);
    return rc;
}

int
parse_source(struct parser *self, bool takes_selects,
             struct source **ret_source)
{
    struct source *source = arena_words(&self->tree->arena, sizeof(*source));

    *ret_source = source;
    self->nodes++;
    int rc = parse_pattern(self, &source->pattern);
    if (rc < 0 || source->pattern)
        return rc;
    if (takes_selects && parse_take(self, TOKEN_LPAREN))
        return parse_inner_select(self, source);
    return parse_measurement(self, source);
}

int
parse_sources(struct parser *self, bool takes_selects,
              struct source **ret_sources)
{
    struct source **last = ret_sources;

    do {
        int rc = parse_source(self, takes_selects, last);
        if (rc < 0)
            return rc;
        last = &(*last)->next;
    } while (parse_take(self, TOKEN_COMMA));
    return 0;
}

int
parse_on(struct parser *self, const char **ret_database)
{
    return parse_take(self, WORD_ON) ? parse_ident(self, ret_database) : 0;
}

int
parse_from(struct parser *self, struct source **ret_sources)
{
    if (!parse_take(self, WORD_FROM))
        return 0;
    return parse_sources(self, false, ret_sources);
}

int
parse_where(struct parser *self, struct node **ret_condition)
{
    if (!parse_take(self, WORD_WHERE))
        return 0;
    return parse_expression(self, ret_condition);
}

static const char only_time[] = "only ORDER BY time supported at this time";

static int
parse_sort_field(struct parser *self, const char **ret_name,
                 bool *ret_backwards)
{
    int rc = parse_ident(self, ret_name);
    if (rc < 0)
        return rc;
    *ret_backwards = parse_take(self, WORD_DESC);
    if (!*ret_backwards)
        (void)parse_take(self, WORD_ASC);
    return 0;
}

static int
parse_first_sort(struct parser *self, bool *ret_backwards)
{
    struct token token = parse_next(self);
    const char *name = NULL;

    *ret_backwards = token.kind == WORD_DESC;
    if (token.kind == WORD_DESC || token.kind == WORD_ASC)
        return 0;
    if (token.kind != TOKEN_IDENT)
        return parse_unexpected(self, &token, "identifier, ASC, DESC");
    parse_back(self);
    int rc = parse_sort_field(self, &name, ret_backwards);
    if (rc == 0 && strcmp(name, "time") != 0)
        return parse_refuse(self, only_time);
    return rc;
}

int
parse_order(struct parser *self, bool *ret_backwards)
{
    const char *name = NULL;
    bool backwards = false;
    size_t more = 0;

    if (!parse_take(self, WORD_ORDER))
        return 0;
    int rc = parse_want(self, WORD_BY);
    if (rc == 0)
        rc = parse_first_sort(self, ret_backwards);
    for (; rc == 0 && parse_take(self, TOKEN_COMMA); more++)
        rc = parse_sort_field(self, &name, &backwards);
    if (rc == 0 && more)
        return parse_refuse(self, only_time);
    return rc;
}

/* A number that does not fit is the largest that does. */
int
parse_number_after(struct parser *self, enum token_kind word,
                   uint64_t *ret_number)
{
    if (!parse_take(self, word))
        return 0;
    struct token token = parse_next(self);
    if (token.kind != TOKEN_INTEGER)
        return parse_unexpected(self, &token, "integer");
    if (token.text[0] == '-')
        return parse_refuse_at(self, token.at, "%s must be >= 0",
                               token_name(word));
    if (!number_scan_u64(token.text, ret_number) || *ret_number > INT64_MAX)
        *ret_number = INT64_MAX;
    return 0;
}

int
parse_limit_offset(struct parser *self, struct page *page)
{
    int rc = parse_number_after(self, WORD_LIMIT, &page->limit);

    return rc < 0 ? rc : parse_number_after(self, WORD_OFFSET, &page->offset);
}
