/* spool_crash_test.c - a spool after a power loss: what was told to be on disk
 * is there, at whichever moment it comes, and nothing else is
 */
#include <config.h>

#include "../../plugins/storage/tsdb/file_record.h"
#include "link/spool_adopt.h"
#include "spool_scene.h"

enum { SEEDS = 1, ROUNDS = 7, SIZE = 16 << 20 };

/* A spool's life, and from which change of files on its batches were safe, and
 * stored elsewhere. */
struct life {
    struct scene *scene;
    struct file_record *record;
    size_t told[SCENE_MOST], done[SCENE_MOST]; /* by sequence; 0: never */
};

static void
life_destroy(struct life **self_p)
{
    struct life *self = *self_p;

    scene_destroy(&self->scene);
    file_record_destroy(&self->record);
    free(self);
    *self_p = NULL;
}

static struct life *
life_new(bool deaf, bool trims)
{
    struct life *self = xcalloc(1, sizeof(*self));

    self->scene = scene_make(SIZE, true);
    self->scene->settings.trims = trims;
    self->scene->settings.packs = !trims; /* as lanes have them */
    self->record = file_record_new(self->scene->folder->path, deaf);
    file_fault_init(&self->scene->faults, file_record_files(self->record));
    scene_open(self->scene);
    return self;
}

static void
write_some(struct life *self, int count)
{
    uint64_t first = self->scene->next;

    for (int i = 0; i < count; i++)
        ck_assert_int_eq(scene_write(self->scene, 2 + (uint32_t)i), 0);
    ck_assert_int_eq(spool_sync(self->scene->spool), 0);
    for (uint64_t i = first; i < self->scene->next; i++)
        self->told[i] = file_record_count(self->record);
}

/* A store has all that there is. */
static void
store_all(struct life *self)
{
    struct scene *scene = self->scene;

    (void)scene_read(scene);
    for (uint64_t i = 1; i < scene->next; i++)
        if (!self->done[i])
            self->done[i] = file_record_count(self->record) + 1;
    spool_done(scene->spool, scene->next - 1);
}

/* Many streams, so that there are many segments; some files are used again. */
static void
live(struct life *self)
{
    for (int round = 1; round <= ROUNDS; round++) {
        write_some(self, 4);
        if (round % 2 == 0)
            self->scene->stream[0]++;
        if (round % 3 == 0)
            store_all(self);
    }
}

/* Says how many batches are missing that are to be there after 'count' changes.
 */
static unsigned
missing(const struct life *self, size_t count, const struct scene *left)
{
    unsigned missing = 0;

    for (uint64_t i = 1; i < self->scene->next; i++) {
        bool safe = self->told[i] && self->told[i] <= count;
        bool stored = self->done[i] && self->done[i] <= count;
        missing += safe && !stored && !left->had[i];
    }
    return missing;
}

/* What a power loss after 'count' changes leaves. */
static struct scene *
scene_left(const struct life *self, size_t count, enum file_crash how,
           uint64_t seed)
{
    struct scene *left = scene_make(SIZE, true);

    ck_assert_int_eq(
        file_record_crash(self->record, count, how, seed, left->folder->path),
        0);
    left->settings.trims = self->scene->settings.trims;
    left->settings.packs = self->scene->settings.packs;
    left->stream[0] = 100;
    left->next = self->scene->next;
    return left;
}

/* Opens what is left, goes on with it, and starts once more.  Returns how many
 * batches are missing. */
static unsigned
go_on(const struct life *self, size_t count, struct scene *left)
{
    uint64_t first = left->next;

    scene_open(left);
    (void)scene_read(left);
    unsigned lost = missing(self, count, left);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(scene_write(left, 2), 0);
    ck_assert_uint_eq(scene_read(left), 3);
    spool_destroy(&left->spool);
    memset(left->had, 0, sizeof(left->had));
    scene_open(left);
    (void)scene_read(left);
    lost += missing(self, count, left);
    for (uint64_t i = first; i < left->next; i++)
        ck_assert(left->had[i]);
    ck_assert_uint_eq(left->wrong, 0);
    return lost;
}

