/* scraper.h - fetches targets over HTTP, each once an interval
 *
 * What inputs that scrape have in common: their targets, when each has its
 * turn, and how its answer comes.  What an answer says is for the input, which
 * gives a *format*.  Each target is a source.
 *
 * Everything here belongs to the thread of the instance.
 */
#ifndef SCRAPER_H
#define SCRAPER_H

#include <curl/curl.h>
#include <stdbool.h>

#include <weir/plugin.h>

#include "access.h"
#include "alias.h"
#include "body.h"
#include "dns.h"
#include "docker.h"
#include "kube.h"
#include "labelset.h"
#include "place.h"
#include "rule.h"
#include "sieve.h"
#include "targets.h"
#include "transfers.h"
#include "turns.h"

enum { WHY_ROOM = 128 }; /* bytes of a reason with its '\0' */

struct discovery;
struct files;
struct scraper;
struct target;

/* What the targets of an input offer. */
struct format {
    const char *path;   /* where, unless a target says: "/metrics" */
    const char *accept; /* the header of each request, whole */

    /* Adds to 'into' what the target's body, which may be empty, says.  Returns
     * 0, or a negative errno with a reason in 'why'; what was added is dropped
     * then. */
    int (*read)(struct target *target, struct weir_batch *into,
                char why[WHY_ROOM]);

    /* Frees what 'read' remembers in target->memory, if it does.  Or NULL. */
    void (*forget)(void *memory);
};

struct target {
    struct scraper *owner;
    struct place place;
    struct labelset labels; /* of its series */
    struct weir_source *source;
    CURL *easy;
    struct alias alias; /* when it is asked under another name */
    struct ending ending;
    struct turn turn; /* of the next scrape; monotonic */
    void *memory;     /* of the format, from scrape to scrape; NULL at first */

    bool running;       /* a scrape does; what follows is about it */
    int64_t begun_ns;   /* wall clock, whole milliseconds */
    int64_t started_ns; /* the same; monotonic */
    struct body body;
    size_t head_size;    /* bytes of headers */
    bool packed;         /* the answer is */
    const char *refusal; /* why we ended it ourselves; or NULL */
    char error[CURL_ERROR_SIZE];

    int failing;        /* how the last scrape failed, a negative errno; or 0 */
    const char *reason; /* of that for its series, one of few texts: what is
                         * known before scrape_failed() is called; or NULL */
    char status[32];    /* such a text */
};

/* The instance of an input that scrapes, or what its instance begins with. */
struct scraper {
    struct transfers transfers;
    struct weir_list targets; /* options: see SCRAPER_OPTIONS */
    const char *job;
    struct weir_size max_body;
    struct weir_blocks relabel, metric_relabel; /* struct rule */
    int64_t sample_limit, label_limit;          /* 0: none */
    int64_t label_name_length_limit, label_value_length_limit;
    const char *basic_auth_user, *basic_auth_password_file, *bearer_token_file;
    struct weir_blocks tls; /* struct access_tls */
    bool honor_labels;      /* from here on not options of all */
    struct weir_list files;
    int64_t target_limit;
    struct weir_blocks dns, docker, kubernetes;

    const struct format *format;
    struct relabel *rules; /* of targets; or NULL */
    struct sieve sieve;
    struct access access;
    struct targets set;
    struct files *watcher;
    struct discovery *discovery;
    struct curl_slist *heads;       /* of each request */
    char interval[32], timeout[32]; /* as texts, such as "1m30s" */
};

