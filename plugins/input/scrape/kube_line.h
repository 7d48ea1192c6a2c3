/* kube_line.h - lines out of bytes that come in pieces */
#ifndef KUBE_LINE_H
#define KUBE_LINE_H

#include <stddef.h>

enum { KUBE_LINE_MOST = 1 << 23 }; /* bytes of a line */

/* {0} is empty. */
struct kube_line {
    char *text; /* [room], the begin of a line */
    size_t size, room;
};

/* Calls 'hear' with each line that ends in 'bytes', without its '\n', until it
 * returns a negative errno, which is returned.  Returns 0, -EMSGSIZE when a
 * line is too long, or -ENOMEM. */
int kube_line_take(struct kube_line *self, const char *bytes, size_t size,
                   int (*hear)(void *arg, const char *text, size_t size),
                   void *arg);

/* Forgets a line that has begun. */
void kube_line_reset(struct kube_line *self);

void kube_line_fini(struct kube_line *self);

#endif /* KUBE_LINE_H */
