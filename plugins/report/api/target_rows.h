/* target_rows.h - the targets of inputs, put together from their series
 *
 * An input that scrapes tells of each target by scrape_target_info, up and
 * scrape_duration_seconds; their labels say what belongs together.
 */
#ifndef API_TARGET_ROWS_H
#define API_TARGET_ROWS_H

#include <weir/plugin.h>

#include "../reply/json.h"

struct target_row;

/* {0} is empty. */
struct target_rows {
    const char *pool;         /* the only one that is wanted; or NULL */
    struct target_row **list; /* [count], sorted by their labels */
    size_t count, room;
    size_t bytes; /* of memory, about */
};

/* What a series tells of its target. */
enum target_fact { TARGET_UP, TARGET_TIME, TARGET_DURATION };

/* Adds the target that a series of scrape_target_info is about. */
void target_rows_add(struct target_rows *self,
                     const struct weir_series *series);

/* Puts the rows in order, once all are there; facts follow. */
void target_rows_sort(struct target_rows *self);

/* Notes the value of a series for those rows whose labels it has. */
void target_rows_note(struct target_rows *self, enum target_fact fact,
                      const struct weir_series *series, double value);

/* Writes a list of targets as Prometheus' API has it. */
void target_rows_write(struct target_rows *self, struct json *json);

void target_rows_fini(struct target_rows *self);

#endif /* API_TARGET_ROWS_H */
