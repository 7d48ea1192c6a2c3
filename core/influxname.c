/* influxname.c - the words of InfluxDB's line protocol */
#include <config.h>

#include "influxname.h"

#include <string.h>

#include "base.h"
#include "word.h"

const char *
influxname_stop(const char *at, const char *end, const char *stops)
{
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (strchr(stops, *at))
            return at;
    }
    return end;
}

const char *
influxname_text(struct arena *texts, const char *at, const char *end)
{
    char *start = arena_bytes(texts, at, (size_t)(end - at));
    char *to = start;

    for (const char *from = start; *from; from++) {
        if (*from == '\\' && from[1] && strchr(",= ", from[1]))
            from++;
        *to++ = *from;
    }
    *to = '\0';
    return start;
}

static bool
is_name_byte(char byte, bool first)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_' || (!first && byte >= '0' && byte <= '9');
}

const char *
influxname_valid(struct arena *texts, const char *at, const char *end,
                 bool colon)
{
    const char *text = influxname_text(texts, at, end);
    size_t length = strlen(text);
    char *name = arena_alloc(texts, length + 2);
    char *to = name;

    if (!is_name_byte(*text, true) && is_name_byte(*text, false))
        *to++ = '_';
    for (size_t i = 0; i < length; i++) {
        *to = text[i];
        if (!is_name_byte(*to, false) && !(colon && *to == ':'))
            *to = '_';
        to++;
    }
    return name;
}

static const struct {
    const char *text;
    double value;
} booleans[] = {{"true", 1},  {"True", 1},  {"TRUE", 1},  {"t", 1}, {"T", 1},
                {"false", 0}, {"False", 0}, {"FALSE", 0}, {"f", 0}, {"F", 0}};

const char *
influxname_boolean(const char *text, double *ret_value)
{
    for (size_t i = 0; i < ARRAY_SIZE(booleans); i++) {
        const char *end = word_past(text, booleans[i].text, WORD_EXACT);
        if (end) {
            *ret_value = booleans[i].value;
            return end;
        }
    }
    return NULL;
}
