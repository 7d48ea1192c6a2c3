/* meta_tree.c - the pages and trees in a file of LMDB */
#include <config.h>

#include "meta_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

enum {
    DEPTH_MOST = 32,
    KEY_MOST = 511,
    NODE_OVERFLOW = 0x01,
    NODE_TREE = 0x02,
};

static const uint64_t no_page = UINT64_MAX;

struct node {
    uint16_t low, high; /* of the size; of a branch, of the page's number */
    uint16_t flags;     /* of a branch, the page's number goes on here */
    uint16_t key_size;
};

_Static_assert(sizeof(struct node) == 8, "no gaps");

/* A walk through one tree; what it counts is what the tree says. */
struct walk {
    struct meta_check *check;
    const struct meta_tree *tree;
    bool free;               /* it is that of free pages */
    struct meta_tree counts; /* as found */
    unsigned char key[KEY_MOST];
    size_t key_size; /* of the last one; 0: none */
    uint16_t level;
};

/* Trees are at most DEPTH_MOST deep, and only one names others. */
static int walk_page(struct walk *self, uint64_t number);

static int
complain_of_page(struct meta_check *self, uint64_t number, const char *what)
{
    return meta_complain(self, "page %" PRIu64 " %s", number, what);
}

/* Pages -------------------------------------------------------------------- */

/* Notes that 'count' pages from 'number' on are in use. */
static int
use_pages(struct meta_check *self, uint64_t number, uint64_t count)
{
    uint64_t end = self->head.last_page + 1;

    if (number < HEADS || number >= end || count > end - number)
        return complain_of_page(self, number, "is beyond the end");
    for (uint64_t i = number; i < number + count; i++)
        if (self->used[i]++)
            return complain_of_page(self, i, "is used twice");
    return 0;
}

static int
read_page(struct meta_check *self, uint64_t number, void *bytes, size_t size)
{
    int rc =
        file_read(self->files, self->fd, bytes, size, number * self->page_size);

    return rc == -ENODATA ? complain_of_page(self, number, "is beyond the end")
                          : rc;
}

static int
check_overflow(struct walk *self, const unsigned char *bytes, uint64_t size)
{
    struct meta_check *check = self->check;
    uint64_t count =
        (sizeof(struct meta_page) - 1 + size) / check->page_size + 1;
    struct meta_page page = {0};
    uint64_t number;
    uint32_t pages;

    memcpy(&number, bytes, sizeof(number));
    int rc = use_pages(check, number, count);
    if (rc == 0)
        rc = read_page(check, number, &page, sizeof(page));
    if (rc < 0)
        return rc;
    memcpy(&pages, &page.lower, sizeof(pages));
    if (page.number != number || page.flags != PAGE_OVERFLOW || pages != count)
        return complain_of_page(check, number, "is damaged");
    self->counts.overflows += count;
    return 0;
}

/* Keys --------------------------------------------------------------------- */

static int
compare_keys(const struct walk *self, const unsigned char *key, size_t size)
{
    size_t least = size < self->key_size ? size : self->key_size;
    uint64_t number, last;

    if (!self->free) {
        int order = memcmp(key, self->key, least);
        return order ? order
                     : (size > self->key_size) - (size < self->key_size);
    }
    memcpy(&number, key, sizeof(number));
    memcpy(&last, self->key, sizeof(last));
    return (number > last) - (number < last);
}

/* Says whether the key may follow the last one, and makes it the last.  The
 * first key of a page may be that which its parent names it by. */
static bool
follows(struct walk *self, const unsigned char *key, size_t size, bool first)
{
    if (size == 0 || size > KEY_MOST ||
        (self->free && size != sizeof(uint64_t)))
        return false;
    if (self->key_size && compare_keys(self, key, size) < (first ? 0 : 1))
        return false;
    memcpy(self->key, key, size);
    self->key_size = size;
    return true;
}

/* Nodes -------------------------------------------------------------------- */

int
meta_tree_check(struct meta_check *check, // NOLINT(misc-no-recursion)
                const struct meta_tree *tree, bool free)
{
    struct walk walk = {.check = check, .tree = tree, .free = free};
    const struct meta_tree *counts = &walk.counts;

    if (tree->depth > DEPTH_MOST)
        return meta_complain(check, "a tree is damaged");
    int rc = tree->root == no_page ? 0 : walk_page(&walk, tree->root);
    if (rc == 0 &&
        (counts->branches != tree->branches || counts->leaves != tree->leaves ||
         counts->overflows != tree->overflows ||
         counts->entries != tree->entries ||
         (tree->root == no_page) != (tree->depth == 0)))
        return meta_complain(check, "a tree has not what it should have");
    return rc;
}

/* A list of free pages: how many, and their numbers, descending. */
static int
check_free(struct walk *self, const unsigned char *bytes, size_t size)
{
    struct meta_check *check = self->check;
    uint64_t count = 0, before = no_page, change;
    int rc = 0;

    memcpy(&change, self->key, sizeof(change));
    if (size >= sizeof(count))
        memcpy(&count, bytes, sizeof(count));
    if (size % sizeof(count) != 0 || size < sizeof(count) ||
        count > size / sizeof(count) - 1 || change > check->head.change)
        return meta_complain(check, "a list of free pages is damaged");
    for (uint64_t i = 1; i <= count && rc == 0; i++) {
        uint64_t number;
        memcpy(&number, bytes + i * sizeof(number), sizeof(number));
        if (number >= before)
            return meta_complain(check, "a list of free pages is damaged");
        before = number;
        rc = use_pages(check, number, 1);
    }
    return rc;
}

