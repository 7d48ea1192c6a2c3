/* summary_command.c - weir report: a report on demand
 *
 * Asks a weir that runs, whose report summary makes it.
 */
#include <config.h>

#include "summary_command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/moment.h"
#include "cli/whom.h"
#include "form.h"
#include "shelf.h"

enum { DONE, FAILED, WRONG };

enum { FIELDS_MOST = 80, NUMBER_SIZE = 32, TIMEOUT_S = 30 };

/* What is longer than a letter. */
enum {
    OPTION_WINDOW = 256,
    OPTION_END,
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_MATCH,
    OPTION_LIMIT,
    OPTION_NAME,
    OPTION_URL,
    OPTION_TIMEOUT,
    OPTION_HELP,
};

static const struct option options[] = {
    {"window", required_argument, NULL, OPTION_WINDOW},
    {"end", required_argument, NULL, OPTION_END},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"match", required_argument, NULL, OPTION_MATCH},
    {"limit", required_argument, NULL, OPTION_LIMIT},
    {"name", required_argument, NULL, OPTION_NAME},
    {"url", required_argument, NULL, OPTION_URL},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static const char help[] =
    "usage: weir report [--window DURATION] [--end TIME] [--match "
    "SELECTOR]...\n"
    "                   [--limit COUNT] [--format html|markdown|json|csv]\n"
    "                   [--output FILE] [--name NAME] [--url URL | -c FILE]\n"
    "                   [--timeout DURATION]\n"
    "\n"
    "Writes what the time before was like: averages, most and least, how fast\n"
    "they change, trends, and what moved most against the time before that.\n"
    "\n"
    "  --window DURATION   how far it reaches back (as the report's options "
    "say)\n"
    "  --end TIME          when it ends (now)\n"
    "  --match SELECTOR    series to show, such as 'node_load1'; may be given\n"
    "                      several times (what the report's options say)\n"
    "  --limit COUNT       series shown of each (8)\n"
    "  --format FORMAT     html, markdown, json or csv (as the output's name "
    "ends,\n"
    "                      else markdown)\n"
    "  --output FILE       where to write it; - is standard output (-)\n"
    "  --name NAME         which report summary of the configuration (the "
    "first)\n"
    "  --url URL           the weir to ask (http://127.0.0.1:9347)\n"
    "  -c FILE             the weir that runs with this configuration\n"
    "  --timeout DURATION  how long to wait (30s)\n"
    "\n"
    "TIME is now, -1h or now-1h30m, 2026-11-23T10:30:00+01:00, 2026-11-23 "
    "10:30,\n"
    "or seconds since 1970; a DURATION is 90m, 24h, 7d or seconds.\n"
    "\n"
    "  weir report --window 24h --output report.html\n"
    "  weir report --window 1h --match go_goroutines\n"
    "\n"
    "See weir-report-summary(5).\n";

/* The command line. */
struct errand {
    const char *window, *end, *output, *limit, *name, *url, *file;
    const struct form *form;
    struct client_field fields[FIELDS_MOST + 1]; /* [count], then {0} */
    size_t count;
    char end_s[NUMBER_SIZE];
    int64_t timeout_ns;
    bool help;
};

