/* loader.h - find plugins and check that they fit
 *
 * Plugins are shared objects, DIR/KIND/NAME.so, loaded by absolute path from
 * the folders of WEIR_PLUGIN_PATH (separated by ':'), then from where weir was
 * installed.  In a folder DIR of a build tree, DIR/KIND/NAME/.libs/NAME.so is
 * found, too.  A plugin stays loaded until the process ends.
 *
 * Main only: libltdl is not thread safe.
 */
#ifndef LOADER_H
#define LOADER_H

#include <weir/plugin.h>

/* Returns what the plugin exports, or NULL: there is none, it is no plugin, it
 * is of another kind, ABI or size.  Then '*reterr_why' says so, in words that
 * are valid until the next call. */
const struct weir_head *loader_find(enum weir_kind kind, const char *name,
                                    const char **reterr_why);

/* Calls 'seen' once for each plugin of the kind that is there, by name. */
void loader_each(enum weir_kind kind,
                 void (*seen)(void *arg, enum weir_kind kind, const char *name),
                 void *arg);

#endif /* LOADER_H */
