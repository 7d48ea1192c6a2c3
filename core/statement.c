/* statement.c - what stands at the top of a configuration file */
#include <config.h>

#include "statement.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "textfile.h"

/* Only these have a title, so within braces they tell that one is missing. */
static const char *const titled[] = {"input", "storage", "report", "link"};

static struct frame *
top(struct scan *self)
{
    return &self->frames[self->depth - 1];
}

void
statement_fail(struct scan *self, int line, const char *format, ...)
{
    char why[512];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(why, sizeof(why), format, values);
    va_end(values);
    top(self)->broken = true;
    complaints_error(self->into, (struct place){top(self)->file, line}, "%s",
                     why);
}

/* Moves to the next token.  Comments become blanks: libconfuse miscounts the
 * lines of those that it reads. */
void
statement_advance(struct scan *self)
{
    struct frame *at = top(self);

    do {
        at->token = token_next(&at->reader);
        if (at->token.wrong) {
            statement_fail(self, at->token.line, "%s", at->reader.why);
            at->wrong_line = at->reader.line;
        }
        char *start = at->text + (at->token.start - at->text);
        for (size_t i = 0;
             at->token.type == TOKEN_COMMENT && i < at->token.size; i++)
            if (start[i] != '\n')
                start[i] = ' ';
    } while (at->token.type == TOKEN_COMMENT);
}

static bool
token_is(const struct token *self, const char *word)
{
    return self->type == TOKEN_WORD && strlen(word) == self->size &&
           memcmp(self->start, word, self->size) == 0;
}

/* Says whether "input NAME {" or the like begins here. */
static bool
begins_statement(const struct frame *at)
{
    struct token_reader ahead = at->reader;
    bool known = false;

    for (size_t i = 0; i < ARRAY_SIZE(titled); i++)
        known = known || token_is(&at->token, titled[i]);
    if (!known)
        return false;
    struct token title = token_next(&ahead);
    return (title.type == TOKEN_WORD || title.type == TOKEN_STRING) &&
           token_next(&ahead).type == TOKEN_OPEN;
}

/* Reads from an open brace to its partner; the current token is then that
 * partner, or what stands where it is missing. */
static void
read_braces(struct scan *self, const char *what)
{
    struct frame *at = top(self);
    int line = at->token.line;
    size_t depth = 1;

    while (depth > 0) {
        statement_advance(self);
        if (at->token.type == TOKEN_END || begins_statement(at)) {
            statement_fail(self, line,
                           "the { of \"%s\" is never closed; add a }", what);
            return;
        }
        if (at->token.type == TOKEN_LEFT)
            statement_fail(
                self, at->token.line,
                "there are no functions within braces; include() stands at "
                "the top, a variable is \"${NAME}\"");
        if (at->token.type == TOKEN_OPEN && ++depth == SCAN_NESTING_MOST + 1)
            statement_fail(self, at->token.line,
                           "braces stand in one another more than %d deep; "
                           "is a } missing before?",
                           SCAN_NESTING_MOST);
        depth -= at->token.type == TOKEN_CLOSE;
    }
}

/* After an error: on to the next line, over what is in braces. */
static void
recover(struct scan *self)
{
    struct frame *at = top(self);
    int line = at->token.line;

    while (at->token.type != TOKEN_END && at->token.line == line) {
        if (at->token.type == TOKEN_OPEN) {
            read_braces(self, "{");
            if (at->token.type != TOKEN_CLOSE)
                return;
            line = at->token.line;
        }
        statement_advance(self);
    }
}

static void
keep(struct scan *self, const struct statement *statement)
{
    struct statements *out = self->out;

    if (out->count == SCAN_STATEMENTS_MOST) {
        statement_fail(self, statement->line,
                       "more than %d statements; remove some",
                       SCAN_STATEMENTS_MOST);
        top(self)->reader.rest = "";
        return;
    }
    if (out->count == self->room) {
        size_t room = self->room ? 2 * self->room : 16;
        struct statement *list = xrealloc(out->list, room, sizeof(*list));
        out->list = list;
        self->room = room;
    }
    out->list[out->count] = *statement;
    out->list[out->count++].broken = top(self)->broken;
}

/* Ends a statement at the current token, which is its own unless it stands in
 * the place of a missing brace. */
static void
end_statement(struct scan *self, const char *start, bool braces,
              struct statement *statement)
{
    const struct token *last = &top(self)->token;
    bool whole = !braces || last->type == TOKEN_CLOSE;
    const char *end = last->start + (whole ? last->size : 0);

