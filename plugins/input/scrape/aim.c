/* aim.c - the labels that say where to scrape; see aim.h */
#include <config.h>

#include "aim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "curlfree.h"

#define PARAM "__param_"

static int
set_part(struct labelset *into, const char *name, const char *text, size_t size)
{
    weir_cleanup(weir_free) char *part = strndup(text, size);

    return part ? labelset_set(into, name, part) : -ENOMEM;
}

int
aim_split(const char *url, struct labelset *into)
{
    const char *address = strstr(url, "://") + 3;
    const char *path = strchr(address, '/');
    int rc = set_part(into, "__scheme__", url, (size_t)(address - 3 - url));

    if (rc == 0)
        rc = set_part(into, "__address__", address, (size_t)(path - address));
    return rc < 0 ? rc : labelset_set(into, "__metrics_path__", path);
}

/* As a form's: a blank is a '+'. */
static void
write_value(FILE *out, const char *escaped)
{
    static const char blank[] = "%20";

    for (; *escaped; escaped++)
        if (strncmp(escaped, blank, strlen(blank)) == 0) {
            (void)fputc('+', out);
            escaped += strlen(blank) - 1;
        } else {
            (void)fputc(*escaped, out);
        }
}

static int
add_param(FILE *out, const struct weir_label *label, char mark)
{
    weir_cleanup(curlfree_text) char *name =
        curl_easy_escape(NULL, label->name + strlen(PARAM), 0);
    weir_cleanup(curlfree_text) char *value =
        curl_easy_escape(NULL, label->value, 0);

    if (!name || !value)
        return -ENOMEM;
    (void)fprintf(out, "%c%s=", mark, name);
    write_value(out, value);
    return 0;
}

static int
write_text(FILE *out, const struct labelset *labels)
{
    const char *scheme = labelset_get(labels, "__scheme__");
    const char *way = labelset_get(labels, "__metrics_path__");
    char mark = strchr(way, '?') ? '&' : '?';
    int rc = 0;

    (void)fprintf(out, "%s://%s%s%s", *scheme ? scheme : "http",
                  labelset_get(labels, "__address__"), *way == '/' ? "" : "/",
                  way);
    for (size_t i = 0; rc == 0 && i < labels->count; i++) {
        const struct weir_label *label = &labels->labels[i];
        if (strncmp(label->name, PARAM, strlen(PARAM)) != 0)
            continue;
        rc = add_param(out, label, mark);
        mark = '&';
    }
    return rc;
}

int
aim_join(const struct labelset *labels, char **ret_text, const char **ret_why)
{
    const char *address = labelset_get(labels, "__address__");
    weir_cleanup(weir_free) char *text = NULL;
    size_t size = 0;

    *ret_why =
        *address ? "its __address__ is not host:port" : "it has no __address__";
    if (!*address || strpbrk(address, "/?#@\\ "))
        return -EINVAL;
    if (strstr(labelset_get(labels, "__scheme__"), ":")) {
        *ret_why = "its __scheme__ is neither http nor https";
        return -EINVAL;
    }
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return -ENOMEM;
    int rc = write_text(out, labels);
    if (fclose(out) != 0 && rc == 0)
        rc = -ENOMEM;
    if (rc == 0)
        *ret_text = weir_take(text);
    return rc;
}
