/* top_wish.c - what the command line of weir top asks for */
#include <config.h>

#include "top_wish.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "base.h"
#include "cli/moment.h"
#include "overview_column.h"

enum {
    WINDOW_S = 3600,
    REFRESH_S = 2,
    TIMEOUT_S = 30,
};

/* What is longer than a letter. */
enum {
    OPTION_ONCE = 256,
    OPTION_URL,
    OPTION_WINDOW,
    OPTION_KIND,
    OPTION_SEARCH,
    OPTION_SORT,
    OPTION_REFRESH,
    OPTION_TIMEOUT,
    OPTION_HELP,
};

static const struct option options[] = {
    {"once", no_argument, NULL, OPTION_ONCE},
    {"url", required_argument, NULL, OPTION_URL},
    {"window", required_argument, NULL, OPTION_WINDOW},
    {"kind", required_argument, NULL, OPTION_KIND},
    {"search", required_argument, NULL, OPTION_SEARCH},
    {"sort", required_argument, NULL, OPTION_SORT},
    {"refresh", required_argument, NULL, OPTION_REFRESH},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

static const char help[] =
    "usage: weir top [--once] [--window DURATION] [--kind KIND] [--search "
    "TEXT]\n"
    "                [--sort KEY] [--refresh DURATION] [--url URL | -c FILE]\n"
    "                [--timeout DURATION]\n"
    "\n"
    "Shows how hosts, Go services, other targets and weir itself are doing.\n"
    "\n"
    "  --once              print it as text and end\n"
    "  --window DURATION   the time that averages and maxima are of (1h)\n"
    "  --kind KIND         host, go, target or weir (all, beginning with "
    "hosts)\n"
    "  --search TEXT       only what has this in its name\n"
    "  --sort KEY          name, state or a column, such as cpu (state)\n"
    "  --refresh DURATION  how often it is looked at (2s)\n"
    "  --url URL           the weir to ask (http://127.0.0.1:9347)\n"
    "  -c FILE             the weir that runs with this configuration\n"
    "  --timeout DURATION  how long to wait for an answer (30s)\n"
    "\n"
    "h shows its keys.  See weir(1).\n";

void
top_wish_help(FILE *out)
{
    (void)fputs(help, out);
}

__attribute__((format(printf, 1, 2))) static int
complain(const char *format, ...)
{
    va_list args;

    (void)fputs("weir top: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputs("; see weir top --help\n", stderr);
    return -EINVAL;
}

static int
read_duration(const char *name, const char *text, int64_t *ret_ns)
{
    const char *why = NULL;

    if (moment_read_duration(text, ret_ns, &why) < 0)
        return complain("--%s %s: %s", name, text, why);
    if (*ret_ns <= 0)
        return complain("--%s %s: more than nothing is due", name, text);
    return 0;
}

static int
read_kind(struct top_wish *wish, const char *text)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].key, text) == 0) {
            wish->kind = kinds[i].key;
            return 0;
        }
    return complain("--kind is host, go, target or weir, not \"%s\"", text);
}

static int
refuse_option(char **argv, int option)
{
    if (option == ':')
        return complain("a value is due after %s", argv[optind - 1]);
    if (optopt && optopt < OPTION_ONCE)
        return complain("there is no option -%c", optopt);
    return complain("there is no option %s", argv[optind - 1]);
}

static int
read_option(struct top_wish *wish, int option, char **argv)
{
    switch (option) {
    case 'c':
        wish->configuration = optarg;
        return 0;
    case OPTION_ONCE:
        wish->once = true;
        return 0;
    case OPTION_URL:
        wish->url = optarg;
        return 0;
    case OPTION_WINDOW:
        return read_duration("window", optarg, &wish->window_ns);
    case OPTION_KIND:
        return read_kind(wish, optarg);
    case OPTION_SEARCH:
        wish->search = optarg;
        return 0;
    case OPTION_SORT:
        wish->sort = optarg;
        return 0;
    case OPTION_REFRESH:
        return read_duration("refresh", optarg, &wish->refresh_ns);
    case OPTION_TIMEOUT:
        return read_duration("timeout", optarg, &wish->timeout_ns);
    case OPTION_HELP:
        wish->help = true;
        return 0;
    default:
        return refuse_option(argv, option);
    }
}

int
top_wish_read(int argc, char **argv, struct top_wish *ret_wish)
{
    struct top_wish wish = {
        .search = "",
        .sort = "",
        .window_ns = WINDOW_S * NS_PER_S,
        .refresh_ns = REFRESH_S * NS_PER_S,
        .timeout_ns = TIMEOUT_S * NS_PER_S,
    };
    int option = 0;
    int rc = 0;

    optind = 1;
    opterr = 0;
    while (rc == 0 &&
           (option = getopt_long(argc, argv, ":c:", options, NULL)) != -1)
        rc = read_option(&wish, option, argv);
    if (rc == 0 && optind < argc)
        rc = complain("\"%s\" is not expected here", argv[optind]);
    if (rc == 0 && wish.url && wish.configuration)
        rc = complain("--url or -c, which is it");
    if (rc == 0)
        *ret_wish = wish;
    return rc;
}
