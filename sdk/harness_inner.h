/* harness_inner.h - for harness*.c and notebook.c alone */
#ifndef HARNESS_INNER_H
#define HARNESS_INNER_H

#include <weir/harness.h>

#include "arena.h"
#include "http/request.h"
#include "http/route.h"
#include "instance.h"
#include "link/answer.h"
#include "option.h"

/* One sample that was sent. */
struct note {
    char *series;
    double value;
    int64_t time_ns;
    bool loose;
};

/* What a source sent, as its last batch: an outlet that reads the frames as a
 * store would, and calls all of them durable. */
struct notebook {
    struct outlet outlet;
    struct stage *stage;
    void *self;              /* the instance's memory, for weir_stored */
    struct layout **layouts; /* [layout_count] */
    size_t layout_count;
    struct frame_batch *batch; /* the last one */
    struct frame *frame;       /* its bytes */
    struct note *notes;        /* [note_count], sorted by series and time */
    size_t note_count;
    struct stored *stored, **stored_end; /* list: whom to tell */

    /* Hears of each batch and layout, before all else; or NULL. */
    void (*batch_came)(void *arg, const struct frame_batch *batch);
    void (*layout_came)(void *arg, struct layout *layout, uint32_t from);
    void *arg;
};

void notebook_init(struct notebook *self, struct stage *stage, void *memory);

/* Does nothing without an init before. */
void notebook_fini(struct notebook *self);

void notebook_clear(struct notebook *self);
const struct outlet *notebook_outlet(struct notebook *self);
const struct note *notebook_find(const struct notebook *self,
                                 const char *series);
char *notebook_text(const struct notebook *self); /* the caller frees it */

struct weir_harness {
    const struct weir_plugin *plugin;
    const struct weir_option *options;
    struct instance *instance;
    void *memory; /* the instance's */
    void *filled; /* options as read; keeps the patterns */
    bool open;
    struct arena texts;
    struct crew *crew;
    struct routes routes;
    struct notebook sent;
    char why[512];
    char *text;
    struct weir_request **unanswered; /* [unanswered_count] */
    size_t unanswered_count;

    char endpoint[64]; /* of the desk */
    struct socket *socket;
    struct desk *desk;
    char *answers; /* what weir_harness_answer() was given */

    uint64_t ticket, durable;
    struct weir_source *appends; /* makes frames of text, for append */
    struct notebook appended;
    struct source_figures figures;
    int append_rc;
};

/* Frees the requests that nobody answered. */
void harness_drop_requests(struct weir_harness *self);

int harness_desk_open(struct weir_harness *self);
void harness_desk_close(struct weir_harness *self);

/* A line "series value time_ns" taken apart; the label set lies in 'arena'.
 * Returns the next line, or NULL when there is none. */
struct parsed_line {
    struct weir_metric metric;
    struct weir_series series;
    double value;
    int64_t time_ns;
};
const char *harness_read_line(const char *line, struct arena *arena,
                              struct parsed_line *ret_line);

#endif /* HARNESS_INNER_H */
