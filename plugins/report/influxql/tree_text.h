/* tree_text.h - a tree as a line, for tests
 *
 * SELECT COLUMNS from SOURCES, and what else there is; what is wrong with it
 * comes last, after '!'.
 */
#ifndef INFLUXQL_TREE_TEXT_H
#define INFLUXQL_TREE_TEXT_H

#include <stdio.h>

#include "node.h"

/* NOLINTBEGIN(misc-no-recursion): parse.h says how deep a tree is at most. */
static inline void tree_print_select(FILE *to, const struct select *self);

static inline void
tree_print_columns(FILE *to, const struct column *at)
{
    for (; at; at = at->next) {
        node_print(to, at->what);
        if (at->alias)
            (void)fprintf(to, " as <%s>", at->alias);
        (void)fputs(at->next ? ", " : " ", to);
    }
}

/* Each part of a name with a mark in front of it. */
static inline void
tree_print_sources(FILE *to, const struct source *at)
{
    const char *before = "from";

    for (; at; at = at->next) {
        (void)fprintf(to, "%s ", before);
        before = ",";
        if (at->database)
            (void)fprintf(to, "db:%s ", at->database);
        if (at->policy)
            (void)fprintf(to, "rp:%s ", at->policy);
        if (at->name)
            (void)fprintf(to, "<%s> ", at->name);
        if (at->pattern)
            (void)fprintf(to, "/%s/ ", at->pattern);
        if (at->select) {
            (void)fputs("[ ", to);
            tree_print_select(to, at->select);
            (void)fputs("] ", to);
        }
    }
}

static inline void
tree_print_dimensions(FILE *to, const struct select *self)
{
    const struct dimension *at = self->dimensions;

    for (; at; at = at->next) {
        if (at->tag)
            (void)fprintf(to, "by <%s> ", at->tag);
        if (at->pattern)
            (void)fprintf(to, "by /%s/ ", at->pattern);
        if (at->all)
            (void)fputs("by * ", to);
    }
    if (self->every_ns)
        (void)fprintf(to, "every %lld+%lld ", (long long)self->every_ns,
                      (long long)self->offset_ns);
}

static inline void
tree_print_fill(FILE *to, const struct select *self)
{
    static const char *const fills[] = {
        [FILL_NULL] = "null",         [FILL_NONE] = "none",
        [FILL_PREVIOUS] = "previous", [FILL_LINEAR] = "linear",
        [FILL_NUMBER] = "number",
    };

    if (!self->fills)
        return;
    (void)fprintf(to, "fill %s ", fills[self->fill]);
    if (self->fill == FILL_NUMBER)
        (void)fprintf(to, "%g ", self->fill_number);
}

static inline void
tree_print_page(FILE *to, const struct page *self)
{
    static const char *const names[] = {"limit", "offset", "slimit", "soffset"};
    const uint64_t numbers[] = {self->limit, self->offset, self->slimit,
                                self->soffset};

    for (size_t i = 0; i < 4; i++)
        if (numbers[i])
            (void)fprintf(to, "%s %llu ", names[i],
                          (unsigned long long)numbers[i]);
}

static inline void
tree_print_select(FILE *to, const struct select *self)
{
    tree_print_columns(to, self->columns);
    tree_print_sources(to, self->sources);
    if (self->where) {
        (void)fputs("where ", to);
        node_print(to, self->where);
        (void)fputc(' ', to);
    }
    tree_print_dimensions(to, self);
    tree_print_fill(to, self);
    if (self->backwards)
        (void)fputs("backwards ", to);
    tree_print_page(to, &self->page);
    if (self->zone)
        (void)fprintf(to, "zone %s ", self->zone);
    if (self->wrong)
        (void)fprintf(to, "! %s ", self->wrong);
}

/* NOLINTEND(misc-no-recursion) */

/* Writes the statements, each with a ';' behind it. */
static inline void
tree_print(FILE *to, const struct tree *self)
{
    static const char *const kinds[] = {
        [STATEMENT_SELECT] = "",
        [STATEMENT_CREATE_DATABASE] = "CREATE ",
        [STATEMENT_DROP_DATABASE] = "DROP ",
        [STATEMENT_SHOW_DATABASES] = "",
        [STATEMENT_SHOW_POLICIES] = "",
        [STATEMENT_SHOW_MEASUREMENTS] = "",
        [STATEMENT_SHOW_TAG_KEYS] = "",
        [STATEMENT_SHOW_TAG_VALUES] = "",
        [STATEMENT_SHOW_FIELD_KEYS] = "",
        [STATEMENT_SHOW_SERIES] = "",
        [STATEMENT_NONE] = "NONE ",
    };
    const struct statement *at = self->statements;

    for (; at; at = at->next) {
        (void)fprintf(to, "%s%s%s ", kinds[at->kind], at->name,
                      at->changes ? "!" : "");
        if (at->database)
            (void)fprintf(to, "on %s ", at->database);
        if (at->with) {
            (void)fputs("with ", to);
            node_print(to, at->with);
            (void)fputc(' ', to);
        }
        tree_print_select(to, &at->select);
        (void)fputc(';', to);
    }
}

#endif /* INFLUXQL_TREE_TEXT_H */
