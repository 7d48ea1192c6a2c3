/* backlog_crash_test.c - what is fresh and was told to be on disk comes to the
 * store after a power loss, at whichever moment that is
 */
#include <config.h>

#include "../../plugins/storage/tsdb/file_record.h"
#include "backlog_taker.h"

enum { BATCHES = 24 };

/* A backlog that keeps what is fresh, and from which change of files on how
 * many batches were safe. */
struct life {
    struct scene *scene;
    struct file_record *record;
    struct backlog *backlog;
    size_t safe[BATCHES + 1]; /* by sequence */
    uint64_t told;
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

static void
hear_told(void *arg, int rc, const char *why)
{
    struct life *self = arg;

    (void)why;
    ck_assert_int_eq(rc, 0);
    self->safe[++self->told] = file_record_count(self->record);
}

static int
drop_frame(void *arg, struct frame *frame)
{
    (void)arg;
    (void)frame;
    return -EAGAIN;
}

static void
log_batch(struct life *self, uint64_t sequence)
{
    static const uint8_t stream[16] = {7};
    const struct layout *layout = self->scene->layouts[0];
    int64_t time_ns = 1;
    double value = (double)sequence;
    struct weir_rows rows = {.layout = layout_shape(layout),
                             .width = 1,
                             .count = 1,
                             .times_ns = &time_ns,
                             .values = &value};
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_batch(&rows, 1, NULL, 0);

    backlog_log(self->backlog, stream,
                &(struct sender_batch){.sequence = sequence,
                                       .frame = frame,
                                       .told = hear_told,
                                       .told_arg = self});
}

/* No store is there; the process ends by a power loss. */
static struct life *
live(bool deaf)
{
    struct life *self = xcalloc(1, sizeof(*self));
    uint32_t next = 0;

    self->scene = scene_make(16 << 20, true);
    self->record = file_record_new(self->scene->folder->path, deaf);
    self->scene->settings.files = file_record_files(self->record);
    struct backlog_settings settings = {.spool =
                                            spool_new(&self->scene->settings),
                                        .files = self->scene->settings.files,
                                        .fresh_bytes = 8 << 20,
                                        .folder = self->scene->path,
                                        .link = "test",
                                        .sender = "host",
                                        .send = drop_frame,
                                        .settled = ignore_settled,
                                        .arg = self};
    self->backlog = backlog_new(&settings);
    const struct layout *layout = self->scene->layouts[0];
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_layout(layout_shape(layout), layout_number(layout), 0, &next);
    backlog_layout(self->backlog, frame);
    for (uint64_t sequence = 1; sequence <= BATCHES; sequence++) {
        log_batch(self, sequence);
        if (sequence % 3 == 0)
            (void)backlog_sync(self->backlog);
    }
    ck_assert_uint_eq(self->told, BATCHES);
    return self;
}

/* Returns how many batches were safe after 'count' changes of files. */
static uint64_t
safe_at(const struct life *self, size_t count)
{
    uint64_t safe = 0;

    while (safe < BATCHES && self->safe[safe + 1] <= count)
        safe++;
    return safe;
}

/* Returns how many batches the next run brings to the store. */
static uint64_t
bring(const struct life *self, size_t count, enum file_crash how)
{
    weir_cleanup(scene_destroy) struct scene *left = scene_make(16 << 20, true);
    struct taker taker = {0};

    ck_assert_int_eq(file_record_crash(self->record, count, how,
                                       spec_seed() + count, left->folder->path),
                     0);
    left->settings.files = files_real();
    (void)send_all(left, &taker);
    ck_assert(!taker.without_layout);
    ck_assert_uint_le(taker.batches, BATCHES);
    return taker.batches;
}

START_TEST(what_was_fresh_and_safe_comes_to_the_store_once)
{
    weir_cleanup(life_destroy) struct life *life = live(false);
    size_t end = file_record_count(life->record);

    for (size_t count = 0; count <= end; count++) {
        uint64_t safe = safe_at(life, count);
        ck_assert_uint_ge(bring(life, count, CRASH_NOTHING), safe);
        ck_assert_uint_ge(bring(life, count, CRASH_EVERYTHING), safe);
        ck_assert_uint_ge(bring(life, count, CRASH_CHANCE), safe);
    }
    backlog_destroy(&life->backlog);
}
END_TEST

START_TEST(without_syncs_it_does_not)
{
    weir_cleanup(life_destroy) struct life *life = live(true);
    size_t end = file_record_count(life->record);

    ck_assert_uint_lt(bring(life, end, CRASH_NOTHING), BATCHES);
    backlog_destroy(&life->backlog);
}
END_TEST

SPEC("a backlog after a power loss",
     what_was_fresh_and_safe_comes_to_the_store_once, without_syncs_it_does_not)
