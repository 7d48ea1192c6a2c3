/* cli/whom.c - which weir that runs a command asks */
#include <config.h>

#include "cli/whom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "command.h"
#include "configuration.h"

static const char usual_url[] = "http://127.0.0.1:9347";

static char *
join(const char *before, const char *text)
{
    char *whole = NULL;

    if (asprintf(&whole, "%s%s", before, text) < 0)
        whole = NULL;
    return x_or_die(whole);
}

/* Returns the URL of an address to listen on; what stands for all addresses is
 * this host. */
static char *
url_of(const char *listen)
{
    static const char *const all[] = {"0.0.0.0:", "[::]:", "*:", ":"};

    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        if (strncmp(listen, all[i], strlen(all[i])) == 0)
            return join("http://127.0.0.1:", listen + strlen(all[i]));
    return join("http://", listen);
}

static int
read_whom(const char *file, struct whom *whom)
{
    weir_cleanup(configuration_destroy) struct configuration *configuration =
        NULL;

    if (command_read(file, &configuration) < 0) {
        command_print_complaints(configuration, stderr);
        return EXIT_WRONG;
    }
    if (configuration->http.listen.count) {
        whom->url = url_of(configuration->http.listen.items[0]);
    } else {
        whom->url = x_or_die(strdup("http://localhost"));
        whom->socket = join(configuration->state, "/control.sock");
    }
    return EXIT_SUCCESS;
}

int
whom_find(const char *url, const char *file, struct whom *ret_whom)
{
    if (!url && file)
        return read_whom(file, ret_whom);
    ret_whom->url = x_or_die(strdup(url ? url : usual_url));
    for (size_t end = strlen(ret_whom->url);
         end && ret_whom->url[end - 1] == '/';)
        ret_whom->url[--end] = '\0';
    return EXIT_SUCCESS;
}

void
whom_fini(struct whom *self)
{
    free(self->url);
    free(self->socket);
    *self = (struct whom){0};
}
