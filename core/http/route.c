/* route.c - which paths are mounted, and by whom */
#include <config.h>

#include "http/route.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

static const char *const methods_known[] = {"GET", "POST", "PUT", "DELETE"};

/* Of a route that takes both GET and POST, and changes nothing. */
static const char reads[] = "READ";

/* Of one that takes POST with a body that is no form. */
static const char lines[] = "LINES";

typedef void star_heard(void *arg, const char *text, size_t length);

static void
hear_nothing(void *arg, const char *text, size_t length)
{
    (void)arg;
    (void)text;
    (void)length;
}

/* Walks pattern and path together, telling 'star' what each star stands for.
 * Returns whether the path fits. */
static bool
walk(const char *pattern, const char *path, star_heard *star, void *arg)
{
    while (*pattern) {
        size_t length = strcspn(path, "/");
        if (*pattern == '*' && pattern[1] == '\0') {
            star(arg, path, strlen(path));
            return true;
        }
        if (*pattern == '*' && pattern[1] == '/') {
            if (length == 0)
                return false;
            star(arg, path, length);
            pattern++;
            path += length;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

static bool
fits(const struct route *self, const char *path)
{
    return walk(self->path, path, hear_nothing, NULL);
}

void
route_stars(const struct route *self, const char *path, star_heard *star,
            void *arg)
{
    (void)walk(self->path, path, star, arg);
}

static bool
is_known(const char *method)
{
    if (strcmp(method, reads) == 0 || strcmp(method, lines) == 0)
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(methods_known); i++)
        if (strcmp(methods_known[i], method) == 0)
            return true;
    return false;
}

bool
route_reads(const struct route *self)
{
    return strcmp(self->method, reads) == 0;
}

bool
route_takes_forms(const struct route *self)
{
    return strcmp(self->method, lines) != 0;
}

static bool
serves(const char *method, const char *asked)
{
    if (strcmp(method, reads) == 0 &&
        (strcmp(asked, "GET") == 0 || strcmp(asked, "POST") == 0))
        return true;
    if (strcmp(method, lines) == 0 && strcmp(asked, "POST") == 0)
        return true;
    return strcmp(method, asked) == 0;
}

/* Says whether somebody has that path with such a method already. */
static bool
is_taken(const struct routes *self, const struct http_route *route,
         const void *fallback)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct route *each = &self->items[i];
        if (each->owner != fallback && strcmp(each->path, route->path) == 0 &&
            (serves(each->method, route->method) ||
             serves(route->method, each->method)))
            return true;
    }
    return false;
}

static int
compare(const struct route *route, const char *path, const char *method)
{
    int order = strcmp(route->path, path);
    return order ? order : strcmp(route->method, method);
}

static void
set(struct route *self, const void *owner, const struct http_route *route)
{
    self->owner = owner;
    self->texts = (struct arena){0};
    self->method = arena_text(&self->texts, route->method);
    self->path = arena_text(&self->texts, route->path);
    self->help = arena_text(&self->texts, route->help);
    self->handover = route->handover;
    self->arg = route->arg;
}

int
routes_add(struct routes *self, const void *owner,
           const struct http_route *route, const void *fallback)
{
    size_t at = 0;

    if (*route->path != '/' || !is_known(route->method))
        return -EINVAL;
    if (is_taken(self, route, fallback))
        return -EEXIST;
    while (at < self->count &&
           compare(&self->items[at], route->path, route->method) < 0)
        at++;

    if (at < self->count &&
        compare(&self->items[at], route->path, route->method) == 0) {
        if (owner == fallback)
            return -EEXIST;
        arena_clear(&self->items[at].texts);
        set(&self->items[at], owner, route);
        return 0;
    }

    if (self->count == self->room) {
        self->room = self->room ? self->room * 2 : 16;
        self->items = xrealloc(self->items, self->room, sizeof(self->items[0]));
    }
    memmove(&self->items[at + 1], &self->items[at],
            (self->count - at) * sizeof(self->items[0]));
    self->count++;
    set(&self->items[at], owner, route);
    return 0;
}

void
routes_remove(struct routes *self, const void *owner)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i].owner == owner)
            arena_clear(&self->items[i].texts);
        else
            self->items[kept++] = self->items[i];
    }
    self->count = kept;
}

void
routes_fini(struct routes *self)
{
    for (size_t i = 0; i < self->count; i++)
        arena_clear(&self->items[i].texts);
    free(self->items);
    *self = (struct routes){0};
}

const struct route *
routes_find(const struct routes *self, const char *method, const char *path)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    const struct route *best = NULL;
    size_t best_length = 0;

    for (size_t i = 0; i < self->count; i++) {
        const struct route *each = &self->items[i];
        size_t length =
            strcspn(each->path, "*") + (strchr(each->path, '*') == NULL);
        if (serves(each->method, wanted) && fits(each, path) &&
            length > best_length) {
            best = each;
            best_length = length;
        }
    }
    return best;
}

bool
routes_methods(const struct routes *self, const char *path,
               char methods[ROUTES_METHODS_SIZE])
{
    char *end = methods;

    *end = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(methods_known); i++) {
        if (!routes_find(self, methods_known[i], path))
            continue;
        end = stpcpy(end, end == methods ? "" : ", ");
        end = stpcpy(end, methods_known[i]);
        if (i == 0)
            end = stpcpy(end, ", HEAD");
    }
    return end > methods;
}