/* The rows of the options that all have; 'body' is the default of max_body. */
#define SCRAPER_OPTIONS(body)                                               \
    WEIR_LIST(struct scraper, targets, "{}",                                \
              "What to scrape: host:port, or an URL."),                     \
        WEIR_TEXT(struct scraper, job, "",                                  \
                  "Their label job; the instance's name if empty."),        \
        WEIR_SIZE(struct scraper, max_body, body,                           \
                  "Most that one may answer, unpacked."),                   \
        SCRAPER_RULES(relabel, "A rule that changes or drops targets."),    \
        SCRAPER_RULES(metric_relabel,                                       \
                      "A rule that changes or drops samples."),             \
        SCRAPER_LIMIT(sample_limit, "Most samples of one scrape; 0: any."), \
        SCRAPER_LIMIT(label_limit, "Most labels of a sample; 0: any."),     \
        SCRAPER_LIMIT(label_name_length_limit,                              \
                      "Most bytes of a label's name; 0: any."),             \
        SCRAPER_LIMIT(label_value_length_limit,                             \
                      "Most bytes of a label's value; 0: any."),            \
        WEIR_TEXT(struct scraper, basic_auth_user, "",                      \
                  "User whom a target may want to see."),                   \
        WEIR_PATH(struct scraper, basic_auth_password_file, "",             \
                  "File of the user's password."),                          \
        WEIR_PATH(struct scraper, bearer_token_file, "",                    \
                  "File of a token that a target may want to see."),        \
        WEIR_JUDGED_BLOCKS(struct scraper, tls, struct access_tls,          \
                           access_tls_options, access_judge_tls,            \
                           "Certificates, for targets of https.")

#define SCRAPER_RULES(field, help)                                       \
    WEIR_JUDGED_BLOCKS(struct scraper, field, struct rule, rule_options, \
                       rule_judge, help)
#define SCRAPER_LIMIT(field, help) \
    WEIR_INTEGER(struct scraper, field, "0", 0, INT32_MAX, help)

/* And of those that find targets. */
#define DISCOVERY_OPTIONS                                                     \
    WEIR_LIST(struct scraper, files, "{}",                                    \
              "Files of targets; the last part may have wildcards."),         \
        WEIR_INTEGER(struct scraper, target_limit, "0", 0, TARGETS_MOST,      \
                     "Most targets; 0: as many as an input can."),            \
        WEIR_JUDGED_BLOCKS(struct scraper, dns, struct dns_option,            \
                           dns_options, dns_judge,                            \
                           "Names whose addresses or services are targets."), \
        WEIR_JUDGED_BLOCKS(struct scraper, docker, struct docker_option,      \
                           docker_options, docker_judge,                      \
                           "Docker whose containers are targets."),           \
        WEIR_JUDGED_BLOCKS(struct scraper, kubernetes, struct kube_option,    \
                           kube_options, kube_judge,                          \
                           "Kubernetes whose pods are targets.")

/* Do what a plugin's check, open and close do.  Return 0 or a negative errno,
 * with the reason kept. */
int scraper_check(struct scraper *self, const struct format *format);
int scraper_open(struct scraper *self, const struct format *format);
void scraper_close(struct scraper *self);

/* Says whether the answer that is read says that it is 'media', such as
 * "text/plain", whatever its parameters. */
bool target_answers(const struct target *self, const char *media);

/* What follows is for the files of this folder alone. ---------------------- */

/* Gives a target its first turn, and sets the timer for whoever comes next.
 * Return 0 or a negative errno. */
int scraper_give_turn(struct target *target);
int scraper_set_timer(struct scraper *self);

/* Prepares fetching.  Returns 0 or a negative errno, with the reason kept. */
int fetch_open(struct scraper *self);
void fetch_close(struct scraper *self);

/* Makes what fetches a target.  Returns 0 or -ENOMEM. */
int fetch_prepare(struct target *target);

/* Begins to fetch; scrape_took() or scrape_failed() is called later, but not
 * after fetch_stop(). */
void fetch_start(struct target *target);
void fetch_stop(struct target *target);

/* A target's answer is whole: its body becomes a batch. */
void scrape_took(struct target *target);

/* It is not: 'rc', a negative errno, and 'why'. */
void scrape_failed(struct target *target, int rc, const char *why);

#endif /* SCRAPER_H */
