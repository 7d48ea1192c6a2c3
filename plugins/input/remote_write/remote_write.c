/* remote_write.c - input: what a Prometheus, or an agent of its kind, writes
 *
 * Takes the requests of remote write 1.0 and 2.0.  One is answered when all its
 * samples are durable; what can never be stored is told, and the rest of its
 * request is stored all the same.
 */
#include <config.h>

#include "remote_write.h"

#include <errno.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

static const struct weir_option options[] = {
    WEIR_TEXT(struct remote_write, path, "/api/v1/write",
              "Where it is mounted."),
    WEIR_SIZE(struct remote_write, max_size, "32M",
              "Most bytes of a request, unpacked."),
    {0},
};

/* Answers -------------------------------------------------------------------
 */

static void
say(struct weir_request **request_p, int status, const char *why)
{
    char line[WHY_SIZE + 64];
    int length = snprintf(line, sizeof(line), "%s\n", why);

    weir_answer(request_p, status, "text/plain; charset=utf-8", line,
                (size_t)length < sizeof(line) ? (size_t)length
                                              : sizeof(line) - 1);
}

/* To be sent again; nobody needs to hurry. */
static void
say_again(struct weir_request **request_p, const char *why)
{
    weir_answer_head(*request_p, "Retry-After", "5");
    say(request_p, 503, why);
}

static void
push_destroy(struct push **self_p)
{
    struct push *self = weir_take(*self_p);

    if (!self)
        return;
    weir_batch_destroy(&self->batch);
    free(self);
}

/* Version 2.0 wants to know what was written. */
static void
add_heads(struct push *self)
{
    char count[32];

    if (self->version != MESSAGE_2)
        return;
    (void)snprintf(count, sizeof(count), "%zu", self->samples);
    weir_answer_head(self->request, "X-Prometheus-Remote-Write-Samples-Written",
                     count);
    weir_answer_head(self->request,
                     "X-Prometheus-Remote-Write-Histograms-Written", "0");
    weir_answer_head(self->request,
                     "X-Prometheus-Remote-Write-Exemplars-Written", "0");
}

/* A weir_stored for 'arg', a push. */
static void
stored(void *instance, void *arg, int rc, const char *why)
{
    weir_cleanup(push_destroy) struct push *self = arg;
    char text[WHY_SIZE + 64];

    (void)instance;
    if (rc == -EAGAIN || rc == -ECANCELED) {
        say_again(&self->request, why ? why : "there is no room now");
        return;
    }
    add_heads(self);
    if (rc < 0) {
        say(&self->request, 400, why ? why : "a limit of the store refused it");
    } else if (self->why[0]) {
        (void)snprintf(text, sizeof(text), "%zu samples refused: %s",
                       self->refused, self->why);
        say(&self->request, 400, text);
    } else {
        weir_answer(&self->request, 204, NULL, "", 0);
    }
}

/* Requests ------------------------------------------------------------------
 */

/* Reads which version a content type means.  Returns 0, or -EINVAL. */
static int
read_version(const char *type, enum message_version *ret_version)
{
    static const char media[] = "application/x-protobuf";
    static const char second[] = "io.prometheus.write.v2.Request";
    static const char first[] = "prometheus.WriteRequest";

    *ret_version = MESSAGE_1;
    if (!type || !*type)
        return 0;
    if (strncasecmp(type, media, sizeof(media) - 1) != 0)
        return -EINVAL;
    const char *proto = strstr(type, "proto=");
    if (!proto)
        return 0;
    proto += strlen("proto=");
    proto += *proto == '"';
    if (strncmp(proto, second, sizeof(second) - 1) == 0)
        *ret_version = MESSAGE_2;
    else if (strncmp(proto, first, sizeof(first) - 1) != 0)
        return -EINVAL;
    return 0;
}

/* Unpacks the body into the instance's memory.  Returns 0, -EBADMSG, or
 * -E2BIG. */
static int
unpack(struct remote_write *self, const char *body, size_t size,
       size_t *ret_size)
{
    size_t plain = 0;

    if (snappy_uncompressed_length(body, size, &plain) != SNAPPY_OK)
        return -EBADMSG;
    if (self->max_size.bytes && plain > self->max_size.bytes)
        return -E2BIG;
    if (plain > self->plain_room || !self->plain) {
        free(self->plain);
        self->plain_room = plain + 1;
        self->plain = malloc(self->plain_room);
        if (!self->plain)
            abort();
    }
    *ret_size = self->plain_room;
    return snappy_uncompress(body, size, self->plain, ret_size) == SNAPPY_OK
               ? 0
               : -EBADMSG;
}

static int64_t
wall_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return ((int64_t)now.tv_sec * NS_PER_S + now.tv_nsec) / NS_PER_MS *
           NS_PER_MS;
}

/* Reads the unpacked body and sends it off; takes the request. */
static void
push(struct remote_write *self, struct weir_request *request,
     enum message_version version, size_t size)
{
    weir_cleanup(push_destroy) struct push *made = calloc(1, sizeof(*made));

    if (!made)
        abort();
    made->owner = self;
    made->request = request;
    made->version = version;
    made->batch = weir_batch_begin(self->source, wall_ns());
    int rc = push_read(made, self->plain, size);
    if (rc < 0) {
        say(&made->request, 400,
            rc == -E2BIG ? "the request has too many samples or symbols"
                         : "the body is no write request");
        return;
    }
    struct weir_batch *batch = weir_take(made->batch);
    rc = weir_batch_end(&batch, stored, made);
    if (rc < 0)
        say_again(&made->request, "there is no room now");
    else
        made = NULL;
}

static void
written(void *instance, struct weir_request *request)
{
    struct remote_write *self = instance;
    const char *coding = weir_request_head(request, "Content-Encoding");
    enum message_version version = MESSAGE_1;
    size_t size = 0;

    if (read_version(weir_request_head(request, "Content-Type"), &version) <
            0 ||
        (coding && strcasecmp(coding, "snappy") != 0)) {
        say(&request, 415,
            "write requests are application/x-protobuf, of remote write 1.0 "
            "or 2.0, in snappy");
        return;
    }
    const char *body = weir_request_body(request, &size);
    int rc = unpack(self, body, size, &size);
    if (rc == -E2BIG)
        say(&request, 413, "the request is larger than max_size, unpacked");
    else if (rc < 0)
        say(&request, 400, "snappy: corrupt input");
    else
        push(self, request, version, size);
}

/* The plugin ----------------------------------------------------------------
 */

static int
remote_write_check(void *instance)
{
    const struct remote_write *self = instance;

    if (*self->path != '/')
        return weir_fail(instance, -EINVAL, "path must begin with /");
    return 0;
}

static int
remote_write_open(void *instance)
{
    /* Who writes says himself which instance and job a series is of. */
    static const struct weir_label none[] = {
        {"instance", ""}, {"job", ""}, {0}};
    struct remote_write *self = instance;

    self->source = weir_source_new(self, weir_instance_name(self), none);
    return weir_route(self, "POST", self->path, written);
}

static void
remote_write_close(void *instance)
{
    struct remote_write *self = instance;

    weir_source_destroy(&self->source);
    families_fini(&self->families);
    message_fini(&self->message);
    message_labels_fini(&self->labels);
    free(self->plain);
    self->plain = NULL;
    self->plain_room = 0;
}

WEIR_INPUT(remote_write) = {
    .help = "What a Prometheus writes: remote write 1.0 and 2.0.",
    .instance_size = sizeof(struct remote_write),
    .options = options,
    .check = remote_write_check,
    .open = remote_write_open,
    .close = remote_write_close,
};
