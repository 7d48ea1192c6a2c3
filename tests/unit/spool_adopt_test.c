/* spool_adopt_test.c - what one spool has comes to another, whole and once */
#include <config.h>

#include <fcntl.h>

#include "link/spool_adopt.h"
#include "spool_scene.h"

enum { OTHER = 10000 }; /* numbers of the spool that gives begin behind it */

/* A spool that gives, closed, and one that takes. */
struct pair {
    struct scene *from, *to;
    char replay[96];
    bool renews;
};

static void
pair_fini(struct pair *self)
{
    scene_destroy(&self->from);
    scene_destroy(&self->to);
}

static void
write_many(struct scene *scene, unsigned count, uint32_t rows)
{
    for (unsigned i = 0; i < count; i++)
        ck_assert_int_eq(scene_write(scene, rows), 0);
}

/* Both have 'count' batches; only what takes is open. */
static void
pair_init(struct pair *self, uint64_t size_bytes, unsigned count)
{
    *self = (struct pair){.from = scene_new(size_bytes, false),
                          .to = scene_new(size_bytes, false)};
    self->from->next = OTHER + 1;
    self->from->stream[0] = 200;
    write_many(self->from, count, 400);
    write_many(self->to, count, 400);
    spool_destroy(&self->from->spool);
    (void)snprintf(self->replay, sizeof(self->replay), "%s/" SPOOL_REPLAY,
                   self->to->path);
}

static int
adopt(struct pair *self, struct spool_amount *ret_adopted)
{
    return spool_adopt(self->from->settings.files, self->from->path,
                       self->to->path, self->renews, ret_adopted);
}

/* Reads all that the spool has, which is done then; returns how many batches.
 */
static uint64_t
drain(struct scene *scene)
{
    uint64_t count = scene_read(scene);

    /* Streams that were read before this one are done, whatever it says. */
    spool_done(scene->spool, UINT64_MAX);
    return count;
}

static unsigned
missing(const struct pair *self)
{
    unsigned count = scene_missing(self->to);

    for (size_t i = OTHER + 1; i < self->from->next; i++)
        count += self->from->written[i] && !self->to->had[i];
    return count;
}

#define PAIR(size, count)                     \
    weir_cleanup(pair_fini) struct pair pair; \
    pair_init(&pair, size, count)

START_TEST(what_one_spool_has_is_read_behind_what_the_other_has)
{
    struct spool_amount adopted;
    struct spool_item item;

    PAIR(64 << 20, 1500);
    ck_assert_int_eq(adopt(&pair, &adopted), 0);
    ck_assert_uint_gt(adopted.segments, 1);
    ck_assert_uint_gt(adopted.bytes, 1500 * 400 * 8);
    ck_assert_int_eq(spool_take_in(pair.to->spool, pair.replay),
                     (int)adopted.segments);
    /* What is written later comes later. */
    write_many(pair.to, 10, 10);
    ck_assert_int_eq(spool_peek(pair.to->spool, &item), 1);
    ck_assert_uint_eq(item.head->stream[0], pair.to->stream[0]);
    ck_assert_uint_eq(drain(pair.to), 3010);
    ck_assert_uint_eq(missing(&pair), 0);
    ck_assert_uint_eq(pair.to->wrong, 0);
    /* Its folder has gone. */
    ck_assert_int_eq(access(pair.from->path, F_OK), -1);
    ck_assert_int_eq(spool_take_in(pair.to->spool, pair.replay), 0);
}
END_TEST

START_TEST(what_was_not_taken_in_yet_goes_on_to_a_third_spool)
{
    struct spool_amount adopted;
    weir_cleanup(scene_destroy) struct scene *third = scene_new(64 << 20, true);
    char replay[96];

    PAIR(64 << 20, 100);
    ck_assert_int_eq(adopt(&pair, &adopted), 0);
    spool_destroy(&pair.to->spool);
    ck_assert_int_eq(
        spool_adopt(files_real(), pair.to->path, third->path, false, &adopted),
        0);
    ck_assert_uint_eq(adopted.segments, 2);
    (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_REPLAY, third->path);
    ck_assert_int_eq(spool_take_in(third->spool, replay), 2);
    ck_assert_uint_eq(drain(third), 200);
    ck_assert_uint_eq(third->wrong, 0);
    ck_assert_int_eq(access(pair.to->path, F_OK), -1);
}
END_TEST

START_TEST(nothing_is_taken_from_a_spool_that_is_open)
{
    struct spool_amount adopted;

    PAIR(64 << 20, 100);
    scene_open(pair.from);
    ck_assert_int_eq(adopt(&pair, &adopted), -EBUSY);
    ck_assert_uint_eq(adopted.segments, 0);
    ck_assert_uint_eq(drain(pair.from), 100);
}
END_TEST

START_TEST(what_has_no_room_waits_until_there_is_some)
{
    struct spool_amount adopted;
    uint64_t count = 0;

    PAIR(4 << 20, 300); /* nearly 3 of 4 MiB each */
    ck_assert_int_eq(adopt(&pair, &adopted), 0);
    ck_assert_int_lt(spool_take_in(pair.to->spool, pair.replay),
                     (int)adopted.segments);
    for (int turn = 0; turn < 20; turn++) {
        struct spool_figures figures;
        count += drain(pair.to);
        (void)spool_take_in(pair.to->spool, pair.replay);
        spool_figures(pair.to->spool, &figures);
        ck_assert_uint_le(figures.disk, 4 << 20);
    }
    ck_assert_uint_eq(count, 600);
    ck_assert_uint_eq(missing(&pair), 0);
}
END_TEST

