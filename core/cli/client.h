/* cli/client.h - a form that is posted to a weir that runs, and its answer
 *
 * Speaks HTTP by libcurl, which is loaded when it is first needed: `weir run`
 * needs neither it nor the thirty libraries that come with it.
 */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

enum { CLIENT_WHY_SIZE = 512, CLIENT_ANSWER_MOST = 64 << 20 };

/* A name and a text of a form. */
struct client_field {
    const char *name, *value;
};

/* What came back.  Zeroed, it is empty; client_reply_fini() frees it. */
struct client_reply {
    int status;  /* of HTTP */
    char *bytes; /* [size], with a '\0' behind them; or NULL */
    size_t size;
    size_t room;
    char why[CLIENT_WHY_SIZE]; /* of a failure: a sentence for the user */
};

/* Writes fields, which end with {0}, as a form; the caller frees it. */
WEIR_API char *client_form(const struct client_field fields[]);

/* Adds 'size' bytes to a reply.  Returns 0, or -EFBIG above
 * CLIENT_ANSWER_MOST. */
int client_reply_add(struct client_reply *self, const void *bytes, size_t size);
WEIR_API void client_reply_fini(struct client_reply *self);

/* Where a weir answers: a URL, or a socket in the file system. */
struct client_place {
    const char *url;    /* without a '/' at its end */
    const char *socket; /* or NULL */
    const char *other;  /* what else may be done where nobody answers, such as
                         * ", or ask its store (--path DIR)"; or NULL */
};

/* Posts 'form' to 'path' at 'place'.  Returns 0 with any status of HTTP, or
 * -errno with the reason in the reply. */
WEIR_API int client_post(const struct client_place *place, const char *path,
                         const char *form, int64_t timeout_ns,
                         struct client_reply *reply);

#endif /* CLI_CLIENT_H */
