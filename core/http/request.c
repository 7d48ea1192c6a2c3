/* request.c - one request and its answer */
#include <config.h>

#include "http/request.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include <weir/cleanup.h>

#include "arena.h"
#include "base.h"
#include "http/gzip.h"
#include "http/params.h"
#include "lock.h"

enum {
    WAITING_MOST = 1 << 20, /* bytes of parts for a slow client */
    PACKED_LEAST = 1024,    /* a smaller answer is not worth packing */
};

/* A list of labels that grows, and ends with {0} once it has one. */
struct heads {
    size_t count;
    struct weir_label *items;
};

/* Bytes between 'start' and 'size' were not read yet. */
struct outbox {
    char *bytes;
    size_t start, size, room;
};

struct weir_request {
    const char *method;
    const char *target; /* the path alone */
    const char *query;  /* behind the '?', or "" */
    const char *peer;
    struct heads heads;
    struct params stars; /* the names are "" */
    struct params params;
    char *body; /* or NULL */
    size_t body_size;
    struct arena texts;

    request_wake *wake;
    void *wake_arg;

    pthread_mutex_t lock; /* for all that follows */
    enum request_state state;
    bool left;
    bool whole;
    int status;
    const char *type;
    struct heads answer_heads;
    struct outbox out;
    struct share share; /* covers 'out' */
};

static const char no_room[] =
    "the answers that wait for their clients are too large together, try "
    "again\n";

static const struct weir_label no_heads[] = {{0}};

static void
unlock(pthread_mutex_t **lock_p)
{
    (void)pthread_mutex_unlock(*lock_p);
}

/* Holds the request's lock to the end of the block. */
#define HOLD(request)                                               \
    weir_cleanup(unlock) pthread_mutex_t *held_ = &(request)->lock; \
    (void)pthread_mutex_lock(held_)

static void
heads_add(struct heads *self, struct arena *arena, const char *name,
          const char *value)
{
    self->items =
        xrealloc(self->items, self->count + 2, sizeof(self->items[0]));
    self->items[self->count++] =
        (struct weir_label){arena_text(arena, name), arena_text(arena, value)};
    self->items[self->count] = (struct weir_label){0};
}

static const char *
heads_get(const struct heads *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcasecmp(self->items[i].name, name) == 0)
            return self->items[i].value;
    return NULL;
}

static void
outbox_add(struct outbox *self, const void *bytes, size_t size)
{
    size_t waiting = self->size - self->start;

    if (self->room - waiting < size) {
        self->room = waiting + size;
        self->bytes = xrealloc(self->bytes, self->room, 1);
    }
    if (self->start > 0 && waiting > 0)
        memmove(self->bytes, self->bytes + self->start, waiting);
    self->start = 0;
    if (size)
        memcpy(self->bytes + waiting, bytes, size);
    self->size = waiting + size;
}

/* Says whether there is room for 'size' bytes more. */
static bool
has_room(struct weir_request *self, size_t size)
{
    return share_cover(&self->share, self->out.size - self->out.start + size);
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

static bool
is_form(const struct weir_request *self)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const char *type = heads_get(&self->heads, "Content-Type");

    return type && strncasecmp(type, form, sizeof(form) - 1) == 0;
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

void
weir_answer_head(struct weir_request *self, const char *name, const char *value)
{
    HOLD(self);
    if (self->state == REQUEST_OPEN)
        heads_add(&self->answer_heads, &self->texts, name, value);
}

/* Tells the owner, with the lock held: once it sees the end it may free the
 * request, so nothing here may touch it any more. */
static void
begin(struct weir_request *self, enum request_state state, int status,
      const char *type)
{
    if (self->state == REQUEST_OPEN) {
        self->status = status;
        self->type = type ? arena_text(&self->texts, type) : NULL;
    }
    self->state = state;
    if (self->wake)
        self->wake(self->wake_arg, self);
}

int
weir_answer_part(struct weir_request *self, int status, const char *type,
                 const void *bytes, size_t size)
{
    HOLD(self);
    if (self->left)
        return -EPIPE;

    size_t waiting = self->out.size - self->out.start;
    if ((waiting > 0 && waiting + size > WAITING_MOST) || !has_room(self, size))
        return -EAGAIN;
    outbox_add(&self->out, bytes, size);
    begin(self, REQUEST_PARTS, status, type);
    return 0;
}

/* Packs a whole answer where the client can unpack it and it pays. */
static bool
pack(struct weir_request *self, const void *bytes, size_t size,
     struct outbox *packed)
{
    if (size < PACKED_LEAST || request_left(self) ||
        !gzip_is_accepted(heads_get(&self->heads, "Accept-Encoding")) ||
        heads_get(&self->answer_heads, "Content-Encoding") ||
        !gzip_pack(bytes, size, &packed->bytes, &packed->size))
        return false;
    packed->room = packed->size;
    return true;
}

static void
drop_heads(struct weir_request *self)
{
    free(self->answer_heads.items);
    self->answer_heads = (struct heads){0};
}

static bool
is_open(struct weir_request *self)
{
    HOLD(self);
    return self->state == REQUEST_OPEN;
}

void
weir_answer(struct weir_request **request_p, int status, const char *type,
            const void *bytes, size_t size)
{
    struct weir_request *self = weir_take(*request_p);
    struct outbox packed = {0};
    bool whole = is_open(self);

    if (whole && pack(self, bytes, size, &packed)) {
        weir_answer_head(self, "Content-Encoding", "gzip");
        weir_answer_head(self, "Vary", "Accept-Encoding");
    }

    HOLD(self);
    assert(self->state != REQUEST_ENDED);
    self->whole = whole;
    if (whole && !has_room(self, packed.bytes ? packed.size : size)) {
        drop_heads(self);
        outbox_add(&self->out, no_room, sizeof(no_room) - 1);
        begin(self, REQUEST_ENDED, 503, "text/plain; charset=utf-8");
        free(packed.bytes);
        return;
    }
    if (packed.bytes && !self->left)
        self->out = packed;
    else if (!self->left)
        outbox_add(&self->out, bytes, size);
    if (self->left)
        free(packed.bytes);
    begin(self, REQUEST_ENDED, status, type);
}

enum request_state
request_answer(struct weir_request *self, struct request_answer *ret_answer)
{
    HOLD(self);
    if (self->state != REQUEST_OPEN)
        *ret_answer = (struct request_answer){
            .status = self->status,
            .type = self->type,
            .heads =
                self->answer_heads.items ? self->answer_heads.items : no_heads,
            .whole = self->whole,
            .bytes = self->whole ? self->out.bytes : NULL,
            .size = self->whole ? self->out.size : 0,
        };
    return self->state;
}

bool
request_has_more(struct weir_request *self, bool begun)
{
    HOLD(self);
    if (!begun)
        return self->state != REQUEST_OPEN;
    return self->state == REQUEST_ENDED || self->out.size > self->out.start;
}

ssize_t
request_read(struct weir_request *self, void *buffer, size_t size)
{
    HOLD(self);
    struct outbox *out = &self->out;
    size_t waiting = out->size - out->start;

    if (waiting == 0)
        return self->state == REQUEST_ENDED ? 0 : -EAGAIN;
    if (size > waiting)
        size = waiting;
    memcpy(buffer, out->bytes + out->start, size);
    out->start += size;
    return (ssize_t)size;
}
