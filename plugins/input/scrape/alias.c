/* alias.c - a target whose certificate has another name; see alias.h */
#include <config.h>

#include "alias.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <weir/cleanup.h>

#include "curlfree.h"

static int
append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);

    if (!longer)
        return -ENOMEM;
    *list = longer;
    return 0;
}

/* The same for a text that is written first. */
static int __attribute__((format(printf, 2, 3)))
append_written(struct curl_slist **list, const char *format, ...)
{
    char *text = NULL;
    va_list rest;

    va_start(rest, format);
    int length = vasprintf(&text, format, rest);
    va_end(rest);
    if (length < 0)
        return -ENOMEM;
    int rc = append(list, text);
    free(text);
    return rc;
}

/* Says where connections go, and which host is meant. */
static int
add_host(struct alias *self, CURLU *url, const char *name)
{
    weir_cleanup(curlfree_text) char *host = NULL;
    weir_cleanup(curlfree_text) char *port = NULL;
    weir_cleanup(curlfree_text) char *told =
        NULL; /* a port in the URL, or none */

    if (curl_url_get(url, CURLUPART_HOST, &host, 0) ||
        curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        return -ENOMEM;
    (void)curl_url_get(url, CURLUPART_PORT, &told, 0);
    int rc = append_written(&self->to, "%s:%s:%s:%s", name, port, host, port);
    if (rc < 0)
        return rc;
    return append_written(&self->heads, "Host: %s%s%s", host, told ? ":" : "",
                          told ? told : "");
}

int
alias_set(struct alias *self, CURL *easy, const char *url, const char *name,
          const struct curl_slist *heads)
{
    weir_cleanup(curlfree_url) CURLU *parts = curl_url();
    weir_cleanup(curlfree_text) char *whole = NULL;
    int rc = 0;

    if (!parts || curl_url_set(parts, CURLUPART_URL, url, 0))
        return -ENOMEM;
    for (; rc == 0 && heads; heads = heads->next)
        rc = append(&self->heads, heads->data);
    if (rc == 0)
        rc = add_host(self, parts, name);
    if (rc < 0)
        return rc;
    if (curl_url_set(parts, CURLUPART_HOST, name, 0))
        return -EINVAL;
    if (curl_url_get(parts, CURLUPART_URL, &whole, 0) ||
        curl_easy_setopt(easy, CURLOPT_URL, whole) ||
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, self->to) ||
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->heads))
        return -ENOMEM;
    return 0;
}

void
alias_fini(struct alias *self)
{
    curl_slist_free_all(self->heads);
    curl_slist_free_all(self->to);
    *self = (struct alias){0};
}
