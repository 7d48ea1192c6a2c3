/* command_spool_move.c - weir spool replay and drop
 *
 * A weir that runs has its spools to itself.  What is to be sent is put into
 * the folder "replay" of one, out of which it takes it; what is to be done with
 * dead letters is asked for by a file (link/backlog.h), which goes when it is
 * done.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "command_spool_inner.h"
#include "link/backlog.h"
#include "link/spool_adopt.h"

static const int64_t patience_ns = 10 * NS_PER_S; /* with a weir that runs */

enum { PATH_SIZE = SPOOL_PLACE_SIZE + 32, NAME_SIZE = 512 };

/* What is done for each spool that the command line names. */
struct job {
    const struct spool_words *words;
    int failures;
    int amounts; /* that were said */
};

static void
say_failure(struct job *self, const char *name, const char *what)
{
    (void)fprintf(stderr, "weir spool: %s: %s\n", name, what);
    self->failures++;
}

static void
name_place(const struct spool_place *place, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, "%s/%s", place->link, place->store);
}

/* Files that root makes in a folder of weir's are weir's, too. */
static void
give_to_owner(const char *folder, const char *path)
{
    struct stat about;

    if (geteuid() == 0 && stat(folder, &about) == 0 &&
        lchown(path, about.st_uid, about.st_gid) < 0)
        (void)fprintf(stderr,
                      "weir spool: %s: cannot give it to the owner of "
                      "%s: %s\n",
                      path, folder, strerror(errno));
}

/* Wishes ------------------------------------------------------------------ */

static bool
is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* Waits until the weir that has the spool has done what the file at 'path' asks
 * for.  Returns false when it does not. */
static bool
wait_for(const char *folder, const char *path)
{
    int64_t until_ns = clock_now_ns() + patience_ns;

    while (is_there(path) && spool_holder(folder) && clock_now_ns() < until_ns)
        (void)usleep(50000);
    return !is_there(path);
}

/* Asks by a file of that name, which root does not make through a link of
 * weir's.  Returns its path's fate in words, for the end of a line. */
static const char *
wish(struct job *self, const struct spool_place *place, const char *name)
{
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof(path), "%s/%s", place->folder, name);
    int fd = file_open(files_real(), path, O_WRONLY | O_CREAT | O_NOFOLLOW);
    if (fd < 0) {
        say_failure(self, path, strerror(-fd));
        return NULL;
    }
    (void)file_close(files_real(), fd);
    give_to_owner(place->folder, path);
    if (!spool_holder(place->folder))
        return "when weir starts";
    return wait_for(place->folder, path) ? "now" : "as soon as weir looks";
}

/* Replaying --------------------------------------------------------------- */

static void
replay_dead(void *arg, const struct spool_place *place)
{
    struct job *self = arg;
    char dead[PATH_SIZE];
    char name[NAME_SIZE];
    struct spool_sum sum;

    name_place(place, name);
    (void)snprintf(dead, sizeof(dead), "%s/" DEAD_FOLDER, place->folder);
    if (spool_sum_up(dead, true, &sum) < 0 || sum.segments == 0) {
        (void)printf("%s: there are no dead letters\n", name);
        return;
    }
    const char *when = wish(self, place, BACKLOG_REPLAY_DEAD);
    if (when)
        (void)printf("%s: %" PRIu64 " dead letters in %" PRIu64
                     " segments are sent again, %s\n",
                     name, sum.batches, sum.segments, when);
}

/* What a name means where there is to be one spool. */
struct one {
    char folder[SPOOL_PLACE_SIZE];
    char name[NAME_SIZE];
};

static void
note_place(void *arg, const struct spool_place *place)
{
    struct one *self = arg;

    (void)snprintf(self->folder, sizeof(self->folder), "%s", place->folder);
    name_place(place, self->name);
}

static const char *
adopt_failure(int rc)
{
    switch (rc) {
    case -EBUSY:
        return "a process has it open; stop that first";
    case -EXDEV:
        return "it is on another file system than the spool; copy it to that "
               "one first, and name the copy";
    default:
        return strerror(-rc);
    }
}

/* What is to be replayed has gone once all of it is taken in. */
static const char *
when_taken(const char *folder, const char *replay)
{
    if (!spool_holder(folder))
        return "when weir starts";
    return wait_for(folder, replay) ? "now" : "as soon as there is room";
}

