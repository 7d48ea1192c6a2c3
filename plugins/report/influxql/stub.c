/* stub.c - in place of parse*.c until that is merged; to be deleted then
 *
 * Reads only what the tests ask.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

static const struct {
    const char *words;
    enum statement_kind kind;
    bool changes;
} forms[] = {
    {"CREATE DATABASE ", STATEMENT_CREATE_DATABASE, true},
    {"DROP DATABASE ", STATEMENT_DROP_DATABASE, true},
    {"SHOW DATABASES", STATEMENT_SHOW_DATABASES, false},
    {"SHOW RETENTION POLICIES", STATEMENT_SHOW_POLICIES, false},
    {"SHOW MEASUREMENTS", STATEMENT_SHOW_MEASUREMENTS, false},
    {"SHOW TAG KEYS", STATEMENT_SHOW_TAG_KEYS, false},
    {"SHOW TAG VALUES", STATEMENT_SHOW_TAG_VALUES, false},
    {"SHOW FIELD KEYS", STATEMENT_SHOW_FIELD_KEYS, false},
    {"SHOW SERIES", STATEMENT_SHOW_SERIES, false},
    {"SELECT", STATEMENT_SELECT, false},
    {"DROP SERIES", STATEMENT_NONE, true},
};

/* SELECT idle FROM cpu */
static void
read_select(struct tree *tree, struct select *select)
{
    select->sources = arena_alloc(&tree->arena, sizeof(struct source));
    select->sources->name = "cpu";
    select->columns = arena_alloc(&tree->arena, sizeof(struct column));
    select->columns->what = arena_alloc(&tree->arena, sizeof(struct node));
    select->columns->what->kind = NODE_NAME;
    select->columns->what->text = "idle";
}

static void
read_rest(struct tree *tree, struct statement *statement, const char *rest)
{
    const char *at = strstr(rest, " ON ");

    if (statement->changes)
        statement->name = arena_bytes(&tree->arena, rest + (*rest == '"'),
                                      strcspn(rest + (*rest == '"'), "\""));
    if (statement->kind == STATEMENT_NONE)
        statement->name = "DROP SERIES";
    if (at)
        statement->database =
            arena_bytes(&tree->arena, at + 4, strcspn(at + 4, " "));
    at = strstr(rest, "LIMIT ");
    if (at)
        statement->select.page.limit = strtoull(at + 6, NULL, 10);
    at = strstr(rest, "OFFSET ");
    if (at)
        statement->select.page.offset = strtoull(at + 7, NULL, 10);
    if (statement->kind == STATEMENT_SELECT)
        read_select(tree, &statement->select);
}

static bool
read_statement(struct tree *tree, const char *text, struct statement **ret)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (strncmp(forms[i].words, text, strlen(forms[i].words)) != 0)
            continue;
        *ret = arena_alloc(&tree->arena, sizeof(**ret));
        (*ret)->kind = forms[i].kind;
        (*ret)->changes = forms[i].changes;
        read_rest(tree, *ret, text + strlen(forms[i].words));
        return true;
    }
    return false;
}

int
parse_influxql(const char *text, const char *params, int64_t now_ns,
               char why[PARSE_WHY_SIZE], struct tree *ret_tree)
{
    struct statement **link = &ret_tree->statements;
    char *copy = arena_text(&ret_tree->arena, text);

    (void)now_ns;
    if (params && *params == '[') {
        (void)strcpy(why, "error parsing query parameters: bad");
        return -EBADMSG;
    }
    for (char *each; (each = strsep(&copy, ";"));) {
        each += strspn(each, " ");
        if (!*each)
            continue;
        if (!read_statement(ret_tree, each, link)) {
            (void)snprintf(why, PARSE_WHY_SIZE,
                           "found %s, expected SELECT, DELETE, SHOW, CREATE, "
                           "DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL at "
                           "line 1, char 1",
                           each);
            return -EINVAL;
        }
        link = &(*link)->next;
    }
    return 0;
}

void
tree_fini(struct tree *self)
{
    arena_clear(&self->arena);
    *self = (struct tree){0};
}
