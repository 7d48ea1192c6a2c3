/* store_crash_test.c - a store whose power fails: log and parts together
 *
 * What was done to files is recorded, and done again up to a moment, with what
 * no sync had covered left out.  LMDB does not go through our files: its own is
 * copied at each moment, since it is durable when a commit returns.
 */
#include <config.h>

#include "file.h"

/* What the store under test uses; NULL: the real files. */
static struct files *recorded;

static struct files *
chosen_files(void)
{
    return recorded ? recorded : files_real();
}

#define files_real chosen_files
#include "tsdb.c"
#undef files_real

#include <fcntl.h>

#include "file_record.h"
#include "tsdb_spec.h"

enum { MOMENTS_MOST = 8, META_MOST = 1 << 20 };

/* A moment at which the power may fail. */
struct moment {
    size_t changes; /* before it */
    int durable;    /* samples, from time 1 on */
    unsigned char *meta;
    size_t meta_size;
};

struct session {
    struct store store;
    struct file_record *record;
    struct moment moments[MOMENTS_MOST];
    size_t count;
};

static void
note_moment(struct session *self, int durable)
{
    struct moment *moment = &self->moments[self->count++];
    char path[128];

    ck_assert_uint_le(self->count, MOMENTS_MOST);
    (void)snprintf(path, sizeof(path), "%s/meta/data.mdb", self->store.path);
    *moment = (struct moment){
        .changes = file_record_count(self->record),
        .durable = durable,
        .meta = xcalloc(META_MOST, 1),
    };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    moment->meta_size = (size_t)read(fd, moment->meta, META_MOST);
    ck_assert_int_eq(close(fd), 0);
}

static int
remove_inner(const char *path, const struct stat *stat, int kind,
             struct FTW *place)
{
    (void)stat;
    (void)kind;
    return place->level > 0 ? remove(path) : 0;
}

/* Appends, flushes, and opens again, in a folder that was empty. */
static void
session_init(struct session *self, bool deaf)
{
    int count = 0;

    *self = (struct session){.store = store_new(NULL)};
    weir_harness_destroy(&self->store.harness);
    (void)nftw(self->store.path, remove_inner, 8, FTW_DEPTH | FTW_PHYS);
    self->record = file_record_new(self->store.path, deaf);
    recorded = file_record_files(self->record);
    for (int turn = 0; turn < 2; turn++) {
        reopen(&self->store);
        struct tsdb *tsdb = weir_harness_self(self->store.harness);
        for (int part = 0; part < 2; part++) {
            append_times(&self->store, "a", count + 1, 20);
            ck_assert_int_eq(wal_settle(tsdb->wal), 0);
            note_moment(self, count += 20);
            flush_now(&self->store);
            note_moment(self, count);
        }
    }
    weir_harness_destroy(&self->store.harness);
    recorded = NULL;
}

static void
session_fini(struct session *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->moments[i].meta);
    file_record_destroy(&self->record);
    store_fini(&self->store);
}

static void
put_meta(const struct store *store, const struct moment *moment)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/meta", store->path);
    (void)file_make_folder(files_real(), path);
    (void)snprintf(path, sizeof(path), "%s/meta/data.mdb", store->path);
    spec_write_fd(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600),
                  moment->meta, moment->meta_size);
}

/* Says whether the samples 1 to 'count' are there. */
static bool
has_times(struct store *store, int count)
{
    weir_cleanup(weir_free) char *text = answer_to(store, all);
    const char *line = text;

    for (int i = 1; i <= count; i++) {
        char want[64];
        int length = snprintf(want, sizeof(want), "a %d %d\n", i, i);
        if (strncmp(line, want, (size_t)length) != 0)
            return false;
        line += length;
    }
    return true;
}

/* Returns whether all that was acknowledged is there after the power failed. */
static bool
stands(struct session *self, const struct moment *moment, enum file_crash how,
       uint64_t seed)
{
    weir_cleanup(store_fini) struct store crashed = store_new(NULL);

    weir_harness_destroy(&crashed.harness);
    (void)nftw(crashed.path, remove_inner, 8, FTW_DEPTH | FTW_PHYS);
    ck_assert_int_eq(file_record_crash(self->record, moment->changes, how, seed,
                                       crashed.path),
                     0);
    put_meta(&crashed, moment);
    return try_reopen(&crashed) == 0 && has_times(&crashed, moment->durable);
}

static unsigned
count_falls(struct session *self)
{
    uint64_t seed = spec_seed();
    unsigned falls = 0;

    for (size_t i = 0; i < self->count; i++) {
        const struct moment *moment = &self->moments[i];
        falls += !stands(self, moment, CRASH_NOTHING, 0);
        falls += !stands(self, moment, CRASH_CHANCE, spec_random(&seed));
    }
    return falls;
}

START_TEST(loses_nothing_acknowledged_when_the_power_fails)
{
    weir_cleanup(session_fini) struct session session;

    session_init(&session, false);

    ck_assert_uint_eq(count_falls(&session), 0);
}
END_TEST

START_TEST(would_be_caught_if_it_did_not_sync)
{
    weir_cleanup(session_fini) struct session session;

    session_init(&session, true);

    ck_assert_uint_gt(count_falls(&session), session.count / 2);
}
END_TEST

SPEC("a store whose power fails",
     loses_nothing_acknowledged_when_the_power_fails,
     would_be_caught_if_it_did_not_sync)
