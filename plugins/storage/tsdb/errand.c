/* errand.c - what weir import and weir export have in common */
#include <config.h>

#include "errand.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <weir/harness.h>

#include "base.h"
#include "clock.h"
#include "keeper.h"
#include "timetext.h"
#include "tsdb.h"

enum { BAR = 24, WHAT = 30 };

static const int64_t show_ns = 100 * NS_PER_MS;
static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

bool
errand_take(struct errand *self, int option, const char *argument)
{
    switch (option) {
    case ERRAND_PATH:
        self->path = argument;
        return true;
    case ERRAND_URL_OPTION:
        self->url = argument;
        return true;
    case ERRAND_STORE:
        self->store = argument;
        return true;
    case ERRAND_QUIET:
        self->quiet = true;
        return true;
    case ERRAND_SET:
        if (self->setting_count == ERRAND_SETTINGS_MOST)
            return false;
        self->settings[self->setting_count++] = argument;
        return true;
    default:
        return false;
    }
}

void
errand_begin(struct errand *self)
{
    sigset_t set;

    (void)sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        (void)sigaddset(&set, signals[i]);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    self->on_terminal = !self->quiet && isatty(STDERR_FILENO);
    self->began_ns = clock_now_ns();
}

void
errand_fini(struct errand *self)
{
    weir_harness_destroy(&self->harness);
    free(self->path_setting);
    self->path_setting = NULL;
}

int
errand_fail(struct errand *self, int rc, const char *format, ...)
{
    va_list arguments;

    errand_clear(self);
    (void)fprintf(stderr, "weir %s: ", self->command);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    return rc;
}

/* The store ------------------------------------------------------------------
 */

static char *
write_setting(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = x_or_die(open_memstream(&text, &size));

    (void)fputs("path = \"", out);
    for (; *path; path++)
        (void)fprintf(out, strchr("\"\\$", *path) ? "\\%c" : "%c", *path);
    (void)fputs("\"", out);
    (void)fclose(out);
    return x_or_die(text);
}

static int
fail_open(struct errand *self, int rc)
{
    char who[128];

    if (rc != -EBUSY)
        return errand_fail(self, rc, "%s", weir_harness_why(NULL));
    keeper_find(self->path, who, sizeof(who));
    return errand_fail(self, rc,
                       "%s is held by %s: leave out --path to reach a weir "
                       "that runs (--url says where), or stop it",
                       self->path, who);
}

static bool
is_store(const char *path)
{
    weir_cleanup(weir_free) char *format = NULL;

    if (asprintf(&format, "%s/FORMAT", path) < 0)
        format = x_or_die(NULL);
    return access(format, F_OK) == 0;
}

/* A store whose retention is longer than the default must not lose what that
 * would drop. */
static bool
says_retention(const struct errand *self)
{
    static const char name[] = "retention";

    for (size_t i = 0; i < self->setting_count; i++)
        if (strncmp(self->settings[i], name, sizeof(name) - 1) == 0)
            return true;
    return false;
}

int
errand_open(struct errand *self, struct tsdb **ret_tsdb)
{
    const char *settings[ERRAND_SETTINGS_MOST + 3] = {0};
    size_t count = self->setting_count;

    if (!self->makes && !is_store(self->path))
        return errand_fail(self, -ENOENT, "there is no store in %s",
                           self->path);
    self->path_setting = write_setting(self->path);
    memcpy(settings, self->settings, count * sizeof(settings[0]));
    settings[count++] = self->path_setting;
    if (!says_retention(self))
        settings[count] = "retention = 0";
    int rc = weir_harness_open(tsdb_head(), settings, &self->harness);
    if (rc < 0)
        return fail_open(self, rc);
    *ret_tsdb = weir_harness_self(self->harness);
    return 0;
}

/* Progress ----------------------------------------------------------------- */

static double
seconds_since(int64_t began_ns)
{
    double seconds = (double)(clock_now_ns() - began_ns) * 1e-9;

    return seconds > 1e-9 ? seconds : 1e-9;
}

static bool
is_asked_to_end(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigpending(&set);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        if (sigismember(&set, signals[i]) == 1)
            return true;
    return false;
}

static void
show(const struct errand *self, const char *what, uint64_t done, uint64_t most)
{
    size_t length = strlen(what);
    double share = most ? (double)done / (double)most : 0;
    int full = (int)((share < 1 ? share : 1) * BAR);

    (void)fprintf(stderr, "\r%-*.*s ", WHAT, WHAT,
                  length > WHAT ? what + length - WHAT : what);
    if (most)
        (void)fprintf(stderr, "[%.*s%*s] %3d %% ", full,
                      "########################", BAR - full, "",
                      (int)(share * 100));
    (void)fprintf(stderr, "%.2f M samples, %.2f M/s\033[K",
                  (double)self->samples * 1e-6,
                  (double)self->samples * 1e-6 / seconds_since(self->began_ns));
    (void)fflush(stderr);
}

int
errand_progress(struct errand *self, const char *what, uint64_t done,
                uint64_t most)
{
    int64_t now_ns = clock_now_ns();

    if (is_asked_to_end())
        return -EINTR;
    if (!self->on_terminal || now_ns - self->shown_ns < show_ns)
        return 0;
    self->shown_ns = now_ns;
    show(self, what, done, most);
    return 0;
}

void
errand_clear(struct errand *self)
{
    if (self->shown_ns)
        (void)fputs("\r\033[K", stderr);
    self->shown_ns = 0;
}

void
errand_report(struct errand *self, const char *done)
{
    double seconds = seconds_since(self->began_ns);
    char from[TIMETEXT_SIZE], until[TIMETEXT_SIZE];

    errand_clear(self);
    if (self->quiet)
        return;
    (void)fprintf(stderr,
                  "weir %s: %s %" PRIu64 " samples of %" PRIu64 " series",
                  self->command, done, self->samples, self->series);
    if (self->from_ns || self->until_ns) {
        (void)timetext_write_date(self->from_ns, from);
        (void)timetext_write_date(self->until_ns, until);
        (void)fprintf(stderr, ", from %s until %s", from, until);
    }
    (void)fprintf(stderr, ", in %.1f s (%.0f samples/s)\n", seconds,
                  (double)self->samples / seconds);
}
