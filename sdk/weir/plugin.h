/* weir/plugin.h - what a plugin declares
 *
 * A plugin is one shared object in the folder of its kind, such as
 * $libdir/weir/input/load.so, and exports one constant.  Its name is [a-z0-9_]
 * and unique within the kind.  The host allocates the instance, fills it from
 * the configuration by the table of options, and calls it.
 *
 * Threads.
 *  1. One an instance: open, collect, append, resolve, forget, last, act,
 *     timers, watched descriptors, posted calls, HTTP handlers, weir_stored,
 *     weir_heard, close.  One call at a time; none waits for another instance.
 *     'check' alone runs on the main thread, before the instance has one.
 *  2. Query threads: select, several at once and beside append.  The storage
 *     keeps them apart by its own means.
 *  3. Work threads: what weir_work() is given.
 *  4. Any thread: weir_warn, weir_durable, weir_refused, weir_room,
 * weir_sink_..., weir_matches, weir_answer..., weir_post.  All else belongs to
 * the instance's own thread.
 *
 * Every int that a callback returns is 0 on success and a negative errno on
 * failure.  A plugin does not log that: the host writes one line, limited in
 * rate, with the reason that weir_fail() left, and counts it.
 */
#ifndef WEIR_PLUGIN_H
#define WEIR_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/batch.h>
#include <weir/cleanup.h>
#include <weir/http.h>
#include <weir/query.h>
#include <weir/storage.h>

/* Grows when a plugin built before would no longer work. */
#define WEIR_ABI 1

enum weir_kind { WEIR_KIND_INPUT = 1, WEIR_KIND_STORAGE, WEIR_KIND_REPORT };

/* Options ------------------------------------------------------------------ */

/* Structs, so that a row for a field of another type does not compile. */
struct weir_duration {
    int64_t ns;
};

struct weir_size {
    uint64_t bytes;
};

struct weir_list {
    size_t count;
    const char *const *items; /* [count] */
};

/* Labels as the user wrote them, sorted by name; 'labels' ends with {0}. */
struct weir_map {
    size_t count;
    const struct weir_label *labels;
};

/* Repeated blocks, in the file's order: an array of the item's struct. */
struct weir_blocks {
    size_t count;
    const void *items;
};

enum weir_option_type {
    WEIR_OPTION_TEXT = 1,
    WEIR_OPTION_INTEGER,
    WEIR_OPTION_REAL,
    WEIR_OPTION_BOOLEAN,
    WEIR_OPTION_DURATION,
    WEIR_OPTION_SIZE,
    WEIR_OPTION_CHOICE,
    WEIR_OPTION_LIST,
    WEIR_OPTION_PATTERN,
    WEIR_OPTION_PATH,
    WEIR_OPTION_ENDPOINT,
    WEIR_OPTION_SECRET,
    WEIR_OPTION_MAP,
    WEIR_OPTION_BLOCKS,
    WEIR_OPTION_STATE_PATH,
};

/* One option: its name, where it lands in the instance, and what it is by
 * default, as a user would write it; NULL when the user must say it. */
struct weir_option {
    const char *name;
    enum weir_option_type type;
    size_t offset;
    const char *fallback;
    const char *help;                  /* one line */
    double least, most;                /* of numbers, in base units; both 0
                                        * for no range */
    const char *choices;               /* "text json": CHOICE, 0, 1... */
    const struct weir_option *options; /* of a block's item */
    size_t size;                       /* of a block's item */

    /* Judges a block's item once it is filled.  Returns 0, or -EINVAL with what
     * is wrong and what to do in 'why', 'size' bytes, which is told with the
     * block's line.  Or NULL: any is good. */
    int (*judge)(const void *item, char *why, size_t size);
};

/* Rows of an option table; 'self' is a struct, 'field' the name of its field
 * and of the option.  A text, path, endpoint or secret is never NULL; a
 * pattern is NULL when it is the empty text, which matches everything. */
#define WEIR_TEXT(self, field, fallback, help) \
    WEIR_ROW(self, field, const char *, WEIR_OPTION_TEXT, fallback, help, )
#define WEIR_INTEGER(self, field, fallback, low, high, help)            \
    WEIR_ROW(self, field, int64_t, WEIR_OPTION_INTEGER, fallback, help, \
             .least = (double)(low), .most = (double)(high), )
#define WEIR_REAL(self, field, fallback, low, high, help)           \
    WEIR_ROW(self, field, double, WEIR_OPTION_REAL, fallback, help, \
             .least = (low), .most = (high), )
