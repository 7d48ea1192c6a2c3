/* spool.c - batches on disk, for which there is no room in memory */
#include <config.h>

#include "link/spool.h"

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/spool_age.h"
#include "link/spool_inner.h"
#include "log.h"

enum {
    SEGMENTS = 16, /* that the bound is made of, at least */
    AGES = 8,      /* and the age */
    SEGMENT_MOST = 64 << 20,
};

static uint64_t
segment_size_of(uint64_t size_most)
{
    uint64_t size = size_most / SEGMENTS & ~(uint64_t)4095;

    if (size > SEGMENT_MOST)
        return SEGMENT_MOST;
    return size > SPOOL_SEGMENT_LEAST ? size : SPOOL_SEGMENT_LEAST;
}

struct spool *
spool_new(const struct spool_settings *settings)
{
    struct spool *self = xcalloc(1, sizeof(*self));

    self->files = settings->files;
    self->folder = x_or_die(strdup(settings->folder));
    self->link = x_or_die(strdup(settings->link));
    self->size_most = settings->size_bytes;
    self->segment_size = segment_size_of(settings->size_bytes);
    self->age_ns = settings->age_ns;
    self->drop_oldest = settings->drop_oldest;
    self->trims = settings->trims;
    self->packs = settings->packs;
    self->fd = -1;
    self->lock = -1;
    return self;
}

int
spool_take(struct spool *self, long *reterr_holder)
{
    int rc = spool_take_folder(self, reterr_holder);

    if (rc < 0)
        return rc;
    self->taken = true;
    spool_trim(self);
    return 0;
}

bool
spool_is_taken(const struct spool *self)
{
    return self->taken;
}

int
spool_open(const struct spool_settings *settings, struct spool **ret_spool,
           long *reterr_holder)
{
    weir_cleanup(spool_destroy) struct spool *self = spool_new(settings);

    int rc = spool_take(self, reterr_holder);
    if (rc == 0)
        *ret_spool = weir_take(self);
    return rc;
}

void
spool_destroy(struct spool **self_p)
{
    struct spool *self = weir_take(*self_p);

    if (!self)
        return;
    if (self->fd >= 0)
        spool_end_segment(self, true);
    spool_close_cursor(self);
    spool_pack_rest(self);
    spool_leave_folder(self);
    spool_shapes_fini(self);
    free(self->list);
    free(self->folder);
    free(self->link);
    wire_out_fini(&self->out);
    free(self);
}

uint64_t
spool_incarnation(const struct spool *self)
{
    return self->incarnation;
}

void
spool_drop_first(struct spool *self, const char *why)
{
    uint64_t bytes = self->list[0].used;

    self->figures.dropped_bytes += bytes;
    log_line(LOG_WARN, "spool_dropped", "link", self->link, "bytes",
             log_number((long long)bytes), "error", why, NULL);
    spool_remove_first(self);
}

void
spool_spare_oldest(struct spool *self)
{
    self->drop_oldest = false;
}

uint64_t
spool_mark(struct spool *self)
{
    spool_finish(self);
    return self->next_number;
}

void
spool_undo(struct spool *self, uint64_t mark)
{
    char path[SPOOL_PATH_MOST];

    if (self->fd >= 0 && self->list[self->count - 1].number >= mark) {
        self->dirty = false;
        spool_end_segment(self, false);
    }
    while (self->count > 0 && self->list[self->count - 1].number >= mark) {
        const struct spool_file *file = &self->list[--self->count];
        spool_number_path(self->folder, file->number, SPOOL_SEGMENT, path);
        (void)file_unlink(self->files, path);
        self->figures.disk -= file->size;
        self->figures.bytes -= file->used;
    }
    if (self->at >= self->count) {
        spool_close_cursor(self);
        self->at = self->count;
    }
    (void)file_sync_folder(self->files, self->folder);
}

bool
spool_has_room(const struct spool *self)
{
    return self->taken &&
           (!self->full || clock_now_ns() >= self->full_until_ns);
}

/* When the oldest segment was begun; of those that were here at the start only
 * the first is ever asked. */
static int64_t
first_made_ns(const struct spool *self)
{
    struct spool_file *file = &self->list[0];
    char path[SPOOL_PATH_MOST];

    if (file->made_ns == 0) {
        spool_number_path(self->folder, file->number, SPOOL_SEGMENT, path);
        file->made_ns = spool_made_ns(self->files, path);
    }
    return file->made_ns;
}

void
spool_expire(struct spool *self, int64_t now_ns)
{
    while (self->age_ns && self->count > 0 && !spool_is_written(self, 0) &&
           first_made_ns(self) < now_ns - self->age_ns)
        spool_drop_first(self, "it is older than the spool's age");
    /* What is written to does not grow older than its turn to be dropped. */
    if (self->age_ns && self->fd >= 0 &&
        self->head.made_ns < now_ns - self->age_ns / AGES)
        spool_end_segment(self, true);
}

void
spool_figures(const struct spool *self, struct spool_figures *ret_figures)
{
    *ret_figures = self->figures;
    ret_figures->since_ns = self->count ? first_made_ns(self) : 0;
}
