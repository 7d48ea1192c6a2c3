/* exec.h - the instance of input exec, and the text that its command prints */
#ifndef EXEC_H
#define EXEC_H

#include <weir/plugin.h>

#include "child.h"

/* What a command printed and nobody took yet. */
struct output {
    char *text; /* [room] */
    size_t size, room;
};

/* The last line of what a command complained of. */
struct complaint {
    char line[200];
    size_t length;
    bool ended; /* the next byte begins another line */
};

struct exec {
    struct weir_list command; /* options: see the table */
    int mode;
    int format;
    struct weir_size max_output;

    struct weir_source *source;
    bool running;
    struct child child;     /* while it runs */
    int64_t begun_ns;       /* of the run; wall clock */
    int64_t started_ns;     /* the same; monotonic */
    int64_t deadline_ns;    /* when it is to be ended, or killed; monotonic */
    bool timing;            /* a timer for the deadline is set */
    const char *why_killed; /* why we end it ourselves; or NULL */
    struct output output;
    struct complaint complaint;

    /* Of a command that stays: */
    bool marks_cycles;   /* it ends its cycles itself */
    size_t looked;       /* bytes of output that have no such end */
    int64_t back_off_ns; /* before it is started again */
};

/* Adds bytes.  Returns 0, or -ENOMEM. */
int output_add(struct output *self, const char *bytes, size_t size);

/* Drops the first 'size' bytes. */
void output_drop(struct output *self, size_t size);
void output_fini(struct output *self);

/* Finds the first line from '*looked' on that ends a cycle, an empty one or
 * "# EOF".  Returns the bytes up to its end; or 0, and moves '*looked' to where
 * to go on. */
size_t output_cycle(const struct output *self, size_t *looked);

/* Returns the bytes of all whole lines. */
size_t output_lines(const struct output *self);

void complaint_add(struct complaint *self, const char *bytes, size_t size);

/* Returns the last line, or "". */
const char *complaint_line(const struct complaint *self);

/* Returns the wall clock's time in whole milliseconds, as nanoseconds. */
int64_t exec_wall_ns(void);

/* The cycle failed with 'rc' and the reason that weir_fail() kept: all series
 * become stale. */
void cycle_fail(struct exec *self, int rc);

/* Sends the first 'size' bytes of the output as a cycle, and drops them. */
void cycle_send(struct exec *self, size_t size, int64_t time_ns);

/* Sends each cycle that the command has ended itself. */
void cycle_send_marked(struct exec *self);

/* Timer: sends all whole lines of a command that ends no cycles. */
void cycle_flush(void *instance, void *arg);

#endif /* EXEC_H */
