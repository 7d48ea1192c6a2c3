/* with.c - the condition of WITH KEY and WITH MEASUREMENT */
#include <config.h>

#include "with.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

static int
compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void
add_text(struct with *self, const struct node *comparison)
{
    if (self->count == self->room) {
        self->room = self->room ? 2 * self->room : 8;
        self->texts = xrealloc(self->texts, self->room, sizeof(*self->texts));
    }
    self->texts[self->count++] = comparison->right->text;
}

/* Several comparisons are joined by OR, to the left or to the right. */
static void
read_texts(struct with *self, const struct node *node)
{
    while (node->op == OP_OR) {
        bool to_right = node->right->op == OP_OR;
        add_text(self, to_right ? node->left : node->right);
        node = to_right ? node->right : node->left;
    }
    add_text(self, node);
    self->is_not = node->op == OP_NOT_EQUAL;
    qsort(self->texts, self->count, sizeof(*self->texts), compare);
}

int
with_init(struct with *self, const struct node *node, char why[WHERE_WHY_SIZE])
{
    while (node && node->kind == NODE_GROUP)
        node = node->left;
    *self = (struct with){.takes_all = !node};
    if (!node)
        return 0;
    if (node->op != OP_LIKE && node->op != OP_NOT_LIKE) {
        read_texts(self, node);
        return 0;
    }
    self->is_not = node->op == OP_NOT_LIKE;
    return where_compile(node->right->text, &self->pattern, why);
}

static bool
is_match(struct with *self, const char *text)
{
    const struct weir_matcher matcher = {
        .match = WEIR_LIKE, .value = "", .pattern = self->pattern};

    if (!self->pattern)
        return bsearch(&text, self->texts, self->count, sizeof(*self->texts),
                       compare);
    int rc = weir_try_match(&matcher, text);
    self->too_long |= rc < 0;
    return rc > 0;
}

bool
with_takes(struct with *self, const char *text)
{
    return self->takes_all || is_match(self, text) != self->is_not;
}

void
with_fini(struct with *self)
{
    weir_pattern_destroy(&self->pattern);
    free(self->texts);
    *self = (struct with){0};
}
