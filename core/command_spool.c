/* command_spool.c - weir spool: what waits on disk for stores
 *
 * Reads the files alone, also of a weir that runs, and changes nothing.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/cleanup.h>

#include "base.h"
#include "command.h"
#include "configuration.h"
#include "link/spool_segment.h"

enum { TIME_SIZE = 24, PATH_SIZE = 4096 };

/* A walk through folders: state/spool, that of a link, that of a store. */
struct walk {
    const char *folder;
    const char *link; /* whose spools are shown; NULL: all are listed */
    unsigned found;   /* spools */
};

static const char *
time_text(int64_t time_ns, char text[TIME_SIZE])
{
    time_t seconds = (time_t)(time_ns / NS_PER_S);
    struct tm when;

    if (!gmtime_r(&seconds, &when) ||
        strftime(text, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &when) == 0)
        (void)snprintf(text, TIME_SIZE, "-");
    return text;
}

static bool
is_segment(const char *name)
{
    size_t length = strlen(name);

    return length > 4 && strcmp(name + length - 4, ".seg") == 0;
}

/* Listing -------------------------------------------------------------------
 */

struct sum {
    const char *folder;
    unsigned segments;
    uint64_t bytes;
    int64_t oldest_ns; /* 0: none */
};

static int
add_file(void *arg, const char *name)
{
    struct sum *self = arg;
    char path[PATH_SIZE];
    struct stat about;

    (void)snprintf(path, sizeof(path), "%s/%s", self->folder, name);
    if (file_stat(files_real(), path, &about) < 0)
        return 0;
    self->bytes += (uint64_t)about.st_size;
    if (!is_segment(name))
        return 0;
    int64_t written_ns = (int64_t)about.st_mtim.tv_sec * NS_PER_S;
    if (self->segments == 0 || written_ns < self->oldest_ns)
        self->oldest_ns = written_ns;
    self->segments++;
    return 0;
}

/* Returns the id of the process that has the spool, or 0.  The lock is not
 * tried: a weir that starts just then would find it taken. */
static long
holder_of(const char *folder)
{
    char path[PATH_SIZE + 8];
    char text[64] = "";

    (void)snprintf(path, sizeof(path), "%s/lock", folder);
    weir_cleanup(weir_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    (void)file_read(files_real(), fd, text, sizeof(text) - 1, 0);
    long holder = strtol(text, NULL, 10);
    return holder > 0 && (kill((pid_t)holder, 0) == 0 || errno == EPERM)
               ? holder
               : 0;
}

static void
list_spool(const char *link, const char *store, const char *folder)
{
    struct sum sum = {.folder = folder};
    char text[TIME_SIZE];
    char holder[TIME_SIZE];

    (void)file_list(files_real(), folder, add_file, &sum);
    (void)snprintf(holder, sizeof(holder), "%ld", holder_of(folder));
    (void)printf("%-16s %-32s %8u %14" PRIu64 "  %-20s  %s\n", link, store,
                 sum.segments, sum.bytes,
                 sum.segments ? time_text(sum.oldest_ns, text) : "-",
                 strcmp(holder, "0") != 0 ? holder : "-");
}

/* Showing --------------------------------------------------------------------
 */

/* Prints a line on a segment: what can be read of it. */
static int
show_segment(void *arg, const char *name)
{
    const char *folder = arg;
    char path[PATH_SIZE];
    char text[TIME_SIZE];
    struct spool_cursor *cursor = NULL;
    struct spool_record record;
    struct stat about;
    uint64_t batches = 0, first = 0, last = 0;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int fd = is_segment(name) ? file_open(files_real(), path, O_RDONLY) : -1;
    if (fd < 0)
        return 0;
    int rc = fstat(fd, &about) < 0
                 ? -errno
                 : spool_cursor_open(files_real(), &fd, &cursor);
    if (rc < 0) {
        (void)printf("%s: %s\n", name,
                     rc == -EBADMSG ? "its head is damaged" : strerror(-rc));
        (void)file_close(files_real(), fd);
        return 0;
    }
    while ((rc = spool_cursor_next(cursor, (uint64_t)about.st_size, &record)) >
           0) {
        if (record.type != FRAME_BATCH)
            continue;
        first = batches++ ? first : record.sequence;
        last = record.sequence;
    }
    const struct spool_head *head = spool_cursor_head(cursor);
    (void)printf("%s  %02x%02x%02x%02x  %8" PRIu64 "  %10" PRIu64 "  %10" PRIu64
                 "  %s  %" PRIu64 "%s\n",
                 name, head->stream[0], head->stream[1], head->stream[2],
                 head->stream[3], batches, first, last,
                 time_text(head->made_ns, text), spool_cursor_damaged(cursor),
                 rc < 0 ? " (cannot be read to its end)" : "");
    spool_cursor_destroy(&cursor);
    return 0;
}

static void
show_spool(const char *store, const char *folder)
{
    (void)printf("%s:\n%-20s  %-8s  %8s  %10s  %10s  %-20s  %s\n", store,
                 "SEGMENT", "STREAM", "BATCHES", "FIRST", "LAST", "MADE",
                 "DAMAGED");
    (void)file_list(files_real(), folder, show_segment, base_own(folder));
}

/* Walking --------------------------------------------------------------------
 */

static int
see_store(void *arg, const char *store)
{
    struct walk *self = arg;
    char folder[PATH_SIZE];
    const char *link = strrchr(self->folder, '/') + 1;

    (void)snprintf(folder, sizeof(folder), "%s/%s", self->folder, store);
    self->found++;
    if (self->link)
        show_spool(store, folder);
    else
        list_spool(link, store, folder);
    return 0;
}

static int
see_link(void *arg, const char *link)
{
    struct walk *self = arg;
    char folder[PATH_SIZE];

    if (self->link && strcmp(self->link, link) != 0)
        return 0;
    (void)snprintf(folder, sizeof(folder), "%s/%s", self->folder, link);
    struct walk inner = {.folder = folder, .link = self->link};
    (void)file_list(files_real(), folder, see_store, &inner);
    self->found += inner.found;
    return 0;
}

static int
walk(const char *state, const char *link)
{
    char folder[PATH_SIZE];
    struct walk self = {.folder = folder, .link = link};

    (void)snprintf(folder, sizeof(folder), "%s/spool", state);
    if (!link)
        (void)printf("%-16s %-32s %8s %14s  %-20s  %s\n", "LINK", "STORE",
                     "SEGMENTS", "BYTES", "OLDEST", "PROCESS");
    int rc = file_list(files_real(), folder, see_link, &self);
    if (rc < 0 && rc != -ENOENT) {
        (void)fprintf(stderr, "weir spool: %s: %s\n", folder, strerror(-rc));
        return EXIT_FAILURE;
    }
    if (link && self.found == 0) {
        (void)fprintf(stderr,
                      "weir spool: there is no spool of \"%s\" in %s; see weir "
                      "spool list\n",
                      link, folder);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

int
command_spool(int argc, char **argv)
{
    struct configuration *configuration = NULL;
    const char *file = NULL;
    const char *link = NULL;
    int taken = 0;

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        taken = 1;
    if (argc > 2 && strcmp(argv[1], "show") == 0) {
        link = argv[2];
        taken = 2;
    }
    argv[taken] = argv[0];
    if (!command_take_file(argc - taken, argv + taken, &file))
        return EXIT_WRONG;
    int rc = command_read(file, &configuration);
    if (rc < 0)
        command_print_complaints(configuration, stderr);
    int status = rc < 0 ? EXIT_WRONG : walk(configuration->state, link);
    configuration_destroy(&configuration);
    return status;
}
