/* pipeline.h - the graph of what runs, as the configuration says
 *
 * Each storage or link that an input names has one lane, which all inputs
 * share; reports ask storages and links at their endpoints.  Main only, but for
 * pipeline_ready() and pipeline_failed().
 */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "configuration.h"
#include "http/http.h"

struct keyring;
struct pipeline;

/* Takes the configuration, which is free of errors, and starts all of it.
 * 'http' (not started yet, or NULL) and 'keys' (of the configuration's key and
 * peers; or NULL when it has none) outlive the pipeline. */
struct pipeline *pipeline_start(struct configuration **configuration_p,
                                struct http *http, struct keyring *keys);

/* Takes a new configuration, with the same key and peers; stops what is gone or
 * has changed, starts what is new.  What is unchanged, and so are the stores
 * that it names, goes on. */
void pipeline_reload(struct pipeline *self,
                     struct configuration **configuration_p);

/* Runs each plugin's check on a configuration.  Returns how many failed; each
 * is a complaint. */
size_t pipeline_check(struct configuration *configuration);

/* Says whether all instances are open, else which is not; any thread. */
bool pipeline_ready(struct pipeline *self, char *why, size_t size);

/* Says whether a call of an instance has failed since the start, such as its
 * open, which is tried again; any thread. */
bool pipeline_failed(struct pipeline *self);

/* Logs what takes too long; call it about once a second.  Returns whether
 * links and storages turn, for the watchdog. */
bool pipeline_look(struct pipeline *self);

/* How many instances and links run. */
size_t pipeline_count(const struct pipeline *self);

/* Stops: inputs, then lanes once all is durable or the drain time-out is over,
 * then reports and storages.  Returns true when every thread has gone; else
 * some are left behind, and http must be, too. */
bool pipeline_stop(struct pipeline **self_p);

#endif /* PIPELINE_H */