__attribute__((format(printf, 2, 3))) static int
complain(int status, const char *format, ...)
{
    va_list args;

    (void)fputs("weir report: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    return status;
}

/* Options ------------------------------------------------------------------ */

static int
add_field(struct errand *self, const char *name, const char *value)
{
    if (self->count == FIELDS_MOST)
        return complain(WRONG, "that is too much to ask at once");
    self->fields[self->count++] = (struct client_field){name, value};
    return DONE;
}

static int
read_form(struct errand *self, const char *text)
{
    self->form = form_of(text);
    return self->form ? DONE
                      : complain(WRONG,
                                 "--format is html, markdown, json or csv, not "
                                 "\"%s\"",
                                 text);
}

static int
read_timeout(struct errand *self, const char *text)
{
    const char *why = NULL;

    if (moment_read_duration(text, &self->timeout_ns, &why) < 0)
        return complain(WRONG, "--timeout %s: %s", text, why);
    if (self->timeout_ns <= 0)
        return complain(WRONG, "--timeout %s: more than nothing is due", text);
    return DONE;
}

static int
refuse_option(char **argv, int option)
{
    const char *word = argv[optind - 1];

    if (option == ':')
        return complain(WRONG, "a value is due after %s", word);
    if (optopt && optopt < OPTION_WINDOW)
        return complain(WRONG, "there is no option -%c; see weir report --help",
                        optopt);
    return complain(WRONG, "there is no option %s; see weir report --help",
                    word);
}

static int
take_option(struct errand *self, int option, char **argv)
{
    const struct {
        int option;
        const char **text;
    } texts[] = {
        {OPTION_WINDOW, &self->window},
        {OPTION_END, &self->end},
        {OPTION_OUTPUT, &self->output},
        {OPTION_LIMIT, &self->limit},
        {OPTION_NAME, &self->name},
        {OPTION_URL, &self->url},
        {'c', &self->file},
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        if (texts[i].option == option) {
            *texts[i].text = optarg;
            return DONE;
        }
    switch (option) {
    case OPTION_MATCH:
        return add_field(self, "match[]", optarg);
    case OPTION_FORMAT:
        return read_form(self, optarg);
    case OPTION_TIMEOUT:
        return read_timeout(self, optarg);
    case OPTION_HELP:
        self->help = true;
        return DONE;
    default:
        return refuse_option(argv, option);
    }
}

/* A local time is that of who asks, so it is made seconds here. */
static int
read_end(struct errand *self)
{
    const char *why = NULL;
    int64_t end_ns = 0, now_ns = time(NULL) * NS_PER_S;

    if (!self->end)
        return DONE;
    if (moment_read(self->end, now_ns, &end_ns, &why) < 0)
        return complain(WRONG, "--end %s: %s", self->end, why);
    (void)snprintf(self->end_s, sizeof(self->end_s), "%.3f",
                   (double)end_ns / 1e9);
    return add_field(self, "end", self->end_s);
}

static int
read_window(struct errand *self)
{
    const char *why = NULL;
    int64_t window_ns = 0;

    if (!self->window)
        return DONE;
    if (moment_read_duration(self->window, &window_ns, &why) < 0)
        return complain(WRONG, "--window %s: %s", self->window, why);
    if (window_ns < NS_PER_S)
        return complain(WRONG, "--window %s: a second is the least",
                        self->window);
    return add_field(self, "window", self->window);
}

/* The form is what is said, else what the file is called. */
static void
choose_form(struct errand *self)
{
    const char *dot = self->output ? strrchr(self->output, '.') : NULL;

    if (!self->form && dot && !strchr(dot, '/'))
        self->form = form_of(dot + 1);
    if (!self->form)
        self->form = &forms[FORM_MARKDOWN];
}

static int
read_rest(struct errand *self)
{
    int status = read_end(self);

    if (status == DONE)
        status = read_window(self);
    if (status == DONE && self->limit)
        status = add_field(self, "limit", self->limit);
    if (status == DONE && self->url && self->file)
        status = complain(WRONG, "--url and -c are two ways to say whom to "
                                 "ask: which is it?");
    if (status != DONE)
        return status;
    choose_form(self);
    return add_field(self, "format", self->form->name);
}

static int
read_options(struct errand *self, int argc, char **argv)
{
    int option = 0, status = DONE;

    optind = 0; /* begins anew, in GNU's getopt */
    opterr = 0;
    while (status == DONE && !self->help &&
           (option = getopt_long(argc, argv, ":c:", options, NULL)) != -1)
        status = take_option(self, option, argv);
    if (status != DONE || self->help)
        return status;
    if (optind < argc)
        return complain(WRONG,
                        "\"%s\" is not expected here; series are told "
                        "by --match",
                        argv[optind]);
    return read_rest(self);
}

/* Asking ------------------------------------------------------------------- */

static char *
path_of(const struct errand *self)
{
    static const char path[] = "/api/v1/report";
    char *whole = NULL;

    if (asprintf(&whole, "%s%s%s", path, self->name ? "/" : "",
                 self->name ? self->name : "") < 0)
        whole = NULL;
    return x_or_die(whole);
}

/* Says what the answer says that is no report. */
static int
refuse_reply(const struct errand *self, const struct client_reply *reply)
{
    int length = reply->bytes ? (int)strcspn(reply->bytes, "\r\n") : 0;

    length = length > 400 ? 400 : length;
    if (reply->status == 404)
        return complain(FAILED,
                        "that weir has no report summary%s%s; it needs report "
                        "summary { } in its configuration",
                        self->name ? ":" : "", self->name ? self->name : "");
    if (reply->status == 400)
        return complain(WRONG, "%.*s", length, reply->bytes);
    return complain(FAILED, "there is no report: %.*s (status %d)", length,
                    reply->bytes ? reply->bytes : "", reply->status);
}

static int
put(const struct errand *self, const struct client_reply *reply)
{
    char why[SHELF_WHY_SIZE];

    if (self->output && strcmp(self->output, "-") != 0)
        return shelf_write(self->output, reply->bytes, reply->size, why) < 0
                   ? complain(FAILED, "%s", why)
                   : DONE;
    errno = 0;
    if (fwrite(reply->bytes, 1, reply->size, stdout) == reply->size &&
        fflush(stdout) == 0)
        return DONE;
    /* A reader that has gone, such as head, is no failure worth a word. */
    return errno == EPIPE
               ? FAILED
               : complain(FAILED, "cannot write: %s", strerror(errno));
}

static int
ask(const struct errand *self)
{
    weir_cleanup(client_reply_fini) struct client_reply reply = {0};
    weir_cleanup(whom_fini) struct whom whom = {0};
    weir_cleanup(weir_free) char *form = client_form(self->fields);
    weir_cleanup(weir_free) char *path = path_of(self);

    if (whom_find(self->url, self->file, &whom) != DONE)
        return WRONG;
    const struct client_place at = {.url = whom.url, .socket = whom.socket};
    if (client_post(&at, path, form, self->timeout_ns, &reply) < 0)
        return complain(FAILED, "%s", reply.why);
    if (reply.status != 200 || !reply.bytes)
        return refuse_reply(self, &reply);
    return put(self, &reply);
}

int
command_report(int argc, char **argv)
{
    struct errand errand = {.timeout_ns = TIMEOUT_S * NS_PER_S};

    int status = read_options(&errand, argc, argv);
    if (status == DONE && errand.help)
        (void)fputs(help, stdout);
    return status != DONE || errand.help ? status : ask(&errand);
}
