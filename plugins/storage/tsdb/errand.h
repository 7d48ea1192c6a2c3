/* errand.h - what weir import and weir export have in common: which store is
 * meant, how far they are, and how they end
 *
 * They run on the main thread of a process of their own.
 */
#ifndef TSDB_ERRAND_H
#define TSDB_ERRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tsdb;
struct weir_harness;

enum { ERRAND_DONE = 0, ERRAND_FAILED = 1, ERRAND_WRONG = 2 };
enum { ERRAND_SETTINGS_MOST = 32 };

/* Where a weir listens by default. */
#define ERRAND_URL "http://127.0.0.1:9347"

/* Options that both have, as getopt_long() returns them; rows of its table. */
enum {
    ERRAND_PATH = 'p',
    ERRAND_URL_OPTION = 'u',
    ERRAND_STORE = 's',
    ERRAND_SET = 'S',
    ERRAND_QUIET = 'q',
};

#define ERRAND_OPTIONS                                       \
    {"path", required_argument, NULL, ERRAND_PATH},          \
        {"url", required_argument, NULL, ERRAND_URL_OPTION}, \
        {"store", required_argument, NULL, ERRAND_STORE},    \
        {"set", required_argument, NULL, ERRAND_SET},        \
    {                                                        \
        "quiet", no_argument, NULL, ERRAND_QUIET             \
    }

struct errand {
    const char *command; /* "import" or "export" */
    const char *path;    /* of a store's folder; or NULL: 'url' */
    const char *url;
    const char *store;                          /* name of the instance there */
    const char *settings[ERRAND_SETTINGS_MOST]; /* [setting_count] */
    size_t setting_count;
    bool quiet;
    bool makes; /* a store where there is none */

    char *path_setting; /* own */
    struct weir_harness *harness;
    bool on_terminal; /* there is someone to look at the progress */
    int64_t began_ns, shown_ns;
    uint64_t samples, series;  /* so far */
    int64_t from_ns, until_ns; /* of these; 0 when they are not known */
};

/* Takes one of the options above.  Returns false, having said why, when there
 * are too many, or when it is none of them. */
bool errand_take(struct errand *self, int option, const char *argument);

/* Begins; signals that end a process wait from now on. */
void errand_begin(struct errand *self);
void errand_fini(struct errand *self);

/* Opens the store in the folder 'path', which nobody holds, with the settings;
 * without them it keeps samples of any age.  Returns 0 or, with what is wrong
 * printed, a negative errno.  '*ret_tsdb' is valid until
 * errand_fini(). */
int errand_open(struct errand *self, struct tsdb **ret_tsdb);

/* Prints a line to standard error: "weir COMMAND: ...".  Returns 'rc'. */
int errand_fail(struct errand *self, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Counts a sample. */
static inline void
errand_count(struct errand *self, int64_t time_ns)
{
    if (self->samples == 0 || time_ns < self->from_ns)
        self->from_ns = time_ns;
    if (self->samples == 0 || time_ns > self->until_ns)
        self->until_ns = time_ns;
    self->samples++;
}

/* Shows how far it is: 'done' of 'most' (0: not known) of 'what'.  Returns 0,
 * or -EINTR when a signal asks for the end. */
int errand_progress(struct errand *self, const char *what, uint64_t done,
                    uint64_t most);

/* Takes away what was shown. */
void errand_clear(struct errand *self);

/* Prints what was done to standard error: "imported 5 samples of ..." */
void errand_report(struct errand *self, const char *done);

#endif /* TSDB_ERRAND_H */