static void
replay_folder(struct job *self, const char *folder, const struct one *to)
{
    char replay[PATH_SIZE];
    struct spool_amount amount = {0};
    struct stat from, into;

    if (stat(folder, &from) < 0) {
        say_failure(self, folder, strerror(errno));
        return;
    }
    if (stat(to->folder, &into) == 0 && from.st_dev == into.st_dev &&
        from.st_ino == into.st_ino) {
        say_failure(self, folder, "it is the spool itself");
        return;
    }
    int rc = spool_adopt(files_real(), folder, to->folder, true, &amount);
    (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_REPLAY, to->folder);
    if (is_there(replay))
        give_to_owner(to->folder, replay);
    if (amount.segments)
        (void)printf("%s: %" PRIu64 " segments, %" PRIu64
                     " bytes, are sent to %s %s\n",
                     folder, amount.segments, amount.bytes, to->name,
                     when_taken(to->folder, replay));
    if (rc < 0)
        say_failure(self, folder, adopt_failure(rc));
    else if (amount.segments == 0)
        say_failure(self, folder, "there are no segments");
}

static int
replay_folders(struct job *self, const char *state)
{
    struct one to;

    int found = spool_places(state, self->words->to, note_place, &to);
    if (found != 1) {
        say_failure(self, self->words->to,
                    found > 1 ? "it has several spools; say LINK/STORE"
                              : "there is no spool of that link; weir makes "
                                "it when it starts");
        return EXIT_FAILURE;
    }
    for (int i = 0; i < self->words->count; i++)
        replay_folder(self, self->words->names[i], &to);
    return self->failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
spool_replay(const char *state, const struct spool_words *words)
{
    struct job self = {.words = words};

    if (words->to)
        return replay_folders(&self, state);
    for (int i = 0; i < words->count; i++)
        if (spool_places(state, words->names[i], replay_dead, &self) <= 0)
            say_failure(&self, words->names[i],
                        "there is no spool of that link; of a folder, say "
                        "also --to LINK");
    return self.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Dropping ---------------------------------------------------------------- */

/* Says what is in a folder, and returns whether that is anything. */
static bool
say_amount(struct job *self, const char *name, const char *what,
           const char *folder)
{
    struct spool_sum sum;
    char text[SPOOL_TIME_SIZE];

    if (spool_sum_up(folder, true, &sum) < 0 || sum.segments == 0)
        return false;
    (void)printf("%s: %s %s: %" PRIu64 " batches in %" PRIu64
                 " segments, %" PRIu64 " bytes, since %s\n",
                 name, self->words->yes ? "drops" : "would drop", what,
                 sum.batches, sum.segments, sum.bytes,
                 spool_time_text(sum.oldest_ns, text));
    self->amounts++;
    return true;
}

static void
drop_folder(struct job *self, const char *name, const char *what,
            const char *folder)
{
    struct spool_amount amount;

    if (!say_amount(self, name, what, folder) || !self->words->yes)
        return;
    int rc = spool_drop(files_real(), folder, &amount);
    if (rc < 0)
        say_failure(self, folder,
                    rc == -EBUSY ? "a process has it open; stop that first"
                                 : strerror(-rc));
}

static void
drop_dead(struct job *self, const struct spool_place *place, const char *name)
{
    char dead[PATH_SIZE];

    (void)snprintf(dead, sizeof(dead), "%s/" DEAD_FOLDER, place->folder);
    if (!spool_holder(place->folder)) {
        drop_folder(self, name, "dead letters", dead);
        return;
    }
    if (!say_amount(self, name, "dead letters", dead) || !self->words->yes)
        return;
    const char *when = wish(self, place, BACKLOG_DROP_DEAD);
    if (when && strcmp(when, "now") != 0)
        (void)printf("%s: weir drops them %s\n", name, when);
}

static void
drop_place(void *arg, const struct spool_place *place)
{
    struct job *self = arg;
    char name[NAME_SIZE];
    char replay[PATH_SIZE];

    name_place(place, name);
    if (self->words->all && spool_holder(place->folder)) {
        say_failure(self, name,
                    "weir runs and has it: with --all, stop that first");
        return;
    }
    drop_dead(self, place, name);
    if (!self->words->all)
        return;
    (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_REPLAY, place->folder);
    drop_folder(self, name, "what is to be replayed", replay);
    (void)snprintf(replay, sizeof(replay), "%s/" SPOOL_FRESH, place->folder);
    drop_folder(self, name, "what was being sent", replay);
    drop_folder(self, name, "what waits to be sent", place->folder);
}

int
spool_drop_words(const char *state, const struct spool_words *words)
{
    struct job self = {.words = words};

    for (int i = 0; i < words->count; i++) {
        const char *name = words->names[i];
        if (spool_places(state, name, drop_place, &self) > 0)
            continue;
        if (is_there(name))
            drop_folder(&self, name, "all segments", name);
        else
            say_failure(&self, name,
                        "there is neither such a spool nor such "
                        "a folder");
    }
    if (self.amounts == 0 && self.failures == 0)
        (void)printf("There is nothing to drop.\n");
    if (self.amounts && !words->yes) {
        (void)printf("Nothing was dropped: say --yes to do it.\n");
        return EXIT_FAILURE;
    }
    return self.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
