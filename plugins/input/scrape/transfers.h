/* transfers.h - requests under way, by libcurl
 *
 * Its sockets and its timer are watched for the instance, so that nobody waits.
 * Whoever makes a handle gives it an *ending* (CURLOPT_PRIVATE) and adds it to
 * 'multi'; he hears of the end on the instance's thread.
 */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <curl/curl.h>
#include <stddef.h>

/* Part of whatever a request is for. */
struct ending {
    /* The request has ended; its handle is still in 'multi'. */
    void (*ended)(struct ending *self, CURLcode code);
};

/* What the instance of a plugin that has requests begins with. */
struct transfers {
    CURLM *multi;
    int timer;   /* descriptor: when libcurl wants to go on */
    int sockets; /* descriptor: an epoll of all of libcurl's sockets */
};

/* Begins.  Returns 0 or a negative errno, with the reason kept; then, too, it
 * is to be closed. */
int transfers_open(struct transfers *self);

/* Lets 'count' connections be kept. */
void transfers_resize(struct transfers *self, size_t count);

/* Sets what requests have in common; redirects are not followed. */
void transfers_prepare(CURL *easy);

/* Closes a descriptor that the instance may watch; it is -1 then. */
void transfers_close_watched(void *instance, int *fd_p);

/* Ends; no handle may be in 'multi'. */
void transfers_close(struct transfers *self);

#endif /* TRANSFERS_H */
