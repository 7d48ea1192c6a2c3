/* render_inner.h - for render*.c alone */
#ifndef INFLUXQL_RENDER_INNER_H
#define INFLUXQL_RENDER_INNER_H

#include "render.h"

/* Says whether more was written than may be. */
static inline bool
render_is_full(const struct render *self)
{
    return self->most && self->text.size > self->most;
}

/* Writes a result as a table, or nothing when it has no series. */
void render_csv(struct render *self, const struct result *result);

/* Writes an error as a table. */
void render_csv_error(struct render *self, const char *why);

#endif /* INFLUXQL_RENDER_INNER_H */
