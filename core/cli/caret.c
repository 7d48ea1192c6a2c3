/* cli/caret.c - an error of a question, with the place that it names */
#include <config.h>

#include "cli/caret.h"

#include <stdint.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/plain.h"
#include "number.h"

static const char prefix[] = "invalid parameter \"query\": ";

/* Reads "LINE:COLUMN: ", both from 1; the column counts bytes. */
static bool
read_place(const char *text, uint64_t *ret_line, uint64_t *ret_column)
{
    text = number_scan_u64(text, ret_line);
    if (!text || *text != ':')
        return false;
    text = number_scan_u64(text + 1, ret_column);
    return text && *text == ':' && *ret_line > 0 && *ret_column > 0;
}

/* Returns a copy of a line of the expression, or NULL when it has fewer. */
static char *
copy_line(const char *expression, uint64_t line)
{
    while (--line > 0) {
        expression = strchr(expression, '\n');
        if (!expression)
            return NULL;
        expression++;
    }
    return x_or_die(strndup(expression, strcspn(expression, "\n")));
}

void
caret_print(const char *expression, const char *error, FILE *out)
{
    uint64_t number = 0, column = 0;

    if (strncmp(error, prefix, strlen(prefix)) == 0)
        error += strlen(prefix);
    weir_cleanup(weir_free) char *plain = plain_text(error, 0);
    (void)fprintf(out, "weir query: %s\n", plain);
    if (!read_place(error, &number, &column))
        return;
    weir_cleanup(weir_free) char *line = copy_line(expression, number);
    if (!line || column > strlen(line) + 1)
        return;
    weir_cleanup(weir_free) char *shown = plain_text(line, 0);
    (void)fprintf(out, "  %s\n", shown);
    line[column - 1] = '\0';
    weir_cleanup(weir_free) char *before = plain_text(line, 0);
    (void)fprintf(out, "  %*s\n", (int)plain_width(before) + 1, "^");
}
