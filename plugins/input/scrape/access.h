/* access.h - what a target wants to see before it answers, and we of it
 *
 * A user with a password, or a token: from files, which are read again for each
 * scrape, go to the target alone and into no log.  For https: whom to trust,
 * and our own certificate; libcurl reads those files when it connects.
 *
 * Belongs to the thread of the instance.
 */
#ifndef ACCESS_H
#define ACCESS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include <weir/plugin.h>

enum { ACCESS_SECRET_SIZE = 16384 }; /* bytes of a file's text with its end */

/* A tls block. */
struct access_tls {
    const char *ca, *cert, *key, *server_name; /* or "" */
    bool insecure_skip_verify;
};

extern const struct weir_option access_tls_options[];

/* Judges such a block.  Returns 0, or -EINVAL and 'why', 'size' bytes. */
int access_judge_tls(const void *item, char *why, size_t size);

/* What the user set; texts are "" where he did not. */
struct access {
    const char *user, *password_file, *token_file;
    const struct weir_blocks *tls; /* struct access_tls, one at most */
};

/* Returns what is wrong with it, and what to do; or NULL. */
const char *access_fault(const struct access *self);

/* Sets what lasts, for https.  Returns 0 or -ENOMEM. */
int access_prepare(const struct access *self, CURL *easy);

/* Reads the files and sets what they say.  Returns 0, or a negative errno with
 * the reason in 'why', 'size' bytes. */
int access_renew(const struct access *self, CURL *easy, char *why, size_t size);

/* Reads the text of a file of one secret, without its last blanks and line's
 * ends.  Returns 0, or a negative errno with the reason in 'why', 'size' bytes;
 * -EINVAL when the text would get between the lines of a request. */
int access_read_secret(const char *path, char text[ACCESS_SECRET_SIZE],
                       char *why, size_t size);

/* Returns the name that the certificate of an https target must have, or ""
 * when that is its host. */
const char *access_server_name(const struct access *self);

#endif /* ACCESS_H */
