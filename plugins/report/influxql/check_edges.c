/* check_edges.c - top() and bottom(); see check_inner.h */
#include <config.h>

#include "check_inner.h"

#include "base.h"
#include "node.h"

static const char *
printed(struct check *self, const struct node *node)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = x_or_die(open_memstream(&text, &size));

    node_print(to, node);
    (void)fclose(to);
    const char *copy = arena_bytes(self->arena, text, size);
    free(text);
    return copy;
}

/* The limit of top() and bottom(). */
static const char *
check_edge_limit(struct check *self, const struct node *call,
                 const struct node *limit)
{
    uint64_t most = self->select->page.limit;

    if (!limit->is_whole)
        return check_say(self,
                         "expected integer as last argument in %s(), found %s",
                         call->text, printed(self, limit));
    if (limit->time_ns <= 0)
        return check_say(self, "limit (%lld) in %s function must be at least 1",
                         (long long)limit->time_ns, call->text);
    if (most && (uint64_t)limit->time_ns > most)
        return check_say(self,
                         "limit (%lld) in %s function can not be larger than "
                         "the LIMIT (%llu) in the select statement",
                         (long long)limit->time_ns, call->text,
                         (unsigned long long)most);
    return NULL;
}

const char *
check_edges(struct check *self, const struct node *call)
{
    const struct node *at = call->left->next;

    while (at->next)
        at = at->next;
    const char *wrong = check_edge_limit(self, call, at);
    if (wrong)
        return wrong;
    if (call->left->kind != NODE_NAME)
        return check_say(self,
                         "expected first argument to be a field in %s(), found "
                         "%s",
                         call->text, printed(self, call->left));
    for (at = call->left->next; at->next; at = at->next) {
        if (at->kind != NODE_NAME)
            return check_say(self,
                             "only fields or tags are allowed in %s(), found "
                             "%s",
                             call->text, printed(self, at));
        self->has_plain = true;
    }
    self->edges = call->text;
    return NULL;
}
