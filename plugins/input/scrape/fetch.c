/* fetch.c - HTTP with libcurl
 *
 * No target waits for another: names are looked up on libcurl's own threads,
 * and what a target sends is taken as it comes, up to a limit.
 */
#include <config.h>

#include "scraper.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base.h"
#include "clock.h"

enum {
    ROOM_LEAST = 16384,
    HEADS_MOST = 65536, /* bytes of all headers of an answer */
    REDIRECTS_MOST = 10,
};

static const char too_long_heads[] = "its headers are longer than 64 KiB";
static const char badly_packed[] = "it is packed other than once with gzip";
static const char too_long_body[] = "it sent more than max_body";
static const char no_memory[] = "there is no memory for its answer";

/* What comes --------------------------------------------------------------- */

/* Of libcurl, with what is unpacked already. */
static size_t
take_body(char *bytes, size_t one, size_t size, void *arg)
{
    struct target *target = arg;

    (void)one;
    int rc =
        body_add(&target->body, bytes, size, target->owner->max_body.bytes);
    if (rc < 0)
        target->refusal = rc == -EMSGSIZE ? too_long_body : no_memory;
    return rc < 0 ? 0 : size;
}

/* Returns what is behind 'name' and a ':' in a header, without blanks and with
 * its '*ret_size', or NULL when it is another header. */
static const char *
value_of(const char *head, size_t size, const char *name, size_t *ret_size)
{
    size_t length = strlen(name);

    if (size <= length || head[length] != ':' ||
        strncasecmp(head, name, length) != 0)
        return NULL;
    const char *value = head + length + 1;
    const char *end = head + size;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;
    *ret_size = (size_t)(end - value);
    return value;
}

/* libcurl unpacks several layers, of many kinds.  Of these the inner ones can
 * grow beyond all limits before a byte of the body comes out, so that only one
 * of gzip is taken. */
static bool
is_packed_well(struct target *target, const char *head, size_t size)
{
    static const struct {
        const char *name, *value;
        bool packs;
    } known[] = {
        {"Content-Encoding", "", false},
        {"Content-Encoding", "identity", false},
        {"Content-Encoding", "gzip", true},
        {"Content-Encoding", "x-gzip", true},
        {"Transfer-Encoding", "chunked", false},
        {"Transfer-Encoding", "identity", false},
    };
    bool named = false;

    for (size_t i = 0; i < WEIR_COUNT(known); i++) {
        size_t length = 0;
        const char *value = value_of(head, size, known[i].name, &length);
        named |= value != NULL;
        if (!value || length != strlen(known[i].value) ||
            strncasecmp(value, known[i].value, length) != 0)
            continue;
        bool again = known[i].packs && target->packed;
        target->packed |= known[i].packs;
        return !again;
    }
    return !named;
}

static size_t
take_head(const char *bytes, size_t one, size_t size, void *arg)
{
    static const char first[] = "HTTP/";
    struct target *target = arg;

    (void)one;
    /* After a redirect comes another answer. */
    if (size > strlen(first) && memcmp(bytes, first, strlen(first)) == 0)
        target->packed = false;
    target->head_size += size;
    if (target->head_size > HEADS_MOST)
        target->refusal = too_long_heads;
    else if (!is_packed_well(target, bytes, size))
        target->refusal = badly_packed;
    return target->refusal ? 0 : size;
}

/* How it ended ------------------------------------------------------------- */

static int
errno_of(CURLcode code)
{
    static const struct {
        CURLcode code;
        int rc;
    } known[] = {
        {CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT},
        {CURLE_WRITE_ERROR, -EMSGSIZE},
        {CURLE_COULDNT_CONNECT, -ECONNREFUSED},
        {CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH},
        {CURLE_TOO_MANY_REDIRECTS, -ELOOP},
        {CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED},
        {CURLE_SSL_CACERT_BADFILE, -ENOKEY},
        {CURLE_SSL_CERTPROBLEM, -ENOKEY},
    };

    for (size_t i = 0; i < WEIR_COUNT(known); i++)
        if (known[i].code == code)
            return known[i].rc;
    return -EPROTO;
}

/* Who is refused for want of a certificate hears of it after the connection is
 * made, and libcurl then tells only that it is gone. */