/* Lets the first segment of a spool that is closed be begun at 'made_ns'. */
static void
make_old(const struct scene *scene, int64_t made_ns)
{
    unsigned char bytes[SPOOL_HEAD_SIZE];
    struct spool_head head;
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/%016x.seg", scene->path, 1);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(file_read(files_real(), fd, bytes, sizeof(bytes), 0), 0);
    ck_assert_int_eq(spool_head_read(bytes, &head), 0);
    head.made_ns = made_ns;
    spool_head_write(&head, bytes);
    ck_assert_int_eq(file_write(files_real(), fd, bytes, sizeof(bytes), 0), 0);
    (void)close(fd);
}

/* Takes in what is two hours old into a spool of nothing else, and starts that
 * again twice. */
static void
move_old(struct pair *self)
{
    struct spool_amount adopted;

    make_old(self->from, clock_wall_ns() - 7200 * NS_PER_S);
    ck_assert_uint_eq(drain(self->to), 10);
    ck_assert_int_eq(adopt(self, &adopted), 0);
    ck_assert_int_eq(spool_take_in(self->to->spool, self->replay), 1);
    for (int i = 0; i < 2; i++) {
        spool_destroy(&self->to->spool);
        scene_open(self->to);
    }
}

/* Says whether that is too old for a spool that keeps so much. */
static bool
is_too_old(struct pair *self, int64_t age_ns)
{
    spool_destroy(&self->to->spool);
    self->to->settings.age_ns = age_ns;
    scene_open(self->to);
    spool_expire(self->to->spool, clock_wall_ns());
    return spool_is_empty(self->to->spool);
}

START_TEST(what_was_old_is_not_dropped_when_it_is_to_be_sent_again)
{
    PAIR(64 << 20, 10);
    pair.renews = true;
    move_old(&pair);
    ck_assert(!is_too_old(&pair, 3600 * NS_PER_S));
    ck_assert_uint_eq(drain(pair.to), 10);
    ck_assert_uint_eq(pair.to->wrong, 0);
}
END_TEST

START_TEST(what_moves_by_itself_stays_as_old_as_it_was_over_restarts)
{
    PAIR(64 << 20, 10);
    move_old(&pair);
    ck_assert(!is_too_old(&pair, 3 * 3600 * NS_PER_S));
    ck_assert(is_too_old(&pair, 3600 * NS_PER_S));
}
END_TEST

START_TEST(a_move_that_fails_anywhere_can_be_made_again)
{
    static const enum file_call calls[] = {FILE_RENAME, FILE_STAT, FILE_LIST,
                                           FILE_SYNC_FOLDER, FILE_MAKE_FOLDER};

    for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
        for (uint64_t nth = 1; nth < 6; nth++) {
            struct spool_amount adopted;
            PAIR(64 << 20, 1500);
            file_fault_set(&pair.from->faults, calls[i], nth, 1, -EIO);
            if (adopt(&pair, &adopted) < 0)
                ck_assert_int_eq(adopt(&pair, &adopted), 0);
            file_fault_set(&pair.to->faults, calls[i], nth, 1, -EIO);
            (void)spool_take_in(pair.to->spool, pair.replay);
            (void)spool_take_in(pair.to->spool, pair.replay);
            ck_assert_uint_eq(drain(pair.to), 3000);
            ck_assert_uint_eq(missing(&pair), 0);
            ck_assert_uint_eq(pair.to->wrong, 0);
        }
}
END_TEST

/* The real files; but before the first rename another spool moves to the same
 * one. */
struct meddler {
    struct files files;
    struct file_calls calls;
    const char *from, *to; /* 'from' is NULL once that was done */
    struct spool_amount adopted;
};

static int
meddle(struct files *files, const char *from, const char *to)
{
    struct meddler *self = (struct meddler *)files;
    const char *other = weir_take(self->from);

    if (other)
        ck_assert_int_eq(
            spool_adopt(files_real(), other, self->to, false, &self->adopted),
            0);
    return file_rename(files_real(), from, to);
}

START_TEST(two_that_move_at_a_time_lose_nothing)
{
    struct spool_amount adopted;
    weir_cleanup(scene_destroy) struct scene *third = scene_new(64 << 20, true);
    char replay[96];

    PAIR(64 << 20, 1500);
    spool_destroy(&pair.to->spool);
    struct meddler meddler = {.calls = *files_real()->calls,
                              .from = pair.to->path,
                              .to = third->path};
    meddler.files.calls = &meddler.calls;
    meddler.calls.rename = meddle;
    ck_assert_int_eq(spool_adopt(&meddler.files, pair.from->path, third->path,
                                 false, &adopted),
                     0);
    (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_REPLAY, third->path);
    ck_assert_int_eq(spool_take_in(third->spool, replay),
                     (int)(adopted.segments + meddler.adopted.segments));
    ck_assert_uint_eq(drain(third), 3000);
}
END_TEST

SPEC("spool_adopt", what_one_spool_has_is_read_behind_what_the_other_has,
     what_was_not_taken_in_yet_goes_on_to_a_third_spool,
     two_that_move_at_a_time_lose_nothing,
     nothing_is_taken_from_a_spool_that_is_open,
     what_has_no_room_waits_until_there_is_some,
     what_was_old_is_not_dropped_when_it_is_to_be_sent_again,
     what_moves_by_itself_stays_as_old_as_it_was_over_restarts,
     a_move_that_fails_anywhere_can_be_made_again)
