/* tap.h - questions that are asked again at each step, once for all viewers */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

#include "../reply/json.h"

enum {
    TAPS_MOST = 4096,           /* of all viewers */
    TAP_TEXT_MOST = 8192,       /* bytes of a question */
    TAP_ANSWER_MOST = 256 << 10 /* bytes of an answer; a larger one is none */
};

struct tap {
    struct taps *owner;
    struct tap *next;
    char *text;
    int64_t step_ns;
    size_t viewers;
    bool asked;       /* the answer is due */
    int64_t time_ns;  /* of the last step that was asked for */
    struct json json; /* of the last answer; see live.h */
    size_t series;    /* begun in the answer */
    uint32_t index;   /* of the one begun last */
};

/* {instance, ...} at first; 'done' is told when no answer is due any more. */
struct taps {
    void *instance;
    void (*done)(struct taps *self);
    struct tap *first;
    size_t count, due;
};

/* Returns the tap of a question, one viewer more; NULL above TAPS_MOST. */
struct tap *taps_take(struct taps *self, const char *text, int64_t step_ns);

/* One viewer less; the last one ends it. */
void taps_leave(struct taps *self, struct tap **tap_p);

/* Asks those whose next step lies before 'now_ns'. */
void taps_ask(struct taps *self, int64_t now_ns);

void taps_fini(struct taps *self);

#endif /* TAP_H */
