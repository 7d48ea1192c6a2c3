/* parts_crash_test.c - parts after a power loss: a flush and a compaction have
 * happened or not, at whichever moment it comes
 *
 * LMDB writes its own files, and is trusted to be as before its commit or as
 * after: both are kept, and put to what else is left.
 */
#include <config.h>

#include "file_record.h"
#include "file_record_inner.h"

static struct files *test_files;

#define TSDB_FILES (test_files ? test_files : files_real())
#include "tsdb.c"

#include "tsdb_spec.h"

enum { FIRST = 1000, COUNT = 200, SEEDS = 3 };

/* So that the log has small segments. */
static const char *const small[] = {"size = 128M", NULL};

struct scene {
    struct store store;
    struct file_record *record;
    char *meta[2];       /* LMDB's file before and after, own */
    size_t meta_size[2]; /* bytes */
    size_t begin, end;   /* changes of files between them */
};

static void
scene_fini(struct scene *self)
{
    store_fini(&self->store);
    file_record_destroy(&self->record);
    test_files = NULL;
    free(self->meta[0]);
    free(self->meta[1]);
}

/* A store whose files are recorded from the beginning. */
static void
scene_init(struct scene *self, bool deaf)
{
    struct store *store = &self->store;

    *self = (struct scene){.store = store_new(small)};
    weir_harness_destroy(&store->harness);
    (void)nftw(store->path, remove_file, 8, FTW_DEPTH | FTW_PHYS);
    self->record = file_record_new(store->path, deaf);
    test_files = file_record_files(self->record);
    reopen(store);
}

static char *
meta_path(const char *folder)
{
    char *path = NULL;

    ck_assert_int_gt(asprintf(&path, "%s/meta/data.mdb", folder), 0);
    return path;
}

static void
keep_meta(struct scene *self, int which)
{
    weir_cleanup(weir_free) char *path = meta_path(self->store.path);
    struct stat found;

    ck_assert_int_eq(stat(path, &found), 0);
    self->meta_size[which] = (size_t)found.st_size;
    self->meta[which] = xcalloc(self->meta_size[which], 1);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(self->meta[which], 1, self->meta_size[which], file),
                      self->meta_size[which]);
    (void)fclose(file);
}

static void
write_meta(const struct scene *self, int which, const char *folder)
{
    weir_cleanup(weir_free) char *path = meta_path(folder);

    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(file_make_folder(files_real(), path), 0);
    path[strlen(path)] = '/';
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(
        fwrite(self->meta[which], 1, self->meta_size[which], file),
        self->meta_size[which]);
    (void)fclose(file);
}

/* Returns the change before which the commit was: behind the last one that made
 * the name of a part durable. */
static size_t
find_commit(const struct scene *self)
{
    size_t commit = 0;

    for (size_t i = self->begin; i < self->end; i++) {
        const struct change *change = &self->record->changes[i];
        if (change->kind == CHANGE_SYNC_FOLDER &&
            strstr(change->path, "/parts/"))
            commit = i + 1;
    }
    ck_assert_uint_ne(commit, 0);
    return commit;
}

/* Opens what is left in a folder of its own; gives how many parts of it could
 * not be read, and checks the samples.  Of a 'deaf' recording maybe not even
 * the store is left. */
static uint64_t
open_left(const struct scene *self, size_t count, enum file_crash how,
          uint64_t seed, int which)
{
    weir_cleanup(store_fini) struct store left = {0};
    char *path = NULL;

    left.setting = spec_template("path=", &path);
    left.path = path;
    left.settings[0] = left.setting;
    left.settings[1] = "retention = 0";
    left.settings[2] = small[0];
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_eq(file_record_crash(self->record, count, how, seed, path),
                     0);
    write_meta(self, which, path);
    test_files = NULL;
    if (self->record->deaf && try_reopen(&left) < 0)
        return UINT64_MAX;
    if (!self->record->deaf)
        reopen(&left);
    const struct tsdb *tsdb = weir_harness_self(left.harness);
    uint64_t damaged = tsdb->damaged_parts;
    if (self->record->deaf)
        return damaged;
    check_times(&left, "a", FIRST, COUNT);
    check_files(&left);
    return damaged;
}

static void
check_moment(const struct scene *self, size_t count, int which)
{
    ck_assert_uint_eq(open_left(self, count, CRASH_NOTHING, 0, which), 0);
    ck_assert_uint_eq(open_left(self, count, CRASH_EVERYTHING, 0, which), 0);
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        ck_assert_uint_eq(open_left(self, count, CRASH_CHANCE, seed, which), 0);
}

static void
check_each_moment(const struct scene *self)
{
    size_t commit = find_commit(self);

    for (size_t count = self->begin; count <= self->end; count++) {
        if (count <= commit)
            check_moment(self, count, 0);
        if (count >= commit)
            check_moment(self, count, 1);
    }
}

/* Everything acknowledged is durable before the scene begins. */
static void
append_durable(struct scene *self, int from, int count)
{
    struct tsdb *tsdb = weir_harness_self(self->store.harness);

    append_times(&self->store, "a", from, count);
    ck_assert_int_eq(wal_settle(tsdb->wal), 0);
}

static void
flush_parts(struct scene *self)
{
    for (int i = 0; i < 4; i++) {
        append_durable(self, FIRST + i * COUNT / 4, COUNT / 4);
        flush_now(&self->store);
    }
}

static void
record_compaction(struct scene *self)
{
    keep_meta(self, 0);
    self->begin = file_record_count(self->record);
    compact_now(&self->store, 24);
    self->end = file_record_count(self->record);
    keep_meta(self, 1);
    weir_harness_destroy(&self->store.harness);
}

START_TEST(a_compaction_happens_or_not_when_the_power_fails)
{
    weir_cleanup(scene_fini) struct scene scene;

    scene_init(&scene, false);
    flush_parts(&scene);
    record_compaction(&scene);

    check_each_moment(&scene);
}
END_TEST

START_TEST(a_flush_happens_or_not_when_the_power_fails)
{
    weir_cleanup(scene_fini) struct scene scene;

    scene_init(&scene, false);
    append_durable(&scene, FIRST, COUNT / 2);
    flush_now(&scene.store);
    append_durable(&scene, FIRST + COUNT / 2, COUNT / 2);
    keep_meta(&scene, 0);
    scene.begin = file_record_count(scene.record);
    flush_now(&scene.store);
    scene.end = file_record_count(scene.record);
    keep_meta(&scene, 1);
    weir_harness_destroy(&scene.store.harness);

    check_each_moment(&scene);
}
END_TEST

START_TEST(this_test_notices_when_nothing_is_synced)
{
    weir_cleanup(scene_fini) struct scene scene;

    scene_init(&scene, true);
    flush_parts(&scene);
    record_compaction(&scene);

    ck_assert_uint_gt(open_left(&scene, scene.end, CRASH_NOTHING, 0, 1), 0);
}
END_TEST

SPEC("parts of storage tsdb and power loss",
     a_compaction_happens_or_not_when_the_power_fails,
     a_flush_happens_or_not_when_the_power_fails,
     this_test_notices_when_nothing_is_synced)
