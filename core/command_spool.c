/* command_spool.c - weir spool: what waits on disk for stores */
#include <config.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "command.h"
#include "command_spool_inner.h"
#include "configuration.h"

static const char help[] =
    "usage: weir spool [list]\n"
    "       weir spool show LINK...\n"
    "       weir spool replay LINK...\n"
    "       weir spool replay --to LINK FOLDER...\n"
    "       weir spool drop [--all] [--yes] LINK|FOLDER...\n"
    "\n"
    "  list      the spools of the configuration, and how much they hold\n"
    "  show      the segments of a link's spools, and why stores refused some\n"
    "  replay    send again what a store refused for ever; with --to, send "
    "what\n"
    "            lies in folders of segments, such as the spool of a store "
    "that\n"
    "            is gone or of another host\n"
    "  drop      delete what a store refused for ever, or a folder's "
    "segments;\n"
    "            with --all also what waits to be sent, when weir is stopped;\n"
    "            without --yes it only says what would be deleted\n"
    "\n"
    "LINK is a link, or LINK/STORE as weir spool list shows it.\n"
    "  -c FILE   the configuration, whose state has the spools\n"
    "  --help    print this\n";

enum { NO_COUNT = -1 };

static int
list(const char *state, const struct spool_words *words)
{
    (void)words;
    return spool_list(state);
}

static const struct word {
    const char *name;
    int least, most; /* names that it wants; NO_COUNT: any number */
    bool to, drops;  /* options that it has */
    int (*run)(const char *state, const struct spool_words *words);
} table[] = {
    {"list", 0, 0, false, false, list},
    {"show", 1, NO_COUNT, false, false, spool_show},
    {"replay", 1, NO_COUNT, true, false, spool_replay},
    {"drop", 1, NO_COUNT, false, true, spool_drop_words},
};

static const struct word *
find_word(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

static bool
is_wrong(const char *what, const char *name)
{
    (void)fprintf(stderr, "weir spool: %s%s%s; see weir spool --help\n", what,
                  name ? " " : "", name ? name : "");
    return false;
}

enum { OPTION_TO = 256, OPTION_ALL, OPTION_YES, OPTION_HELP };

static bool
take_option(int option, const struct word *word, struct spool_words *words,
            bool *ret_help)
{
    switch (option) {
    case 'c':
        words->file = optarg;
        return true;
    case OPTION_TO:
        words->to = optarg;
        return word->to || is_wrong("--to is not for", word->name);
    case OPTION_ALL:
        words->all = true;
        return word->drops || is_wrong("--all is not for", word->name);
    case OPTION_YES:
        words->yes = true;
        return word->drops || is_wrong("--yes is not for", word->name);
    case OPTION_HELP:
        *ret_help = true;
        return true;
    default:
        return is_wrong("a wrong option, or what is due after one is missing",
                        NULL);
    }
}

static bool
take_words(int argc, char **argv, const struct word *word,
           struct spool_words *words, bool *ret_help)
{
    static const struct option options[] = {
        {"to", required_argument, NULL, OPTION_TO},
        {"all", no_argument, NULL, OPTION_ALL},
        {"yes", no_argument, NULL, OPTION_YES},
        {"help", no_argument, NULL, OPTION_HELP},
        {0},
    };
    int option = 0;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1)
        if (!take_option(option, word, words, ret_help))
            return false;
    words->names = argv + optind;
    words->count = argc - optind;
    if (*ret_help)
        return true;
    if (words->count < word->least)
        return is_wrong("a link is due after", word->name);
    if (word->most >= 0 && words->count > word->most)
        return is_wrong("this is not expected here:", words->names[word->most]);
    return true;
}

int
command_spool(int argc, char **argv)
{
    struct configuration *configuration = NULL;
    struct spool_words words = {0};
    const struct word *word = &table[0];
    bool wants_help = false;
    int taken = argc > 1 && argv[1][0] != '-';

    if (taken)
        word = find_word(argv[1]);
    if (!word) {
        (void)is_wrong("there is no word", argv[1]);
        return EXIT_WRONG;
    }
    argv[taken] = argv[0];
    if (!take_words(argc - taken, argv + taken, word, &words, &wants_help))
        return EXIT_WRONG;
    if (wants_help) {
        (void)fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    int rc = command_read(words.file, &configuration);
    if (rc < 0)
        command_print_complaints(configuration, stderr);
    int status = rc < 0 ? EXIT_WRONG : word->run(configuration->state, &words);
    configuration_destroy(&configuration);
    return status;
}
