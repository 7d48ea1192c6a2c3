/* indent.c - JSON that people read */
#include <config.h>

#include "indent.h"

#include <stdbool.h>
#include <string.h>

static void
end_line(struct json *out, size_t depth)
{
    json_raw(out, "\n");
    for (size_t i = 0; i < depth; i++)
        json_raw(out, "    ");
}

/* Returns the bytes of the text in quotes that begins at 'text'. */
static size_t
quoted_size(const char *text)
{
    size_t size = 1;

    while (text[size] != '"')
        size += text[size] == '\\' ? 2 : 1;
    return size + 1;
}

/* Writes one bracket or sign, and what people want around it. */
static void
write_sign(struct json *out, const char *sign, size_t *depth)
{
    bool closes = *sign == ']' || *sign == '}';
    bool opens = *sign == '[' || *sign == '{';
    bool is_empty = opens && (sign[1] == ']' || sign[1] == '}');
    bool was_empty = closes && (sign[-1] == '[' || sign[-1] == '{');

    *depth -= closes;
    if (closes && !was_empty)
        end_line(out, *depth);
    json_bytes(out, sign, 1);
    *depth += opens;
    if (*sign == ',' || (opens && !is_empty))
        end_line(out, *depth);
    else if (*sign == ':')
        json_raw(out, " ");
}

void
indent_json(struct json *text, size_t start)
{
    static const char signs[] = "{}[],:";
    struct json out = {0};
    size_t depth = 0;

    json_bytes(text, "", 1);
    for (const char *at = text->bytes + start; *at;) {
        size_t plain = *at == '"' ? quoted_size(at) : strcspn(at, signs);
        json_bytes(&out, at, plain);
        at += plain;
        if (*at && strchr(signs, *at))
            write_sign(&out, at++, &depth);
    }
    text->size = start;
    json_bytes(text, out.bytes, out.size);
    json_fini(&out);
}
