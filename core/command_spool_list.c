/* command_spool_list.c - weir spool list and show
 *
 * They read the files alone, also of a weir that runs, and change nothing.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "command_spool_inner.h"
#include "link/dead.h"
#include "link/spool_adopt.h"
#include "link/spool_age.h"
#include "link/spool_segment.h"

enum { PART_SIZE = SPOOL_PLACE_SIZE + 16 }; /* of a path */

/* What a spool has besides its own segments, and what is to be said of it. */
static const struct part {
    const char *folder; /* in that of the spool; "" for itself */
    const char *suffix;
} parts[] = {
    {"", ""},
    {"/" SPOOL_FRESH, " (fresh)"},
    {"/" SPOOL_REPLAY, " (replay)"},
    {"/" DEAD_FOLDER, " (dead)"},
};

/* Returns false when there is nothing to be said of the part. */
static bool
find_part(const struct spool_place *place, const struct part *part,
          char folder[PART_SIZE], struct spool_sum *ret_sum)
{
    (void)snprintf(folder, PART_SIZE, "%s%s", place->folder, part->folder);
    return spool_sum_up(folder, false, ret_sum) >= 0 &&
           (!part->folder[0] || ret_sum->segments);
}

/* Listing ----------------------------------------------------------------- */

static void
list_part(const struct spool_place *place, const struct part *part)
{
    char folder[PART_SIZE];
    char store[NAME_MAX + 16];
    char text[SPOOL_TIME_SIZE];
    char holder[SPOOL_TIME_SIZE] = "-";
    struct spool_sum sum;

    if (!find_part(place, part, folder, &sum))
        return;
    (void)snprintf(store, sizeof(store), "%s%s", place->store, part->suffix);
    if (!part->folder[0] && spool_holder(folder))
        (void)snprintf(holder, sizeof(holder), "%ld", spool_holder(folder));
    (void)printf("%-16s %-40s %8" PRIu64 " %14" PRIu64 "  %-20s  %s\n",
                 place->link, store, sum.segments, sum.bytes,
                 sum.segments ? spool_time_text(sum.oldest_ns, text) : "-",
                 holder);
}

static void
list_place(void *arg, const struct spool_place *place)
{
    (void)arg;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        list_part(place, &parts[i]);
}

int
spool_list(const char *state)
{
    (void)printf("%-16s %-40s %8s %14s  %-20s  %s\n", "LINK", "STORE",
                 "SEGMENTS", "BYTES", "OLDEST", "PROCESS");
    int rc = spool_places(state, NULL, list_place, NULL);
    if (rc >= 0 || rc == -ENOENT)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "weir spool: %s/spool: %s\n", state, strerror(-rc));
    return EXIT_FAILURE;
}

/* Showing ----------------------------------------------------------------- */

/* What can be read of a segment. */
struct content {
    uint64_t batches, first, last;
    char why[256]; /* of the last batch that a store refused, or "" */
};

static void
see_record(struct content *self, const struct spool_record *record)
{
    if (record->type == FRAME_BATCH || record->type == SPOOL_PACKED) {
        self->first = self->batches++ ? self->first : record->sequence;
        self->last = record->sequence;
    } else if (record->type == SPOOL_WHY) {
        (void)snprintf(self->why, sizeof(self->why), "  %.*s",
                       (int)(record->size < 200 ? record->size : 200),
                       (const char *)record->body);
    }
}

/* Returns 0, or -errno when it cannot be read to its end. */
static int
read_content(struct spool_cursor *cursor, uint64_t size,
             struct content *ret_content)
{
    struct spool_record record;
    int rc = 0;

    while ((rc = spool_cursor_next(cursor, size, &record)) > 0)
        see_record(ret_content, &record);
    return rc;
}

static int
open_segment(const char *folder, const char *name, uint64_t *ret_size,
             struct spool_cursor **ret_cursor)
{
    char path[SPOOL_PLACE_SIZE + NAME_MAX];
    struct stat about;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = file_open(files_real(), path, O_RDONLY);
    if (fd < 0)
        return fd;
    int rc = fstat(fd, &about) < 0
                 ? -errno
                 : spool_cursor_open(files_real(), &fd, ret_cursor);
    if (rc < 0)
        (void)file_close(files_real(), fd);
    else
        *ret_size = (uint64_t)about.st_size;
    return rc;
}

