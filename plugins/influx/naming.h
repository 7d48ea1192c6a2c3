/* naming.h - what a measurement, a field and a tag are called here, and back
 *
 * A field is the metric measurement_field; one named "value" is the metric
 * measurement.  Where a measurement ends must not be forgotten: it ends at the
 * first '_' of the metric's name, or with the name, unless the series has the
 * label NAMING_MEASUREMENT, which is the measurement as it was written.  So no
 * two fields become one series, all fields of a measurement have the same
 * labels, and few need the label.
 *
 * What a name here can not have is escaped as Prometheus escapes UTF-8: "U__",
 * then '_' as "__" and each other character as its code point, "_20_".  The tag
 * "db" is the label "exported_db", since "db" is the database.
 *
 * Pure; texts from outside come in as bytes that need no '\0'.
 */
#ifndef INFLUX_NAMING_H
#define INFLUX_NAMING_H

#include <stdbool.h>
#include <stddef.h>

#define NAMING_DATABASE    "db"
#define NAMING_MEASUREMENT "__measurement__"

/* Bytes that a name made of texts of 'size' bytes takes at most, with its
 * '\0'. */
static inline size_t
naming_room(size_t size)
{
    return 5 * size + sizeof("U___") + sizeof("exported_");
}

/* Write the metric of a field, or the label of a tag, into 'out', which has the
 * room for the texts given, and their '\0's.  Return 0, or -EBADMSG when a text
 * is empty or no UTF-8. */
int naming_metric(const char *measurement, const char *field, char *out);
int naming_label(const char *tag, char *out);

/* Says whether series of the measurement need NAMING_MEASUREMENT. */
bool naming_needs_label(const char *measurement);

/* The ways back, for any name here.  'measurement' is what the label says, or
 * NULL.  What comes out is never longer than the name; 'out' and 'field' have
 * room for it, and for "value". */
void naming_split(const char *metric, const char *measurement, char *out,
                  char *field);
void naming_tag(const char *label, char *out);

#endif /* INFLUX_NAMING_H */
