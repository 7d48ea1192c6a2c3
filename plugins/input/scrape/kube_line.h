/* kube_line.h - lines out of bytes that come in pieces */
#ifndef KUBE_LINE_H
#define KUBE_LINE_H

#include <stddef.h>

#include "body.h"

enum { KUBE_LINE_MOST = 1 << 23 }; /* bytes of a line */

/* Calls 'hear' with each line that ends in 'bytes', without its '\n', until it
 * returns a negative errno, which is returned; 'begun' keeps a line that has
 * only begun.  Returns 0, -EMSGSIZE when a line is too long, or -ENOMEM. */
int kube_line_take(struct body *begun, const char *bytes, size_t size,
                   int (*hear)(void *arg, const char *text, size_t size),
                   void *arg);

#endif /* KUBE_LINE_H */