static const char *
text_of(const struct target *target, CURLcode code)
{
    static const char gone[] = "getpeername() failed";
    const char *error = target->error;

    return *error && strncmp(error, gone, strlen(gone)) != 0
               ? error
               : curl_easy_strerror(code);
}

static void
finish(struct ending *ending, CURLcode code)
{
    struct target *target =
        (struct target *)(void *)((char *)ending -
                                  offsetof(struct target, ending));
    long status = 0;

    (void)curl_easy_getinfo(target->easy, CURLINFO_RESPONSE_CODE, &status);
    fetch_stop(target);
    if (target->refusal) {
        target->reason = target->refusal;
        scrape_failed(target, -EMSGSIZE, target->refusal);
    } else if (code != CURLE_OK) {
        target->reason = curl_easy_strerror(code);
        scrape_failed(target, errno_of(code), text_of(target, code));
    } else if (status != 200) {
        (void)snprintf(target->status, sizeof(target->status),
                       "it answered with status %ld", status % 1000);
        target->reason = target->status;
        scrape_failed(target, -EPROTO, target->status);
    } else {
        scrape_took(target);
    }
    body_fini(&target->body);
}

bool
target_answers(const struct target *self, const char *media)
{
    const char *type = NULL;
    size_t length = strlen(media);

    (void)curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
    return type && strncasecmp(type, media, length) == 0 &&
           (!type[length] || strchr("; \t", type[length]));
}

/* Beginning and end -------------------------------------------------------- */

static int
make_heads(struct scraper *self)
{
    char within[96];

    (void)snprintf(within, sizeof(within),
                   "X-Prometheus-Scrape-Timeout-Seconds: %g",
                   (double)weir_timeout_ns(self) / (double)NS_PER_S);
    self->heads = curl_slist_append(NULL, self->format->accept);
    return self->heads && curl_slist_append(self->heads, within) ? 0 : -ENOMEM;
}

int
fetch_open(struct scraper *self)
{
    int rc = transfers_open(&self->transfers);

    if (rc == 0 && make_heads(self) < 0)
        rc = weir_fail(self, -ENOMEM, "libcurl does not start");
    return rc;
}

void
fetch_close(struct scraper *self)
{
    transfers_close(&self->transfers);
    curl_slist_free_all(self->heads);
    self->heads = NULL;
}

static void
set_limits(const struct target *target)
{
    long timeout_ms = (long)(weir_timeout_ns(target->owner) / NS_PER_MS);
    CURL *easy = target->easy;

    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                           timeout_ms ? timeout_ms : 1);
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MOST);
}

/* Credentials, whom to trust, and under which name to ask. */
static int
set_access(struct target *target)
{
    const struct scraper *owner = target->owner;
    const char *name = access_server_name(&owner->access);

    int rc = access_prepare(&owner->access, target->easy);
    if (rc < 0 || !*name || strncmp(target->place.url, "https:", 6) != 0)
        return rc;
    return alias_set(&target->alias, target->easy, target->place.url, name,
                     owner->heads);
}

int
fetch_prepare(struct target *target)
{
    CURL *easy = target->easy = curl_easy_init();

    if (!easy)
        return -ENOMEM;
    target->ending.ended = finish;
    transfers_prepare(easy);
    set_limits(target);
    (void)curl_easy_setopt(easy, CURLOPT_URL, target->place.url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, target->owner->heads);
    (void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, target->error);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, target);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, target);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, &target->ending);
    return set_access(target);
}

void
fetch_start(struct target *target)
{
    target->body.size = 0;
    target->head_size = 0;
    target->packed = false;
    target->refusal = target->reason = NULL;
    target->error[0] = '\0';
    target->begun_ns = clock_wall_ns() / NS_PER_MS * NS_PER_MS;
    target->started_ns = clock_now_ns();
    int rc = access_renew(&target->owner->access, target->easy, target->error,
                          sizeof(target->error));
    if (rc < 0) {
        target->reason = "its password or token cannot be read";
        scrape_failed(target, rc, target->error);
        return;
    }
    target->running = true;
    (void)curl_multi_add_handle(target->owner->transfers.multi, target->easy);
}

void
fetch_stop(struct target *target)
{
    if (target->running)
        (void)curl_multi_remove_handle(target->owner->transfers.multi,
                                       target->easy);
    target->running = false;
}
