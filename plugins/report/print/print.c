/* print.c - report: the figures of each series, on standard output
 *
 * Asks once an interval, and shows what came: on a terminal as a table that
 * refreshes in place, else as lines or JSON.  Standard output may be slow,
 * full, or closed: what cannot be written yet waits, and meanwhile nothing new
 * is asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <weir/plugin.h>

#include "board.h"

enum {
    NS_PER_SECOND = 1000000000,
    PATTERN_SIZE = 4096,
    WRITE_MOST = 4096, /* what a pipe that is ready takes at once */
    OTHER_LINES = 3,   /* of a table: two above the rows, one below */
};

enum print_format { FORMAT_AUTO, FORMAT_TABLE, FORMAT_LINES, FORMAT_JSON };

struct print {
    int format; /* enum print_format */
    struct weir_list match;
    int64_t rows;
    struct weir_duration window;

    struct weir_pattern *pattern; /* of all in 'match'; NULL: everything */
    char pattern_text[PATTERN_SIZE];
    struct print_board board;
    bool asking;
    bool broken;  /* standard output takes no more */
    bool cleared; /* the terminal, before the first table */
    char *text;   /* that is being written; or NULL */
    size_t size, written;
};

static const struct weir_option options[] = {
    WEIR_CHOICE(struct print, format, "auto", "auto table lines json",
                "How to write; auto: a table on a terminal, else lines."),
    WEIR_LIST(struct print, match, "",
              "Patterns of metric names to show; none: all."),
    WEIR_INTEGER(struct print, rows, "0", 0, 1000000,
                 "Most series to show; 0: the terminal's height, or all."),
    WEIR_DURATION(struct print, window, "1m",
                  "Over which the figures are computed."),
    {0},
};

static int64_t
now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Joins the patterns to one, (?:a)|(?:b), and compiles it. */
static int
compile_match(struct print *self)
{
    char why[256] = "it is too long";
    size_t used = 0;

    for (size_t i = 0; i < self->match.count; i++) {
        size_t room = sizeof(self->pattern_text) - used;
        int length = snprintf(self->pattern_text + used, room, "%s(?:%s)",
                              i ? "|" : "", self->match.items[i]);
        if (length < 0 || (size_t)length >= room)
            return weir_fail(self, -EINVAL, "match: %s", why);
        used += (size_t)length;
    }
    if (self->match.count == 0)
        return 0;
    int rc =
        weir_pattern_new(self->pattern_text, why, sizeof(why), &self->pattern);
    return rc < 0 ? weir_fail(self, rc, "match: %s", why) : 0;
}

static int
print_check(void *instance)
{
    struct print *self = instance;

    if (self->window.ns <= 0)
        return weir_fail(self, -EINVAL, "window: it must be above 0");
    int rc = compile_match(self);
    weir_pattern_destroy(&self->pattern);
    return rc;
}

static void
drop_text(struct print *self)
{
    free(self->text);
    self->text = NULL;
    self->size = self->written = 0;
}

/* Writes what standard output takes without waiting.  Returns 0, also when
 * something is left, or -errno. */
static int
write_some(struct print *self)
{
    while (self->written < self->size) {
        struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
        if (poll(&ready, 1, 0) <= 0)
            return 0;
        size_t left = self->size - self->written;
        ssize_t count = write(STDOUT_FILENO, self->text + self->written,
                              left < WRITE_MOST ? left : WRITE_MOST);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (count < 0)
            return -errno;
        self->written += (size_t)count;
    }
    return 0;
}

/* Writes on, and has itself called again for what is left. */
static void
print_ready(void *instance, int fd, short events)
{
    struct print *self = instance;
    int rc = write_some(self);

    (void)events;
    if (rc < 0) {
        self->broken = true;
        (void)weir_fail(self, rc, "cannot write to standard output");
    }
    if (rc == 0 && self->written < self->size) {
        (void)weir_watch(self, fd, POLLOUT, print_ready);
        return;
    }
    (void)weir_watch(self, fd, 0, NULL);
    drop_text(self);
}

