/* loader.c - find plugins and check that they fit
 *
 * libltdl's own loader binds lazily, so that a missing function would end the
 * program at the first call, and its errors say nothing.  Ours opens a plugin
 * lazily, reads its head, closes it, and opens it again with all bound.
 */
#include <config.h>

#include "loader.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <ltdl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"
#include "configuration.h"
#include "option.h"

enum { WHY_SIZE = 3 * PATH_MAX, NAME_MOST = 64 };

static char why[WHY_SIZE];
static int open_flags; /* of the custom loader's next open */

static lt_module
module_open(lt_user_data data, const char *path, lt_dladvise advise)
{
    (void)data;
    (void)advise;
    return dlopen(path, open_flags | RTLD_LOCAL);
}

static int
module_close(lt_user_data data, lt_module module)
{
    (void)data;
    return dlclose(module);
}

static void *
module_symbol(lt_user_data data, lt_module module, const char *name)
{
    (void)data;
    return dlsym(module, name);
}

static bool
start(void)
{
    static const lt_dlvtable loader = {
        .name = "weir",
        .module_open = module_open,
        .module_close = module_close,
        .find_sym = module_symbol,
        .priority = LT_DLLOADER_PREPEND,
    };
    static bool started;

    if (started)
        return true;
    if (lt_dlinit() != 0 || lt_dlloader_add(&loader) != 0)
        return false;
    const lt_dlvtable *theirs = lt_dlloader_remove("lt_dlopen");
    started = theirs != NULL;
    free(base_own(theirs)); /* removed, it is ours */
    return started;
}

static lt_dlhandle
open_module(const char *path, int flags)
{
    open_flags = flags;
    return lt_dlopen(path);
}

static bool
name_valid(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length && length <= NAME_MOST && !name[length];
}

/* Writes where the plugin would lie in 'folder'; says whether it is there. */
static bool
is_there(const char *folder, enum weir_kind kind, const char *name,
         char path[PATH_MAX])
{
    char joined[PATH_MAX];
    const char *word = configuration_kind(kind);
    int length =
        snprintf(joined, sizeof(joined), "%s/%s/%s.so", folder, word, name);

    if (length < PATH_MAX && realpath(joined, path))
        return true;
    length = snprintf(joined, sizeof(joined), "%s/%s/%s/.libs/%s.so", folder,
                      word, name, name);
    return length < PATH_MAX && realpath(joined, path);
}

/* Calls 'visit' for each folder, until it returns true. */
static bool
each_folder(bool (*visit)(void *arg, const char *folder), void *arg)
{
    const char *extra = getenv("WEIR_PLUGIN_PATH");
    weir_cleanup(weir_free) char *list = strdup(extra ? extra : "");
    char *rest = x_or_die(list);

    for (char *folder; (folder = strsep(&rest, ":"));)
        if (*folder && visit(arg, folder))
            return true;
    return visit(arg, PLUGIN_DIR);
}

struct search {
    enum weir_kind kind;
    const char *name;
    char path[PATH_MAX];
};

static bool
look_in(void *arg, const char *folder)
{
    struct search *search = arg;
    return is_there(folder, search->kind, search->name, search->path);
}

/* What anyone may write, anyone may make us run. */
static bool
is_safe(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && !(about.st_mode & S_IWOTH);
}

static const struct weir_head *
read_head(lt_dlhandle module, const char *name)
{
    char symbol[NAME_MOST + 32];

    (void)snprintf(symbol, sizeof(symbol), "%s_LTX_weir_plugin", name);
    return lt_dlsym(module, symbol);
}

static bool
fits(const struct weir_head *head, const struct search *search)
{
    if (!head)
        (void)snprintf(why, sizeof(why),
                       "%s is no plugin of weir: it has no %s_LTX_weir_plugin",
                       search->path, search->name);
    else if (head->abi != WEIR_ABI)
        (void)snprintf(why, sizeof(why),
                       "%s has ABI %u, this weir has %d: build it anew",
                       search->path, head->abi, WEIR_ABI);
    else if (head->size != sizeof(struct weir_plugin))
        (void)snprintf(why, sizeof(why),
                       "%s has a struct weir_plugin of %u bytes, this weir's "
                       "has %zu: build it anew",
                       search->path, head->size, sizeof(struct weir_plugin));
    else if (head->kind != search->kind)
        (void)snprintf(why, sizeof(why), "%s is of another kind than %s",
                       search->path, configuration_kind(search->kind));
    else
        return true;
    return false;
}

