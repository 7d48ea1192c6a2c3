/* pods.c - the pods that Kubernetes told of; see pods.h */
#include <config.h>

#include "pods.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "meta.h"
#include "pod_labels.h"

enum { PODS_MOST = 50000, ROOM_LEAST = 64, GONE = 410 };

struct pod {
    char *key; /* "namespace/name" */
    struct findings found;
};

static void
pod_destroy(struct pod **self_p)
{
    struct pod *self = weir_take(*self_p);

    if (!self)
        return;
    findings_fini(&self->found);
    free(self->key);
    free(self);
}

/* Returns the place of the first pod whose key is not below 'key'. */
static size_t
place_of(const struct pods *self, const char *key)
{
    size_t low = 0;
    size_t high = self->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(self->list[middle]->key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_at(const struct pods *self, size_t at, const char *key)
{
    return at < self->count && strcmp(self->list[at]->key, key) == 0;
}

static int
make_room(struct pods *self)
{
    if (self->count >= PODS_MOST)
        return -E2BIG;
    if (self->count < self->room)
        return 0;

    size_t room = self->room ? self->room * 2 : ROOM_LEAST;
    struct pod **list = reallocarray(self->list, room, sizeof(struct pod *));
    if (!list)
        return -ENOMEM;
    self->list = list;
    self->room = room;
    return 0;
}

static void
remove_at(struct pods *self, size_t at)
{
    pod_destroy(&self->list[at]);
    self->count--;
    memmove(&self->list[at], &self->list[at + 1],
            (self->count - at) * sizeof(*self->list));
}

/* Makes a pod of which nothing is found yet. */
static int
pod_new(const json_t *json, struct pod **ret_pod)
{
    weir_cleanup(pod_destroy) struct pod *pod = calloc(1, sizeof(*pod));
    const json_t *meta = json_object_get(json, "metadata");
    const char *name = json_string_value(json_object_get(meta, "name"));
    const char *space = json_string_value(json_object_get(meta, "namespace"));

    if (!pod)
        return -ENOMEM;
    if (!name || !space)
        return -EBADMSG;
    if (asprintf(&pod->key, "%s/%s", space, name) < 0) {
        pod->key = NULL;
        return -ENOMEM;
    }
    *ret_pod = weir_take(pod);
    return 0;
}

/* What was known of the pod is forgotten; one that is gone, or without a set,
 * is not kept. */
static int
put(struct pods *self, const json_t *json, bool is_gone)
{
    weir_cleanup(pod_destroy) struct pod *pod = NULL;

    int rc = pod_new(json, &pod);
    if (rc < 0)
        return rc;
    assert(pod);
    if (!is_gone)
        rc = pod_labels(json, self->annotated, &pod->found);
    if (rc < 0)
        return rc;
    size_t at = place_of(self, pod->key);
    if (is_at(self, at, pod->key))
        remove_at(self, at);
    if (pod->found.count == 0)
        return 0;
    rc = make_room(self);
    if (rc < 0)
        return rc;
    memmove(&self->list[at + 1], &self->list[at],
            (self->count - at) * sizeof(struct pod *));
    self->list[at] = weir_take(pod);
    self->count++;
    return 0;
}

/* Keeps a text of 'json' for the next request, which only needs it whole. */
static int
keep(const json_t *json, const char *name, char *text, size_t size)
{
    const char *value = json_string_value(
        json_object_get(json_object_get(json, "metadata"), name));

    text[0] = '\0';
    if (value && strlen(value) >= size)
        return -EBADMSG;
    if (value)
        (void)snprintf(text, size, "%s", value);
    return 0;
}

int
pods_take_list(struct pods *self, const char *text, size_t size, bool is_first)
{
    weir_cleanup(meta_release) json_t *list = json_loadb(text, size, 0, NULL);
    const json_t *items = json_object_get(list, "items");
    const json_t *item = NULL;
    size_t i = 0;

    /* A list of nothing has null for its items. */
    if (!json_is_array(items) && !json_is_null(items))
        return -EBADMSG;
    int rc =
        keep(list, "resourceVersion", self->version, sizeof(self->version));
    if (rc == 0)
        rc = keep(list, "continue", self->more, sizeof(self->more));
    while (is_first && self->count)
        remove_at(self, self->count - 1);
    json_array_foreach(items, i, item)
    {
        if (rc == 0)
            rc = put(self, item, false);
    }
    return rc;
}

int
pods_take_event(struct pods *self, const char *text, size_t size)
{
    weir_cleanup(meta_release) json_t *event = json_loadb(text, size, 0, NULL);
    const char *type = json_string_value(json_object_get(event, "type"));
    const json_t *object = json_object_get(event, "object");

    if (!type || !json_is_object(object))
        return -EBADMSG;
    if (strcmp(type, "ERROR") == 0)
        return json_integer_value(json_object_get(object, "code")) == GONE
                   ? -ESTALE
                   : -EPROTO;
    int rc =
        keep(object, "resourceVersion", self->version, sizeof(self->version));
    if (rc < 0 || strcmp(type, "BOOKMARK") == 0)
        return rc;
    return put(self, object, strcmp(type, "DELETED") == 0);
}

int
pods_find(const struct pods *self, struct findings *into)
{
    struct labelset *set = NULL;

    for (size_t i = 0; i < self->count; i++) {
        const struct findings *found = &self->list[i]->found;
        for (size_t k = 0; k < found->count; k++) {
            int rc = findings_copy(into, found->items[k], &set);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

void
pods_fini(struct pods *self)
{
    while (self->count)
        remove_at(self, self->count - 1);
    free(self->list);
    *self = (struct pods){.annotated = self->annotated};
}
