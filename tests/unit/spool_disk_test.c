/* spool_disk_test.c - a spool on a real disk that is full
 *
 * As root, on a file system of its own that is small.
 */
#include <config.h>

#include <sched.h>
#include <sys/mount.h>

#include "spool_scene.h"

enum { DISK_MB = 12, NOT_MOUNTED = 77, ROWS = 400 };

static uint64_t
dropped(const struct scene *scene)
{
    struct spool_figures figures;

    spool_figures(scene->spool, &figures);
    return figures.dropped_bytes;
}

/* All comes but what made way. */
static void
drop_the_oldest(struct scene *scene)
{
    for (int i = 0; i < 4000; i++)
        ck_assert_int_eq(scene_write(scene, ROWS), 0);
    ck_assert_int_eq(spool_sync(scene->spool), 0);
    ck_assert_uint_gt(dropped(scene), 1 << 20);
    uint64_t count = scene_read(scene);
    ck_assert_uint_gt(count, 500);
    for (uint64_t i = scene->next - count; i < scene->next; i++)
        ck_assert(scene->had[i]);
    ck_assert_uint_eq(scene->wrong, 0);
}

/* All comes that was taken, and when there is room again more is. */
static void
drop_the_newest(struct scene *scene)
{
    for (int round = 0; round < 3; round++) {
        int rc = 0;
        while (rc == 0)
            rc = scene_write(scene, ROWS);
        ck_assert_int_eq(rc, -ENOSPC);
        ck_assert_int_eq(spool_sync(scene->spool), 0);
        ck_assert_uint_gt(scene_read(scene), 500);
        ck_assert_uint_eq(scene_missing(scene), 0);
        spool_done(scene->spool, scene->next - 1);
        ck_assert(spool_has_room(scene->spool));
    }
    ck_assert_uint_eq(dropped(scene), 0);
    ck_assert_uint_eq(scene->wrong, 0);
}

/* In a child with a file system of its own, which goes with it. */
static int
live_on_small_disk(bool drop_oldest)
{
    char size[32];

    if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return NOT_MOUNTED;
    (void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    struct scene *scene = scene_make((uint64_t)1 << 30, drop_oldest);
    (void)snprintf(size, sizeof(size), "size=%dm", DISK_MB);
    if (mount("none", scene->folder->path, "tmpfs", 0, size) < 0)
        return NOT_MOUNTED;
    scene_open(scene);
    if (drop_oldest)
        drop_the_oldest(scene);
    else
        drop_the_newest(scene);
    spool_destroy(&scene->spool);
    (void)umount(scene->folder->path);
    scene_destroy(&scene);
    return 0;
}

static void
live_in_child(bool drop_oldest)
{
    int status = 0;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(live_on_small_disk(drop_oldest));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    /* Root can; others may not. */
    if (geteuid() != 0 && WIFEXITED(status) &&
        WEXITSTATUS(status) == NOT_MOUNTED)
        printf("# no tmpfs can be mounted here\n");
    else
        ck_assert_int_eq(status, 0);
}

START_TEST(drops_the_oldest_when_the_disk_is_full_and_goes_on)
{
    live_in_child(true);
}
END_TEST

START_TEST(refuses_the_newest_when_the_disk_is_full_until_there_is_room)
{
    live_in_child(false);
}
END_TEST

SPEC("a spool on a small disk",
     drops_the_oldest_when_the_disk_is_full_and_goes_on,
     refuses_the_newest_when_the_disk_is_full_until_there_is_room)
