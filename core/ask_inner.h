/* ask_inner.h - what ask.c and ask_inquiry.c share */
#ifndef ASK_INNER_H
#define ASK_INNER_H

#include "allowance.h"
#include "arena.h"
#include "ask.h"
#include "link/answer.h"
#include "query/pile.h"
#include "query/summary.h"

/* Why a question ends with -EAGAIN. */
#define ASK_NO_MEMORY \
    "other questions have all the memory that there is for them, try again"

/* A store's share in an inquiry. */
struct leg {
    struct inquiry *inquiry;
    size_t store;
    uint64_t id; /* of the asker's select; 0 when that has ended */
    int rc;      /* how it ended */
};

/* One question of the instance. */
struct inquiry {
    struct inquiry *next;
    struct ask *ask;
    void *instance;
    weir_heard *heard;
    void *arg;
    struct weir_request *client; /* or NULL */
    enum weir_want want;
    uint32_t series_told;    /* of the only store */
    struct summary *summary; /* or NULL */
    struct pile *pile;       /* NULL with one store */
    struct arena arena;      /* of the notes' texts */
    struct weir_note *notes; /* [note_count], room for one a leg and one more */
    size_t note_count;
    size_t running; /* legs */
    struct leg legs[];
};

struct store {
    char *name;
    struct asker *asker;
};

struct query;
struct harvest;

struct ask {
    struct stage *stage;
    struct inquiry *inquiries; /* list */
    struct query *queries;     /* list; see ask_query.c */
    int query_timer;           /* looks after them, while there are any; or 0 */
    struct crew *crew;         /* evaluates what is long; or NULL */
    int start_timer;           /* starts those that wait; or 0 */
    struct harvest *harvests[4];     /* emptied, to be used again; or NULL */
    struct weir_query_limits limits; /* none is 0 but slow_ns */
    struct allowance *allowance;     /* of what runs */
    const char *name;                /* of the instance */
    struct ask_figures *figures;     /* 'own' unless somebody cares */
    struct ask_figures own;
    bool closing;
    int timer; /* looks after clients, while there are inquiries; or 0 */
    size_t count;
    struct store stores[];
};

/* An answer_heard for 'arg', a leg. */
bool inquiry_hear(void *arg, const struct answer_part *part);

/* Ends the inquiry with a failure that it hears, and frees it; 'store' (or
 * NULL) is whose failure it is. */
void inquiry_fail(struct inquiry *self, int rc, const char *store,
                  const char *why);

/* Ends its legs in silence, takes it off the list and frees it. */
void inquiry_forget(struct inquiry *self);

/* Ends the select whose callback has 'arg', if there is one, in silence. */
void ask_forget(struct ask *self, const void *arg);

/* Returns an empty harvest, which the caller gives back or destroys; and takes
 * one back. */
struct harvest *ask_harvest(struct ask *self);
void ask_keep_harvest(struct ask *self, struct harvest **harvest_p);

/* Sets defaults, and ends all questions, each of which hears -ECANCELED. */
void ask_init_queries(struct ask *self);
void ask_end_queries(struct ask *self);

#endif /* ASK_INNER_H */