#define WEIR_BOOLEAN(self, field, fallback, help) \
    WEIR_ROW(self, field, bool, WEIR_OPTION_BOOLEAN, fallback, help, )
#define WEIR_DURATION(self, field, fallback, help)                    \
    WEIR_ROW(self, field, struct weir_duration, WEIR_OPTION_DURATION, \
             fallback, help, )
#define WEIR_SIZE(self, field, fallback, help) \
    WEIR_ROW(self, field, struct weir_size, WEIR_OPTION_SIZE, fallback, help, )
#define WEIR_CHOICE(self, field, fallback, words, help)            \
    WEIR_ROW(self, field, int, WEIR_OPTION_CHOICE, fallback, help, \
             .choices = (words), )
#define WEIR_LIST(self, field, fallback, help) \
    WEIR_ROW(self, field, struct weir_list, WEIR_OPTION_LIST, fallback, help, )
#define WEIR_PATTERN(self, field, fallback, help)                     \
    WEIR_ROW(self, field, struct weir_pattern *, WEIR_OPTION_PATTERN, \
             fallback, help, )
#define WEIR_PATH(self, field, fallback, help) \
    WEIR_ROW(self, field, const char *, WEIR_OPTION_PATH, fallback, help, )
/* A path that is relative to weir's state folder in plugins of any kind; those
 * above are so in storages and reports, and in inputs to the file that names
 * them. */
#define WEIR_STATE_PATH(self, field, fallback, help)                      \
    WEIR_ROW(self, field, const char *, WEIR_OPTION_STATE_PATH, fallback, \
             help, )
#define WEIR_ENDPOINT(self, field, fallback, help) \
    WEIR_ROW(self, field, const char *, WEIR_OPTION_ENDPOINT, fallback, help, )
#define WEIR_SECRET(self, field, fallback, help) \
    WEIR_ROW(self, field, const char *, WEIR_OPTION_SECRET, fallback, help, )
#define WEIR_MAP(self, field, help) \
    WEIR_ROW(self, field, struct weir_map, WEIR_OPTION_MAP, "", help, )
#define WEIR_BLOCKS(self, field, item, rows, help)                          \
    WEIR_ROW(self, field, struct weir_blocks, WEIR_OPTION_BLOCKS, "", help, \
             .options = (rows), .size = sizeof(item), )

#define WEIR_JUDGED_BLOCKS(self, field, item, rows, judge_, help)           \
    WEIR_ROW(self, field, struct weir_blocks, WEIR_OPTION_BLOCKS, "", help, \
             .options = (rows), .size = sizeof(item), .judge = (judge_), )

#define WEIR_ROW(self, field, want, tag, fallback_, help_, ...) \
    {                                                           \
        .name = #field, .type = (tag), .fallback = (fallback_), \
        .help = (help_),                                        \
        __VA_ARGS__.offset =                                    \
            offsetof(self, field) +                             \
            0 * sizeof(_Generic(((self *)0)->field, want : 0))  \
    }

#define WEIR_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The plugin --------------------------------------------------------------- */

/* A command of the program, `weir NAME ...`.  'run' runs on the main thread of
 * a process that runs no pipeline, and returns the exit status. */
struct weir_command {
    const char *name;
    const char *help;
    int (*run)(int argc, char **argv);
};

/* All but 'help' may be left out, which means: nothing to do. */
struct weir_plugin {
    const char *help;                    /* one sentence */
    size_t instance_size;                /* bytes of one instance */
    const struct weir_option *options;   /* ends with {0} */
    const struct weir_command *commands; /* ends with {0} */

    /* Judges the options; touches nothing outside.  Runs for `weir check`,
     * too. */
    int (*check)(void *self);

    /* Acquires what the instance needs.  After a failure close is called, and
     * open tried again, ever later. */
    int (*open)(void *self);

    /* Releases what open acquired; also after a failed open. */
    void (*close)(void *self);

    /* Inputs: adds the current values to 'out', once an interval.  On failure
     * what was added is dropped, and all series of the source become stale.
     * An input without it has timers or descriptors, and sources of its own. */
    int (*collect)(void *self, struct weir_batch *out);

    /* Storages: makes '*resolved_p' (NULL at first) of a layout, before its
     * first batch and whenever it grew; series below 'from' were resolved
     * before.  Never fails for lack of room: what a limit refuses, append
     * counts.  'layout' stays valid until forget. */
    int (*resolve)(void *self, const struct weir_layout *layout, uint32_t from,
                   void **resolved_p);

    /* Storages: the layout is gone; frees 'resolved'. */
    void (*forget)(void *self, void *resolved);

