/* csvtext.h - samples in comma-separated values
 *
 * The first line names the columns: "time", "value", "__name__", all others are
 * labels; a line is a sample:
 *
 *     __name__,instance,job,time,value
 *     up,"a,b:80",api,1700000000.25,1
 *
 * A cell in quotes may have commas, lines and doubled quotes in it.  An empty
 * label is no label.  A time is seconds since 1970 or a date as in RFC 3339;
 * the value "stale" ends a series.
 */
#ifndef CSVTEXT_H
#define CSVTEXT_H

#include <weir/batch.h>

struct csvtext;
struct reading;

/* Has not read the line of names yet. */
struct csvtext *csvtext_new(void);
void csvtext_destroy(struct csvtext **self_p);

/* Reads a piece, strictly; see reading.h.  Returns 0 or -EBADMSG. */
int csvtext_read(struct csvtext *self, struct reading *how,
                 struct weir_batch *into, const char *text, size_t size);

#endif /* CSVTEXT_H */
