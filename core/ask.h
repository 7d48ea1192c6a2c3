/* ask.h - what an instance asks of its storages: fan out, merge, figures
 *
 * Behind weir_select(), weir_summary() and weir_query().  With one store its
 * parts pass straight through; with several all is gathered, within the bounds,
 * then merged by series and time.  An ask belongs to the instance and lives on
 * its stage; all here is called there, and so are the callbacks, never from
 * within the call that asks.
 */
#ifndef ASK_H
#define ASK_H

#include <weir/query.h>

#include "crew.h"
#include "stage.h"

struct ask;
struct keyring;

/* What an instance's questions came to; written by its stage, read by any
 * thread. */
struct ask_figures {
    _Atomic uint64_t questions; /* that ended */
    _Atomic uint64_t failures;  /* of these */
    _Atomic uint64_t refused;   /* for which there was no room */
    _Atomic uint64_t slow;
    _Atomic uint64_t wait_ns, gather_ns, evaluate_ns; /* of all */
};

/* A storage or link in 'from': its name, for notes, and where it answers. */
struct ask_store {
    const char *name;
    const char *endpoint;
    struct keyring *keys; /* that it asks for; or NULL */
};

/* Connects to 'count' stores (0 is allowed), in the order of the
 * configuration, which decides between samples of equal times; 'stores' is
 * copied.  Returns 0, or -errno as socket_connect(). */
int ask_open(struct stage *stage, const struct ask_store stores[], size_t count,
             struct ask **ret_ask);

/* Ends all selects, each of which hears -ECANCELED, then closes the sockets;
 * what a callback asks meanwhile is refused.  Not from within a callback. */
void ask_destroy(struct ask **self_p);

/* As weir_select() and weir_summary(); 'instance' is what 'heard' gets as its
 * 'self', 'arg' follows it.  'alone' is set here, and bounds that are 0 get
 * their defaults.
 *
 * With several stores, one that fails is named in a warning of the last part,
 * and the answer lacks what it has; when all fail, or one says -E2BIG or
 * -EINVAL, the select fails.  Figures leave out series that have no sample in
 * the window.  A select whose 'client' leaves ends within a second, and hears
 * -ECANCELED.
 *
 * Return 0; -ENOTCONN without stores, or while the ask is being destroyed;
 * -EAGAIN when too many selects run; or -EINVAL for a 'what' that does not fit
 * into a frame; without 0 'heard' is never called. */
int ask_select(struct ask *self, void *instance, const struct weir_select *what,
               weir_heard *heard, void *arg);
int ask_summary(struct ask *self, void *instance,
                const struct weir_select *what, weir_heard *heard, void *arg);

/* As weir_query(); a look-back of 0 is 5 minutes.  A few questions run at a
 * time, the others wait for their turn. */
int ask_query(struct ask *self, void *instance,
              const struct weir_question *question, weir_heard *heard,
              void *arg);

/* What is long is evaluated from now on on a thread of 'crew' (or NULL, at
 * first), which may go on for a moment after the ask has gone. */
void ask_set_crew(struct ask *self, struct crew *crew);

/* As weir_query_limit(). */
void ask_limit(struct ask *self, const struct weir_query_limits *limits);

/* Says whose questions these are, for the log, and where they are counted; both
 * outlive the ask. */
void ask_name(struct ask *self, const char *name, struct ask_figures *figures);

#endif /* ASK_H */
