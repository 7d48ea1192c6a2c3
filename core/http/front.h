/* front.h - the core's own routes: is it up, is it ready, what is here */
#ifndef FRONT_H
#define FRONT_H

#include "http/server.h"

/* Mounts them, with 'server' as their owner. */
void front_mount(struct server *server);

#endif /* FRONT_H */
