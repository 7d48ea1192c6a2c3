/* scan.c - configuration files to top-level statements */
#include <config.h>

#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "statement.h"
#include "textfile.h"

static struct frame *
top(struct scan *self)
{
    return &self->frames[self->depth - 1];
}

static void
push(struct scan *self, const char *file, const struct textfile *contents)
{
    struct frame *frame = &self->frames[self->depth++];

    memset(frame, 0, sizeof(*frame));
    frame->file = arena_text(self->texts, file);
    frame->text = contents->text;
    frame->device = contents->device;
    frame->inode = contents->inode;
    frame->reader = (struct token_reader){.rest = frame->text, .line = 1};
    self->file_count++;
    statement_advance(self);
}

static bool
is_open(const struct scan *self, const struct textfile *contents)
{
    for (size_t i = 0; i < self->depth; i++)
        if (self->frames[i].device == contents->device &&
            self->frames[i].inode == contents->inode && contents->inode)
            return true;
    return false;
}

/* Opens a file: the first one, or the next of an include. */
static void
open_file(struct scan *self, const char *file)
{
    struct textfile contents = {0};
    int line = 0;
    char origin[300] = "";

    if (self->depth)
        (void)snprintf(origin, sizeof(origin), " (included at %.250s:%d)",
                       top(self)->file, top(self)->include_line);
    int rc = textfile_read(file, SCAN_SIZE_MOST, self->texts, &contents, &line);
    struct place at = {file, line};
    if (rc < 0)
        complaints_error(self->into, at, "%s%s", textfile_why(rc), origin);
    else if (is_open(self, &contents))
        complaints_error(self->into, at, "it includes itself%s; remove that",
                         origin);
    else if (self->depth > SCAN_INCLUDES_MOST)
        complaints_error(self->into, at,
                         "includes stand in one another more than %d deep%s; "
                         "include it from the first file",
                         SCAN_INCLUDES_MOST, origin);
    else
        push(self, file, &contents);
}

static void
next_include(struct scan *self)
{
    struct frame *at = top(self);
    const char *file = at->includes.gl_pathv[at->include_next++];

    if (self->file_count < SCAN_FILES_MOST) {
        open_file(self, file);
        return;
    }
    statement_fail(self, at->include_line, "more than %d files; include fewer",
                   SCAN_FILES_MOST);
    at->include_next = at->includes.gl_pathc;
}

static void
run(struct scan *self)
{
    while (self->depth > 0) {
        struct frame *at = top(self);
        if (at->include_next < at->includes.gl_pathc) {
            next_include(self);
            continue;
        }
        globfree(&at->includes);
        memset(&at->includes, 0, sizeof(at->includes));
        if (at->token.type == TOKEN_END)
            self->depth--;
        else
            statement_read(self);
    }
}

static void
begin(struct scan *self, struct arena *texts, struct complaints *into,
      struct statements *out)
{
    memset(self, 0, sizeof(*self));
    memset(out, 0, sizeof(*out));
    self->texts = texts;
    self->into = into;
    self->out = out;
}

void
scan_text(const char *file, const char *text, struct arena *texts,
          struct complaints *into, struct statements *ret_statements)
{
    struct scan self;
    struct textfile contents = {.text = arena_text(texts, text)};

    begin(&self, texts, into, ret_statements);
    push(&self, file, &contents);
    run(&self);
}

void
scan_file(const char *file, struct arena *texts, struct complaints *into,
          struct statements *ret_statements)
{
    struct scan self;
    size_t before = into->error_count;

    begin(&self, texts, into, ret_statements);
    open_file(&self, file);
    run(&self);
    if (ret_statements->count == 0 && into->error_count == before)
        complaints_error(into, (struct place){file, 0},
                         "it says nothing; write at least an input and a "
                         "storage, as in the sample weir.conf");
}

void
statements_fini(struct statements *self)
{
    free(self->list);
    memset(self, 0, sizeof(*self));
}
