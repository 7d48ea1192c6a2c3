/* option_sample.c - the defaults of an option table, as a user writes them */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base.h"
#include "option.h"

enum { HELP_COLUMN = 40, INDENT = 4 };

static int
write_quoted(const char *text, FILE *out)
{
    int width = 2;

    (void)fputc('"', out);
    for (; *text; text++, width++) {
        if (strchr("\"\\", *text) || (*text == '$' && text[1] == '{'))
            width += fputc('\\', out) != EOF;
        (void)fputc(*text, out);
    }
    (void)fputc('"', out);
    return width;
}

/* Returns how many columns it took. */
static int
write_value(const struct weir_option *option, FILE *out)
{
    const char *text = option->fallback;

    if (!text)
        return fprintf(out, "?");
    switch (option->type) {
    case WEIR_OPTION_LIST:
        return fprintf(out, "%s", *text ? text : "{ }");
    case WEIR_OPTION_TEXT:
    case WEIR_OPTION_PATTERN:
    case WEIR_OPTION_PATH:
    case WEIR_OPTION_ENDPOINT:
    case WEIR_OPTION_SECRET:
    case WEIR_OPTION_STATE_PATH:
        return write_quoted(text, out);
    default:
        return fprintf(out, "%s", text);
    }
}

static void
write_help(const struct weir_option *option, int width, FILE *out)
{
    (void)fprintf(out, "%*s  # %s",
                  width < HELP_COLUMN ? HELP_COLUMN - width : 0, "",
                  option->help);
    if (option->type == WEIR_OPTION_CHOICE)
        (void)fprintf(out, " One of: %s.", option->choices);
    if ((option->type == WEIR_OPTION_INTEGER ||
         option->type == WEIR_OPTION_REAL) &&
        (option->least != 0 || option->most != 0))
        (void)fprintf(out, " From %.15g to %.15g.", option->least,
                      option->most);
    if (!option->fallback)
        (void)fputs(" Must be set.", out);
    (void)fputc('\n', out);
}

/* As deep as the plugin's tables are. */
static void
write_table(const struct weir_option *options, // NOLINT(misc-no-recursion)
            int indent, FILE *out)
{
    for (const struct weir_option *o = options; o && o->name; o++) {
        int width = fprintf(out, "%*s%s ", indent, "", o->name);
        if (o->type == WEIR_OPTION_MAP) {
            write_help(o, width + fprintf(out, "{ }"), out);
        } else if (o->type == WEIR_OPTION_BLOCKS) {
            write_help(o, width + fprintf(out, "{"), out);
            write_table(o->options, indent + INDENT, out);
            (void)fprintf(out, "%*s}\n", indent, "");
        } else {
            width += fprintf(out, "= ");
            write_help(o, width + write_value(o, out), out);
        }
    }
}

char *
option_sample(const struct weir_option *options)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    write_table(options, 0, out);
    (void)fclose(out);
    return text;
}
