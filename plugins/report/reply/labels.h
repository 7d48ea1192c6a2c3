/* labels.h - a series as an object of JSON */
#ifndef REPLY_LABELS_H
#define REPLY_LABELS_H

#include <weir/plugin.h>

#include "../reply/json.h"

/* Adds {"__name__":"up","job":"a"}: sorted, the name in its place; a series
 * with the name "" has none. */
void labels_write(struct json *json, const struct weir_series *series);

#endif /* REPLY_LABELS_H */
