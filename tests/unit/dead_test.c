/* dead_test.c - what a store refused for ever is kept, within bounds */
#include <config.h>

#include "link/dead.h"

#include "spool_scene.h"

/* Dead letters beside a scene's spool, which is not open. */
struct cemetery {
    struct scene *scene;
    struct dead *dead;
    char path[96]; /* of their folder */
};

static void
cemetery_open(struct cemetery *self)
{
    self->dead = dead_new(&(struct dead_settings){
        .files = &self->scene->faults.files,
        .folder = self->scene->path,
        .link = "test",
        .size_bytes = 4 << 20,
    });
    dead_look(self->dead);
}

static void
cemetery_init(struct cemetery *self)
{
    self->scene = scene_make(64 << 20, true);
    (void)snprintf(self->path, sizeof(self->path), "%s/" DEAD_FOLDER,
                   self->scene->path);
    cemetery_open(self);
}

static void
cemetery_fini(struct cemetery *self)
{
    dead_destroy(&self->dead);
    scene_destroy(&self->scene);
}

/* Buries a batch of 'rows' rows that uses layout 'number' of 'origin'. */
static void
bury(struct cemetery *self, uint8_t origin, unsigned number, uint32_t rows)
{
    const struct layout *layout = self->scene->layouts[number];
    uint32_t width = layout_shape(layout)->count, next = 0;
    weir_cleanup(weir_free) double *values =
        xcalloc((size_t)rows * width, sizeof(double));
    weir_cleanup(weir_free) int64_t *times_ns = xcalloc(rows, sizeof(int64_t));
    char why[] = "it smells";

    for (uint32_t i = 0; i < rows; i++)
        times_ns[i] = i;
    struct weir_rows part = {.layout = layout_shape(layout),
                             .width = width,
                             .count = rows,
                             .times_ns = times_ns,
                             .values = values};
    weir_cleanup(frame_release) struct frame *batch =
        frame_of_batch(&part, 1, NULL, 0);
    weir_cleanup(frame_release) struct frame *frame =
        frame_of_layout(layout_shape(layout), layout_number(layout), 0, &next);
    struct letter letter = {.origin = {origin},
                            .batch = batch,
                            .layouts = &frame,
                            .layout_count = 1,
                            .why = why};
    dead_keep(self->dead, &letter);
}

static struct dead_figures
figures_of(const struct cemetery *self)
{
    struct dead_figures figures;

    dead_figures(self->dead, &figures);
    return figures;
}

/* What is read of a segment. */
struct reading {
    uint64_t segment, batches, reasons, streams, wrong;
    uint64_t next; /* sequence */
    bool known[SCENE_LAYOUTS + 7];
    bool reason;
};

static void
see_batch(struct reading *self, const struct spool_item *item)
{
    struct frame_view view = {
        {.type = FRAME_BATCH}, item->record.body, item->record.size};
    struct frame_use use = {0};
    size_t at = 0;

    self->batches++;
    self->wrong += item->record.sequence != self->next++ || !self->reason ||
                   !frame_batch_uses(&view, &at, &use) ||
                   use.number >= ARRAY_SIZE(self->known) ||
                   !self->known[use.number];
    self->reason = false;
}

static void
see_item(struct reading *self, const struct spool_item *item)
{
    const struct spool_record *record = &item->record;
    struct frame_view view = {
        {.type = FRAME_LAYOUT}, record->body, record->size};
    struct frame_layout head;

    if (item->segment != self->segment) {
        memset(self->known, 0, sizeof(self->known));
        self->streams += item->head->first == 1;
        self->next = item->head->first;
        self->segment = item->segment;
    }
    if (record->type == SPOOL_WHY) {
        self->reason = record->size == strlen("it smells") &&
                       memcmp(record->body, "it smells", record->size) == 0;
        self->reasons++;
    } else if (record->type == FRAME_BATCH) {
        see_batch(self, item);
    } else if (frame_layout_head(&view, &head) == 0) {
        self->known[head.number] = true;
    }
}

