/* passage.c - a file of any length, some lines at a time */
#include <config.h>

#include "passage.h"

#include <errno.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "stale.h"
#include "unpacker.h"

enum {
    STEP = 1 << 21,
    REMARKS_MOST = 192, /* lines on metrics that go on in the next piece */
};

void
passage_clear(struct passage *self)
{
    self->size = self->remark_size = self->remark_lines = 0;
}

void
passage_fini(struct passage *self)
{
    free(self->text);
    *self = (struct passage){0};
}

static int
make_room(struct passage *self, size_t size)
{
    if (size > 2 * PASSAGE_MOST)
        return -EMSGSIZE;
    if (size > self->room) {
        self->room = 2 * size;
        self->text = xrealloc(self->text, self->room, 1);
    }
    return 0;
}

int
passage_fill(struct passage *self, struct unpacker *in, bool *ret_more)
{
    size_t aim = self->size + STEP;
    int rc = make_room(self, aim);

    for (*ret_more = true; rc == 0 && *ret_more && self->size < aim;) {
        ssize_t got =
            unpacker_read(in, self->text + self->size, aim - self->size);
        if (got < 0)
            return (int)got;
        self->size += (size_t)got;
        *ret_more = got > 0;
    }
    return rc;
}

size_t
passage_lines(const struct passage *self)
{
    const char *end = memrchr(self->text + self->remark_size, '\n',
                              self->size - self->remark_size);

    return end ? (size_t)(end + 1 - self->text) : 0;
}

/* Says whether the line is a remark; the end of a series looks like one. */
static bool
is_remark(const char *line, const char *end)
{
    return *line == '#' && !stale_find(line, end);
}

/* Returns where the line begins that ends before 'at'. */
static const char *
line_before(const struct passage *self, const char *at)
{
    at--;
    while (at > self->text && at[-1] != '\n')
        at--;
    return at;
}

/* Moves the last lines of remarks before 'end' to the front. */
static void
keep_remarks(struct passage *self, const char *end)
{
    const char *last = NULL, *first = NULL;

    for (const char *at = end; at > self->text; at = first) {
        first = line_before(self, at);
        bool remark = is_remark(first, at);
        if (remark && !last)
            last = at;
        if (last && (!remark || self->remark_lines == REMARKS_MOST)) {
            first = at;
            break;
        }
        self->remark_lines += last != NULL;
    }
    if (!last)
        return;
    self->remark_size = (size_t)(last - first);
    memmove(self->text, first, self->remark_size);
}

void
passage_turn(struct passage *self, size_t size, bool has_remarks)
{
    size_t rest = self->size - size;
    weir_cleanup(weir_free) char *copy = xcalloc(rest, 1);

    memcpy(copy, self->text + size, rest);
    self->remark_size = self->remark_lines = 0;
    if (has_remarks)
        keep_remarks(self, self->text + size);
    memcpy(self->text + self->remark_size, copy, rest);
    self->size = self->remark_size + rest;
}
