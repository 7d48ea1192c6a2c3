/* mailbox.h - calls that other threads want made on a stage
 *
 * Any thread posts; the stage takes them out, in their order.  Its bell,
 * an eventfd, rings when there is something to be done.  A closed mailbox drops
 * what it has and what comes.  Posts are used again, so that in the long run
 * posting allocates nothing.
 */
#ifndef MAILBOX_H
#define MAILBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct post {
    struct post *next;
    void (*call)(void *arg);
    void (*dropped)(void *arg); /* called in place of 'call'; or NULL */
    void *arg;
};

struct mailbox {
    int bell; /* negative: there was no descriptor to be had */
    pthread_mutex_t lock;
    struct post *first, **last_p; /* under 'lock' */
    bool closed;                  /* under 'lock' */
    struct post *spare;           /* under 'lock' */
    struct post *spent;           /* of the stage */
    size_t spent_count;
};

void mailbox_init(struct mailbox *self);

/* Closes it, too. */
void mailbox_fini(struct mailbox *self);

void mailbox_ring(const struct mailbox *self);

/* Adds a copy of 'post', or drops it; 'quiet': for one who takes it himself. */
void mailbox_put(struct mailbox *self, const struct post *post, bool quiet);

bool mailbox_is_empty(struct mailbox *self);

/* Takes all posts, a list; the caller gives each back, or drops them. */
struct post *mailbox_take(struct mailbox *self);
void mailbox_give_back(struct mailbox *self, struct post *post);
void posts_drop(struct post *post);

/* Drops what there is and, from now on, what comes. */
void mailbox_close(struct mailbox *self);

#endif /* MAILBOX_H */
