/* stub.c - in place of parse.c, where.c, survey.c and select*.c until they are
 * merged; to be deleted then
 *
 * Reads only what the tests ask, knows of four series, and selects one row.
 */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "select.h"
#include "where.h"

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
        statement->select.sources =
            arena_alloc(&tree->arena, sizeof(struct source));
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

int
where_init(struct where *self, const struct node *condition,
           const char *database, const struct source *source,
           char why[WHERE_WHY_SIZE])
{
    (void)condition;
    (void)database;
    (void)source;
    why[0] = '\0';
    *self = (struct where){0};
    return 0;
}

void
where_fini(struct where *self)
{
    (void)self;
}

int
found_compare_tags(const struct found *left, const struct found *right)
{
    size_t count =
        left->tag_count < right->tag_count ? left->tag_count : right->tag_count;

    for (size_t i = 0; i < count; i++) {
        int order = strcmp(left->tags[i].key, right->tags[i].key);
        if (order == 0)
            order = strcmp(left->tags[i].value, right->tags[i].value);
        if (order)
            return order;
    }
    return (left->tag_count > count) - (right->tag_count > count);
}

void
survey_clear(struct survey *self)
{
    free(self->found);
    *self = (struct survey){0};
}

void
survey_start(const struct asked *asked, const struct select *what, bool in_time,
             struct survey *survey, struct result *into, select_done *done,
             void *arg)
{
    static struct tag a[] = {{"core", "0"}, {"host", "a"}};
    static struct tag b[] = {{"core", "1"}, {"host", "b,c"}};
    static const struct found all[] = {
        {"cpu", "idle", "cpu_idle", a, 2},
        {"cpu", "user", "cpu_user", a, 2},
        {"cpu", "idle", "cpu_idle", b, 2},
        {"disk usage", "value", "U__disk_20_usage", NULL, 0},
        {"mem", "free", "mem_free", &a[1], 1},
    };

    (void)asked;
    (void)what;
    (void)in_time;
    (void)into;
    survey->count = sizeof(all) / sizeof(all[0]);
    survey->found = malloc(sizeof(all));
    memcpy(survey->found, all, sizeof(all));
    done(arg);
}

void
select_start(const struct asked *asked, const struct select *what,
             struct result *into, select_done *done, void *arg)
{
    static const char *const columns[] = {"time", "idle"};
    struct rows *rows = result_add(into, "cpu", NULL, 0, columns, 2);

    (void)asked;
    (void)what;
    for (int i = 1; i <= 3; i++) {
        struct value *values = rows_add(into, rows);
        values[0] = (struct value){.kind = VALUE_TIME,
                                   .whole = i * INT64_C(1000000000)};
        values[1] = (struct value){.kind = VALUE_NUMBER, .number = i + 0.5};
    }
    done(arg);
}
