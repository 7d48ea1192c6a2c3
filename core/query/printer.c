/* query/printer.c - an expression on one line */
#include <config.h>

#include "query/printer.h"

#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "query/lexer_inner.h"
#include "query/literal.h"
#include "query/operator.h"
#include "query/printer_inner.h"

/* Says whether 'name' reads back as that label without quotes. */
static bool
is_bare(const char *name, bool in_braces)
{
    struct lexer lexer = {.text = name, .in_braces = in_braces};
    struct lexeme lexeme = {0};

    if (!lexer_is_letter(*name))
        return false;
    (void)lexer_word(&lexer, &lexeme);
    return name[lexer.at] == '\0' && lexeme_names_label(&lexeme);
}

static void
write_name(FILE *out, const char *name, bool in_braces)
{
    if (is_bare(name, in_braces))
        (void)fputs(name, out);
    else
        literal_write_string(out, name, strlen(name));
}

static void
write_labels(FILE *out, const struct expression_labels *labels)
{
    (void)fputc('(', out);
    for (size_t i = 0; i < labels->count; i++) {
        (void)fputs(i ? ", " : "", out);
        write_name(out, labels->names[i], false);
    }
    (void)fputc(')', out);
}

static char *
matcher_text(const struct weir_matcher *matcher)
{
    static const char *const signs[] = {
        [WEIR_EQUAL] = "=",
        [WEIR_NOT_EQUAL] = "!=",
        [WEIR_LIKE] = "=~",
        [WEIR_NOT_LIKE] = "!~",
    };
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    write_name(out, matcher->name, true);
    (void)fputs(signs[matcher->match], out);
    literal_write_string(out, matcher->value, strlen(matcher->value));
    (void)fclose(out);
    return text;
}

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their texts; the name that stands before is left out. */
static void
write_matchers(FILE *out, const struct expression_selector *selector)
{
    size_t count = selector->matcher_count - (selector->name != NULL);
    weir_cleanup(weir_free) char **texts = xcalloc(count, sizeof(*texts));

    for (size_t i = 0; i < count; i++)
        texts[i] = matcher_text(&selector->matchers[i]);
    qsort(texts, count, sizeof(*texts), compare_texts);
    (void)fputs(count ? "{" : "", out);
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(out, "%s%s", i ? "," : "", texts[i]);
        free(texts[i]);
    }
    (void)fputs(count ? "}" : "", out);
}

static void
write_shift(FILE *out, const struct expression_shift *shift)
{
    if (shift->anchor == ANCHOR_TIME)
        (void)fprintf(out, " @ %.3f", (double)shift->anchor_ns / 1e9);
    if (shift->anchor == ANCHOR_START)
        (void)fputs(" @ start()", out);
    if (shift->anchor == ANCHOR_END)
        (void)fputs(" @ end()", out);
    if (shift->offset_ns) {
        (void)fputs(" offset ", out);
        literal_write_duration(out, shift->offset_ns);
    }
}

static void
write_selector(FILE *out, const struct expression_selector *selector)
{
    (void)fputs(selector->name ? selector->name : "", out);
    write_matchers(out, selector);
    if (selector->range_ns) {
        (void)fputc('[', out);
        literal_write_duration(out, selector->range_ns);
        (void)fputc(']', out);
    }
    write_shift(out, &selector->shift);
}

void
printer_write_suffix(FILE *out, const struct expression *subquery)
{
    (void)fputc('[', out);
    literal_write_duration(out, subquery->subquery.range_ns);
    (void)fputc(':', out);
    if (subquery->subquery.step_ns)
        literal_write_duration(out, subquery->subquery.step_ns);
    (void)fputc(']', out);
    write_shift(out, &subquery->subquery.shift);
}

void
printer_write_operator(FILE *out, const struct expression *expression)
{
    const struct expression_binary *binary = &expression->binary;
    bool vectors = binary->left->type == VALUE_VECTOR &&
                   binary->right->type == VALUE_VECTOR;
    bool grouped = binary->cardinality == MANY_TO_ONE ||
                   binary->cardinality == ONE_TO_MANY;

    (void)fprintf(out, "%s%s", operator_text(binary->kind),
                  binary->returns_bool ? " bool" : "");
    if (!vectors || (!binary->on && !binary->labels.count && !grouped))
        return;
    (void)fputs(binary->on ? " on " : " ignoring ", out);
    write_labels(out, &binary->labels);
    if (!grouped)
        return;
    (void)fputs(binary->cardinality == MANY_TO_ONE ? " group_left "
                                                   : " group_right ",
                out);
    write_labels(out, &binary->include);
}

