/* json.h - JSON that is being written, in one piece of memory
 *
 * Numbers and times are as Prometheus' API has them.  Who writes puts commas
 * and brackets himself.  Not thread safe; memory that lacks ends the program.
 */
#ifndef REPLY_JSON_H
#define REPLY_JSON_H

#include <stddef.h>
#include <stdint.h>

struct json {
    char *bytes; /* [room] */
    size_t size, room;
};

/* Add bytes as they are. */
void json_bytes(struct json *self, const void *bytes, size_t size);
void json_raw(struct json *self, const char *text);

/* Adds a text in quotes, escaped; bytes that are no UTF-8 become U+FFFD. */
void json_text(struct json *self, const char *text);

/* Adds a whole number. */
void json_whole(struct json *self, int64_t number);

/* Adds a value in quotes, such as "0.25", "1e+21" or "+Inf". */
void json_value(struct json *self, double value);

/* Adds a number to 'digits' digits as JSON has it, or null where it is not
 * finite. */
void json_number(struct json *self, double value, int digits);

/* Adds a time in seconds, with three decimals unless all are 0, as series have
 * it; or with as many as it needs, as scalars and strings have it. */
void json_time(struct json *self, int64_t time_ns);
void json_short_time(struct json *self, int64_t time_ns);

void json_fini(struct json *self);

#endif /* REPLY_JSON_H */
