/* command.c - the program's commands */
#include <config.h>

#include "command.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <weir/plugin.h>

#include "base.h"
#include "configuration.h"
#include "loader.h"

struct command {
    const char *name, *arguments, *help;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
    {"run", "[-c FILE]", "run the pipeline that FILE describes (the default)",
     command_run},
    {"check", "[-c FILE]", "say all that is wrong with FILE, and run nothing",
     command_check},
    {"plugins", "[KIND/NAME]", "list the plugins, or the options of one",
     command_plugins},
    {"key", "[--public] FILE", "make a pair of keys; or print the public one",
     command_key},
    {"spool", "[WORD ...]", "what waits on disk: list, show, replay or drop it",
     command_spool},
    {"query", "EXPR [OPTIONS]", "ask in PromQL; weir query --help says more",
     command_query},
};

/* Finds a command that a plugin declares; see struct weir_command. */
struct wanted {
    const char *name;
    const struct weir_command *found;
    bool list; /* print all instead */
};

static void
look_at_plugin(void *arg, enum weir_kind kind, const char *name)
{
    struct wanted *wanted = arg;
    const char *why = NULL;
    const struct weir_head *head = loader_find(kind, name, &why);

    for (const struct weir_command *c = head ? head->plugin->commands : NULL;
         c && c->name; c++) {
        if (wanted->list)
            (void)printf("  %-28s %s\n", c->name, c->help);
        else if (strcmp(c->name, wanted->name) == 0)
            wanted->found = c;
    }
}

static void
look_at_plugins(struct wanted *wanted)
{
    for (int kind = WEIR_KIND_INPUT; kind <= WEIR_KIND_REPORT; kind++)
        loader_each((enum weir_kind)kind, look_at_plugin, wanted);
}

static int
print_help(void)
{
    struct wanted all = {.list = true};

    (void)puts("usage: weir [COMMAND] [ARGUMENTS]\n"
               "\n"
               "weir collects metrics from Go programs and the machines "
               "beneath, keeps them,\nand shows what they mean.\n");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        (void)printf("  %-8s%-20s %s\n", commands[i].name,
                     commands[i].arguments, commands[i].help);
    look_at_plugins(&all);
    (void)puts("\n"
               "  --version                    print the version\n"
               "  --help                       print this\n"
               "\n"
               "See weir(1), weir.conf(5), weir-plugin(7).");
    return EXIT_SUCCESS;
}

static int
print_version(void)
{
    (void)printf("weir %s, plugin ABI %d\n", PACKAGE_VERSION, WEIR_ABI);
    return EXIT_SUCCESS;
}

void
command_allow_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

bool
command_take_file(int argc, char **argv, const char **ret_file)
{
    int option = 0;

    optind = 1;
    opterr = 0;
    while ((option = getopt(argc, argv, "+c:")) != -1) {
        if (option != 'c') {
            (void)fprintf(stderr, "weir %s: %s -%c; see weir --help\n", argv[0],
                          optopt == 'c' ? "a file is due after"
                                        : "there is no option",
                          optopt);
            return false;
        }
        *ret_file = optarg;
    }
    if (optind < argc)
        (void)fprintf(stderr,
                      "weir %s: \"%s\" is not expected here; see weir "
                      "--help\n",
                      argv[0], argv[optind]);
    return optind >= argc;
}

static int
run_named(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc, argv);
    struct wanted wanted = {.name = argv[0]};
    look_at_plugins(&wanted);
    if (wanted.found)
        return wanted.found->run(argc, argv);
    (void)fprintf(stderr, "weir: there is no command \"%s\"; see weir --help\n",
                  argv[0]);
    return EXIT_WRONG;
}

/* Descriptors 0 to 2 that are closed would be taken by files and sockets, and
 * what is printed would go there. */
static void
fill_standard(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

int
weir_main(int argc, char **argv)
{
    static char run[] = "run";

    fill_standard();

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return print_help();
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return print_version();
    if (argc > 1 && argv[1][0] != '-')
        return run_named(argc - 1, argv + 1);
    if (argc > 0)
        argv[0] = run;
    return command_run(argc, argv);
}