/* Reads their folder as a spool. */
static struct reading
read_all(struct cemetery *self)
{
    struct spool_settings settings = self->scene->settings;
    struct reading reading = {0};
    struct spool *spool = NULL;
    struct spool_item item;
    long holder = 0;

    dead_close(self->dead);
    settings.folder = self->path;
    settings.size_bytes = 4 << 20;
    ck_assert_int_eq(spool_open(&settings, &spool, &holder), 0);
    while (spool_peek(spool, &item) > 0) {
        see_item(&reading, &item);
        spool_pass(spool, true);
    }
    spool_destroy(&spool);
    return reading;
}

#define CEMETERY(name)                                \
    weir_cleanup(cemetery_fini) struct cemetery name; \
    cemetery_init(&name)

START_TEST(keeps_batches_as_new_streams_with_their_layouts_and_reasons)
{
    CEMETERY(here);

    for (unsigned i = 0; i < 300; i++)
        bury(&here, (uint8_t)(1 + i / 50), i % SCENE_LAYOUTS, 3);
    dead_sync(here.dead);
    ck_assert_uint_eq(figures_of(&here).batches, 300);
    struct reading reading = read_all(&here);
    ck_assert_uint_eq(reading.batches, 300);
    ck_assert_uint_eq(reading.reasons, 300);
    ck_assert_uint_eq(reading.streams, 6);
    ck_assert_uint_eq(reading.wrong, 0);
    /* No room is reserved for what may never come. */
    ck_assert_uint_lt(figures_of(&here).bytes, 200000);
}
END_TEST

START_TEST(what_is_there_is_seen_by_the_next_run)
{
    CEMETERY(here);

    bury(&here, 1, 0, 1000);
    dead_close(here.dead);
    uint64_t bytes = figures_of(&here).bytes;
    dead_destroy(&here.dead);
    cemetery_open(&here);
    ck_assert_uint_ge(bytes, figures_of(&here).bytes);
    ck_assert_uint_gt(figures_of(&here).bytes, 16000);
}
END_TEST

START_TEST(drops_the_oldest_when_there_are_too_many_and_counts_them)
{
    CEMETERY(here);

    for (unsigned i = 0; i < 1000; i++) {
        bury(&here, (uint8_t)(i / 70), i % SCENE_LAYOUTS, 400);
        ck_assert_uint_le(figures_of(&here).bytes, 4 << 20);
    }
    ck_assert_uint_gt(figures_of(&here).dropped_bytes, 1 << 20);
    struct reading reading = read_all(&here);
    ck_assert_uint_gt(reading.batches, 200);
    ck_assert_uint_eq(reading.wrong, 0);
}
END_TEST

START_TEST(goes_on_when_its_folder_is_taken_away)
{
    CEMETERY(here);

    for (unsigned i = 0; i < 500; i++) {
        bury(&here, 1, 0, 400);
        if (i % 100 == 50)
            (void)nftw(here.path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    ck_assert_uint_eq(figures_of(&here).batches, 500);
    ck_assert_uint_eq(figures_of(&here).lost, 0);
    struct reading reading = read_all(&here);
    ck_assert_uint_gt(reading.batches, 0);
    ck_assert_uint_eq(reading.wrong, 0);
}
END_TEST

START_TEST(counts_what_a_disk_that_fails_does_not_keep)
{
    CEMETERY(here);

    bury(&here, 1, 0, 10);
    file_fault_set(&here.scene->faults, FILE_WRITE, 1, UINT64_MAX, -EIO);
    for (unsigned i = 0; i < 20; i++)
        bury(&here, 1, 0, 10);
    file_fault_set(&here.scene->faults, FILE_WRITE, 0, 0, 0);
    bury(&here, 1, 0, 10);
    ck_assert_uint_eq(figures_of(&here).lost, 20);
    ck_assert_uint_eq(figures_of(&here).batches, 2);
    ck_assert_uint_eq(read_all(&here).wrong, 0);
}
END_TEST

SPEC("dead", keeps_batches_as_new_streams_with_their_layouts_and_reasons,
     what_is_there_is_seen_by_the_next_run,
     drops_the_oldest_when_there_are_too_many_and_counts_them,
     goes_on_when_its_folder_is_taken_away,
     counts_what_a_disk_that_fails_does_not_keep)
