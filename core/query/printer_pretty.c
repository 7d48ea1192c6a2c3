/* query/printer_pretty.c - an expression in lines that are not too long
 *
 * What fits a line stays on one; otherwise its operands are written one level
 * deeper, each on lines of its own.
 */
#include <config.h>

#include "query/printer.h"

#include <limits.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/printer_inner.h"

enum { LINE_MOST = 100, LEVEL_BLANKS = 2 };

/* Writes it, but not much more than a line; nobody needs to know how much
 * longer it is. */
static char *
begin_of(const struct expression *what)
{
    char *text = NULL;
    size_t size = 0;
    struct printer printer = {x_or_die(open_memstream(&text, &size)),
                              LINE_MOST};

    printer_write(&printer, what);
    (void)fclose(printer.out);
    return text;
}

static void
indent(const struct printer *self, int level)
{
    (void)fprintf(self->out, "%*s", level * LEVEL_BLANKS, "");
}

static void split(const struct printer *self, const struct expression *what,
                  int level);

static bool
may_be_split(const struct expression *what)
{
    return what->kind != EXPRESSION_NUMBER && what->kind != EXPRESSION_STRING &&
           what->kind != EXPRESSION_SELECTOR;
}

/* Writes what follows an indent. */
static void
write_on(const struct printer *self, const struct expression *what, int level)
{
    weir_cleanup(weir_free) char *text = begin_of(what);

    if (strlen(text) <= LINE_MOST)
        (void)fputs(text, self->out);
    else if (may_be_split(what))
        split(self, what, level);
    else
        printer_write(self, what);
}

static void
write_lines(const struct printer *self, const struct expression *what,
            int level)
{
    indent(self, level);
    write_on(self, what, level);
}

/* Closes what was opened at the end of a line. */
static void
close_paren(const struct printer *self, int level)
{
    (void)fputc('\n', self->out);
    indent(self, level);
    (void)fputc(')', self->out);
}

static void
split_aggregation(const struct printer *self, const struct expression *what,
                  int level)
{
    const struct expression_aggregation *aggregation = &what->aggregation;

    printer_write_grouping(self, what);
    (void)fputs("(\n", self->out);
    if (aggregation->parameter) {
        write_lines(self, aggregation->parameter, level + 1);
        (void)fputs(",\n", self->out);
    }
    write_lines(self, aggregation->inner, level + 1);
    close_paren(self, level);
}

static void
split_call(const struct printer *self, const struct expression_call *call,
           int level)
{
    (void)fprintf(self->out, "%s(\n", call->function->name);
    for (size_t i = 0; i < call->argument_count; i++) {
        (void)fputs(i ? ",\n" : "", self->out);
        write_lines(self, call->arguments[i], level + 1);
    }
    close_paren(self, level);
}

/* The sides stand deeper than the operator, also the left one, whose indent
 * adds to the one that is there. */
static void
split_binary(const struct printer *self, const struct expression *what,
             int level)
{
    indent(self, 1);
    write_on(self, what->binary.left, level + 1);
    (void)fputc('\n', self->out);
    indent(self, level);
    printer_write_operator(self, what);
    (void)fputc('\n', self->out);
    write_lines(self, what->binary.right, level + 1);
}

static void
split(const struct printer *self, const struct expression *what, int level)
{
    switch (what->kind) {
    case EXPRESSION_SUBQUERY:
        write_on(self, what->subquery.inner, level);
        printer_write_suffix(self, what);
        break;
    case EXPRESSION_UNARY:
        (void)fputc(what->unary.negative ? '-' : '+', self->out);
        write_on(self, what->unary.inner, level);
        break;
    case EXPRESSION_PAREN:
        (void)fputs("(\n", self->out);
        write_lines(self, what->paren, level + 1);
        close_paren(self, level);
        break;
    case EXPRESSION_BINARY:
        split_binary(self, what, level);
        break;
    case EXPRESSION_AGGREGATION:
        split_aggregation(self, what, level);
        break;
    case EXPRESSION_CALL:
        split_call(self, &what->call, level);
        break;
    case EXPRESSION_NUMBER:
    case EXPRESSION_STRING:
    case EXPRESSION_SELECTOR:
        break;
    }
}

char *
printer_pretty(const struct expression *expression)
{
    char *text = NULL;
    size_t size = 0;
    struct printer printer = {x_or_die(open_memstream(&text, &size)), LONG_MAX};

    write_lines(&printer, expression, 0);
    (void)fclose(printer.out);
    return text;
}
