/* commons.c - the options that are the core's own */
#include <config.h>

#include "commons.h"

#include <string.h>

#include "base.h"

#define LOG_LEVELS "error warn info debug"

static const struct weir_option global_options[] = {
    WEIR_DURATION(struct globals, interval, "10s",
                  "Time between two cycles of an input."),
    WEIR_DURATION(struct globals, jitter, "0",
                  "Longest random delay of an input's first cycle."),
    WEIR_DURATION(struct globals, timeout, "0",
                  "Longest time of a cycle; 0 is the interval."),
    WEIR_MAP(struct globals, labels, "Labels of all that is collected."),
    WEIR_PATH(struct globals, state, "",
              "Folder for what weir writes; \"\" is $STATE_DIRECTORY, or "
              "~/.local/state/weir."),
    WEIR_CHOICE(struct globals, log_level, "info", LOG_LEVELS,
                "Least weight of what is logged."),
    WEIR_CHOICE(struct globals, log_format, "text", "text json",
                "Form of a line of the log."),
    WEIR_DURATION(struct globals, drain_timeout, "5s",
                  "Longest wait at a stop for stores to take what is left."),
    WEIR_PATH(struct globals, key, "",
              "File of this process' private key; weir key makes one."),
    WEIR_PATH(struct globals, peers, "",
              "Folder of the public keys of those it speaks with; needs "
              "key."),
    {0},
};

static const struct weir_option http_options[] = {
    WEIR_LIST(struct http_options, listen, "{\"127.0.0.1:9347\"}",
              "Addresses to serve HTTP at, host:port."),
    WEIR_SIZE(struct http_options, max_body, "8M",
              "Largest body of a request, also unpacked."),
    WEIR_INTEGER(struct http_options, max_connections, "1024", 1, 65536,
                 "Most connections of an address."),
    WEIR_INTEGER(struct http_options, max_requests, "256", 1, 65536,
                 "Most requests at a time; further ones are told to wait."),
    WEIR_DURATION(struct http_options, timeout, "30s",
                  "Longest time to send a request, and to answer it."),
    WEIR_BOOLEAN(struct http_options, insecure, "false",
                 "Serve beyond this host without encryption or passwords."),
    {0},
};

static const struct weir_option spool_options[] = {
    WEIR_SIZE(struct spool_options, size, "1G", "Most bytes on disk."),
    WEIR_DURATION(struct spool_options, age, "7d",
                  "What is older is dropped; 0 keeps all."),
    WEIR_CHOICE(struct spool_options, when_full, "drop_oldest",
                "drop_oldest drop_newest", "What a full spool does."),
    WEIR_CHOICE(struct spool_options, sync, "interval", "interval always",
                "When it is brought to the disk: each second, or each batch "
                "before it is sent."),
    {0},
};

#define INTERVAL                                   \
    WEIR_DURATION(struct commons, interval, "10s", \
                  "Time between two cycles; else the global one.")
#define TIMEOUT                                 \
    WEIR_DURATION(struct commons, timeout, "0", \
                  "Longest time of a cycle; 0 is the interval.")
#define LOG_LEVEL                                              \
    WEIR_CHOICE(struct commons, log_level, "info", LOG_LEVELS, \
                "Least weight of what is logged; else the global one.")
#define ENABLED                                   \
    WEIR_BOOLEAN(struct commons, enabled, "true", \
                 "Whether it runs; it is checked all the same.")
#define WINDOW                               \
    WEIR_SIZE(struct commons, window, "16M", \
              "Most bytes that wait in memory to become durable.")
#define SPOOL                                                               \
    WEIR_BLOCKS(struct commons, spool, struct spool_options, spool_options, \
                "What waits on disk beyond the window.")
#define COMPRESS                                                        \
    WEIR_CHOICE(struct commons, compress, "auto", "auto none rows",     \
                "How batches travel: none, as they are; rows, as what " \
                "differs from the rows before; auto, rows to other hosts.")
#define INSECURE                                                             \
    WEIR_BOOLEAN(struct commons, insecure, "false",                          \
                 "Cross the network without encryption or keys, also where " \
                 "there is a key.")

static const struct weir_option input_options[] = {
    INTERVAL,
    WEIR_DURATION(struct commons, jitter, "0",
                  "Longest random delay of the first cycle; else the global "
                  "one."),
    TIMEOUT,
    WEIR_MAP(struct commons, labels,
             "Labels of all that it collects, beside the global ones."),
    WEIR_LIST(struct commons, to, "",
              "Storages and links that it sends to; not needed when there is "
              "only one."),
    WEIR_INTEGER(struct commons, series_limit, "100000", 0, 1e9,
                 "Most series of a source; 0 is no limit."),
    WEIR_PATTERN(struct commons, keep, "",
                 "Pattern of the metrics to keep; \"\" keeps all."),
    WEIR_PATTERN(struct commons, drop, "",
                 "Pattern of the metrics to drop, of those kept."),
    LOG_LEVEL,
    ENABLED,
    {0},
};

static const struct weir_option storage_options[] = {
    WEIR_LIST(struct commons, listen, "",
              "Endpoints where links of other processes arrive."),
    INSECURE,
    WINDOW,
    SPOOL,
    LOG_LEVEL,
    ENABLED,
    {0},
};

static const struct weir_option report_options[] = {
    INTERVAL,
    TIMEOUT,
    WEIR_LIST(struct commons, from, "",
              "Storages and links that it asks; not needed when there is only "
              "one."),
    LOG_LEVEL,
    ENABLED,
    {0},
};

static const struct weir_option link_options[] = {
    WEIR_LIST(struct commons, connect, NULL,
              "Endpoints where its stores listen."),
    WEIR_LIST(struct commons, listen, "",
              "Endpoints of a relay: what comes in here is sent on."),
    WEIR_TEXT(struct commons, copies, "",
              "How many of its stores keep each series: a number, or all; \"\" "
              "is all, of two at most."),
    INSECURE,
    WINDOW,
    SPOOL,
    COMPRESS,
    ENABLED,
    {0},
};

static const struct {
    const char *word;
    const struct weir_option *options;
} tables[] = {
    {"global", global_options}, {"http", http_options},
    {"input", input_options},   {"storage", storage_options},
    {"report", report_options}, {"link", link_options},
};

const struct weir_option *
commons_options(const char *word)
{
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
        if (strcmp(tables[i].word, word) == 0)
            return tables[i].options;
    return NULL;
}
