/* parse_dimension.c - GROUP BY: tags and time; see parse_inner.h */
#include <config.h>

#include "parse_inner.h"

#include <strings.h>

#include "base.h"
#include "node.h"

/* Go rounds times down from the year 1 on; so does InfluxDB. */
#define YEAR_1_S INT64_C(62135596800)

static int64_t
since_rounded(int64_t time_ns, int64_t every_ns)
{
    __int128 since_year_1 = (__int128)YEAR_1_S * NS_PER_S + time_ns;

    return every_ns > 0 ? (int64_t)(since_year_1 % every_ns) : 0;
}

/* Returns what is wrong, or NULL. */
static const char *
read_offset(const struct node *offset, struct select *into)
{
    switch (offset->kind) {
    case NODE_DURATION:
        if (into->every_ns != 0 && into->every_ns != -1)
            into->offset_ns = offset->time_ns % into->every_ns;
        return NULL;
    case NODE_TIME:
        into->offset_ns = since_rounded(offset->time_ns, into->every_ns);
        return NULL;
    case NODE_CALL:
        return strcmp(offset->text, "now") == 0
                   ? "time dimension offset now() function requires no "
                     "arguments"
                   : "time dimension offset function must be now()";
    default:
        return "time dimension offset must be duration or now()";
    }
}

static const char *
read_time(const struct node *call, struct select *into)
{
    const struct node *every = call->left;
    const struct node *offset = every ? every->next : NULL;

    if (call->kind == NODE_TIME || strcmp(call->text, "time") != 0)
        return "only time() calls allowed in dimensions";
    if (!every || (offset && offset->next))
        return "time dimension expected 1 or 2 arguments";
    if (every->kind != NODE_DURATION)
        return "time dimension must have duration argument";
    if (into->every_ns)
        return "multiple time dimensions not allowed";
    into->every_ns = every->time_ns;
    return offset ? read_offset(offset, into) : NULL;
}

static void
add(struct parser *self, struct dimension ***last, struct dimension dimension)
{
    struct dimension *added = arena_words(&self->tree->arena, sizeof(*added));

    *added = dimension;
    **last = added;
    *last = &added->next;
}

static const char *
read_dimension(struct parser *self, const struct node *node,
               struct select *into, struct dimension ***last)
{
    switch (node->kind) {
    case NODE_NAME:
        if (strcasecmp(node->text, "time") == 0)
            return "time() is a function and expects at least one argument";
        add(self, last, (struct dimension){.tag = node->text});
        return NULL;
    case NODE_PATTERN:
        add(self, last, (struct dimension){.pattern = node->text});
        return NULL;
    case NODE_STAR:
        add(self, last, (struct dimension){.all = true});
        return NULL;
    case NODE_CALL:
    case NODE_TIME:
        return read_time(node, into);
    default:
        return "only time and tag dimensions allowed";
    }
}

static int
parse_dimension(struct parser *self, struct node **ret_node)
{
    const char *pattern = NULL;

    int rc = parse_pattern(self, &pattern);
    if (rc < 0)
        return rc;
    if (pattern) {
        *ret_node = parse_node(self, NODE_PATTERN);
        (*ret_node)->text = pattern;
        return 0;
    }
    rc = parse_expression(self, ret_node);
    if (rc == 0)
        parse_skip_blank(self);
    return rc;
}

int
parse_dimensions(struct parser *self, struct select *into)
{
    struct dimension **last = &into->dimensions;

    if (!parse_take(self, WORD_GROUP))
        return 0;
    int rc = parse_want(self, WORD_BY);
    if (rc < 0)
        return rc;
    do {
        struct node *node = NULL;
        rc = parse_dimension(self, &node);
        if (rc < 0)
            return rc;
        const char *wrong =
            read_dimension(self, node_reduce_whole(node), into, &last);
        if (!into->wrong)
            into->wrong = wrong;
    } while (parse_any(self).kind == TOKEN_COMMA);
    parse_back(self);
    return 0;
}
