/* fetch.h - one HTTP request to a weir, and its answer
 *
 * Plain HTTP/1.1, one connection a request.  One thread has it.
 */
#ifndef TSDB_FETCH_H
#define TSDB_FETCH_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum { FETCH_WHY = 256 };

struct fetch_request {
    const char *url;    /* "http://HOST:PORT", and a path before 'path' */
    const char *method; /* "GET" or "POST" */
    const char *path;   /* with its query */
    const void *body;   /* [size] */
    size_t size;
};

struct fetch;

/* Sends the request and reads the head of the answer.  Returns 0 with its
 * status, or -errno with a sentence in 'why'. */
int fetch_open(const struct fetch_request *request, char why[FETCH_WHY],
               struct fetch **ret_fetch, int *ret_status);
void fetch_destroy(struct fetch **self_p);

/* Reads some of the answer's body.  Returns how many bytes, 0 at its end, or
 * -errno; -EPIPE when it was cut off. */
ssize_t fetch_read(struct fetch *self, void *bytes, size_t size);

/* Writes 'text' into 'out' as the value of a query's parameter. */
void fetch_escape(FILE *out, const char *text);

#endif /* TSDB_FETCH_H */
