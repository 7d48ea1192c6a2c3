/* dead.c - batches that a store refused for ever, kept on disk */
#include <config.h>

#include "link/dead.h"

#include <errno.h>
#include <sys/random.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "log.h"

/* Without a letter for so long the segment is ended. */
static const int64_t idle_ns = 600 * NS_PER_S;

enum {
    SHARE = 10, /* of the spool's bytes */
    SIZE_LEAST = 4 << 20,
    SIZE_MOST = 64 << 20,
    LAYOUTS_MOST = 1000, /* that are held for the next letters */
};

struct dead {
    struct files *files;
    char *folder, *link;
    uint64_t size_bytes;
    struct spool *spool; /* or NULL */
    bool dirty;
    int64_t kept_ns; /* monotonic, when the last letter was */

    uint8_t stream[16]; /* of the segment that is written to */
    uint64_t sequence;
    uint8_t origin[16]; /* of the layouts that 'spool' holds */
    size_t layout_count;

    struct dead_figures figures; /* of those that were open before */
};

uint64_t
dead_size_of(uint64_t spool_bytes)
{
    uint64_t size = spool_bytes / SHARE;

    if (size > SIZE_MOST)
        return SIZE_MOST;
    return size > SIZE_LEAST ? size : SIZE_LEAST;
}

struct dead *
dead_new(const struct dead_settings *settings)
{
    struct dead *self = xcalloc(1, sizeof(*self));

    self->files = settings->files;
    if (asprintf(&self->folder, "%s/" DEAD_FOLDER, settings->folder) < 0)
        return x_or_die(NULL);
    self->link = x_or_die(strdup(settings->link));
    self->size_bytes = settings->size_bytes;
    return self;
}

void
dead_destroy(struct dead **self_p)
{
    struct dead *self = weir_take(*self_p);

    if (!self)
        return;
    dead_close(self);
    free(self->folder);
    free(self->link);
    free(self);
}

void
dead_close(struct dead *self)
{
    struct spool_figures figures;

    if (!self->spool)
        return;
    spool_finish(self->spool);
    spool_figures(self->spool, &figures);
    self->figures.dropped_bytes += figures.dropped_bytes;
    self->figures.bytes = figures.disk;
    spool_destroy(&self->spool);
    self->dirty = false;
}

const char *
dead_folder(const struct dead *self)
{
    return self->folder;
}

/* Another stream, which has none of the layouts. */
static void
begin_stream(struct dead *self, const uint8_t origin[16])
{
    (void)getrandom(self->stream, sizeof(self->stream), 0);
    memcpy(self->origin, origin, sizeof(self->origin));
    self->sequence = 0;
    self->layout_count = 0;
}

static int
open_spool(struct dead *self)
{
    struct spool_settings settings = {.files = self->files,
                                      .folder = self->folder,
                                      .link = self->link,
                                      .size_bytes = self->size_bytes,
                                      .drop_oldest = true,
                                      .trims = true};
    long holder = 0;

    return spool_open(&settings, &self->spool, &holder);
}

void
dead_look(struct dead *self)
{
    struct stat about;

    self->figures.bytes = 0;
    if (!self->spool && file_stat(self->files, self->folder, &about) == 0 &&
        open_spool(self) == 0)
        dead_close(self);
}

/* Makes ready for a letter with layouts of 'origin'. */
static int
open_for(struct dead *self, const uint8_t origin[16])
{
    if (self->spool &&
        (memcmp(self->origin, origin, sizeof(self->origin)) != 0 ||
         self->layout_count > LAYOUTS_MOST))
        dead_close(self);
    if (self->spool)
        return 0;
    begin_stream(self, origin);
    return open_spool(self);
}

static void
hold_layouts(struct dead *self, const struct letter *letter)
{
    for (size_t i = 0; i < letter->layout_count; i++) {
        struct frame_view view = frame_look(letter->layouts[i]);
        struct frame_layout head;
        if (frame_layout_head(&view, &head) < 0 ||
            head.end <= spool_layout_end(self->spool, head.number))
            continue;
        spool_layout(self->spool, letter->layouts[i]);
        self->layout_count++;
    }
}

static int
try_keep(struct dead *self, const struct letter *letter)
{
    int rc = open_for(self, letter->origin);

    if (rc < 0)
        return rc;
    hold_layouts(self, letter);
    rc = spool_append(self->spool, self->stream, ++self->sequence,
                      letter->batch, letter->why);
    if (rc < 0)
        dead_close(self);
    return rc;
}

void
dead_keep(struct dead *self, const struct letter *letter)
{
    int rc = try_keep(self, letter);

    /* The folder may have been taken away. */
    if (rc < 0 && rc != -EBADMSG)
        rc = try_keep(self, letter);
    self->kept_ns = clock_now_ns();
    self->dirty |= rc == 0;
    self->figures.batches += rc == 0;
    self->figures.lost += rc < 0;
    if (rc < 0)
        log_line(LOG_ERROR, "dead_batch_lost", "link", self->link, "reason",
                 letter->why, "error", strerror(-rc), NULL);
    else
        log_line(LOG_WARN, "dead_batch", "link", self->link, "folder",
                 self->folder, "reason", letter->why, "error",
                 "the store refused a batch for ever; see weir spool show",
                 NULL);
}

void
dead_sync(struct dead *self)
{
    if (!self->dirty)
        return;
    self->dirty = false;
    if (spool_sync(self->spool) < 0)
        dead_close(self);
}

void
dead_tick(struct dead *self, int64_t now_ns)
{
    if (self->spool && now_ns - self->kept_ns >= idle_ns)
        dead_close(self);
}

void
dead_figures(const struct dead *self, struct dead_figures *ret_figures)
{
    struct spool_figures open = {0};

    *ret_figures = self->figures;
    if (!self->spool)
        return;
    spool_figures(self->spool, &open);
    ret_figures->dropped_bytes += open.dropped_bytes;
    ret_figures->bytes = open.disk;
}
