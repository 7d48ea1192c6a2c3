/* harness_request.c - the harness' HTTP side: a request to a route, and its
 * answer
 */
#include <config.h>

#include <errno.h>
#include <string.h>

#include "base.h"
#include "clock.h"
#include "harness_inner.h"

static const int64_t answer_ns = 10 * NS_PER_S; /* how long it may take */

static void
do_nothing(void *arg)
{
    (void)arg;
}

static void
wake(void *arg, struct weir_request *request)
{
    struct weir_harness *self = arg;

    (void)request;
    stage_post(instance_stage(self->instance), do_nothing, NULL);
}

/* Reads what there is of the answer.  Returns whether it has ended. */
static bool
read_answer(struct weir_request *request, FILE *body, int *ret_status)
{
    struct request_answer answer;
    enum request_state state = request_answer(request, &answer);
    char bytes[4096];
    ssize_t got = 0;

    if (state == REQUEST_OPEN)
        return false;
    *ret_status = answer.status;
    if (answer.whole) {
        (void)fwrite(answer.bytes ? answer.bytes : "", 1, answer.size, body);
        return true;
    }
    while ((got = request_read(request, bytes, sizeof(bytes))) > 0)
        (void)fwrite(bytes, 1, (size_t)got, body);
    return got == 0;
}

static void
add_star(void *arg, const char *text, size_t length)
{
    weir_cleanup(weir_free) char *star = x_or_die(strndup(text, length));
    request_add_path(arg, star);
}

static bool
wait_for_answer(struct weir_harness *self, struct weir_request *request,
                FILE *body, int *ret_status)
{
    int64_t until = clock_now_ns() + answer_ns;

    while (!read_answer(request, body, ret_status)) {
        if (clock_now_ns() >= until)
            return false;
        weir_harness_run(self, NS_PER_MS);
    }
    return true;
}

/* Who has it may answer yet. */
static void
keep_unanswered(struct weir_harness *self, struct weir_request **request_p)
{
    request_leave(*request_p);
    self->unanswered = xrealloc(self->unanswered, self->unanswered_count + 1,
                                sizeof(struct weir_request *));
    self->unanswered[self->unanswered_count++] = weir_take(*request_p);
}

/* What a test asks. */
struct asked {
    const char *method, *path;
    const struct weir_label *heads;
    const void *body;
    size_t size;
};

/* The path without its query; it stays with the harness. */
static const char *
bare_path(struct weir_harness *self, const char *path)
{
    return arena_bytes(&self->texts, path, strcspn(path, "?"));
}

/* Makes the request as the HTTP thread would.  NULL when it is malformed; then
 * '*ret_rc' says so. */
static struct weir_request *
make_request(struct weir_harness *self, const struct route *route,
             const struct asked *asked, int *ret_rc)
{
    const char *bare = bare_path(self, asked->path);
    const struct weir_label *heads = asked->heads;
    struct weir_request *request =
        request_new(asked->method, asked->path, wake, self);

    request_set_peer(request, "127.0.0.1");
    for (; heads && heads->name; heads++)
        request_add_head(request, heads->name, heads->value);
    route_stars(route, bare, add_star, request);
    char *copy = xcalloc(asked->size + 1, 1);
    if (asked->size)
        memcpy(copy, asked->body, asked->size);
    request_take_body(request, &copy, asked->size);
    if (!route_takes_forms(route))
        request_refuse_form(request);
    *ret_rc = request_parse(request);
    if (*ret_rc < 0)
        request_destroy(&request);
    return request;
}

/* Many things make a request.  NOLINTBEGIN(readability-function-size) */
int
weir_harness_send(struct weir_harness *self, const char *method,
                  const char *path, const struct weir_label *heads,
                  const void *body, size_t size, char **ret_body)
{
    const struct asked asked = {method, path, heads, body, size};
    const char *bare = bare_path(self, path);
    const struct route *route = routes_find(&self->routes, method, bare);
    char *text = NULL;
    size_t length = 0;
    int status = -ETIMEDOUT;

    if (!route)
        return -ENOENT;
    int rc = 0;
    struct weir_request *request = make_request(self, route, &asked, &rc);
    if (!request)
        return rc;
    route->handover(route->arg, request);
    FILE *out = x_or_die(open_memstream(&text, &length));
    bool ended = wait_for_answer(self, request, out, &status);
    (void)fclose(out);
    if (!ended)
        keep_unanswered(self, &request);
    request_destroy(&request);
    if (ret_body)
        *ret_body = weir_take(text);
    free(text);
    return status;
}

int
weir_harness_request(struct weir_harness *self, const char *method,
                     const char *path, const struct weir_label *heads,
                     const char *body, char **ret_body)
{
    return weir_harness_send(self, method, path, heads, body,
                             body ? strlen(body) : 0, ret_body);
}
/* NOLINTEND(readability-function-size) */

void
harness_drop_requests(struct weir_harness *self)
{
    for (size_t i = 0; i < self->unanswered_count; i++)
        request_destroy(&self->unanswered[i]);
    free(self->unanswered);
}
