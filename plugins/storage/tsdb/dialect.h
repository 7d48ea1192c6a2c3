/* dialect.h - series and samples as text, so that weir import reads the same
 *
 * Values and times are written exactly: what a format has no words for is
 * refused, but for the end of a series, which core/stale.h is about, and what a
 * NaN has besides, which is lost.
 */
#ifndef TSDB_DIALECT_H
#define TSDB_DIALECT_H

#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

#include "reader.h"

struct dialect;

/* Takes text away.  Returns 0 or a negative errno. */
typedef int dialect_write(void *arg, const char *text, size_t size);

struct dialect *dialect_new(enum reader_format format, dialect_write *write,
                            void *arg);
void dialect_destroy(struct dialect **self_p);

/* Says which labels there will be, sorted; before all else.  Only CSV asks. */
int dialect_names(struct dialect *self, const char *const *names, size_t count);

/* Begins a series.  Each of these returns 0, what 'write' returned, or -EDOM
 * when the format cannot say this; then dialect_why() tells. */
int dialect_series(struct dialect *self, const struct weir_series *series);

/* Adds samples of the series begun last. */
int dialect_samples(struct dialect *self, const int64_t *times_ns,
                    const double *values, size_t count);

/* Writes what is left, and the end. */
int dialect_end(struct dialect *self);

const char *dialect_why(const struct dialect *self);

#endif /* TSDB_DIALECT_H */
