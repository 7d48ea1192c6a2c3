/* place.c - where a target is; see place.h */
#include <config.h>

#include "place.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "curlfree.h"

/* Completes what the user wrote: a scheme before it, a path behind it. */
static char *
complete(const char *text, const char *path)
{
    const char *scheme = strstr(text, "://") ? "" : "http://";
    const char *rest = *scheme ? text : strstr(text, "://") + 3;
    const char *query = strchr(rest, '?');
    const char *slash = strchr(rest, '/');
    bool has_path = slash && (!query || slash < query);
    size_t head = has_path || !query ? strlen(text) : (size_t)(query - text);
    char *url = NULL;

    int length = asprintf(&url, "%s%.*s%s%s", scheme, (int)head, text,
                          has_path ? "" : path, text + head);
    return length < 0 ? NULL : url;
}

static const char *
fault_of(CURLU *url, const char *text)
{
    static const struct {
        CURLUPart part;
        const char *why;
    } unwanted[] = {
        {CURLUPART_USER, "it cannot have a user's name or password"},
        {CURLUPART_FRAGMENT, "it cannot have a '#'"},
    };
    weir_cleanup(curlfree_text) char *scheme = NULL;

    /* libcurl would take what comes behind "http:///" for a host. */
    if (strstr(text, ":///") ||
        curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) ||
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0))
        return "it is no address; write host:port, or an URL";
    if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        return "its scheme is neither http nor https";
    for (size_t i = 0; i < sizeof(unwanted) / sizeof(*unwanted); i++) {
        weir_cleanup(curlfree_text) char *value = NULL;
        if (curl_url_get(url, unwanted[i].part, &value, 0) == CURLUE_OK)
            return unwanted[i].why;
    }
    return NULL;
}

static char *
instance_of(CURLU *url)
{
    weir_cleanup(curlfree_text) char *host = NULL;
    weir_cleanup(curlfree_text) char *port = NULL;
    char *instance = NULL;

    if (curl_url_get(url, CURLUPART_HOST, &host, 0) ||
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        return NULL;
    return asprintf(&instance, "%s:%s", host, port) < 0 ? NULL : instance;
}

int
place_init(struct place *self, const char *text, const char *path,
           const char **ret_why)
{
    weir_cleanup(curlfree_url) CURLU *url = curl_url();
    weir_cleanup(weir_free) char *whole = complete(text, path);

    *self = (struct place){0};
    if (!url || !whole)
        return -ENOMEM;
    *ret_why = fault_of(url, whole);
    if (*ret_why)
        return -EINVAL;
    self->instance = instance_of(url);
    if (!self->instance)
        return -ENOMEM;
    self->url = weir_take(whole);
    return 0;
}

void
place_fini(struct place *self)
{
    free(self->url);
    free(self->instance);
    *self = (struct place){0};
}
