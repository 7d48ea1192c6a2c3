/* command_check.c - weir check: all that is wrong with a configuration */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "configuration.h"
#include "loader.h"
#include "pipeline.h"

static const struct weir_head *
find_plugin(void *arg, enum weir_kind kind, const char *name,
            const char **reterr_why)
{
    (void)arg;
    return loader_find(kind, name, reterr_why);
}

int
command_read(const char *file, struct configuration **ret_configuration)
{
    int rc = configuration_read(file, find_plugin, NULL, ret_configuration);

    if (rc == 0 && pipeline_check(*ret_configuration) > 0)
        rc = -1;
    return rc;
}

void
command_print_complaints(const struct configuration *configuration, FILE *out)
{
    const struct complaints *complaints = &configuration->complaints;

    for (size_t i = 0; i < complaints->count; i++)
        (void)fprintf(out, "%s%s\n", complaints->list[i].text,
                      complaints->list[i].warning ? " (warning)" : "");
    if (complaints->more_count)
        (void)fprintf(out, "... and %zu more\n", complaints->more_count);
}

int
command_check(int argc, char **argv)
{
    const char *file = NULL;
    struct configuration *configuration = NULL;

    if (!command_take_file(argc, argv, &file))
        return EXIT_WRONG;
    int rc = command_read(file, &configuration);
    command_print_complaints(configuration, stderr);
    if (rc == 0)
        (void)printf("%s: good, %zu instances\n", configuration->file,
                     configuration->instance_count);
    configuration_destroy(&configuration);
    return rc < 0 ? EXIT_WRONG : EXIT_SUCCESS;
}
