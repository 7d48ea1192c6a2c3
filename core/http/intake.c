/* intake.c - head and body, made into a request */
#include <config.h>

#include "http/intake.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include <weir/cleanup.h>

#include "base.h"
#include "http/gzip.h"
#include "http/origin.h"

const struct intake_refusal intake_too_big = {
    413, "the body is larger than the limit max_body\n"};

static const struct intake_refusal too_many = {
    503, "the requests that are being sent are too large together, try "
         "again\n"};
static const struct intake_refusal damaged = {400,
                                              "the body can not be unpacked\n"};
static const struct intake_refusal malformed = {
    400, "the path, query or form has a bad escape or too many parameters\n"};
static const struct intake_refusal foreign = {
    403, "this request comes from a page of another origin, or by a name that "
         "is not this host's\n"};

static void
drop_body(struct intake *self, const struct intake_refusal *refusal)
{
    free(self->body);
    self->body = NULL;
    self->size = self->room = 0;
    share_end(&self->share);
    self->refusal = refusal;
}

/* Says whether 'size' bytes more fit, and makes room for them. */
static bool
make_room(struct intake *self, size_t size, const struct server *server)
{
    size_t room = self->size + size + 1;

    if (room <= self->room)
        return true;
    if (room < 2 * self->size)
        room = 2 * self->size;
    if (!self->share.of)
        share_begin(&self->share, server->bodies);
    if (!share_cover(&self->share, room))
        return false;
    self->room = room;
    self->body = xrealloc(self->body, room, 1);
    return true;
}

void
intake_add(struct intake *self, const char *bytes, size_t size,
           const struct server *server)
{
    if (self->refusal)
        return;
    if (size > server->settings.body_most_bytes - self->size) {
        drop_body(self, &intake_too_big);
        return;
    }
    if (!make_room(self, size, server)) {
        drop_body(self, &too_many);
        return;
    }
    memcpy(self->body + self->size, bytes, size);
    self->size += size;
    self->body[self->size] = '\0';
}

static const char *
get_head(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Unpacks what was sent as gzip or zlib; other codings are the handler's. */
static const struct intake_refusal *
unpack(struct intake *self, const char *coding, uint64_t most)
{
    static const char *const known[] = {"gzip", "x-gzip", "deflate"};
    char *bytes = NULL;
    bool packed = false;

    for (size_t i = 0; coding && i < ARRAY_SIZE(known); i++)
        packed |= strcasecmp(coding, known[i]) == 0;
    if (!packed || !self->body)
        return NULL;

    int rc = gzip_unpack(self->body, self->size, most, &bytes, &self->size);
    if (rc < 0)
        return rc == -EMSGSIZE ? &intake_too_big : &damaged;
    free(self->body);
    self->body = bytes;
    self->room = self->size;
    return share_cover(&self->share, self->size) ? NULL : &too_many;
}

/* Says whether there is a route for the request of which 'is' says so. */
static bool
meets_route(const struct intake *self, struct server *server,
            bool (*is)(const struct route *route))
{
    weir_cleanup(weir_free) char *path =
        x_or_die(strndup(self->target, strcspn(self->target, "?")));

    (void)pthread_mutex_lock(&server->lock);
    const struct route *route =
        routes_find(&server->routes, self->method, path);
    bool meets = route && is(route);
    (void)pthread_mutex_unlock(&server->lock);
    return meets;
}

/* A page of somebody else may not write through its visitor's browser. */
static bool
is_foreign(const struct intake *self, struct MHD_Connection *connection,
           struct server *server)
{
    const char *host = get_head(connection, "Host");

    if (strcmp(self->method, "GET") == 0 || strcmp(self->method, "HEAD") == 0 ||
        strcmp(self->method, "OPTIONS") == 0 ||
        strcmp(self->peer, "control") == 0)
        return false;
    return (!origin_host_is_own(host, server->own_name) ||
            !origin_is_own(get_head(connection, "Origin"), host)) &&
           !meets_route(self, server, route_reads);
}

static enum MHD_Result
add_head(void *arg, enum MHD_ValueKind kind, const char *name,
         const char *value)
{
    (void)kind;
    request_add_head(arg, name, value ? value : "");
    return MHD_YES;
}

static void
wake(void *arg, struct weir_request *request)
{
    if (request != server_hands_over)
        server_wake(arg);
}

const struct intake_refusal *
intake_finish(struct intake *self, struct MHD_Connection *connection,
              struct server *server, struct weir_request **ret_request)
{
    if (self->refusal)
        return self->refusal;
    if (is_foreign(self, connection, server))
        return &foreign;
    const struct intake_refusal *refusal =
        unpack(self, get_head(connection, "Content-Encoding"),
               server->settings.body_most_bytes);
    if (refusal)
        return refusal;

    struct weir_request *request =
        request_new(self->method, self->target, wake, server);
    request_set_peer(request, self->peer);
    request_set_room(request, server->answers);
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_head,
                                    request);
    if (self->body && !meets_route(self, server, route_takes_forms))
        request_refuse_form(request);
    if (self->body)
        request_take_body(request, &self->body, self->size);
    if (*self->target != '/' || request_parse(request) < 0) {
        request_destroy(&request);
        return &malformed;
    }
    *ret_request = request;
    return NULL;
}

void
intake_fini(struct intake *self)
{
    free(self->target);
    free(self->body);
    share_end(&self->share);
    *self = (struct intake){0};
}
