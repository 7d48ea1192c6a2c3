/* cli/client.c - a form that is posted to a weir that runs, and its answer */
#include <config.h>

#include "cli/client.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"

/* It is the same whatever does its TLS. */
static const char *const libraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

/* What is used of it. */
struct curl {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_global_cleanup) global_cleanup;
    __typeof__(&curl_easy_init) init;
    __typeof__(&curl_easy_setopt) setopt;
    __typeof__(&curl_easy_perform) perform;
    __typeof__(&curl_easy_getinfo) getinfo;
    __typeof__(&curl_easy_strerror) strerror;
    __typeof__(&curl_easy_cleanup) cleanup;
};

static const struct {
    const char *name;
    size_t offset; /* in struct curl */
} functions[] = {
    {"curl_global_init", offsetof(struct curl, global_init)},
    {"curl_global_cleanup", offsetof(struct curl, global_cleanup)},
    {"curl_easy_init", offsetof(struct curl, init)},
    {"curl_easy_setopt", offsetof(struct curl, setopt)},
    {"curl_easy_perform", offsetof(struct curl, perform)},
    {"curl_easy_getinfo", offsetof(struct curl, getinfo)},
    {"curl_easy_strerror", offsetof(struct curl, strerror)},
    {"curl_easy_cleanup", offsetof(struct curl, cleanup)},
};

static bool
load(struct curl *self)
{
    void *handle = NULL;

    for (size_t i = 0; !handle && i < ARRAY_SIZE(libraries); i++)
        handle = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < ARRAY_SIZE(functions); i++) {
        void *function = dlsym(handle, functions[i].name);
        if (!function)
            return false;
        memcpy((char *)self + functions[i].offset, &function, sizeof(function));
    }
    return handle != NULL;
}

/* Forms -------------------------------------------------------------------- */

static void
write_escaped(FILE *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

    for (; *text; text++)
        (void)fprintf(out, strchr(plain, *text) ? "%c" : "%%%02X",
                      (unsigned char)*text);
}

char *
client_form(const struct client_field fields[])
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    for (size_t i = 0; fields[i].name; i++) {
        (void)fprintf(out, "%s%s=", i ? "&" : "", fields[i].name);
        write_escaped(out, fields[i].value);
    }
    (void)fclose(out);
    return x_or_die(text);
}

/* Replies ------------------------------------------------------------------ */

int
client_reply_add(struct client_reply *self, const void *bytes, size_t size)
{
    if (size > CLIENT_ANSWER_MOST - self->size)
        return -EFBIG;
    if (self->size + size >= self->room) {
        self->room = 2 * self->room + size + 1;
        self->bytes = xrealloc(self->bytes, self->room, 1);
    }
    memcpy(self->bytes + self->size, bytes, size);
    self->size += size;
    self->bytes[self->size] = '\0';
    return 0;
}

void
client_reply_fini(struct client_reply *self)
{
    free(self->bytes);
    *self = (struct client_reply){0};
}

/* Asking ------------------------------------------------------------------- */

/* One exchange. */
struct exchange {
    const struct curl *curl;
    const struct client_place *place;
    int64_t timeout_ns;
    struct client_reply *reply;
    bool too_big;
    char error[CURL_ERROR_SIZE];
};

static size_t
take(char *bytes, size_t size, size_t count, void *arg)
{
    struct exchange *self = arg;

    self->too_big = client_reply_add(self->reply, bytes, size * count) < 0;
    return self->too_big ? 0 : size * count;
}

static int
explain(const struct exchange *self, CURLcode code, long error)
{
    bool refused = error == ECONNREFUSED || error == ENOENT;
    char *why = self->reply->why;
    const char *where =
        self->place->socket ? self->place->socket : self->place->url;

    if (self->too_big) {
        (void)snprintf(why, CLIENT_WHY_SIZE,
                       "the answer of %s is larger than %d MiB: ask for fewer "
                       "series or points",
                       where, CLIENT_ANSWER_MOST >> 20);
        return -EFBIG;
    }
    if (code == CURLE_COULDNT_CONNECT && refused) {
        (void)snprintf(why, CLIENT_WHY_SIZE,
                       "nobody listens at %s: start weir there (weir run), say "
                       "where it is (--url URL, -c FILE)%s",
                       where, self->place->other ? self->place->other : "");
        return -ECONNREFUSED;
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        (void)snprintf(why, CLIENT_WHY_SIZE,
                       "there was no answer from %s within %lld ms; --timeout "
                       "waits longer",
                       where, (long long)(self->timeout_ns / NS_PER_MS));
        return -ETIMEDOUT;
    }
    (void)snprintf(why, CLIENT_WHY_SIZE, "cannot ask %s: %s%s%s", where,
                   *self->error ? self->error : self->curl->strerror(code),
                   error ? ": " : "", error ? strerror((int)error) : "");
    return -EIO;
}

/* It goes where it is told: through no proxy, and not on to elsewhere. */
static void
set_up(struct exchange *self, CURL *easy, const char *url, const char *form)
{
    const struct curl *curl = self->curl;
    long timeout_ms = self->timeout_ns / NS_PER_MS;

    (void)curl->setopt(easy, CURLOPT_URL, url);
    (void)curl->setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl->setopt(easy, CURLOPT_PROXY, "");
    (void)curl->setopt(easy, CURLOPT_UNIX_SOCKET_PATH, self->place->socket);
    (void)curl->setopt(easy, CURLOPT_POSTFIELDS, form);
    (void)curl->setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(form));
    (void)curl->setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    (void)curl->setopt(easy, CURLOPT_USERAGENT, PACKAGE_STRING);
    (void)curl->setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl->setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms ? timeout_ms : 1);
    (void)curl->setopt(easy, CURLOPT_ERRORBUFFER, self->error);
    (void)curl->setopt(easy, CURLOPT_WRITEFUNCTION, take);
    (void)curl->setopt(easy, CURLOPT_WRITEDATA, self);
}

static int
exchange(struct exchange *self, const char *path, const char *form)
{
    const struct curl *curl = self->curl;
    weir_cleanup(weir_free) char *url = NULL;
    CURL *easy = x_or_die(curl->init());
    long status = 0, error = 0;
    int rc = 0;

    if (asprintf(&url, "%s%s", self->place->url, path) < 0)
        (void)x_or_die(NULL);
    set_up(self, easy, url, form);
    CURLcode code = curl->perform(easy);
    (void)curl->getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl->getinfo(easy, CURLINFO_OS_ERRNO, &error);
    self->reply->status = (int)status;
    if (code != CURLE_OK)
        rc = explain(self, code, error);
    curl->cleanup(easy);
    return rc;
}

int
client_post(const struct client_place *place, const char *path,
            const char *form, int64_t timeout_ns, struct client_reply *reply)
{
    struct curl curl;
    struct exchange self = {
        .curl = &curl,
        .place = place,
        .timeout_ns = timeout_ns,
        .reply = reply,
    };

    if (!load(&curl) || curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)snprintf(reply->why, CLIENT_WHY_SIZE,
                       "HTTP needs %s, which is not installed", libraries[0]);
        return -ENOENT;
    }
    int rc = exchange(&self, path, form);
    curl.global_cleanup();
    return rc;
}
