/* render.c - results as InfluxDB writes them */
#include <config.h>

#include "render.h"

#include <math.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "indent.h"
#include "numeral.h"
#include "render_inner.h"
#include "timetext.h"

int64_t
render_unit(const char *epoch)
{
    static const struct {
        const char *word;
        int64_t ns;
    } units[] = {
        {"", 0},         {"u", NS_PER_US},     {"ms", NS_PER_MS},
        {"s", NS_PER_S}, {"m", 60 * NS_PER_S}, {"h", 3600 * NS_PER_S},
    };

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (strcmp(units[i].word, epoch ? epoch : "") == 0)
            return units[i].ns;
    return 1;
}

/* Texts and values --------------------------------------------------------- */

/* Returns how many bytes at 'text', a part of a text in JSON, stand for
 * something that Go's JSON escapes otherwise: what HTML might take for its own,
 * line ends of JavaScript, a backspace and a form feed.  Gives the escape. */
static size_t
find_escape(const char *text, const char **ret_escape)
{
    static const struct {
        const char *bytes, *escape;
    } escapes[] = {
        {"<", "\\u003c"},
        {">", "\\u003e"},
        {"&", "\\u0026"},
        {"\\b", "\\u0008"},
        {"\\f", "\\u000c"},
        {"\xe2\x80\xa8", "\\u2028"},
        {"\xe2\x80\xa9", "\\u2029"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
        size_t size = strlen(escapes[i].bytes);
        if (strncmp(text, escapes[i].bytes, size) == 0) {
            *ret_escape = escapes[i].escape;
            return size;
        }
    }
    return 0;
}

static void
write_text(struct render *self, const char *text)
{
    weir_cleanup(json_fini) struct json plain = {0};
    const char *escape = NULL;

    if (!strpbrk(text, "<>&\b\f\xe2")) {
        json_text(&self->text, text);
        return;
    }
    json_text(&plain, text);
    json_bytes(&plain, "", 1);
    for (const char *at = plain.bytes; *at;) {
        size_t size = find_escape(at, &escape);
        if (size) {
            json_raw(&self->text, escape);
        } else {
            size = *at == '\\' ? 2 : 1;
            json_bytes(&self->text, at, size);
        }
        at += size;
    }
}

static void
write_time(struct render *self, int64_t time_ns)
{
    char text[TIMETEXT_SIZE];

    if (self->unit_ns) {
        json_whole(&self->text, time_ns / self->unit_ns);
        return;
    }
    (void)timetext_write_date(time_ns, text);
    json_text(&self->text, text);
}

/* JSON has no infinity and no NaN, which InfluxDB does not keep either. */
static void
write_number(struct render *self, double number)
{
    char text[NUMERAL_SIZE];

    if (isfinite(number))
        json_bytes(&self->text, text, numeral_json(number, text));
    else
        json_raw(&self->text, "null");
}

static void
write_value(struct render *self, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        json_raw(&self->text, "null");
        break;
    case VALUE_NUMBER:
        write_number(self, value->number);
        break;
    case VALUE_WHOLE:
        json_whole(&self->text, value->whole);
        break;
    case VALUE_TIME:
        write_time(self, value->whole);
        break;
    case VALUE_TEXT:
        write_text(self, value->text);
        break;
    case VALUE_BOOLEAN:
        json_raw(&self->text, value->whole ? "true" : "false");
        break;
    }
}

/* Series ------------------------------------------------------------------- */

static void
write_tags(struct render *self, const struct rows *rows)
{
    json_raw(&self->text, "\"tags\":{");
    for (size_t i = 0; i < rows->tag_count; i++) {
        json_raw(&self->text, i ? "," : "");
        write_text(self, rows->tags[i].key);
        json_raw(&self->text, ":");
        write_text(self, rows->tags[i].value);
    }
    json_raw(&self->text, "},");
}

static void
write_head(struct render *self, const struct rows *rows)
{
    if (rows->name && *rows->name) {
        json_raw(&self->text, "\"name\":");
        write_text(self, rows->name);
        json_raw(&self->text, ",");
    }
    if (rows->tag_count)
        write_tags(self, rows);
    json_raw(&self->text, "\"columns\":[");
    for (size_t i = 0; i < rows->column_count; i++) {
        json_raw(&self->text, i ? "," : "");
        write_text(self, rows->columns[i]);
    }
    json_raw(&self->text, "]");
}

/* Some rows of a series. */
struct piece {
    const struct rows *rows;
    size_t first, count;
};

