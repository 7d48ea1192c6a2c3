/* meta.c - labels of what is found, out of JSON; see meta.h */
#include <config.h>

#include "meta.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_SIZE = 300 };

void
meta_release(json_t **json_p)
{
    json_decref(*json_p);
}

const char *
meta_text(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));

    return text ? text : "";
}

static int
unless_long(int rc)
{
    return rc == -ENAMETOOLONG ? 0 : rc;
}

int
meta_add(struct findings *into, struct labelset *set, const char *name,
         const char *value)
{
    return unless_long(findings_label(into, set, name, value));
}

int
meta_add_map(struct findings *into, struct labelset *set, json_t *map,
             const char *prefix, const char *present)
{
    const char *name = NULL;
    json_t *value = NULL;
    int rc = 0;

    json_object_foreach(map, name, value)
    {
        const char *text = json_string_value(value);
        if (rc == 0)
            rc = unless_long(
                findings_meta(into, set, prefix, name, text ? text : ""));
        if (rc == 0 && present)
            rc = unless_long(findings_meta(into, set, present, name, "true"));
    }
    return rc;
}

int
meta_add_address(struct findings *into, struct labelset *set, const char *ip,
                 const char *port)
{
    bool is_six = strchr(ip, ':') != NULL;
    char address[ADDRESS_SIZE];

    (void)snprintf(address, sizeof(address), "%s%.64s%s%s%.64s",
                   is_six ? "[" : "", ip, is_six ? "]" : "", *port ? ":" : "",
                   port);
    return meta_add(into, set, "__address__", address);
}
