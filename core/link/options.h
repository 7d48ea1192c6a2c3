/* link/options.h - the options of all sockets of links */
#ifndef LINK_OPTIONS_H
#define LINK_OPTIONS_H

#include <stdbool.h>

/* Sets those of a ROUTER, or of a DEALER, that was just made.  Returns 0, or
 * -EINVAL when libzmq does not know one. */
int options_set(void *zmq, bool router);

#endif /* LINK_OPTIONS_H */