    if (statement->body)
        statement->body = arena_bytes(self->texts, statement->body,
                                      (size_t)(last->start - statement->body));
    statement->text = arena_bytes(self->texts, start, (size_t)(end - start));
    keep(self, statement);
    if (whole)
        statement_advance(self);
}

static void
read_block(struct scan *self, const char *start, struct statement *statement)
{
    struct frame *at = top(self);

    statement->body = at->token.start + 1;
    statement->body_line = at->token.line;
    read_braces(self, statement->title ? statement->title : statement->kind);
    end_statement(self, start, true, statement);
}

static void
read_setting(struct scan *self, const char *start, struct statement *statement)
{
    struct frame *at = top(self);

    statement_advance(self);
    bool braces = at->token.type == TOKEN_OPEN;
    if (braces) {
        read_braces(self, statement->kind);
    } else if (at->token.type != TOKEN_WORD && at->token.type != TOKEN_STRING) {
        statement_fail(self, statement->line, "a value is due: %s = VALUE",
                       statement->kind);
        recover(self);
        return;
    }
    end_statement(self, start, braces, statement);
}

/* Finds the files that an include names; the main loop then reads them. */
static void
find_includes(struct scan *self, const char *pattern, int line)
{
    struct frame *at = top(self);
    const char *folder = textfile_folder(at->file, self->texts);
    char *path = NULL;

    if (pattern[0] == '/' || strcmp(folder, ".") == 0)
        path = x_or_die(strdup(pattern));
    else if (asprintf(&path, "%s/%s", folder, pattern) < 0)
        path = x_or_die(NULL);

    bool many = strpbrk(pattern, "*?[") != NULL;
    int rc = glob(path, many ? 0 : GLOB_NOCHECK | GLOB_NOESCAPE, NULL,
                  &at->includes);
    if (rc != 0 && rc != GLOB_NOMATCH)
        statement_fail(self, line,
                       "cannot look for \"%s\"; may the folder be read?", path);
    at->include_next = 0;
    at->include_line = line;
    free(path);
}

static void
read_include(struct scan *self)
{
    struct frame *at = top(self);
    int line = at->token.line;

    statement_advance(self);
    struct token name = at->token;
    if (name.type == TOKEN_STRING || name.type == TOKEN_WORD)
        statement_advance(self);
    if (at->token.type != TOKEN_RIGHT || name.type == TOKEN_RIGHT) {
        statement_fail(self, line, "an include is written include(\"FILE\")");
        recover(self);
        return;
    }
    if (!at->broken)
        find_includes(self, token_value(&name, self->texts), line);
    statement_advance(self);
}

static void
read_statement(struct scan *self)
{
    struct frame *at = top(self);
    struct token first = at->token;
    struct statement statement = {
        .file = at->file,
        .line = first.line,
        .kind = token_value(&first, self->texts),
    };

    statement_advance(self);
    if (at->token.type == TOKEN_WORD || at->token.type == TOKEN_STRING) {
        statement.title = token_value(&at->token, self->texts);
        statement_advance(self);
    }
    if (at->token.type == TOKEN_OPEN)
        read_block(self, first.start, &statement);
    else if (!statement.title &&
             (at->token.type == TOKEN_ASSIGN || at->token.type == TOKEN_APPEND))
        read_setting(self, first.start, &statement);
    else if (token_is(&first, "include") && at->token.type == TOKEN_LEFT)
        read_include(self);
    else {
        if (first.line == at->wrong_line)
            at->broken = true; /* what remains of a value that was told of */
        else if (statement.title)
            statement_fail(self, first.line,
                           "after \"%s %s\" comes a { with options",
                           statement.kind, statement.title);
        else
            statement_fail(self, first.line,
                           "after \"%s\" comes = and a value, or a {",
                           statement.kind);
        recover(self);
    }
}

void
statement_read(struct scan *self)
{
    struct frame *at = top(self);

    if (at->token.type == TOKEN_WORD) {
        at->broken = at->token.wrong;
        read_statement(self);
        return;
    }
    if (at->token.type == TOKEN_CLOSE) {
        statement_fail(self, at->token.line,
                       "this } closes nothing; remove it, or add the { before");
        statement_advance(self);
        return;
    }
    if (!at->token.wrong)
        statement_fail(self, at->token.line,
                       "no statement begins with %.*s; write NAME = VALUE or "
                       "KIND NAME { ... }",
                       (int)(at->token.size < 40 ? at->token.size : 40),
                       at->token.start);
    recover(self);
}