/* Prints a line on a segment. */
static int
show_segment(void *arg, const char *name)
{
    const char *folder = arg;
    char text[SPOOL_TIME_SIZE];
    struct spool_cursor *cursor = NULL;
    struct content content = {0};
    uint64_t size = 0;
    uint64_t number = 0;

    if (!spool_is_segment(name, &number))
        return 0;
    int rc = open_segment(folder, name, &size, &cursor);
    if (rc < 0) {
        (void)printf("%s: %s\n", name,
                     rc == -EBADMSG ? "its head is damaged" : strerror(-rc));
        return 0;
    }
    rc = read_content(cursor, size, &content);
    const struct spool_head *head = spool_cursor_head(cursor);
    (void)printf("%s  %02x%02x%02x%02x  %8" PRIu64 "  %10" PRIu64 "  %10" PRIu64
                 "  %s  %7" PRIu64 "%s%s\n",
                 name, head->stream[0], head->stream[1], head->stream[2],
                 head->stream[3], content.batches, content.first, content.last,
                 spool_time_text(head->made_ns, text),
                 spool_cursor_damaged(cursor), content.why,
                 rc < 0 ? " (cannot be read to its end)" : "");
    spool_cursor_destroy(&cursor);
    return 0;
}

static void
show_place(void *arg, const struct spool_place *place)
{
    (void)arg;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        char folder[PART_SIZE];
        struct spool_sum sum;
        if (!find_part(place, &parts[i], folder, &sum))
            continue;
        (void)printf("%s%s:\n%-20s  %-8s  %8s  %10s  %10s  %-20s  %s\n",
                     place->store, parts[i].suffix, "SEGMENT", "STREAM",
                     "BATCHES", "FIRST", "LAST", "MADE", "DAMAGED");
        (void)file_list(files_real(), folder, show_segment, folder);
    }
}

int
spool_show(const char *state, const struct spool_words *words)
{
    for (int i = 0; i < words->count; i++)
        if (spool_places(state, words->names[i], show_place, NULL) <= 0) {
            (void)fprintf(stderr,
                          "weir spool: there is no spool of \"%s\" in "
                          "%s/spool; see weir spool list\n",
                          words->names[i], state);
            return EXIT_FAILURE;
        }
    return EXIT_SUCCESS;
}

/* Summing up -------------------------------------------------------------- */

struct sum_walk {
    const char *folder;
    bool reads;
    struct spool_sum *sum;
};

static int
add_file(void *arg, const char *name)
{
    const struct sum_walk *self = arg;
    struct spool_sum *sum = self->sum;
    char path[SPOOL_PLACE_SIZE + NAME_MAX];
    struct spool_cursor *cursor = NULL;
    struct content content = {0};
    struct stat about;
    uint64_t size = 0;
    uint64_t number = 0;

    (void)snprintf(path, sizeof(path), "%s/%s", self->folder, name);
    if (file_stat(files_real(), path, &about) < 0 || !S_ISREG(about.st_mode))
        return 0;
    sum->bytes += (uint64_t)about.st_size;
    if (!spool_is_segment(name, &number))
        return 0;
    int64_t made_ns = spool_made_ns(files_real(), path);
    if (sum->segments == 0 || made_ns < sum->oldest_ns)
        sum->oldest_ns = made_ns;
    sum->segments++;
    if (self->reads && open_segment(self->folder, name, &size, &cursor) == 0)
        (void)read_content(cursor, size, &content);
    spool_cursor_destroy(&cursor);
    sum->batches += content.batches;
    return 0;
}

int
spool_sum_up(const char *folder, bool reads, struct spool_sum *ret_sum)
{
    struct sum_walk walk = {folder, reads, ret_sum};

    *ret_sum = (struct spool_sum){0};
    return file_list(files_real(), folder, add_file, &walk);
}