/* The rows and columns that a terminal has just now. */
static struct winsize
terminal_size(void)
{
    struct winsize size = {0};

    (void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    if (size.ws_row == 0)
        size.ws_row = 24;
    if (size.ws_col == 0)
        size.ws_col = 80;
    return size;
}

static void
write_table(struct print *self, const char *note, FILE *out)
{
    struct winsize size = terminal_size();
    size_t most = (size_t)self->rows;

    if (most == 0)
        most = size.ws_row > OTHER_LINES ? size.ws_row - OTHER_LINES : 1;
    if (!self->cleared)
        (void)fputs("\033[2J", out);
    self->cleared = true;
    board_table(&self->board, size.ws_col, most, note, out);
}

static enum print_format
format_of(const struct print *self)
{
    if (self->format != FORMAT_AUTO)
        return (enum print_format)self->format;
    return isatty(STDOUT_FILENO) ? FORMAT_TABLE : FORMAT_LINES;
}

/* Shows what was gathered; 'note' says what is missing, or is "". */
static void
show(struct print *self, const char *note)
{
    size_t most = (size_t)self->rows;
    FILE *out = open_memstream(&self->text, &self->size);

    if (!out)
        abort();
    board_sort(&self->board);
    switch (format_of(self)) {
    case FORMAT_LINES:
        board_lines(&self->board, most, out);
        break;
    case FORMAT_JSON:
        board_json(&self->board, most, out);
        break;
    default:
        write_table(self, note, out);
    }
    (void)fclose(out);
    self->written = 0;
    print_ready(self, STDOUT_FILENO, POLLOUT);
}

static bool
print_heard(void *instance, void *arg, const struct weir_result *result)
{
    struct print *self = instance;
    const char *note = result->note_count > 0 ? result->notes[0].text : "";

    (void)arg;
    for (size_t i = 0; i < result->count; i++)
        board_add(&self->board, &result->figures[i]);
    if (result->rc == 0)
        return true;
    self->asking = false;
    if (result->rc != -ECANCELED)
        show(self, note);
    if (result->rc < 0 && result->rc != -ECANCELED)
        (void)weir_fail(self, result->rc, "no figures: %s", note);
    board_clear(&self->board);
    return false;
}

static void
print_due(void *instance, void *arg)
{
    struct print *self = instance;
    const struct weir_matcher matcher = {"__name__", WEIR_LIKE,
                                         self->pattern_text, self->pattern};

    (void)arg;
    if (self->asking || self->text || self->broken)
        return;
    self->board.time_ns = now_ns();
    self->board.window_ns = self->window.ns;
    const struct weir_select what = {
        .want = WEIR_SAMPLES,
        .matchers = &matcher,
        .matcher_count = self->pattern ? 1 : 0,
        .after_ns = self->board.time_ns - self->window.ns,
        .until_ns = self->board.time_ns,
    };
    int rc = weir_summary(self, &what, print_heard, NULL);
    self->asking = rc == 0;
    if (rc < 0)
        (void)weir_fail(self, rc, "cannot ask for figures");
}

static int
print_open(void *instance)
{
    struct print *self = instance;

    if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
        return weir_fail(self, -errno, "standard output is closed");
    int rc = compile_match(self);
    if (rc < 0)
        return rc;
    return weir_timer(self, weir_interval_ns(self), weir_interval_ns(self),
                      print_due, NULL);
}

static void
print_close(void *instance)
{
    struct print *self = instance;

    drop_text(self);
    board_clear(&self->board);
    weir_pattern_destroy(&self->pattern);
}

WEIR_REPORT(print) = {
    .help = "Figures of each series on standard output.",
    .instance_size = sizeof(struct print),
    .options = options,
    .check = print_check,
    .open = print_open,
    .close = print_close,
};
