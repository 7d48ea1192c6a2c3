/* caller.c - questions to InfluxDB, by libcurl; see caller.h */
#include <config.h>

#include "caller.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weir/cleanup.h>

#include "../../input/scrape/curlfree.h"
#include "base.h"
#include "clock.h"
#include "influxdb.h"

enum { CONNECT_MS = 5000, BODY_MOST = 4096, STATUS_OK = 200 };

/* One question under way. */
struct call {
    struct influxdb *influxdb;
    const struct caller_wish *wish;
    CURL *easy;
    struct curl_slist *heads;
    struct body refusal;         /* the answer's body when it is none */
    int rc;                      /* why the transfer was stopped; or 0 */
    char error[CURL_ERROR_SIZE]; /* libcurl's words */
};

void
callers_open(struct influxdb *self, char *url)
{
    (void)pthread_mutex_init(&self->callers.lock, NULL);
    self->callers.count = 0;
    self->callers.url = url;
}

void
callers_close(struct influxdb *self)
{
    struct callers *callers = &self->callers;

    if (!callers->url)
        return;
    while (callers->count > 0)
        curl_easy_cleanup(callers->idle[--callers->count]);
    free(callers->url);
    callers->url = NULL;
    (void)pthread_mutex_destroy(&callers->lock);
}

/* Handles ------------------------------------------------------------------ */

static CURL *
take_handle(struct callers *self)
{
    CURL *easy = NULL;

    (void)pthread_mutex_lock(&self->lock);
    if (self->count > 0)
        easy = self->idle[--self->count];
    (void)pthread_mutex_unlock(&self->lock);
    return easy ? easy : x_or_die(curl_easy_init());
}

/* Its connection stays, all else is set anew. */
static void
keep_handle(struct callers *self, CURL *easy)
{
    curl_easy_reset(easy);
    (void)pthread_mutex_lock(&self->lock);
    if (self->count < CALLERS_KEPT)
        self->idle[self->count++] = weir_take(easy);
    (void)pthread_mutex_unlock(&self->lock);
    curl_easy_cleanup(easy);
}

/* While it comes ----------------------------------------------------------- */

static size_t
hear_bytes(const char *bytes, size_t one, size_t size, void *arg)
{
    struct call *self = arg;
    long status = 0;

    (void)one;
    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != STATUS_OK) {
        (void)body_add(&self->refusal, bytes, size, BODY_MOST);
        return size;
    }
    self->rc = reply_take(self->wish->reply, bytes, size);
    return self->rc < 0 ? 0 : size;
}

/* Comes about once a second when nothing else does. */
static int
look(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct call *self = arg;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    if (self->rc == 0)
        self->rc = weir_sink_wanted(self->wish->sink);
    return self->rc < 0;
}

/* How it is asked ---------------------------------------------------------- */

/* libcurl's options are those of one transfer, which ends at the deadline. */
static void
set_limits(struct call *self)
{
    int64_t deadline_ns = self->wish->what->bounds.deadline_ns;
    int64_t left_ms = self->influxdb->timeout.ns / NS_PER_MS;

    if (deadline_ns)
        left_ms = (deadline_ns - clock_now_ns()) / NS_PER_MS;
    if (left_ms < 1)
        left_ms = 1;
    (void)curl_easy_setopt(self->easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
    (void)curl_easy_setopt(self->easy, CURLOPT_CONNECTTIMEOUT_MS,
                           left_ms < CONNECT_MS ? (long)left_ms
                                                : (long)CONNECT_MS);
}

static void
set_ears(struct call *self)
{
    CURL *easy = self->easy;

    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->error);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear_bytes);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, self);
    (void)curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look);
    (void)curl_easy_setopt(easy, CURLOPT_XFERINFODATA, self);
}

static int
set_body(struct call *self)
{
    weir_cleanup(curlfree_text) char *query =
        x_or_die(curl_easy_escape(self->easy, self->wish->query, 0));
    weir_cleanup(weir_free) char *body = NULL;

    if (asprintf(&body, "q=%s", query) < 0)
        return -ENOMEM;
    return curl_easy_setopt(self->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)strlen(body)) ||
                   curl_easy_setopt(self->easy, CURLOPT_COPYPOSTFIELDS, body)
               ? -ENOMEM
               : 0;
}

