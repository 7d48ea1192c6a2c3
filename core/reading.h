/* reading.h - how a text of samples is read, beyond what weir/text.h says
 *
 * A scrape takes what it can get.  An import is strict: what cannot be kept as
 * it stands is an error, which says what is wrong.  Texts of any length are
 * read in pieces that end with a line.
 */
#ifndef READING_H
#define READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>

struct reading {
    bool strict;       /* names, labels and times must be there and valid */
    bool has_time;     /* what has no time gets 'time_ns' */
    bool more;         /* the text goes on behind this piece */
    bool open_metrics; /* times are seconds, and "# EOF" is the end */
    bool must_end;     /* it has to be there, with nothing behind it */
    bool bare_value;   /* lines: a field "value" adds nothing to the name */
    int64_t time_ns;
    int64_t unit_ns; /* lines: of what times count; 0: nanoseconds */

    size_t line;      /* result: the offending one, from 1, in this piece; of
                       * what was read the last one */
    size_t size;      /* result: bytes read; what is left, the beginning of
                       * something, is to come again with more behind it */
    const char *what; /* result: what is wrong, or NULL */
    bool ended;       /* result: "# EOF" was met */
};

/* Read a piece, strict or not.  Return 0, or -EBADMSG with 'line' and 'what'.
 */
int reading_exposition(struct reading *how, struct weir_batch *into,
                       const char *text, size_t size);
int reading_lines(struct reading *how, struct weir_batch *into,
                  const char *text, size_t size);

/* Adds a sample that has no time of its own, as 'self' says.  Returns 0 or
 * -EBADMSG. */
int reading_untimed(struct reading *self, struct weir_batch *into,
                    uint32_t reference, double value);

/* Notes why weir_series_refer() refused a series with 'rc'; returns -EBADMSG.
 */
int reading_refused(struct reading *self, int rc);

/* Notes what is wrong; returns -EBADMSG. */
int reading_fault(struct reading *self, const char *what);

#endif /* READING_H */
