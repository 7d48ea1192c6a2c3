/* import_spec.h - texts imported into a store, for tests; include it behind
 * tsdb.c */
#ifndef TSDB_IMPORT_SPEC_H
#define TSDB_IMPORT_SPEC_H

#include "tsdb_spec.h"

#include "adopt.h"
#include "reader.h"
#include "staging.h"

static const char *const no_settings[] = {NULL};

/* What a text says, read and staged beside a store. */
struct staged {
    struct reader *reader;
    struct staging *staging;
    char *folder;
    const char *path; /* of the part */
};

static inline const struct weir_series *
find_series(void *arg, uint32_t number)
{
    return reader_series(((struct staged *)arg)->reader, number);
}

static inline int
take_sample(void *arg, uint32_t series, int64_t time_ns, double value)
{
    return staging_add(((struct staged *)arg)->staging, series, time_ns, value);
}

static inline int
pass_progress(void *arg, uint64_t done, uint64_t size)
{
    (void)arg;
    (void)done;
    (void)size;
    return 0;
}

static inline int
pass_step(void *arg)
{
    (void)arg;
    return 0;
}

static inline void
stage_file(struct staged *self, const struct store *store, const char *path)
{
    const struct reader_settings settings = {
        .arg = self, .sample = take_sample, .progress = pass_progress};
    int length = asprintf(&self->folder, "%s/import", store->path);

    ck_assert_int_gt(length, 0);
    self->reader = reader_new(&settings);
    const struct staging_settings staging = {files_real(), self->folder,
                                             find_series, pass_step, self};
    ck_assert_int_eq(staging_open(&staging, &self->staging), 0);
    ck_assert_msg(reader_read(self->reader, path) == 0, "%s",
                  reader_why(self->reader));
    ck_assert_int_eq(staging_end(self->staging, &self->path), 0);
}

static inline void
staged_fini(struct staged *self)
{
    staging_destroy(&self->staging);
    reader_destroy(&self->reader);
    free(self->folder);
}

/* Imports a file; returns how that went, with the reason in 'why'. */
static inline int
import_file(const struct store *store, const char *path, char why[256])
{
    weir_cleanup(staged_fini) struct staged staged = {0};
    struct adopt adopt = {0};

    stage_file(&staged, store, path);
    int rc = adopt_now(&adopt, weir_harness_self(store->harness), staged.path);
    (void)snprintf(why, 256, "%s", adopt.why);
    return rc;
}

static inline int
import_text(const struct store *store, const char *text, char why[256])
{
    weir_cleanup(spec_file_destroy) struct spec_file *file =
        spec_file_new(NULL, text);

    return import_file(store, file->path, why);
}

static inline void
check_imports(const struct store *store, const char *text)
{
    char why[256];

    ck_assert_msg(import_text(store, text, why) == 0, "%s", why);
}

#endif /* TSDB_IMPORT_SPEC_H */
