/* textset.c - texts, each of them once, sorted */
#include <config.h>

#include "textset.h"

#include <string.h>

#include "base.h"

static int
compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

void
textset_sort(struct textset *self)
{
    size_t kept = 0;

    if (self->count)
        qsort(self->texts, self->count, sizeof(*self->texts), compare);
    for (size_t i = 0; i < self->count; i++)
        if (kept == 0 || strcmp(self->texts[kept - 1], self->texts[i]) != 0)
            self->texts[kept++] = self->texts[i];
    self->count = self->sorted = kept;
}

/* Most texts come again and again: those that are sorted are looked through;
 * when as many others wait, all are sorted. */
void
textset_add(struct textset *self, const char *text)
{
    if (self->sorted && bsearch(&text, self->texts, self->sorted,
                                sizeof(*self->texts), compare))
        return;
    if (self->count == self->room) {
        textset_sort(self);
        if (2 * self->count >= self->room) {
            self->room = self->room ? 2 * self->room : 64;
            self->texts =
                xrealloc(self->texts, self->room, sizeof(*self->texts));
        }
    }
    self->texts[self->count++] = arena_text(&self->arena, text);
}

void
textset_fini(struct textset *self)
{
    free(self->texts);
    arena_clear(&self->arena);
    *self = (struct textset){0};
}
