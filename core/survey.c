/* survey.c - which settings a section has, and where */
#include <config.h>

#include "survey.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "refusal.h"

void
survey_fail(struct survey *self, int line, const char *format, ...)
{
    va_list values;
    char *text = NULL;

    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    va_end(values);
    self->failed = true;
    complaints_error(self->section->into,
                     (struct place){self->section->at.file, line}, "%s",
                     (const char *)x_or_die(text));
    free(text);
}

static void
advance(struct survey *self)
{
    do {
        self->token = token_next(&self->reader);
        if (!self->token.wrong)
            continue;
        survey_fail(self, self->token.line, "%s", self->reader.why);
        self->broken = true;
    } while (self->token.type == TOKEN_COMMENT);
}

static void
blank(struct survey *self, const struct token *from, const struct token *until)
{
    char *start = self->text + (from->start - self->text);
    const char *end = until->start + until->size;

    for (; start < end; start++)
        if (*start != '\n')
            *start = ' ';
}

static bool
is_full(struct survey *self)
{
    if (self->setting_count + self->block_count < SURVEY_MOST)
        return false;
    survey_fail(self, self->token.line,
                "more than %d settings in one statement; remove some",
                SURVEY_MOST);
    self->reader.rest = "";
    self->broken = true;
    return true;
}

static void
note_setting(struct survey *self, const struct found *found)
{
    if (is_full(self))
        return;
    self->settings[self->setting_count++] = (struct setting){
        .name = found->name,
        .option = found->option,
        .part = found->part,
        .block = refusal_block(self),
        .line = found->token.line,
    };
}

/* Stops the survey; libconfuse says what is wrong with the form. */
static void
stop(struct survey *self)
{
    self->stray = self->token;
    self->reader.rest = "";
    self->token.type = TOKEN_END;
}

/* Moves from an open brace to its partner; false when there is none. */
static bool
skip_braces(struct survey *self)
{
    size_t depth = 1;

    while (depth > 0) {
        advance(self);
        if (self->token.type == TOKEN_END)
            return false;
        depth += self->token.type == TOKEN_OPEN;
        depth -= self->token.type == TOKEN_CLOSE;
    }
    return true;
}

/* The current token is "=" or "+="; afterwards it is the one behind the
 * value. */
static void
read_setting(struct survey *self, struct found *found)
{
    found->append = self->token.type == TOKEN_APPEND;
    advance(self);
    found->list = self->token.type == TOKEN_OPEN;
    bool text =
        self->token.type == TOKEN_WORD || self->token.type == TOKEN_STRING;
    if (found->list ? !skip_braces(self) : !text) {
        stop(self);
        return;
    }
    if (refusal_of_setting(self, found))
        blank(self, &found->token, &self->token);
    else if (!refusal_setting(self, found->name))
        note_setting(self, found);
    advance(self);
}

/* The current token is "{"; afterwards it is the one behind it. */
static void
open_block(struct survey *self, const struct found *found)
{
    struct block *first = refusal_first(self, found->option);

    self->blocks[self->block_count] = (struct block){
        .option = found->option,
        .part = found->part,
        .parent = refusal_block(self),
        .nth = first ? first->same : 0,
        .same = 1,
        .line = found->token.line,
    };
    if (first)
        first->same++;
    self->levels[self->depth++] = self->block_count++;
    advance(self);
}

/* The same, but passes over the whole block when that is refused. */
static void
read_block(struct survey *self, const struct found *found)
{
    if (is_full(self)) {
        self->token.type = TOKEN_END;
        return;
    }
    if (!refusal_of_block(self, found)) {
        open_block(self, found);
        return;
    }
    if (!skip_braces(self)) {
        stop(self);
        return;
    }
    blank(self, &found->token, &self->token);
    advance(self);
}

static void
read_name(struct survey *self)
{
    struct found found = {
        .name = token_value(&self->token, &self->scratch),
        .token = self->token,
    };

    if (!refusal_in_map(self))
        refusal_find(self, &found);
    advance(self);
    if (self->token.type == TOKEN_ASSIGN || self->token.type == TOKEN_APPEND)
        read_setting(self, &found);
    else if (self->token.type == TOKEN_OPEN)
        read_block(self, &found);
    else
        stop(self);
}

static void
run(struct survey *self)
{
    advance(self);
    while (self->token.type != TOKEN_END) {
        if (self->token.type == TOKEN_WORD || self->token.type == TOKEN_STRING)
            read_name(self);
        else if (self->token.type == TOKEN_CLOSE && self->depth > 1) {
            self->depth--;
            advance(self);
        } else {
            stop(self);
        }
    }
    if (self->depth > 1 && self->stray.type == TOKEN_END && !self->broken)
        survey_fail(self, self->blocks[refusal_block(self)].line,
                    "the { of \"%s\" is never closed; add a }",
                    self->blocks[refusal_block(self)].option->name);
}

void
survey_init(struct survey *self, const struct section *section)
{
    memset(self, 0, sizeof(*self));
    self->section = section;
    self->text = arena_text(&self->scratch, section->text);
    self->reader =
        (struct token_reader){.rest = self->text, .line = section->text_line};
    self->settings = xcalloc(SURVEY_MOST, sizeof(*self->settings));
    self->blocks = xcalloc(SURVEY_MOST, sizeof(*self->blocks));
    self->blocks[0].line = section->at.line;
    self->block_count = 1;
    self->depth = 1;
    run(self);
}

void
survey_fini(struct survey *self)
{
    free(self->settings);
    free(self->blocks);
    arena_clear(&self->scratch);
}
