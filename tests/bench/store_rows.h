/* store_rows.h - samples of one source as a file: what stores are measured with
 *
 * A file begins with a line "rows WIDTH COUNT" and WIDTH lines, each a series
 * like name{label="value"}; then int64 times in nanoseconds, COUNT of them, and
 * as many rows of WIDTH doubles, NaN where a series has no sample.  Numbers
 * are as the machine has them: files do not travel.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct rows {
    uint32_t width;
    size_t count;
    char **series;     /* [width] */
    int64_t *times_ns; /* [count], ascending */
    double *values;    /* [count * width], row by row */
};

/* Returns rows of no series yet, of no time and value 0. */
struct rows *rows_new(uint32_t width, size_t count);

/* Both return 0 or -errno, -EBADMSG for what is no such file. */
int rows_read(const char *path, struct rows **ret_rows);
int rows_write(const struct rows *self, const char *path);

void rows_destroy(struct rows **self_p);

/* Counts those that are there. */
uint64_t rows_samples(const struct rows *self);

/* Keeps the first row and each 'every'th behind it. */
void rows_thin(struct rows *self, size_t every);

/* Moves them back by hours, until they are of days that are over, and of one
 * day where that may be. */
void rows_age(struct rows *self, int64_t now_ns);

static inline const double *
rows_at(const struct rows *self, size_t row)
{
    return self->values + row * self->width;
}

/* store_mix.c: makes up rows of one of the kinds that rows_kinds() tells, the
 * last at 'until_ns'.  Returns NULL when there is no such kind. */
struct rows *rows_make(const char *name, int64_t until_ns);

/* Returns the names of the kinds with a word on each, a line each. */
const char *rows_kinds(void);

/* store_text.c: writes them as 'name' says, "prometheus" (times in ms),
 * "openmetrics" (in seconds) or "influx" (in ns).  Returns 0, -EINVAL for
 * another format, or -errno. */
int rows_print(const struct rows *self, const char *name, FILE *out);

#endif /* STORE_ROWS_H */
