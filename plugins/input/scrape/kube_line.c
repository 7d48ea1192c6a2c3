/* kube_line.c - lines out of bytes that come in pieces */
#include <config.h>

#include "kube_line.h"

#include <string.h>

int
kube_line_take(struct body *begun, const char *bytes, size_t size,
               int (*hear)(void *arg, const char *text, size_t size), void *arg)
{
    const char *rest = bytes;
    const char *end = bytes + size;
    const char *stop = NULL;

    while ((stop = memchr(rest, '\n', (size_t)(end - rest)))) {
        int rc = body_add(begun, rest, (size_t)(stop - rest), KUBE_LINE_MOST);
        if (rc == 0)
            rc = hear(arg, begun->text, begun->size);
        begun->size = 0;
        if (rc < 0)
            return rc;
        rest = stop + 1;
    }
    return body_add(begun, rest, (size_t)(end - rest), KUBE_LINE_MOST);
}
