/* instance_inner.h - for instance*.c alone */
#ifndef INSTANCE_INNER_H
#define INSTANCE_INNER_H

#include "base.h"
#include "instance.h"

enum {
    WHY_SIZE = 512,
    TIMERS_MOST = 64,
    PROMPT_MOST = 1024, /* bytes of a request's line that is handled at once */
    WATCHES_MOST = 1024,
    WORKS_MOST = 4,
    TOLD_MOST = 64,
};

struct errand;

struct told { /* a value of weir_tell() */
    const struct weir_metric *_Atomic metric;
    _Atomic double value;
};

struct instance {
    const struct weir_head *head;
    const struct weir_plugin *plugin;
    char *plugin_name, *name, *host;
    struct instance_settings settings;
    struct instance_world world;
    struct stage *stage;
    struct weir_label *labels; /* sorted; ends with {0} */
    struct arena texts;

    struct weir_source *source; /* of collect; or NULL */
    struct ask *ask;            /* or NULL */
    atomic_bool opened;
    int64_t retry_ns;
    int cycle_timer;
    struct errand *errands; /* timers, watches and routes; see there */
    struct errand *spare;   /* of jobs that are done, at most WORKS_MOST */
    size_t work_count;      /* jobs whose 'done' has not run */
    atomic_uint holders;    /* who made it, and jobs that run or wait */
    _Atomic uint32_t life;  /* how often it closed */
    atomic_bool quiet;      /* close without stale markers */
    char why[WHY_SIZE];
    char why_told[WHY_SIZE]; /* what instance_why() returned */
    int64_t late_said_ns;    /* by main */

    struct source_figures figures;
    struct ask_figures asked;
    _Atomic uint64_t cycles, failures, skipped;
    _Atomic uint64_t cycle_ns; /* all cycles together */
    struct told told[TOLD_MOST];

    alignas(max_align_t) unsigned char memory[];
};

static inline struct instance *
instance_of(const void *self)
{
    return CONTAINER_OF(base_own(self), struct instance, memory);
}

/* After a call that returns nothing: logs the reason that it left, if any. */
void instance_tell_why(struct instance *self);

/* Ends a hold; the last one frees the instance.  From any thread. */
void instance_release(struct instance *self);

/* Ends the plugin's timers, watches and routes. */
void instance_end_errands(struct instance *self);

/* Frees the spare ones. */
void instance_free_errands(struct instance *self);

/* The instance's own weir_... series. */
void instance_provide(void *arg, struct weir_batch *into);

#endif /* INSTANCE_INNER_H */
