/* access.c - what a target wants to see before it answers; see access.h */
#include <config.h>

#include "access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <weir/cleanup.h>
#include <weir/text.h>

const struct weir_option access_tls_options[] = {
    WEIR_PATH(
        struct access_tls, ca, "",
        "File of the authorities that are trusted; the system's if empty."),
    WEIR_PATH(struct access_tls, cert, "", "File of our certificate."),
    WEIR_PATH(struct access_tls, key, "", "File of its key."),
    WEIR_TEXT(struct access_tls, server_name, "",
              "Name in the target's certificate; its host if empty."),
    WEIR_BOOLEAN(struct access_tls, insecure_skip_verify, "false",
                 "Take any certificate."),
    {0},
};

static const char host_bytes[] = "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789.-_";

int
access_judge_tls(const void *item, char *why, size_t size)
{
    const struct access_tls *self = item;
    const char *name = self->server_name;
    bool has_cert = *self->cert != '\0';

    if (has_cert != (*self->key != '\0'))
        (void)snprintf(why, size, "there is a %s without a %s; set both",
                       has_cert ? "cert" : "key", has_cert ? "key" : "cert");
    else if (name[strspn(name, host_bytes)])
        (void)snprintf(why, size, "\"%.80s\" cannot be a server_name", name);
    else
        return 0;
    return -EINVAL;
}

const char *
access_fault(const struct access *self)
{
    if (*self->password_file && !*self->user)
        return "there is a basic_auth_password_file without a "
               "basic_auth_user; set it";
    if (*self->user && *self->token_file)
        return "there is a basic_auth_user and a bearer_token_file; remove one";
    if (strpbrk(self->user, ":\r\n"))
        return "a basic_auth_user cannot have a ':' or a line's end in it";
    if (self->tls->count > 1)
        return "there are two tls blocks; remove one";
    return NULL;
}

/* Files ----------------------------------------------------------------------
 */

/* Nothing but a plain file is read: a pipe would hold the thread. */
static ssize_t
read_plain(const char *path, char text[ACCESS_SECRET_SIZE])
{
    weir_cleanup(weir_close) int fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat stat;

    if (fd < 0 || fstat(fd, &stat) < 0)
        return -errno;
    if (!S_ISREG(stat.st_mode))
        return -ENOTSUP;
    return weir_read_fd(fd, text, ACCESS_SECRET_SIZE);
}

int
access_read_secret(const char *path, char text[ACCESS_SECRET_SIZE], char *why,
                   size_t size)
{
    ssize_t length = read_plain(path, text);

    if (length < 0) {
        (void)snprintf(why, size, "cannot read %s", path);
        return (int)length;
    }
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        text[--length] = '\0';
    for (ssize_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            (void)snprintf(why, size,
                           "%s has a line's end or another control character "
                           "in its midst",
                           path);
            return -EINVAL;
        }
    return 0;
}

static int
renew_one(const char *path, CURL *easy, CURLoption option, char *why,
          size_t size)
{
    char text[ACCESS_SECRET_SIZE] = "";

    int rc = *path ? access_read_secret(path, text, why, size) : 0;
    if (rc == 0 && curl_easy_setopt(easy, option, text) != CURLE_OK) {
        (void)snprintf(why, size, "there is no memory for what is in %s", path);
        rc = -ENOMEM;
    }
    explicit_bzero(text, sizeof(text));
    return rc;
}

/* libcurl does not send either to another host when it is redirected. */
int
access_renew(const struct access *self, CURL *easy, char *why, size_t size)
{
    if (*self->token_file) {
        (void)curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        return renew_one(self->token_file, easy, CURLOPT_XOAUTH2_BEARER, why,
                         size);
    }
    if (*self->user) {
        (void)curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        (void)curl_easy_setopt(easy, CURLOPT_USERNAME, self->user);
        return renew_one(self->password_file, easy, CURLOPT_PASSWORD, why,
                         size);
    }
    return 0;
}

/* https ----------------------------------------------------------------------
 */

static const struct access_tls *
tls_of(const struct access *self)
{
    return self->tls->count ? self->tls->items : NULL;
}

/* The authorities are read anew with each connection: they may change. */
static int
trust(const struct access_tls *tls, CURL *easy)
{
    if (tls->insecure_skip_verify) {
        (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!*tls->ca)
        return 0;
#if LIBCURL_VERSION_NUM >= 0x075700
    (void)curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
#endif
    (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    return curl_easy_setopt(easy, CURLOPT_CAINFO, tls->ca) ? -ENOMEM : 0;
}

int
access_prepare(const struct access *self, CURL *easy)
{
    const struct access_tls *tls = tls_of(self);

    (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                           (long)CURL_SSLVERSION_TLSv1_2);
    if (!tls)
        return 0;
    int rc = trust(tls, easy);
    if (rc == 0 && *tls->cert &&
        (curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->cert) ||
         curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->key)))
        rc = -ENOMEM;
    return rc;
}

const char *
access_server_name(const struct access *self)
{
    const struct access_tls *tls = tls_of(self);

    return tls ? tls->server_name : "";
}