static int
set_heads(struct call *self)
{
    int rc = client_add_head(&self->heads, "Accept: application/x-msgpack");

    if (rc == 0)
        rc = client_add_head(&self->heads, "Expect:");
    if (rc == 0)
        rc = client_add_token(self->influxdb, &self->heads, self->error);
    (void)curl_easy_setopt(self->easy, CURLOPT_HTTPHEADER, self->heads);
    return rc;
}

static int
prepare(struct call *self)
{
    const struct access *access = &self->influxdb->client.access;

    transfers_prepare(self->easy);
    (void)curl_easy_setopt(self->easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(self->easy, CURLOPT_URL,
                           self->influxdb->callers.url);
    set_limits(self);
    set_ears(self);
    int rc = set_body(self);
    if (rc == 0)
        rc = set_heads(self);
    if (rc == 0)
        rc = access_prepare(access, self->easy);
    return rc < 0 ? rc
                  : access_renew(access, self->easy, self->error,
                                 sizeof(self->error));
}

/* How it ends -------------------------------------------------------------- */

static int
fail(const struct call *self, int rc, const char *why)
{
    return weir_sink_fail(self->wish->sink, rc, "InfluxDB at %s: %s",
                          self->influxdb->url, why);
}

static int
end_stopped(const struct call *self)
{
    static const char none[] = "database not found";
    const char *why = reply_why(self->wish->reply);

    if (self->rc == -EREMOTEIO && strncmp(why, none, sizeof(none) - 1) == 0)
        return -ENOENT;
    if (self->rc == -EREMOTEIO)
        return fail(self, self->rc, why);
    if (self->rc == -EBADMSG)
        return fail(self, self->rc,
                    "this is no answer of an InfluxDB 1.x or 2.x");
    return self->rc;
}

static const struct {
    CURLcode code;
    int rc;
} failures[] = {
    {CURLE_COULDNT_CONNECT, -ENOTCONN},
    {CURLE_COULDNT_RESOLVE_HOST, -ENOTCONN},
    {CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT},
    {CURLE_OUT_OF_MEMORY, -ENOMEM},
};

static int
end_failed(const struct call *self, CURLcode code)
{
    int rc = -ECONNRESET;

    for (size_t i = 0; i < WEIR_COUNT(failures); i++)
        if (failures[i].code == code)
            rc = failures[i].rc;
    return fail(self, rc,
                *self->error ? self->error : curl_easy_strerror(code));
}

/* InfluxDB 1.x tells why as it was asked to, others in JSON, or in no way. */
static int
end_refused(const struct call *self, long status)
{
    struct reply *reply = self->wish->reply;
    const struct body *body = &self->refusal;
    const char *text = body->text ? body->text : "";
    int rc = status == 401 || status == 403 ? -EACCES : -EREMOTEIO;
    struct outcome outcome = {0};

    if (reply_take(reply, text, body->size) == -EREMOTEIO)
        return fail(self, rc, reply_why(reply));
    outcome_read_query(status, text, body->size, &outcome);
    return fail(self, rc, outcome.why);
}

static int
end(const struct call *self, CURLcode code)
{
    long status = 0;

    if (self->rc < 0)
        return end_stopped(self);
    if (code != CURLE_OK)
        return end_failed(self, code);
    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != STATUS_OK)
        return end_refused(self, status);
    return reply_end(self->wish->reply) < 0
               ? fail(self, -EBADMSG, "its answer ends too early")
               : 0;
}

int
callers_ask(struct influxdb *self, const struct caller_wish *wish)
{
    struct call call = {
        .influxdb = self, .wish = wish, .easy = take_handle(&self->callers)};

    int rc = prepare(&call);
    if (rc == 0)
        rc = end(&call, curl_easy_perform(call.easy));
    else
        rc = fail(&call, rc, *call.error ? call.error : strerror(-rc));
    keep_handle(&self->callers, call.easy);
    curl_slist_free_all(call.heads);
    body_fini(&call.refusal);
    return rc;
}
