/* query/printer_pretty.c - an expression in lines that are not too long
 *
 * What fits a line stays on one; otherwise its operands are written one level
 * deeper, each on lines of its own.
 */
#include <config.h>

#include "query/printer.h"

#include <stdlib.h>

#include "base.h"
#include "query/printer_inner.h"

enum {
    LINE_MOST = 100,  /* bytes, not counting the indent */
    LEVEL_BLANKS = 2, /* of indent */
    LEVELS_MOST = 50, /* which are indented, so that depth costs little */
};

struct pretty {
    FILE *out;
    const char *line; /* all of it on one line */
    const struct printer_span *spans;
    size_t next; /* the span of what is written next */
};

static void
indent(const struct pretty *self, int level)
{
    int shown = level < LEVELS_MOST ? level : LEVELS_MOST;

    (void)fprintf(self->out, "%*s", shown * LEVEL_BLANKS, "");
}

static void split(struct pretty *self, const struct expression *what,
                  int level);

static bool
may_be_split(const struct expression *what)
{
    return what->kind != EXPRESSION_NUMBER && what->kind != EXPRESSION_STRING &&
           what->kind != EXPRESSION_SELECTOR;
}

/* Writes what follows an indent. */
static void
write_on(struct pretty *self, const struct expression *what, int level)
{
    const struct printer_span *span = &self->spans[self->next++];
    size_t length = span->end - span->start;

    if (length > LINE_MOST && may_be_split(what)) {
        split(self, what, level);
        return;
    }
    (void)fwrite(self->line + span->start, 1, length, self->out);
    self->next = span->next;
}

static void
write_lines(struct pretty *self, const struct expression *what, int level)
{
    indent(self, level);
    write_on(self, what, level);
}

/* Closes what was opened at the end of a line. */
static void
close_paren(const struct pretty *self, int level)
{
    (void)fputc('\n', self->out);
    indent(self, level);
    (void)fputc(')', self->out);
}

static void
split_aggregation(struct pretty *self, const struct expression *what, int level)
{
    const struct expression_aggregation *aggregation = &what->aggregation;

    printer_write_grouping(self->out, what);
    (void)fputs("(\n", self->out);
    if (aggregation->parameter) {
        write_lines(self, aggregation->parameter, level + 1);
        (void)fputs(",\n", self->out);
    }
    write_lines(self, aggregation->inner, level + 1);
    close_paren(self, level);
}

static void
split_call(struct pretty *self, const struct expression_call *call, int level)
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
split_binary(struct pretty *self, const struct expression *what, int level)
{
    indent(self, 1);
    write_on(self, what->binary.left, level + 1);
    (void)fputc('\n', self->out);
    indent(self, level);
    printer_write_operator(self->out, what);
    (void)fputc('\n', self->out);
    write_lines(self, what->binary.right, level + 1);
}

static void
split(struct pretty *self, const struct expression *what, int level)
{
    switch (what->kind) {
    case EXPRESSION_SUBQUERY:
        write_on(self, what->subquery.inner, level);
        printer_write_suffix(self->out, what);
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
    char *line = NULL, *text = NULL;
    size_t line_size = 0, size = 0;
    struct printer printer = {.out =
                                  x_or_die(open_memstream(&line, &line_size))};

    printer_write(&printer, expression);
    (void)fclose(printer.out);

    struct pretty pretty = {.out = x_or_die(open_memstream(&text, &size)),
                            .line = line,
                            .spans = printer.spans};
    write_lines(&pretty, expression, 0);
    (void)fclose(pretty.out);
    free(printer.spans);
    free(line);
    return text;
}