    /* Storages: takes the samples in; 'in' is lent for the call.  Returns 0,
     * or how many samples a limit refused; later weir_durable() or
     * weir_refused() follows.  Returns -EAGAIN or -ENOSPC for "not now", having
     * taken nothing: the batch comes again after weir_room(). */
    int (*append)(void *self, const struct weir_batch *in,
                  const struct weir_ticket *ticket);

    /* Storages: whether select knows of slices. */
    bool can_slice;

    /* Storages: gives the last durable sequence of 'stream'.  Returns 0, or
     * -ENOENT when it knows no such stream. */
    int (*last)(void *self, const uint8_t stream[16], uint64_t *ret_sequence);

    /* Storages: answers into 'sink'; on a query thread. */
    int (*select)(void *self, const struct weir_select *what,
                  struct weir_sink *sink);

    /* Says that waking a thread would take longer than what is to be done,
     * which then runs on the thread of whoever wants it.  Storages: a select
     * whose matchers are all '=' returns at once when it has little to give,
     * and when the sink fails.  Others: so does a handler of requests without a
     * body, which mounts no route. */
    bool is_prompt;

    /* Storages: does as told; '*ret_text' (freed by the host) tells how. */
    int (*act)(void *self, enum weir_act act, const struct weir_select *what,
               char **ret_text);
};

/* What the shared object exports: enough to tell whether the rest fits. */
struct weir_head {
    uint32_t abi;  /* WEIR_ABI */
    uint32_t size; /* of struct weir_plugin */
    enum weir_kind kind;
    const struct weir_plugin *plugin;
};

/* Declare the plugin; 'name' is that of its shared object:
 *
 *     WEIR_INPUT(load) = {.help = "...", .collect = load_collect};
 */
#define WEIR_INPUT(name)   WEIR_DECLARE(name, WEIR_KIND_INPUT)
#define WEIR_STORAGE(name) WEIR_DECLARE(name, WEIR_KIND_STORAGE)
#define WEIR_REPORT(name)  WEIR_DECLARE(name, WEIR_KIND_REPORT)

#define WEIR_DECLARE(name, kind_)                                     \
    static const struct weir_plugin name##_plugin;                    \
    extern WEIR_API const struct weir_head name##_LTX_weir_plugin;    \
    const struct weir_head name##_LTX_weir_plugin = {                 \
        WEIR_ABI, sizeof(struct weir_plugin), kind_, &name##_plugin}; \
    static const struct weir_plugin name##_plugin

/* What a plugin may call --------------------------------------------------- */

/* Keeps the reason for the host's log line and returns 'rc', a negative errno:
 *
 *     return weir_fail(self, -errno, "cannot read %s", path);
 */
WEIR_API int weir_fail(void *self, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes a line to the log of something that is wrong although no call fails,
 * such as a file that was found damaged and set aside.  On any thread; limited
 * in rate. */
WEIR_API void weir_warn(void *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the configuration says of the instance itself. */
WEIR_API const char *weir_instance_name(const void *self);
WEIR_API int64_t weir_interval_ns(const void *self);
WEIR_API int64_t weir_timeout_ns(const void *self);

/* Sets a value of the instance's own weir_... series; see input self.
 * 'metric' is a constant, a counter or a gauge. */
WEIR_API void weir_tell(void *self, const struct weir_metric *metric,
                        double value);

/* Calls 'due' after 'after_ns', then each 'every_ns' (0: once).  Returns 0, or
 * -EDQUOT above 64 timers. */
WEIR_API int weir_timer(void *self, int64_t after_ns, int64_t every_ns,
                        void (*due)(void *self, void *arg), void *arg);

/* Calls 'ready' when one of 'events' (POLLIN, POLLOUT) is so for 'fd', as long
 * as it is so; 'events' 0 ends that.  Returns 0, or -EDQUOT above 1,024. */
WEIR_API int weir_watch(void *self, int fd, short events,
                        void (*ready)(void *self, int fd, short events));

/* Calls 'call' on the instance's own thread, soon; for threads of the plugin's
 * own.  What was posted before the instance closed does not come after. */
WEIR_API void weir_post(void *self, void (*call)(void *self, void *arg),
                        void *arg);

/* Runs 'work' on another thread, for what may hang, then 'done' here, unless
 * the instance has closed meanwhile: work may outlive it, so that 'arg' must
 * not lean on it.  Returns 0, or -EAGAIN when four of this instance run
 * already. */
WEIR_API int weir_work(void *self, void (*work)(void *arg),
                       void (*done)(void *self, void *arg), void *arg);

#endif /* WEIR_PLUGIN_H */
