/* command_plugins.c - weir plugins: what there is, and what it takes */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "configuration.h"
#include "loader.h"
#include "option.h"

static void
list_one(void *arg, enum weir_kind kind, const char *name)
{
    const char *why = NULL;
    const struct weir_head *head = loader_find(kind, name, &why);
    char title[96];

    (void)arg;
    (void)snprintf(title, sizeof(title), "%s/%s", configuration_kind(kind),
                   name);
    (void)printf("%-24s %s\n", title, head ? head->plugin->help : why);
}

static int
list_all(void)
{
    for (int kind = WEIR_KIND_INPUT; kind <= WEIR_KIND_REPORT; kind++)
        loader_each((enum weir_kind)kind, list_one, NULL);
    return EXIT_SUCCESS;
}

/* Splits "KIND/NAME".  Returns 0 for no kind. */
static int
read_title(const char *title, const char **ret_name)
{
    for (int kind = WEIR_KIND_INPUT; kind <= WEIR_KIND_REPORT; kind++) {
        const char *word = configuration_kind((enum weir_kind)kind);
        size_t length = strlen(word);
        if (strncmp(title, word, length) != 0 || title[length] != '/')
            continue;
        *ret_name = title + length + 1;
        return kind;
    }
    return 0;
}

static void
print_options(const char *heading, const struct weir_option *options)
{
    if (!options || !options->name)
        return;
    weir_cleanup(weir_free) char *sample = option_sample(options);
    (void)printf("\n    # %s\n%s", heading, sample);
}

static int
print_one(const char *title)
{
    const char *name = NULL;
    const char *why = NULL;
    int kind = read_title(title, &name);

    if (!kind) {
        (void)fprintf(stderr,
                      "weir plugins: \"%s\" is not KIND/NAME, such as "
                      "input/host\n",
                      title);
        return EXIT_WRONG;
    }
    const struct weir_head *head =
        loader_find((enum weir_kind)kind, name, &why);
    if (!head) {
        (void)fprintf(stderr, "weir plugins: %s\n", why);
        return EXIT_FAILURE;
    }
    const char *word = configuration_kind((enum weir_kind)kind);
    (void)printf("# %s\n%s %s {", head->plugin->help, word, name);
    print_options("its own options", head->plugin->options);
    print_options("options that all of its kind have",
                  configuration_options(word));
    (void)puts("}");
    return EXIT_SUCCESS;
}

int
command_plugins(int argc, char **argv)
{
    if (argc > 2) {
        (void)fprintf(stderr, "weir plugins: one KIND/NAME at most\n");
        return EXIT_WRONG;
    }
    return argc == 2 ? print_one(argv[1]) : list_all();
}
