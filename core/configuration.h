/* configuration.h - what shall run, as the files say it
 *
 * A configuration is read and checked as a whole and never changes afterwards.
 * All that it holds, texts, labels, patterns and the filled memory of the
 * instances, lives until configuration_destroy(): it must outlive the
 * instances that were made of it, also over a reload.
 *
 * Main only: libconfuse and libltdl are not thread safe.
 */
#ifndef CONFIGURATION_H
#define CONFIGURATION_H

#include <weir/plugin.h>

#include "arena.h"
#include "commons.h"
#include "complaint.h"
#include "log.h"

/* An input, storage or report that is to run. */
struct configured_instance {
    enum weir_kind kind;
    const char *plugin; /* as in "input prometheus:api": "prometheus" */
    const char *name;   /* "api"; the plugin's when none was given; unique
                         * within the kind, links count as storages */
    const char *file;   /* where it stands */
    int line;
    const char *text;   /* the statement without comments, for comparing */
    const char *folder; /* its paths are relative to it */
    const struct weir_head *head;
    void *memory; /* head->plugin->instance_size bytes, its options filled in;
                   * whoever runs it copies it, what it points to stays ours */

    int64_t interval_ns;     /* > 0 */
    int64_t jitter_ns;       /* most delay of a cycle's start; 0: none */
    int64_t timeout_ns;      /* > 0, at most the interval */
    struct weir_map labels;  /* with those that stand at the top */
    struct weir_list stores; /* names of storages and links, none twice: where
                              * an input sends to, what a report asks; empty
                              * for a storage */
    struct weir_list listen; /* storages: endpoints; may be empty */
    bool insecure;           /* storages: 'listen' asks for no keys */
    uint64_t window_bytes;   /* storages: waiting for it, of each sender here */
    const struct spool_options *spool; /* storages: the same; or NULL */
    int64_t series_limit;              /* inputs: of each source; 0: none */
    struct weir_pattern *keep, *drop;  /* inputs: on metrics' names; or NULL */
    int log_level;                     /* enum log_level */
};

/* A storage that lives elsewhere. */
struct configured_link {
    const char *name;
    const char *file;
    int line;
    const char *text;
    struct weir_list connect;          /* endpoints, none twice */
    size_t copies;                     /* of these get each series */
    struct weir_list listen;           /* of a relay; may be empty */
    bool insecure;                     /* without keys */
    uint64_t window_bytes;             /* not yet durable there */
    const struct spool_options *spool; /* or NULL */
    int compress;                      /* enum lane_compress */
};

struct configured_http {
    struct weir_list listen; /* "host:port", none twice */
    uint64_t body_most_bytes;
    int64_t connections_most, requests_most;
    int64_t timeout_ns;
};

struct configuration {
    const char *file;
    const char *state; /* folder, absolute; perhaps not made yet */
    const char *key;   /* the private key's file; NULL: there are no keys */
    const char *peers; /* folder of public keys; NULL as well */
    struct configured_http http;
    struct weir_map labels;
    int64_t drain_timeout_ns;
    enum log_level log_level;
    enum log_form log_form;

    struct configured_instance *instances; /* in the order of the files, only
                                            * those that are enabled */
    size_t instance_count;
    struct configured_link *links;
    size_t link_count;

    struct complaints complaints;
    struct arena memory; /* owns all that the above points to */
};

/* Finds a plugin.  Returns NULL when there is none that fits; then
 * '*reterr_why' says so in words, valid until the next call. */
typedef const struct weir_head *configuration_find(void *arg,
                                                   enum weir_kind kind,
                                                   const char *name,
                                                   const char **reterr_why);

/* Reads 'file', or SYSCONF_DIR/weir/weir.conf when it is NULL, and all that it
 * includes.  '*ret_configuration' is set in any case.  Returns 0, or -EINVAL
 * when its complaints have an error; then nothing of it may be run. */
int configuration_read(const char *file, configuration_find *find, void *arg,
                       struct configuration **ret_configuration);

/* Frees all of it and sets '*self_p' to NULL.  Does nothing when it is NULL. */
void configuration_destroy(struct configuration **self_p);

/* Finds an instance or a link by name; NULL when there is none.  What an
 * instance calls a store is either a storage or a link, never both. */
const struct configured_instance *
configuration_instance(const struct configuration *self, enum weir_kind kind,
                       const char *name);
const struct configured_link *
configuration_link(const struct configuration *self, const char *name);

/* Say whether a reload may keep what runs: all that it was made of is the
 * same.  Lines may differ.  Whether the stores that an instance names are
 * themselves the same is the caller's to ask. */
bool configured_instance_same(const struct configured_instance *a,
                              const struct configured_instance *b);
bool configured_link_same(const struct configured_link *a,
                          const struct configured_link *b);

/* Says whether lanes to one store would be the same: only which stores there
 * are, and how many get what, may differ. */
bool configured_link_same_lanes(const struct configured_link *a,
                                const struct configured_link *b);

/* Returns the word for a kind: "input", "storage", "report". */
const char *configuration_kind(enum weir_kind kind);

/* The tables of the core's own options, for `weir plugins` and the manual's
 * test: those at the top of a file, of http, of link, and the common ones of
 * each kind of plugin.  Returns NULL for an unknown word. */
const struct weir_option *configuration_options(const char *word);

#endif /* CONFIGURATION_H */
