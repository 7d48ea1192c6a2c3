/* parameter.h - what a request asks for: times, durations, counts, selectors
 *
 * Reads parameters as Prometheus' API has them.  Functions that return an int
 * return 0, or -EINVAL with the reason, in Prometheus' words, in 'why'.
 */
#ifndef REPLY_PARAMETER_H
#define REPLY_PARAMETER_H

#include <weir/plugin.h>

enum { WHY_SIZE = 512 };

/* What a request is about: (after, until]; both 0 for any time. */
struct window {
    int64_t after_ns, until_ns;
};

/* Reads a time, in seconds or as RFC 3339; 'fallback' where there is none, or
 * a complaint when it is NULL. */
int parameter_time(const struct weir_request *request, const char *name,
                   const int64_t *fallback, int64_t *ret_ns,
                   char why[WHY_SIZE]);

/* Reads a duration, in seconds or such as 1h30m; the same. */
int parameter_duration(const struct weir_request *request, const char *name,
                       const int64_t *fallback, int64_t *ret_ns,
                       char why[WHY_SIZE]);

/* Reads 'limit'; 0 where there is none, and for no limit. */
int parameter_limit(const struct weir_request *request, const char *name,
                    size_t *ret_limit, char why[WHY_SIZE]);

/* Reads 'start' and 'end', both inclusive and either left out. */
int parameter_window(const struct weir_request *request,
                     struct window *ret_window, char why[WHY_SIZE]);

/* The selectors of match[], in their order. */
struct selectors {
    size_t count;
    struct weir_selector **items; /* [count] */
};

int parameter_selectors(const struct weir_request *request,
                        struct selectors *ret_selectors, char why[WHY_SIZE]);
void selectors_fini(struct selectors *self);

#endif /* REPLY_PARAMETER_H */