void
printer_write_grouping(FILE *out, const struct expression *expression)
{
    const struct expression_aggregation *aggregation = &expression->aggregation;

    (void)fputs(aggregator_text(aggregation->aggregator), out);
    if (!aggregation->without && !aggregation->labels.count)
        return;
    (void)fputs(aggregation->without ? " without " : " by ", out);
    write_labels(out, &aggregation->labels);
    (void)fputc(' ', out);
}

static void
write_aggregation(struct printer *self, const struct expression *expression)
{
    const struct expression_aggregation *aggregation = &expression->aggregation;

    printer_write_grouping(self->out, expression);
    (void)fputc('(', self->out);
    if (aggregation->parameter) {
        printer_write(self, aggregation->parameter);
        (void)fputs(", ", self->out);
    }
    printer_write(self, aggregation->inner);
    (void)fputc(')', self->out);
}

static void
write_call(struct printer *self, const struct expression_call *call)
{
    (void)fprintf(self->out, "%s(", call->function->name);
    for (size_t i = 0; i < call->argument_count; i++) {
        (void)fputs(i ? ", " : "", self->out);
        printer_write(self, call->arguments[i]);
    }
    (void)fputc(')', self->out);
}

static void
write_number(FILE *out, const struct expression *expression)
{
    double value = expression->number.value;

    if (expression->number.duration)
        literal_write_duration(out, llround(value * 1e9));
    else
        literal_write_number(out, value);
}

/* Spans have room for a power of two. */
static size_t
begin_span(struct printer *self)
{
    size_t number = self->span_count++;

    if ((number & (number - 1)) == 0)
        self->spans = xrealloc(self->spans, number ? 2 * number : 1,
                               sizeof(*self->spans));
    self->spans[number].start = (size_t)ftell(self->out);
    return number;
}

static void
end_span(struct printer *self, size_t number)
{
    self->spans[number].end = (size_t)ftell(self->out);
    self->spans[number].next = self->span_count;
}

/* A sign would belong to the power rather than to its base: none is written. */
static bool
is_infinite_base(const struct expression_binary *binary)
{
    return binary->kind == OPERATOR_POWER &&
           binary->left->kind == EXPRESSION_NUMBER &&
           isinf(binary->left->number.value);
}

static void
write_binary(struct printer *self, const struct expression *what)
{
    if (is_infinite_base(&what->binary)) {
        size_t number = begin_span(self);
        (void)fputs("Inf", self->out);
        end_span(self, number);
    } else {
        printer_write(self, what->binary.left);
    }
    (void)fputc(' ', self->out);
    printer_write_operator(self->out, what);
    (void)fputc(' ', self->out);
    printer_write(self, what->binary.right);
}

static void
write_any(struct printer *self, const struct expression *what)
{
    FILE *out = self->out;

    switch (what->kind) {
    case EXPRESSION_NUMBER:
        write_number(out, what);
        break;
    case EXPRESSION_STRING:
        literal_write_string(out, what->string, strlen(what->string));
        break;
    case EXPRESSION_SELECTOR:
        write_selector(out, &what->selector);
        break;
    case EXPRESSION_SUBQUERY:
        printer_write(self, what->subquery.inner);
        printer_write_suffix(out, what);
        break;
    case EXPRESSION_UNARY:
        (void)fputc(what->unary.negative ? '-' : '+', out);
        printer_write(self, what->unary.inner);
        break;
    case EXPRESSION_PAREN:
        (void)fputc('(', out);
        printer_write(self, what->paren);
        (void)fputc(')', out);
        break;
    case EXPRESSION_BINARY:
        write_binary(self, what);
        break;
    case EXPRESSION_AGGREGATION:
        write_aggregation(self, what);
        break;
    case EXPRESSION_CALL:
        write_call(self, &what->call);
        break;
    }
}

void
printer_write(struct printer *self, const struct expression *what)
{
    size_t number = begin_span(self);

    write_any(self, what);
    end_span(self, number);
}

char *
printer_line(const struct expression *expression)
{
    char *text = NULL;
    size_t size = 0;
    struct printer printer = {.out = x_or_die(open_memstream(&text, &size))};

    printer_write(&printer, expression);
    (void)fclose(printer.out);
    free(printer.spans);
    return text;
}
