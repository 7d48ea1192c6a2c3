/* render.h - results as InfluxDB writes them: JSON, also in chunks, or CSV
 *
 * Not thread safe; memory that lacks ends the program.  What is written is
 * bounded by 'most': a result that would exceed it is written as an error.
 */
#ifndef INFLUXQL_RENDER_H
#define INFLUXQL_RENDER_H

#include "../reply/json.h"
#include "result.h"

/* What of a result may come in a document of its own, when there are chunks. */
enum render_chunk {
    RENDER_BY_ROWS,   /* every so many rows, and each series */
    RENDER_BY_SERIES, /* each series, of which none is called partial */
};

struct render {
    int64_t unit_ns;   /* of times; 0: they are dates */
    uint64_t most;     /* bytes; 0: any number */
    size_t chunk_rows; /* of a document; 0: one document holds all */
    bool pretty, csv;

    struct json text; /* what was written */
    size_t start;     /* where the current document begins in it */
    size_t count;     /* results in that */
    bool csv_begun;   /* a table was written */
};

/* Returns what a unit of times is in nanoseconds, as 'epoch' says, or 0 where
 * times are dates.  NULL is no word; one that is unknown is nanoseconds. */
int64_t render_unit(const char *epoch);

/* Writes the result of a statement. */
void render_result(struct render *self, size_t statement,
                   const struct result *result, enum render_chunk chunk);

/* Ends what was written; 'text' is complete. */
void render_end(struct render *self);

/* Writes an error of a whole request. */
void render_error(struct render *self, const char *why);

/* Says of which type 'text' is. */
const char *render_type(const struct render *self);

void render_fini(struct render *self);

#endif /* INFLUXQL_RENDER_H */
