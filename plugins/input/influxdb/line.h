/* line.h - one point of InfluxDB's line protocol
 *
 *     measurement,tag=value,... field=1.5,other=7i 1700000000000000000
 *
 * Takes what InfluxDB takes, and says what is wrong as it does.  Nothing is
 * copied: all points into the text.  A '\\' before a byte takes its meaning
 * away; texts in fields may hold line ends.  Pure.
 */
#ifndef INFLUXDB_LINE_H
#define INFLUXDB_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINE_WHY_SIZE = 256,
    LINE_KEY_MOST = 65535, /* bytes of a head, and of it with a field's name */
};

struct line_field {
    const char *name;
    size_t size;
    double value;
    bool is_text; /* it has no value */
};

struct line {
    /* The point: */
    const char *begin, *end; /* all of it, without blanks before it */
    const char *head;        /* measurement and tags */
    size_t head_size;
    struct line_field *fields; /* [field_count], as they stand there */
    size_t field_count, field_room;
    size_t rounded; /* of them: integers that a double can not hold */
    int64_t time;   /* in the unit of the request */
    bool timed;

    char why[LINE_WHY_SIZE]; /* of what is wrong */
};

/* Reads the next point between '*at_p' and 'end', where a '\0' stands, and
 * moves '*at_p' behind its line; what is empty or a comment is passed over.
 * Returns 1, 0 at the end, or -EBADMSG with 'begin', 'end' and 'why' set.  The
 * head is not looked into, unless something is wrong: line_head() does. */
int line_next(struct line *self, const char **at_p, const char *end);

/* One name and value of a head, or its measurement, as it stands there. */
struct line_tag {
    const char *name, *value;
    size_t name_size, value_size;
};

/* Splits a head into its measurement, the first item's name, and its tags,
 * behind it.  Returns how many items there are, up to 'most', beyond which it
 * does not keep them, or -EBADMSG with 'why' set. */
int line_head(struct line *self, struct line_tag tags[], size_t most);

/* Copies a text without the '\\' before 'stops', and a '\0'; 'out' has 'size' +
 * 1 bytes. */
void line_plain(char *out, const char *text, size_t size, const char *stops);

/* What may have a '\\' before it. */
#define LINE_IN_MEASUREMENT ", "
#define LINE_IN_TAG         ",= "
#define LINE_IN_FIELD       ",\"= "

void line_fini(struct line *self);

#endif /* INFLUXDB_LINE_H */
