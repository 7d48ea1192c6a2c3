/* queue.h - lines that wait to be written, in parcels
 *
 * A parcel has the lines of whole batches, in the order in which they came.
 * The last one is open until it is closed, or has its fill; the first closed
 * one is written next, in pieces.  Belongs to the thread of the instance.
 */
#ifndef INFLUXDB_QUEUE_H
#define INFLUXDB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct parcel {
    struct parcel *next;
    char *text;             /* [size], lines */
    size_t size, room;      /* bytes */
    size_t points, refused; /* lines in all, and those InfluxDB refused */
    size_t done;            /* bytes of the lines whose fate is known */
    uint64_t first, last;   /* tickets of its batches */
    int64_t since_ns;       /* when it began; monotonic */
};

/* {0} is empty. */
struct queue {
    struct parcel *first, *last; /* or NULL */
    bool open;                   /* the last one is */
    size_t bytes;                /* of all lines */
};

/* Returns the open parcel, which is made when there is none, for the batch of
 * 'ticket'. */
struct parcel *queue_begin(struct queue *self, uint64_t ticket, int64_t now_ns);

/* Counts what the batch added, 'before' being the parcel's size at its begin.
 */
void queue_end(struct queue *self, size_t before);

/* Adds a line: its head, its value and what line_time() made. */
struct parcel_line {
    const char *head;
    size_t head_length;
    const char *time;
    size_t time_length;
    double value;
};

void parcel_add(struct parcel *self, const struct parcel_line *line);

/* Returns the size of the next lines whose fate is not known: 'points' of them
 * and 'bytes' at most, but at least one; 0: there are none.  '*ret_points'
 * tells how many they are. */
size_t parcel_piece(const struct parcel *self, size_t points, size_t bytes,
                    size_t *ret_points);

/* Lets the open parcel take no more. */
void queue_close(struct queue *self);

/* Returns the parcel that is to be written, or NULL. */
struct parcel *queue_first(const struct queue *self);

/* Frees that. */
void queue_pop(struct queue *self);

/* Frees all; it is empty then. */
void queue_fini(struct queue *self);

#endif /* INFLUXDB_QUEUE_H */
