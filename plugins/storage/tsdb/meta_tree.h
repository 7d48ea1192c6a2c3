/* meta_tree.h - the pages and trees in a file of LMDB: inside of meta_check.c
 *
 * This is LMDB's format 1 on machines of 64 bits, which all of 0.9 have.  The
 * first two pages are heads; a change writes the one that the change before did
 * not.  All other pages belong to one of the trees or are free, as the tree
 * FREE says by the number of the change that freed them.
 */
#ifndef TSDB_META_TREE_H
#define TSDB_META_TREE_H

#include <stdbool.h>

#include "meta_check.h"

enum { FREE, MAIN, TREES };

enum {
    HEADS = 2,
    PAGE_BRANCH = 0x01,
    PAGE_LEAF = 0x02,
    PAGE_OVERFLOW = 0x04,
    PAGE_HEAD = 0x08,
};

struct meta_page {
    uint64_t number;
    uint16_t unused, flags;
    uint16_t lower, upper; /* or a u32, pages that follow */
};

struct meta_tree {
    uint32_t page_size; /* in a head's first tree alone */
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

struct meta_head {
    struct meta_page page;
    uint32_t magic, format;
    uint64_t address, map_size;
    struct meta_tree trees[TREES];
    uint64_t last_page, change;
};

_Static_assert(sizeof(struct meta_page) == 16 &&
                   sizeof(struct meta_tree) == 48 &&
                   sizeof(struct meta_head) == 152,
               "no gaps");

struct meta_check {
    struct files *files;
    int fd;
    struct meta_head head;
    uint32_t page_size;
    unsigned char *used; /* [last_page + 1] */
    char *why;
    size_t size;
};

/* Leaves what is wrong in 'why' and returns -EBADMSG. */
__attribute__((format(printf, 2, 3))) int
meta_complain(struct meta_check *self, const char *format, ...);

/* Walks a tree of the file, and those that it names; 'free': that of the free
 * pages.  Returns 0, -EBADMSG or -errno. */
int meta_tree_check(struct meta_check *check, const struct meta_tree *tree,
                    bool free);

#endif /* TSDB_META_TREE_H */