static void
write_values(struct render *self, const struct piece *piece)
{
    size_t width = piece->rows->column_count;
    const struct value *value = piece->rows->values + piece->first * width;

    json_raw(&self->text, ",\"values\":[");
    for (size_t i = 0; i < piece->count && !render_is_full(self); i++) {
        json_raw(&self->text, i ? ",[" : "[");
        for (size_t k = 0; k < width; k++) {
            json_raw(&self->text, k ? "," : "");
            write_value(self, value++);
        }
        json_raw(&self->text, "]");
    }
    json_raw(&self->text, "]");
}

static void
write_series(struct render *self, const struct piece *piece, bool is_partial)
{
    json_raw(&self->text, "{");
    write_head(self, piece->rows);
    if (piece->count)
        write_values(self, piece);
    json_raw(&self->text, is_partial ? ",\"partial\":true}" : "}");
}

/* Documents ---------------------------------------------------------------- */

static void
begin_result(struct render *self, size_t statement)
{
    json_raw(&self->text, self->count++ ? "," : "{\"results\":[");
    json_raw(&self->text, "{\"statement_id\":");
    json_whole(&self->text, (int64_t)statement);
}

static void
end_document(struct render *self)
{
    json_raw(&self->text, self->count ? "]}" : "{}");
    if (self->pretty)
        indent_json(&self->text, self->start);
    json_raw(&self->text, "\n");
    self->start = self->text.size;
    self->count = 0;
}

static void
end_result(struct render *self, const struct result *result, bool is_partial)
{
    if (result->warning) {
        json_raw(&self->text,
                 ",\"messages\":[{\"level\":\"warning\",\"text\":");
        write_text(self, result->warning);
        json_raw(&self->text, "}]");
    }
    if (result->error) {
        json_raw(&self->text, ",\"error\":");
        write_text(self, result->error);
    }
    json_raw(&self->text, is_partial ? ",\"partial\":true}" : "}");
    if (self->chunk_rows)
        end_document(self);
}

static void
write_whole(struct render *self, size_t statement, const struct result *result)
{
    size_t count = result->error ? 0 : result->count;

    begin_result(self, statement);
    for (size_t i = 0; i < count && !render_is_full(self); i++) {
        const struct rows *rows = &result->rows[i];
        json_raw(&self->text, i ? "," : ",\"series\":[");
        write_series(self, &(struct piece){rows, 0, rows->count}, false);
    }
    json_raw(&self->text, count ? "]" : "");
    end_result(self, result, false);
}

/* Writes a series in as many documents as it needs. */
static void
write_chunks(struct render *self, size_t statement, const struct result *result,
             size_t nth, enum render_chunk chunk)
{
    struct piece piece = {.rows = &result->rows[nth]};
    bool by_rows = chunk == RENDER_BY_ROWS;
    size_t rest = piece.rows->count;

    do {
        piece.count = rest;
        if (by_rows && rest > self->chunk_rows)
            piece.count = self->chunk_rows;
        rest -= piece.count;
        begin_result(self, statement);
        json_raw(&self->text, ",\"series\":[");
        write_series(self, &piece, rest > 0);
        json_raw(&self->text, "]");
        end_result(self, result,
                   by_rows && (rest > 0 || nth + 1 < result->count));
        piece.first += piece.count;
    } while (rest > 0 && !render_is_full(self));
}

static void
write_result(struct render *self, size_t statement, const struct result *result,
             enum render_chunk chunk)
{
    if (self->csv) {
        render_csv(self, result);
        return;
    }
    if (!self->chunk_rows || result->error || result->count == 0) {
        write_whole(self, statement, result);
        return;
    }
    for (size_t i = 0; i < result->count && !render_is_full(self); i++)
        write_chunks(self, statement, result, i, chunk);
}

void
render_result(struct render *self, size_t statement,
              const struct result *result, enum render_chunk chunk)
{
    static char too_large[] = "the answer is larger than max_answer";
    const struct result refusal = {.error = too_large};
    const struct render before = *self;

    write_result(self, statement, result, chunk);
    if (!render_is_full(self))
        return;
    self->text.size = before.text.size;
    self->start = before.start;
    self->count = before.count;
    self->csv_begun = before.csv_begun;
    write_result(self, statement, &refusal, chunk);
}

void
render_end(struct render *self)
{
    if (!self->csv && !self->chunk_rows)
        end_document(self);
}

void
render_error(struct render *self, const char *why)
{
    if (self->csv) {
        render_csv_error(self, why);
        return;
    }
    json_raw(&self->text, "{\"error\":");
    write_text(self, why);
    json_raw(&self->text, "}");
    if (self->pretty)
        indent_json(&self->text, self->start);
    json_raw(&self->text, "\n");
}

const char *
render_type(const struct render *self)
{
    return self->csv ? "text/csv" : "application/json";
}

void
render_fini(struct render *self)
{
    json_fini(&self->text);
    *self = (struct render){0};
}
