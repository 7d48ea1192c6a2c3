/* commons.h - the options that are the core's own
 *
 * Those at the top of a file, those of http { }, and those that all inputs,
 * storages, reports and links have beside the plugin's.
 */
#ifndef COMMONS_H
#define COMMONS_H

#include <weir/plugin.h>

struct globals {
    struct weir_duration interval, jitter, timeout, drain_timeout;
    struct weir_map labels;
    const char *state;
    int log_level;  /* enum log_level */
    int log_format; /* enum log_form */
    const char *key, *peers;
};

struct http_options {
    struct weir_list listen;
    struct weir_size max_body;
    int64_t max_connections, max_requests;
    struct weir_duration timeout;
    bool insecure;
};

/* Each kind has some of these. */
struct commons {
    struct weir_duration interval, jitter, timeout; /* timeout < 0: not set */
    struct weir_map labels;
    struct weir_list to, from, listen, connect;
    struct weir_size window;
    struct weir_blocks spool;
    int64_t series_limit;
    const char *copies; /* a number, "all" or "" */
    struct weir_pattern *keep, *drop;
    int log_level;
    int compress; /* enum lane_compress */
    bool enabled, insecure;
};

enum spool_when_full { SPOOL_DROP_OLDEST, SPOOL_DROP_NEWEST };
enum spool_sync { SPOOL_SYNC_INTERVAL, SPOOL_SYNC_ALWAYS };

struct spool_options {
    struct weir_size size;
    struct weir_duration age;
    int when_full; /* enum spool_when_full */
    int sync;      /* enum spool_sync */
};

/* Returns the table of "global", "http", "input", "storage", "report", "link",
 * or NULL. */
const struct weir_option *commons_options(const char *word);

#endif /* COMMONS_H */
