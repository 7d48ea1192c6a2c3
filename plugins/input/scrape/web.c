/* web.c - asking a program for its list of targets; see web.h */
#include <config.h>

#include "web.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "access.h"
#include "base.h"
#include "body.h"

enum { STATUS_OK = 200, CONNECT_MS = 10000 };

struct web {
    struct transfers *transfers;
    struct ending ending;
    CURL *easy;               /* of the request that runs; or NULL */
    struct curl_slist *heads; /* its headers */
    bool (*heard)(void *arg, const char *bytes, size_t size);
    void (*ended)(void *arg, const struct web_end *end);
    void *arg;
    struct body body; /* what came */
    bool too_long;
    char error[CURL_ERROR_SIZE];
};

struct web *
web_new(struct transfers *transfers)
{
    struct web *self = calloc(1, sizeof(*self));

    if (self)
        self->transfers = transfers;
    return self;
}

/* What comes --------------------------------------------------------------- */

static long
status_of(const struct web *self)
{
    long status = 0;

    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t
take(const char *bytes, size_t one, size_t size, void *arg)
{
    struct web *self = arg;

    (void)one;
    if (self->heard && status_of(self) == STATUS_OK)
        return self->heard(self->arg, bytes, size) ? size : 0;
    int rc = body_add(&self->body, bytes, size, WEB_ANSWER_MOST);
    self->too_long = rc == -EMSGSIZE;
    return rc < 0 ? 0 : size;
}

/* How it ends -------------------------------------------------------------- */

static void
drop(struct web *self)
{
    curl_easy_cleanup(self->easy);
    curl_slist_free_all(self->heads);
    self->easy = NULL;
    self->heads = NULL;
}

static void
stop(struct web *self)
{
    if (self->easy)
        (void)curl_multi_remove_handle(self->transfers->multi, self->easy);
    drop(self);
}

static void
finish(struct ending *ending, CURLcode code)
{
    struct web *self =
        (struct web *)(void *)((char *)ending - offsetof(struct web, ending));
    weir_cleanup(body_fini) struct body body = self->body;
    struct web_end end = {.status = status_of(self),
                          .text = body.text ? body.text : "",
                          .size = body.size};
    char why[WEB_WHY_SIZE] = "";

    if (code != CURLE_OK) {
        end.rc = code == CURLE_OPERATION_TIMEDOUT ? -ETIMEDOUT : -EPROTO;
        (void)snprintf(why, sizeof(why), "%s",
                       self->too_long ? "its answer is longer than 64 MiB"
                       : *self->error ? self->error
                                      : curl_easy_strerror(code));
    } else if (end.status != STATUS_OK) {
        end.rc = -EPROTO;
        (void)snprintf(why, sizeof(why), "it answered with status %ld",
                       end.status);
    }
    end.why = why;
    stop(self);
    self->body = (struct body){0};
    self->ended(self->arg, &end);
}

/* Asking ------------------------------------------------------------------- */

static void
set_options(struct web *self, const struct web_request *request)
{
    CURL *easy = self->easy;

    transfers_prepare(easy);
    (void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                           (long)(request->timeout_ns / NS_PER_MS));
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->heads);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->error);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, &self->ending);
    if (*request->socket_path)
        (void)curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
                               request->socket_path);
    if (*request->ca_path)
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_path);
}

static int
prepare(struct web *self, const struct web_request *request,
        char why[WEB_WHY_SIZE])
{
    const struct access access = {
        .user = "", .password_file = "", .token_file = request->token_file};

    self->easy = curl_easy_init();
    self->heads = curl_slist_append(NULL, "Accept: application/json");
    if (!self->easy || !self->heads) {
        (void)snprintf(why, WEB_WHY_SIZE, "there is no memory for a request");
        return -ENOMEM;
    }
    set_options(self, request);
    return access_renew(&access, self->easy, why, WEB_WHY_SIZE);
}

int
web_ask(struct web *self, const struct web_request *request,
        char why[WEB_WHY_SIZE])
{
    self->heard = request->heard;
    self->ended = request->ended;
    self->arg = request->arg;
    self->ending.ended = finish;
    self->body.size = 0;
    self->too_long = false;
    self->error[0] = '\0';
    int rc = prepare(self, request, why);
    if (rc < 0) {
        drop(self);
        return rc;
    }
    (void)curl_multi_add_handle(self->transfers->multi, self->easy);
    return 0;
}

bool
web_is_busy(const struct web *self)
{
    return self->easy != NULL;
}

void
web_destroy(struct web **self_p)
{
    struct web *self = weir_take(*self_p);

    if (!self)
        return;
    stop(self);
    body_fini(&self->body);
    free(self);
}
