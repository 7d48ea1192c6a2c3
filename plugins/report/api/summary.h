/* summary.h - the figures of many series, and how they are written */
#ifndef API_SUMMARY_H
#define API_SUMMARY_H

#include <weir/plugin.h>

#include "../reply/json.h"

/* One series. */
struct summary_row {
    char *text; /* name{a="b"} */
    char *json; /* as an object */
    struct weir_figures figures;
};

struct summary_rows {
    struct summary_row *items; /* [count] */
    size_t count, room;
    size_t bytes; /* of all */
};

void summary_rows_add(struct summary_rows *self,
                      const struct weir_figures *figures);

/* Sorts by series, each once. */
void summary_rows_sort(struct summary_rows *self);
void summary_rows_fini(struct summary_rows *self);

/* Write sorted rows. */
void summary_write_json(struct json *out, const struct summary_rows *rows);
void summary_write_csv(struct json *out, const struct summary_rows *rows);
void summary_write_text(struct json *out, const struct summary_rows *rows);

#endif /* API_SUMMARY_H */