static unsigned
lose_power(const struct life *self, size_t count, enum file_crash how,
           uint64_t seed)
{
    weir_cleanup(scene_destroy) struct scene *left =
        scene_left(self, count, how, seed);

    return go_on(self, count, left);
}

static unsigned
lose_power_anyhow(const struct life *self, size_t count)
{
    unsigned lost = lose_power(self, count, CRASH_NOTHING, 0) +
                    lose_power(self, count, CRASH_EVERYTHING, 0);

    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        lost += lose_power(self, count, CRASH_CHANCE, seed + spec_seed());
    return lost;
}

static unsigned
lose_power_anytime(const struct life *self)
{
    size_t end = file_record_count(self->record);
    unsigned lost = 0;

    for (size_t count = 0; count <= end; count++)
        lost += lose_power_anyhow(self, count);
    return lost;
}

START_TEST(what_was_told_to_be_on_disk_is_there_at_any_moment)
{
    weir_cleanup(life_destroy) struct life *life = life_new(false, false);

    live(life);
    ck_assert_uint_eq(lose_power_anytime(life), 0);
}
END_TEST

START_TEST(so_it_is_where_segments_are_cut_to_what_they_hold)
{
    weir_cleanup(life_destroy) struct life *life = life_new(false, true);

    live(life);
    ck_assert_uint_eq(lose_power_anytime(life), 0);
}
END_TEST

START_TEST(without_syncs_this_test_finds_what_is_missing)
{
    weir_cleanup(life_destroy) struct life *life = life_new(true, false);

    live(life);
    ck_assert_uint_gt(
        lose_power(life, file_record_count(life->record), CRASH_NOTHING, 0), 0);
}
END_TEST

/* Moves what the closed spool has to another one of the same folder. */
static void
adopt(const struct scene *from, const char *to)
{
    struct spool_amount amount;
    char path[64];

    (void)snprintf(path, sizeof(path), "%s/%s", from->folder->path, to);
    ck_assert_int_eq(
        spool_adopt(from->settings.files, from->path, path, false, &amount), 0);
}

START_TEST(what_another_spool_adopts_is_always_in_one_of_the_two)
{
    weir_cleanup(life_destroy) struct life *life = life_new(false, false);
    struct scene *scene = life->scene;

    write_some(life, 4);
    scene->stream[0]++;
    write_some(life, 4);
    spool_destroy(&scene->spool);
    size_t begin = file_record_count(life->record);
    adopt(scene, "c");
    size_t end = file_record_count(life->record);
    ck_assert_uint_gt(end, begin);
    for (size_t count = begin; count <= end; count++)
        for (uint64_t seed = 0; seed <= SEEDS; seed++) {
            weir_cleanup(scene_destroy) struct scene *left = scene_left(
                life, count, seed ? CRASH_CHANCE : CRASH_NOTHING, seed);
            char replay[80];
            /* Whoever adopted does it again. */
            adopt(left, "c");
            (void)snprintf(left->path, sizeof(left->path), "%s/c",
                           left->folder->path);
            (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_REPLAY,
                           left->path);
            scene_open(left);
            ck_assert_int_eq(spool_take_in(left->spool, replay), 2);
            ck_assert_uint_eq(scene_read(left), 8);
            ck_assert_uint_eq(missing(life, count, left), 0);
            ck_assert_uint_eq(left->wrong, 0);
        }
}
END_TEST

SPEC("a spool after a power loss",
     what_was_told_to_be_on_disk_is_there_at_any_moment,
     so_it_is_where_segments_are_cut_to_what_they_hold,
     without_syncs_this_test_finds_what_is_missing,
     what_another_spool_adopts_is_always_in_one_of_the_two)
