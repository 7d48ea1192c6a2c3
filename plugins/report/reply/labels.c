/* labels.c - a series as an object of JSON */
#include <config.h>

#include "labels.h"

#include <stdio.h>
#include <string.h>

enum { WHOLE_NAME_MOST = 1200 };

static void
write_pair(struct json *json, const char **before, const char *name,
           const char *value)
{
    json_raw(json, *before);
    json_text(json, name);
    json_raw(json, ":");
    json_text(json, value);
    *before = ",";
}

void
labels_write(struct json *json, const struct weir_series *series)
{
    char whole[WHOLE_NAME_MOST];
    const char *before = "";

    (void)snprintf(whole, sizeof(whole), "%s%s", series->metric->name,
                   series->suffix);
    bool named = !*whole;
    json_raw(json, "{");
    for (const struct weir_label *each = series->labels;; each++) {
        if (!named && (!each->name || strcmp(each->name, "__name__") > 0)) {
            write_pair(json, &before, "__name__", whole);
            named = true;
        }
        if (!each->name)
            break;
        write_pair(json, &before, each->name, each->value);
    }
    json_raw(json, "}");
}
