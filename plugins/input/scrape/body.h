/* body.h - bytes that come in pieces, as far as they have come */
#ifndef BODY_H
#define BODY_H

#include <stddef.h>
#include <stdint.h>

/* {0} is empty. */
struct body {
    char *text; /* [room] */
    size_t size, room;
};

/* Adds a piece.  Returns 0, -EMSGSIZE when there would be more than 'most'
 * bytes, or -ENOMEM; then it is as it was. */
int body_add(struct body *self, const char *bytes, size_t size, uint64_t most);

/* Frees it; it is empty then. */
void body_fini(struct body *self);

#endif /* BODY_H */
