/* meta_check.c - whether a file of LMDB is what LMDB takes it for */
#include <config.h>

#include "meta_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>

#include <weir/cleanup.h>

#include "base.h"
#include "meta_tree.h"

enum {
    MAGIC = (int)0xBEEFC0DE,
    FORMAT = 1,
    PAGE_LEAST = 512,
    PAGE_MOST = 65536,
    AHEAD_MOST = 1 << 20,   /* pages that were taken and not written */
    TREE_OF_NUMBERS = 0x08, /* keys are numbers, not texts */
};

int
meta_complain(struct meta_check *self, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(self->why, self->size, format, args);
    va_end(args);
    return -EBADMSG;
}

/* Heads -------------------------------------------------------------------- */

static bool
head_is_right(const struct meta_head *head, uint64_t number)
{
    uint32_t size = head->trees[FREE].page_size;

    return head->page.number == number && head->page.flags == PAGE_HEAD &&
           head->magic == (uint32_t)MAGIC && head->format == FORMAT &&
           head->trees[FREE].flags == TREE_OF_NUMBERS &&
           head->trees[MAIN].flags == 0 && size >= PAGE_LEAST &&
           size <= PAGE_MOST && (size & (size - 1)) == 0 &&
           head->last_page >= HEADS - 1 &&
           head->last_page < UINT64_MAX / PAGE_MOST;
}

/* Takes the head of the last change.  The other one is of the change before, or
 * both are as they were made. */
static int
choose_head(struct meta_check *self, const struct meta_head heads[HEADS])
{
    uint64_t change =
        heads[0].change > heads[1].change ? heads[0].change : heads[1].change;
    const struct meta_head *last = &heads[change % HEADS];
    const struct meta_head *before = &heads[(change + 1) % HEADS];
    bool follow = change ? before->change == change - 1 : !last->change;

    if (last->change != change || !follow ||
        last->trees[FREE].page_size != before->trees[FREE].page_size)
        return meta_complain(self, "its two heads do not fit together");
    self->head = *last;
    self->page_size = last->trees[FREE].page_size;
    return 0;
}

static int
read_heads(struct meta_check *self)
{
    struct meta_head heads[HEADS];

    int rc = file_read(self->files, self->fd, &heads[0], sizeof(heads[0]), 0);
    if (rc == 0 && !head_is_right(&heads[0], 0))
        return meta_complain(self, "its first head is damaged");
    if (rc == 0)
        rc = file_read(self->files, self->fd, &heads[1], sizeof(heads[1]),
                       heads[0].trees[FREE].page_size);
    if (rc == -ENODATA)
        return meta_complain(self, "it is cut off");
    if (rc == 0 && !head_is_right(&heads[1], 1))
        return meta_complain(self, "its second head is damaged");
    return rc < 0 ? rc : choose_head(self, heads);
}

static int
check_file(struct meta_check *self, uint64_t size)
{
    int rc = read_heads(self);

    if (rc < 0)
        return rc;
    if (self->head.last_page > size / self->page_size + AHEAD_MOST)
        return meta_complain(self, "it is cut off");
    weir_cleanup(weir_free) unsigned char *used =
        xcalloc(self->head.last_page + 1, 1);
    self->used = used;
    rc = meta_tree_check(self, &self->head.trees[MAIN], false);
    return rc < 0 ? rc : meta_tree_check(self, &self->head.trees[FREE], true);
}

int
meta_check(struct files *files, const char *path, char *why, size_t size)
{
    struct meta_check self = {.files = files, .size = size};
    struct stat stat;

    self.why = why;
    int rc = file_stat(files, path, &stat);
    if (rc < 0)
        return rc;
    self.fd = file_open(files, path, O_RDONLY);
    if (self.fd < 0)
        return self.fd;
    rc = check_file(&self, (uint64_t)stat.st_size);
    (void)file_close(files, self.fd);
    return rc;
}
