/* outcome.c - what an answer to a write says; see outcome.h
 *
 * InfluxDB 1.x answers {"error": text}, and tells in the text how many points
 * of a "partial write" were dropped; 2.x answers {"code": word, "message":
 * text}.  Only such an answer may refuse points for ever: a page of something
 * that stands between, or of another server at that port, may not.
 */
#include <config.h>

#include "outcome.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/plugin.h>

#include "base.h"

static const struct {
    long status;
    enum outcome_kind kind;
} kinds[] = {
    {204, OUTCOME_STORED},   {400, OUTCOME_REFUSED}, {404, OUTCOME_NO_PLACE},
    {413, OUTCOME_TOO_LONG}, {422, OUTCOME_REFUSED},
};

static enum outcome_kind
kind_of(long status)
{
    for (size_t i = 0; i < WEIR_COUNT(kinds); i++)
        if (kinds[i].status == status)
            return kinds[i].kind;
    return OUTCOME_LATER;
}

/* Copies a text as one line without bytes that a terminal would obey; a long
 * one ends with "..." and its own end, which tells most. */
static void
keep_why(struct outcome *self, const char *text)
{
    enum { TAIL = 80 };
    size_t length = strlen(text);
    size_t most = sizeof(self->why) - 1;

    if (length <= most)
        (void)snprintf(self->why, sizeof(self->why), "%s", text);
    else
        (void)snprintf(self->why, sizeof(self->why), "%.*s...%s",
                       (int)(most - TAIL - 3), text, text + length - TAIL);
    for (char *at = self->why; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
}

/* Reads N of a text that ends with "dropped=N". */
static size_t
count_dropped(const char *text)
{
    static const char word[] = " dropped=";
    const char *at = NULL;

    for (const char *next = text; (next = strstr(next, word)); next++)
        at = next + strlen(word);
    return at ? strtoul(at, NULL, 10) : 0;
}

static bool
begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Returns the error that the body tells, which lives as long as 'root'; or
 * NULL. */
static const char *
error_in(const json_t *root)
{
    const char *text = json_string_value(json_object_get(root, "error"));

    return text ? text : json_string_value(json_object_get(root, "message"));
}

static const char *
error_of_result(const json_t *root)
{
    const json_t *results = json_object_get(root, "results");

    return json_string_value(
        json_object_get(json_array_get(results, 0), "error"));
}

static json_t *
load(const char *body, size_t size)
{
    return json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
}

static void
say_status(struct outcome *self, long status)
{
    (void)snprintf(self->why, sizeof(self->why), "it answered with status %ld",
                   status);
}

static void
judge(struct outcome *self, const char *error)
{
    if (self->kind == OUTCOME_REFUSED && begins_with(error, "partial write:")) {
        self->kind = OUTCOME_PARTLY;
        self->dropped = count_dropped(error);
    }
    if (self->kind == OUTCOME_NO_PLACE &&
        !begins_with(error, "database not found") &&
        !(begins_with(error, "bucket ") && strstr(error, " not found")))
        self->kind = OUTCOME_LATER;
}

void
outcome_read(long status, const char *body, size_t size,
             struct outcome *ret_outcome)
{
    struct outcome self = {.kind = kind_of(status)};

    if (self.kind != OUTCOME_STORED) {
        json_t *root = load(body, size);
        const char *error = error_in(root);
        if (error && *error) {
            keep_why(&self, error);
            judge(&self, error);
        } else {
            say_status(&self, status);
            if (self.kind != OUTCOME_TOO_LONG)
                self.kind = OUTCOME_LATER;
        }
        json_decref(root);
    }
    *ret_outcome = self;
}

void
outcome_read_query(long status, const char *body, size_t size,
                   struct outcome *ret_outcome)
{
    struct outcome self = {.kind = OUTCOME_LATER};
    json_t *root = load(body, size);
    const char *error = error_in(root);

    if (!error)
        error = error_of_result(root);
    if (error && *error)
        keep_why(&self, error);
    else if (status == 200)
        self.kind = OUTCOME_STORED;
    else
        say_status(&self, status);
    json_decref(root);
    *ret_outcome = self;
}
