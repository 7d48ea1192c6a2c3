/* cli/wish.c - what the command line of weir query asks for */
#include <config.h>

#include "cli/wish.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base.h"
#include "cli/moment.h"

enum {
    POINTS_USUAL = 250,
    POINTS_MOST = 11000, /* of a series; Prometheus takes no more */
    TIMEOUT_S = 30,
};

/* What is longer than a letter. */
enum {
    OPTION_START = 256,
    OPTION_END,
    OPTION_STEP,
    OPTION_AT,
    OPTION_FORMAT,
    OPTION_URL,
    OPTION_PATH,
    OPTION_TIMEOUT,
    OPTION_HELP,
};

static const struct option options[] = {
    {"start", required_argument, NULL, OPTION_START},
    {"end", required_argument, NULL, OPTION_END},
    {"step", required_argument, NULL, OPTION_STEP},
    {"at", required_argument, NULL, OPTION_AT},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"url", required_argument, NULL, OPTION_URL},
    {"path", required_argument, NULL, OPTION_PATH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static const char *const formats[] = {[WISH_TABLE] = "table",
                                      [WISH_CSV] = "csv",
                                      [WISH_JSON] = "json",
                                      [WISH_CHART] = "chart"};

static const char help[] =
    "usage: weir query EXPR [--at TIME | --start TIME [--end TIME] [--step "
    "STEP]]\n"
    "                  [--format table|csv|json|chart]\n"
    "                  [--url URL | -c FILE | --path DIR] [--timeout "
    "DURATION]\n"
    "\n"
    "Asks weir in PromQL: what is now, what was --at a time, or how it went "
    "from\n"
    "--start to --end.\n"
    "\n"
    "  --at TIME           one instant (now)\n"
    "  --start TIME        the begin of a range\n"
    "  --end TIME          its end (now)\n"
    "  --step STEP         between its points (such that there are about "
    "250)\n"
    "  --format FORMAT     table, csv, json (the answer of Prometheus' API) "
    "or\n"
    "                      chart, which draws the last hour unless --start "
    "says\n"
    "                      otherwise (table)\n"
    "  --url URL           the weir to ask (http://127.0.0.1:9347)\n"
    "  -c FILE             the weir that runs with this configuration\n"
    "  --path DIR          a store of tsdb that no weir has open\n"
    "  --timeout DURATION  how long to wait (30s)\n"
    "\n"
    "TIME is now, -1h or now-1h30m, 2026-11-23T10:30:00+01:00, 2026-11-23 "
    "10:30,\n"
    "or seconds since 1970; a STEP is 15s, 1h30m or seconds.\n"
    "\n"
    "  weir query 'rate(node_cpu_seconds_total[5m])'\n"
    "  weir query node_load1 --start -6h --format chart\n"
    "  weir query 'up == 0' --format json | jq .data.result\n"
    "\n"
    "See weir(1).\n";

void
wish_print_help(FILE *out)
{
    (void)fputs(help, out);
}

/* What is read, and what was given. */
struct reading {
    struct wish wish;
    int64_t now_ns;
    const struct screen *screen;
    const char *start, *end, *step, *at; /* texts, or NULL */
};

__attribute__((format(printf, 1, 2))) static int
complain(const char *format, ...)
{
    va_list args;

    (void)fputs("weir query: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    return -EINVAL;
}

/* Options ------------------------------------------------------------------ */

static int
read_format(struct wish *wish, const char *text)
{
    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        if (strcmp(formats[i], text) == 0) {
            wish->format = (enum wish_format)i;
            return 0;
        }
    return complain("--format is table, csv, json or chart, not \"%s\"", text);
}

static int
read_timeout(struct wish *wish, const char *text)
{
    const char *why = NULL;

    if (moment_read_duration(text, &wish->timeout_ns, &why) < 0)
        return complain("--timeout %s: %s", text, why);
    if (wish->timeout_ns <= 0)
        return complain("--timeout %s: more than nothing is due", text);
    return 0;
}

static int
refuse_option(char **argv, int option)
{
    const char *word = argv[optind - 1];

    if (option == ':')
        return complain("a value is due after %s", word);
    if (optopt && optopt < OPTION_START)
        return complain("there is no option -%c; put -- before an expression "
                        "that begins with '-'; see weir query --help",
                        optopt);
    return complain("there is no option %s; see weir query --help", word);
}

static int
take_option(struct reading *self, int option, char **argv)
{
    struct wish *wish = &self->wish;
    const struct {
        int option;
        const char **text;
    } texts[] = {
        {OPTION_START, &self->start}, {OPTION_END, &self->end},
        {OPTION_STEP, &self->step},   {OPTION_AT, &self->at},
        {OPTION_URL, &wish->url},     {OPTION_PATH, &wish->path},
        {'c', &wish->configuration},
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        if (texts[i].option == option) {
            *texts[i].text = optarg;
            return 0;
        }
    if (option == OPTION_FORMAT)
        return read_format(wish, optarg);
    if (option == OPTION_TIMEOUT)
        return read_timeout(wish, optarg);
    wish->help = option == OPTION_HELP;
    return wish->help ? 0 : refuse_option(argv, option);
}

static int
take_options(struct reading *self, int argc, char **argv)
{
    int option = 0;

    optind = 0; /* begins anew, in GNU's getopt */
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":c:", options, NULL)) != -1) {
        int rc = take_option(self, option, argv);
        if (rc < 0 || self->wish.help)
            return rc;
    }
    if (optind >= argc)
        return complain("an expression is due, such as: weir query up; see "
                        "weir query --help");
    if (argc - optind > 1)
        return complain("\"%s\" is one argument too many: put the expression "
                        "in quotes",
                        argv[optind + 1]);
    self->wish.expression = argv[optind];
    return 0;
}

