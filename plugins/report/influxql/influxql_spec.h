/* influxql_spec.h - for tests of report influxql: a report and its samples
 *
 * To be included behind influxql.c.
 */
#ifndef INFLUXQL_SPEC_H
#define INFLUXQL_SPEC_H

#include <unistd.h>

#include <weir/harness.h>

#include "spec.h"

/* A report with a folder of its own, in which there is the database "db" with
 * samples. */
struct scene {
    char *folder;
    struct weir_harness *report;
};

static void
scene_fini(struct scene *self)
{
    static const char *const files[] = {"/databases", "/lock", ""};

    weir_harness_destroy(&self->report);
    for (size_t i = 0; i < WEIR_COUNT(files); i++) {
        char *path = NULL;
        ck_assert_int_gt(asprintf(&path, "%s%s", self->folder, files[i]), 0);
        (void)remove(path);
        free(path);
    }
    free(self->folder);
}

static void
scene_init(struct scene *self, const char *settings, const char *samples)
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
    ck_assert_msg(
        weir_harness_open(&influxql_LTX_weir_plugin, all, &self->report) == 0,
        "%s", weir_harness_why(NULL));
    free(setting);
    weir_harness_answer(self->report, samples);
}

#define SCENE(settings)                                \
    weir_cleanup(scene_fini) struct scene scene = {0}; \
    scene_init(&scene, settings, samples)

#endif /* INFLUXQL_SPEC_H */