/* Opens the plugin to see whether it fits, then for good. */
static const struct weir_head *
load(const struct search *search)
{
    lt_dlhandle module = open_module(search->path, RTLD_LAZY);

    if (!module) {
        const char *error = dlerror();
        (void)snprintf(why, sizeof(why), "cannot load %s: %s", search->path,
                       error ? error : lt_dlerror());
        return NULL;
    }
    bool good = fits(read_head(module, search->name), search);
    (void)lt_dlclose(module);
    if (!good)
        return NULL;
    module = open_module(search->path, RTLD_NOW);
    if (!module) {
        const char *error = dlerror();
        (void)snprintf(why, sizeof(why), "cannot bind %s: %s", search->path,
                       error ? error : lt_dlerror());
        return NULL;
    }
    (void)lt_dlmakeresident(module);
    return read_head(module, search->name);
}

struct listing {
    enum weir_kind kind;
    char **names; /* [count] */
    size_t count;
    struct arena texts;
};

static void
list_name(struct listing *listing, const char *name)
{
    if (!name_valid(name))
        return;
    for (size_t i = 0; i < listing->count; i++)
        if (strcmp(listing->names[i], name) == 0)
            return;
    listing->names =
        xrealloc(listing->names, listing->count + 1, sizeof(*listing->names));
    listing->names[listing->count++] = arena_text(&listing->texts, name);
}

static bool
list_folder(void *arg, const char *folder)
{
    struct listing *listing = arg;
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/%s", folder,
                   configuration_kind(listing->kind));
    DIR *entries = opendir(path);
    for (struct dirent *e; entries && (e = readdir(entries));) {
        char found[PATH_MAX];
        char name[NAME_MAX + 1];
        (void)snprintf(name, sizeof(name), "%s", e->d_name);
        char *dot = strrchr(name, '.');
        if (dot)
            *dot = '\0';
        if (is_there(folder, listing->kind, name, found))
            list_name(listing, name);
    }
    if (entries)
        (void)closedir(entries);
    return false;
}

static void
fini_listing(struct listing *listing)
{
    free(listing->names);
    arena_clear(&listing->texts);
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void
loader_each(enum weir_kind kind,
            void (*seen)(void *arg, enum weir_kind kind, const char *name),
            void *arg)
{
    struct listing listing = {.kind = kind};

    (void)each_folder(list_folder, &listing);
    if (listing.count)
        qsort(listing.names, listing.count, sizeof(*listing.names),
              compare_names);
    for (size_t i = 0; i < listing.count; i++)
        seen(arg, kind, listing.names[i]);
    fini_listing(&listing);
}

/* Says where was looked, and which plugin may be meant. */
static void
tell_missing(enum weir_kind kind, const char *name)
{
    const char *extra = getenv("WEIR_PLUGIN_PATH");
    struct listing listing = {.kind = kind};
    const char *near = NULL;

    (void)each_folder(list_folder, &listing);
    for (size_t i = 0; i < listing.count && !near; i++)
        near =
            option_nearest(name, (const char *const[]){listing.names[i], NULL});
    (void)snprintf(why, sizeof(why),
                   "there is no %s plugin \"%s\" in %s%s%s%s%s%s",
                   configuration_kind(kind), name, extra ? extra : "",
                   extra ? " or " : "", PLUGIN_DIR, near ? "; \"" : "",
                   near ? near : "", near ? "\" is near" : "");
    fini_listing(&listing);
}

const struct weir_head *
loader_find(enum weir_kind kind, const char *name, const char **reterr_why)
{
    struct search search = {.kind = kind, .name = name};

    *reterr_why = why;
    if (!name_valid(name))
        (void)snprintf(why, sizeof(why),
                       "\"%s\" is no name of a plugin: a-z, 0-9 and _ are",
                       name);
    else if (!start())
        (void)snprintf(why, sizeof(why), "libltdl: %s", lt_dlerror());
    else if (!each_folder(look_in, &search))
        tell_missing(kind, name);
    else if (!is_safe(search.path))
        (void)snprintf(why, sizeof(why),
                       "%s may be written by anyone: chmod o-w", search.path);
    else
        return load(&search);
    return NULL;
}