/* Times -------------------------------------------------------------------- */

/* Reads the time of an option; 'fallback_ns' where it is not given. */
static int
read_time(const struct reading *self, const char *name, const char *text,
          int64_t fallback_ns, int64_t *ret_ns)
{
    const char *why = NULL;

    *ret_ns = fallback_ns;
    if (text && moment_read(text, self->now_ns, ret_ns, &why) < 0)
        return complain("--%s %s: %s", name, text, why);
    return 0;
}

static int
read_step(struct reading *self)
{
    struct span *span = &self->wish.span;
    const char *why = NULL;
    int64_t range_ns = 0;
    size_t points = self->wish.format == WISH_CHART
                        ? view_chart_points(self->screen)
                        : POINTS_USUAL;

    if (__builtin_sub_overflow(span->end_ns, span->start_ns, &range_ns))
        return complain("a range of more than 292 years");
    if (!self->step) {
        span->step_ns = moment_step(range_ns, points);
        return 0;
    }
    if (moment_read_duration(self->step, &span->step_ns, &why) < 0)
        return complain("--step %s: %s", self->step, why);
    if (span->step_ns < NS_PER_MS)
        return complain("--step %s: a millisecond is the least", self->step);
    if (range_ns / span->step_ns >= POINTS_MOST)
        return complain("--step %s: that makes %" PRId64
                        " points, and %d are the most",
                        self->step, range_ns / span->step_ns + 1, POINTS_MOST);
    return 0;
}

static int
read_range(struct reading *self)
{
    struct span *span = &self->wish.span;
    int64_t now_ns = self->now_ns;

    if (read_time(self, "start", self->start, now_ns - 3600 * NS_PER_S,
                  &span->start_ns) < 0 ||
        read_time(self, "end", self->end, now_ns, &span->end_ns) < 0)
        return -EINVAL;
    if (span->end_ns < span->start_ns)
        return complain("--start %s is after --end %s",
                        self->start ? self->start : "-1h",
                        self->end ? self->end : "now");
    return read_step(self);
}

static int
read_span(struct reading *self)
{
    bool chart = self->wish.format == WISH_CHART;

    if (self->at && (self->start || self->end || self->step))
        return complain("--at is one instant, --start, --end and --step make a "
                        "range: which is it?");
    if (self->at && chart)
        return complain("--at is one instant, a chart draws a range: say "
                        "--start and --end");
    if (self->start || chart)
        return read_range(self);
    if (self->end || self->step)
        return complain("--%s is of a range, whose --start is due",
                        self->end ? "end" : "step");
    if (read_time(self, "at", self->at, 0, &self->wish.span.end_ns) < 0)
        return -EINVAL;
    self->wish.span.start_ns = self->wish.span.end_ns;
    return 0;
}

/* Says whether at most one place to ask is named. */
static int
check_place(const struct wish *wish)
{
    if (!wish->url + !wish->configuration + !wish->path >= 2)
        return 0;
    return complain("--url, -c and --path are three ways to say whom to ask: "
                    "which is it?");
}

int
wish_read(int argc, char **argv, int64_t now_ns, const struct screen *screen,
          struct wish *ret_wish)
{
    struct reading self = {
        .wish = {.timeout_ns = TIMEOUT_S * NS_PER_S},
        .now_ns = now_ns - now_ns % NS_PER_S,
        .screen = screen,
    };

    int rc = take_options(&self, argc, argv);
    if (rc == 0 && !self.wish.help)
        rc = check_place(&self.wish);
    if (rc == 0 && !self.wish.help)
        rc = read_span(&self);
    *ret_wish = self.wish;
    return rc;
}
