/* render_csv.c - results as tables of comma-separated values
 *
 * The header is that of the result's first series; an empty line is between
 * the tables of two statements.  An error is a table, too, where InfluxDB says
 * nothing; other results without series are none.
 */
#include <config.h>

#include <string.h>

#include "numeral.h"
#include "render_inner.h"

static void
write_cell(struct render *self, const char *text)
{
    if (!strpbrk(text, ",\"\r\n") && *text != ' ' && *text != '\t' &&
        strcmp(text, "\\.") != 0) {
        json_raw(&self->text, text);
        return;
    }
    json_raw(&self->text, "\"");
    while (*text) {
        size_t plain = strcspn(text, "\"");
        json_bytes(&self->text, text, plain);
        text += plain;
        if (*text)
            json_raw(&self->text, "\"\"");
        text += *text == '"';
    }
    json_raw(&self->text, "\"");
}

static void
begin_table(struct render *self)
{
    json_raw(&self->text, self->csv_begun ? "\n" : "");
    self->csv_begun = true;
}

void
render_csv_error(struct render *self, const char *why)
{
    begin_table(self);
    json_raw(&self->text, "error\n");
    write_cell(self, why);
    json_raw(&self->text, "\n");
}

static void
write_header(struct render *self, const struct rows *rows)
{
    begin_table(self);
    json_raw(&self->text, "name,tags");
    for (size_t i = 0; i < rows->column_count; i++) {
        json_raw(&self->text, ",");
        write_cell(self, rows->columns[i]);
    }
    json_raw(&self->text, "\n");
}

/* Adds a key or value of a tag as line protocol has it. */
static void
add_escaped(struct json *out, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, ",= ");
        json_bytes(out, text, plain);
        text += plain;
        if (*text)
            json_raw(out, "\\");
        json_bytes(out, text, *text != '\0');
        text += *text != '\0';
    }
}

/* Returns the tags in one text, without those that are empty; valid until
 * json_fini(). */
static const char *
write_tags(const struct rows *rows, struct json *out)
{
    for (size_t i = 0; i < rows->tag_count; i++) {
        if (!*rows->tags[i].value)
            continue;
        json_raw(out, out->size ? "," : "");
        add_escaped(out, rows->tags[i].key);
        json_raw(out, "=");
        add_escaped(out, rows->tags[i].value);
    }
    json_bytes(out, "", 1);
    return out->bytes;
}

static void
write_value(struct render *self, const struct value *value)
{
    char number[NUMERAL_SIZE];

    switch (value->kind) {
    case VALUE_NUMBER:
        json_bytes(&self->text, number, numeral_plain(value->number, number));
        break;
    case VALUE_TIME:
        json_whole(&self->text,
                   value->whole / (self->unit_ns ? self->unit_ns : 1));
        break;
    case VALUE_WHOLE:
        json_whole(&self->text, value->whole);
        break;
    case VALUE_BOOLEAN:
        json_raw(&self->text, value->whole ? "true" : "false");
        break;
    case VALUE_TEXT:
        write_cell(self, value->text);
        break;
    case VALUE_NULL:
        break;
    }
}

static void
write_rows(struct render *self, const struct rows *rows)
{
    struct json tags = {0};
    const char *tag_text = write_tags(rows, &tags);
    size_t width = rows->column_count;

    for (size_t i = 0; i < rows->count && !render_is_full(self); i++) {
        write_cell(self, rows->name ? rows->name : "");
        json_raw(&self->text, ",");
        write_cell(self, tag_text);
        for (size_t k = 0; k < width; k++) {
            json_raw(&self->text, ",");
            write_value(self, &rows->values[i * width + k]);
        }
        json_raw(&self->text, "\n");
    }
    json_fini(&tags);
}

void
render_csv(struct render *self, const struct result *result)
{
    if (result->error)
        render_csv_error(self, result->error);
    if (result->error || result->count == 0)
        return;
    write_header(self, &result->rows[0]);
    for (size_t i = 0; i < result->count; i++)
        write_rows(self, &result->rows[i]);
}
