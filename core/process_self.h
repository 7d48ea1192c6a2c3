/* process_self.h - the process's own weir_... series: CPU, memory, HTTP */
#ifndef PROCESS_SELF_H
#define PROCESS_SELF_H

#include "http/http.h"

/* 'http' outlives the process's threads. */
void process_self_register(struct http *http);

#endif /* PROCESS_SELF_H */
