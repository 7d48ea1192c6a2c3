/* reader.h - files of samples in one of the text formats, of any length
 *
 * Files are read one after the other, each in pieces, strictly: whatever could
 * not be kept as it stands ends it with the file, the line and what is wrong.
 * Series are numbered 1, 2, 3... as they are met, over all files.  What is in
 * memory is the series, and a piece.  One thread has it.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

enum reader_format {
    READER_ANY, /* found out from the text */
    READER_OPENMETRICS,
    READER_PROMETHEUS,
    READER_INFLUX,
    READER_CSV,
};

struct reader_settings {
    enum reader_format format;
    bool has_time; /* what has no time of its own gets 'time_ns' */
    int64_t time_ns;
    int64_t unit_ns;       /* of times in InfluxDB lines; 0: nanoseconds */
    uint32_t series_limit; /* 0: none */

    /* Each is called with 'arg'; samples of one series and file come in its
     * order.  A negative errno ends the reading. */
    void *arg;
    int (*sample)(void *arg, uint32_t series, int64_t time_ns, double value);
    /* So many of the file's bytes were read, of 'size'; 0: not known. */
    int (*progress)(void *arg, uint64_t done, uint64_t size);
};

struct reader;

/* Returns the format called 'name' ("openmetrics", "prometheus", "influx",
 * "csv"), or READER_ANY. */
WEIR_API enum reader_format reader_format_of(const char *name);

WEIR_API struct reader *reader_new(const struct reader_settings *settings);
WEIR_API void reader_destroy(struct reader **self_p);

/* Reads the file, "-" for standard input, unpacked where gzip or zstd packed
 * it.  Returns 0, or what failed: -errno of the file, -EBADMSG for what is in
 * it, or what a function returned; then reader_why() tells with file and line.
 */
WEIR_API int reader_read(struct reader *self, const char *path);

/* Returns what was wrong, "" when that was a function; valid as long as the
 * reader. */
WEIR_API const char *reader_why(const struct reader *self);

/* Returns how many series there are; the series of a number, 1 to that, lent
 * as long as nothing more is read. */
WEIR_API uint32_t reader_count(const struct reader *self);
WEIR_API const struct weir_series *reader_series(const struct reader *self,
                                                 uint32_t number);

#endif /* READER_H */