static int
check_value(struct walk *self, // NOLINT(misc-no-recursion)
            unsigned flags, const unsigned char *value, size_t size)
{
    struct meta_check *check = self->check;
    struct meta_tree tree;

    self->counts.entries++;
    if (flags & NODE_OVERFLOW) {
        int rc = check_overflow(self, value, size);
        if (rc < 0 || !self->free)
            return rc;
        uint64_t number;
        memcpy(&number, value, sizeof(number));
        weir_cleanup(weir_free) unsigned char *bytes = xcalloc(size, 1);
        rc = file_read(check->files, check->fd, bytes, size,
                       number * check->page_size + sizeof(struct meta_page));
        return rc < 0 ? rc : check_free(self, bytes, size);
    }
    if (self->free)
        return flags ? meta_complain(check, "a list of free pages is damaged")
                     : check_free(self, value, size);
    if (!(flags & NODE_TREE))
        return 0;
    if (size != sizeof(tree) || self->tree != &check->head.trees[MAIN])
        return meta_complain(check, "the list of tables is damaged");
    memcpy(&tree, value, sizeof(tree));
    if (tree.flags != 0)
        return meta_complain(check, "the list of tables is damaged");
    return meta_tree_check(check, &tree, false);
}

/* Walks what the node at 'offset' has; tells how many bytes it takes. */
static int
walk_leaf_node(struct walk *self, // NOLINT(misc-no-recursion)
               const unsigned char *page, uint32_t offset, bool first,
               uint32_t *ret_size)
{
    struct meta_check *check = self->check;
    struct node node;

    memcpy(&node, page + offset, sizeof(node));
    uint32_t size = node.low | (uint32_t)node.high << 16;
    uint64_t inside = node.flags & NODE_OVERFLOW ? sizeof(uint64_t) : size;
    uint64_t whole = (sizeof(node) + node.key_size + inside + 1) & ~UINT64_C(1);
    const unsigned char *key = page + offset + sizeof(node);

    if (node.flags > NODE_TREE || whole > check->page_size - offset ||
        !follows(self, key, node.key_size, first))
        return meta_complain(check, "a value is damaged");
    *ret_size = (uint32_t)whole;
    return check_value(self, node.flags, key + node.key_size, size);
}

static int
walk_branch_node(struct walk *self, // NOLINT(misc-no-recursion)
                 const unsigned char *page, uint32_t offset, bool first,
                 uint32_t *ret_size)
{
    struct meta_check *check = self->check;
    struct node node;

    memcpy(&node, page + offset, sizeof(node));
    uint32_t whole = (uint32_t)((sizeof(node) + node.key_size + 1) / 2 * 2);
    const unsigned char *key = page + offset + sizeof(node);

    if (whole > check->page_size - offset ||
        (!first && !follows(self, key, node.key_size, false)))
        return meta_complain(check, "a branch is damaged");
    *ret_size = whole;
    return walk_page(self, node.low | (uint64_t)node.high << 16 |
                               (uint64_t)node.flags << 32);
}

static int
walk_nodes(struct walk *self, // NOLINT(misc-no-recursion)
           const unsigned char *bytes, const struct meta_page *page)
{
    const bool leaf = page->flags == PAGE_LEAF;
    size_t count = (page->lower - sizeof(*page)) / sizeof(uint16_t);
    uint32_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        uint16_t offset;
        uint32_t size = 0;
        memcpy(&offset, bytes + sizeof(*page) + i * sizeof(offset),
               sizeof(offset));
        if (offset < page->upper || offset % 2 != 0 ||
            offset > self->check->page_size - sizeof(struct node))
            return complain_of_page(self->check, page->number, "is damaged");
        int rc = leaf ? walk_leaf_node(self, bytes, offset, i == 0, &size)
                      : walk_branch_node(self, bytes, offset, i == 0, &size);
        if (rc < 0)
            return rc;
        taken += size;
    }
    if (taken != self->check->page_size - page->upper)
        return complain_of_page(self->check, page->number, "has gaps");
    return 0;
}

static bool
page_is_right(const struct walk *self, const struct meta_page *page,
              uint64_t number)
{
    bool leaf = self->level == self->tree->depth;

    return page->number == number &&
           page->flags == (leaf ? PAGE_LEAF : PAGE_BRANCH) &&
           page->lower >= sizeof(*page) + sizeof(uint16_t) &&
           page->lower % 2 == 0 && page->lower <= page->upper &&
           page->upper <= self->check->page_size;
}

static int
walk_page(struct walk *self, // NOLINT(misc-no-recursion)
          uint64_t number)
{
    struct meta_check *check = self->check;
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(check->page_size, 1);
    struct meta_page page;

    int rc = use_pages(check, number, 1);
    if (rc == 0)
        rc = read_page(check, number, bytes, check->page_size);
    if (rc < 0)
        return rc;
    memcpy(&page, bytes, sizeof(page));
    self->level++;
    if (self->level > self->tree->depth || !page_is_right(self, &page, number))
        return complain_of_page(check, number, "is damaged");
    if (page.flags == PAGE_LEAF)
        self->counts.leaves++;
    else
        self->counts.branches++;
    rc = walk_nodes(self, bytes, &page);
    self->level--;
    return rc;
}
