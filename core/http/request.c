/* request.c - one request: what it asks, and until when it lives */
#include <config.h>

#include "http/request_inner.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base.h"
#include "lock.h"

void
heads_add(struct heads *self, struct arena *arena, const char *name,
          const char *value)
{
    self->items =
        xrealloc(self->items, self->count + 2, sizeof(self->items[0]));
    self->items[self->count++] =
        (struct weir_label){arena_text(arena, name), arena_text(arena, value)};
    self->items[self->count] = (struct weir_label){0};
}

const char *
heads_get(const struct heads *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcasecmp(self->items[i].name, name) == 0)
            return self->items[i].value;
    return NULL;
}

struct weir_request *
request_new(const char *method, const char *target, request_wake *wake,
            void *arg)
{
    struct weir_request *self = xcalloc(1, sizeof(*self));
    size_t path_length = strcspn(target, "?");

    self->method = arena_text(&self->texts, method);
    self->target = arena_bytes(&self->texts, target, path_length);
    self->query = arena_text(&self->texts, target + path_length +
                                               (target[path_length] == '?'));
    self->peer = "";
    self->wake = wake;
    self->wake_arg = arg;
    lock_init_brief(&self->lock);
    return self;
}

void
request_destroy(struct weir_request **self_p)
{
    struct weir_request *self = weir_take(*self_p);

    if (!self)
        return;
    /* Whoever answered last may not have let go of the lock yet. */
    (void)pthread_mutex_lock(&self->lock);
    (void)pthread_mutex_unlock(&self->lock);
    (void)pthread_mutex_destroy(&self->lock);
    params_fini(&self->stars);
    params_fini(&self->params);
    free(self->heads.items);
    free(self->answer_heads.items);
    free(self->out.bytes);
    packer_destroy(&self->packer);
    share_end(&self->share);
    free(self->body);
    arena_clear(&self->texts);
    free(self);
}

void
request_set_peer(struct weir_request *self, const char *peer)
{
    self->peer = arena_text(&self->texts, peer);
}

void
request_add_head(struct weir_request *self, const char *name, const char *value)
{
    heads_add(&self->heads, &self->texts, name, value);
}

void
request_add_path(struct weir_request *self, const char *star)
{
    params_add(&self->stars, "", arena_text(&self->texts, star));
}

void
request_set_room(struct weir_request *self, struct allowance *answers)
{
    share_begin(&self->share, answers);
}

void
request_take_body(struct weir_request *self, char **bytes_p, size_t size)
{
    free(self->body);
    self->body = weir_take(*bytes_p);
    self->body_size = size;
}

void
request_refuse_form(struct weir_request *self)
{
    self->formless = true;
}

static bool
is_form(const struct weir_request *self)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = heads_get(&self->heads, "Content-Type");

    return type && !self->formless &&
           strncasecmp(type, form, sizeof(form) - 1) == 0;
}

int
request_parse(struct weir_request *self)
{
    /* As in Go, what the form says goes before what the query says. */
    if (self->body && is_form(self)) {
        int rc = params_read(&self->params, &self->texts, self->body,
                             self->body_size);
        if (rc < 0)
            return rc;
    }
    return params_read(&self->params, &self->texts, self->query,
                       strlen(self->query));
}

const char *
request_method(const struct weir_request *self)
{
    return self->method;
}

size_t
request_line_size(const struct weir_request *self)
{
    return strlen(self->target) + strlen(self->query);
}

const char *
request_target(const struct weir_request *self)
{
    return self->target;
}

const char *
weir_request_path(const struct weir_request *self, size_t nth)
{
    return params_get(&self->stars, "", nth);
}

const char *
weir_request_get(const struct weir_request *self, const char *name, size_t nth)
{
    return params_get(&self->params, name, nth);
}

const char *
weir_request_head(const struct weir_request *self, const char *name)
{
    return heads_get(&self->heads, name);
}

const char *
weir_request_peer(const struct weir_request *self)
{
    return self->peer;
}

const void *
weir_request_body(const struct weir_request *self, size_t *ret_size)
{
    *ret_size = self->body_size;
    return self->body ? self->body : "";
}

bool
request_left(struct weir_request *self)
{
    HOLD(self);
    return self->left;
}

void
request_leave(struct weir_request *self)
{
    HOLD(self);
    self->left = true;
    free(self->out.bytes);
    self->out = (struct outbox){0};
    share_drop(&self->share);
}
