/* state_folder.c - where weir writes */
#include <config.h>

#include "state_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"

/* Returns 'path' within 'folder'. */
static const char *
within(struct configuration *self, const char *folder, const char *path)
{
    size_t size = strlen(folder) + strlen(path) + 2;
    char *whole = arena_alloc(&self->memory, size);

    (void)snprintf(whole, size, "%s/%s", folder, path);
    return whole;
}

static const char *
choose(struct configuration *self, const char *told)
{
    const char *systemd = getenv("STATE_DIRECTORY");
    const char *home = getenv("HOME");

    if (told[0])
        return told;
    if (systemd && systemd[0])
        return arena_bytes(&self->memory, systemd, strcspn(systemd, ":"));
    if (home && home[0])
        return within(self, home, ".local/state/weir");
    complaints_error(&self->complaints, (struct place){self->file, 0},
                     "there is no folder to write to, as neither "
                     "STATE_DIRECTORY nor HOME is set; write state = "
                     "\"FOLDER\"");
    return "/";
}

const char *
state_folder(const char *told, struct configuration *configuration)
{
    const char *state = choose(configuration, told);
    weir_cleanup(weir_free) char *here = get_current_dir_name();

    return state[0] == '/' ? state
                           : within(configuration, here ? here : "", state);
}
