/* scene_spec.h - for tests of plugins with databases: one, and its folder */
#ifndef INFLUX_SCENE_SPEC_H
#define INFLUX_SCENE_SPEC_H

#include <unistd.h>

#include <weir/harness.h>

#include "databases.h"
#include "spec.h"

/* A plugin with a folder of its own, in which there is the database "db". */
struct scene {
    char *folder;
    struct weir_harness *plugin;
};

static inline void
scene_fini(struct scene *self)
{
    static const char *const files[] = {"/databases", "/lock", ""};

    weir_harness_destroy(&self->plugin);
    for (size_t i = 0; i < WEIR_COUNT(files); i++) {
        char *path = NULL;
        ck_assert_int_gt(asprintf(&path, "%s%s", self->folder, files[i]), 0);
        (void)remove(path);
        free(path);
    }
    free(self->folder);
}

static inline void
scene_init(struct scene *self, const struct weir_head *head,
           const char *settings)
{
    struct databases databases;
    char *path = NULL, *setting = NULL;

    self->folder = spec_template(NULL, &path);
    ck_assert_ptr_nonnull(mkdtemp(path));
    databases_init(&databases, path);
    ck_assert_int_eq(databases_add(&databases, "db"), 0);
    databases_fini(&databases);
    ck_assert_int_gt(asprintf(&setting, "path = \"%s\" %s", path, settings), 0);
    const char *const all[] = {setting, NULL};
    ck_assert_msg(weir_harness_open(head, all, &self->plugin) == 0, "%s",
                  weir_harness_why(NULL));
    free(setting);
}

#endif /* INFLUX_SCENE_SPEC_H */
