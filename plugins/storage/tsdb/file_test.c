/* file_test.c - the ways to files, and what tests put in front of them */
#include <config.h>

#include "file.h"

#include <errno.h>
#include <fcntl.h>

#include <weir/cleanup.h>

#include "../../../tests/unit/folder.h"
#include "file_fault.h"
#include "file_record.h"

static int
make_file(struct files *files, const char *path, const char *text)
{
    int fd = file_open(files, path, O_RDWR | O_CREAT);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(file_write(files, fd, text, strlen(text), 0), 0);
    return fd;
}

static bool
holds(const char *path, const char *text)
{
    char bytes[64] = "";
    int fd = file_open(files_real(), path, O_RDONLY);

    if (fd < 0)
        return false;
    ssize_t size = read(fd, bytes, sizeof(bytes) - 1);
    (void)close(fd);
    return size >= 0 && strcmp(bytes, text) == 0;
}

START_TEST(gives_back_what_was_written)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    int fd = make_file(files_real(), folder_path(folder, "a"), "abc");
    char bytes[4] = "";

    ck_assert_int_eq(file_read(files_real(), fd, bytes, 3, 0), 0);
    ck_assert_str_eq(bytes, "abc");
    ck_assert_int_eq(file_read(files_real(), fd, bytes, 3, 1), -ENODATA);
    ck_assert_int_eq(file_allocate(files_real(), fd, 4096), 0);
    ck_assert_int_eq(file_read(files_real(), fd, bytes, 4, 0), 0);
    ck_assert_int_eq(memcmp(bytes, "abc\0", 4), 0);
    ck_assert_int_eq(file_sync(files_real(), fd), 0);
    ck_assert_int_eq(file_close(files_real(), fd), 0);
}
END_TEST

START_TEST(tells_where_nothing_was_written)
{
    enum { SIZE = 1 << 20, LAST = 9999 };
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    int fd = make_file(files_real(), folder_path(folder, "a"), "abc");
    static char rest[SIZE];
    static const char zeros[SIZE];
    ck_assert_int_eq(file_allocate(files_real(), fd, SIZE), 0);
    ck_assert_int_eq(file_write(files_real(), fd, "x", 1, LAST), 0);

    uint64_t end = file_data_end(files_real(), fd, SIZE);

    ck_assert_uint_gt(end, LAST);
    ck_assert_uint_le(end, SIZE);
    ck_assert_int_eq(file_read(files_real(), fd, rest, SIZE - (size_t)end, end),
                     0);
    ck_assert_int_eq(memcmp(rest, zeros, SIZE - (size_t)end), 0);
    ck_assert_int_eq(file_close(files_real(), fd), 0);
}
END_TEST

START_TEST(says_what_cannot_be_done)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    const char *path = folder_path(folder, "none");

    ck_assert_int_eq(file_open(files_real(), path, O_RDONLY), -ENOENT);
    ck_assert_int_eq(file_unlink(files_real(), path), -ENOENT);
    ck_assert_int_eq(file_list(files_real(), path, NULL, NULL), -ENOENT);
    ck_assert_int_eq(file_sync_folder(files_real(), path), -ENOENT);
    ck_assert_int_eq(file_make_folder(files_real(), path), 0);
    ck_assert_int_eq(file_make_folder(files_real(), path), 0);
}
END_TEST

START_TEST(fails_the_call_that_was_chosen)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    struct file_fault fault;

    file_fault_init(&fault, files_real());
    int fd = make_file(&fault.files, folder_path(folder, "a"), "abc");
    file_fault_set(&fault, FILE_WRITE, 2, 1, -EIO);

    ck_assert_int_eq(file_write(&fault.files, fd, "d", 1, 3), 0);
    ck_assert_int_eq(file_write(&fault.files, fd, "efgh", 4, 4), -EIO);
    ck_assert_int_eq(file_write(&fault.files, fd, "i", 1, 6), 0);
    ck_assert(holds(folder->name, "abcdefi"));
    ck_assert_int_eq(file_close(&fault.files, fd), 0);
}
END_TEST

/* "a" is written, synced with its name, renamed to "b" and written again. */
static struct file_record *
record_renaming(struct folder *folder)
{
    char live[64], from[64], to[64];

    folder_make(folder, "live");
    (void)snprintf(live, sizeof(live), "%s/live", folder->path);
    (void)snprintf(from, sizeof(from), "%s/live/a", folder->path);
    (void)snprintf(to, sizeof(to), "%s/live/b", folder->path);
    struct file_record *record = file_record_new(live, false);
    struct files *files = file_record_files(record);
    int fd = make_file(files, from, "abc");
    ck_assert_int_eq(file_sync(files, fd), 0);
    ck_assert_int_eq(file_sync_folder(files, live), 0);
    ck_assert_int_eq(file_rename(files, from, to), 0);
    ck_assert_int_eq(file_write(files, fd, "x", 1, 0), 0);
    ck_assert_int_eq(file_close(files, fd), 0);
    return record;
}

START_TEST(leaves_only_what_was_synced_after_a_power_loss)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    weir_cleanup(file_record_destroy) struct file_record *record =
        record_renaming(folder);
    const char *root = folder_path(folder, "crash");

    ck_assert_int_eq(file_record_crash(record, file_record_count(record),
                                       CRASH_NOTHING, 0, root),
                     0);
    ck_assert(holds(folder_path(folder, "crash/a"), "abc"));
    ck_assert(!holds(folder_path(folder, "crash/b"), "abc"));
}
END_TEST

START_TEST(leaves_everything_after_a_kill)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    weir_cleanup(file_record_destroy) struct file_record *record =
        record_renaming(folder);
    const char *root = folder_path(folder, "crash");

    ck_assert_int_eq(file_record_crash(record, file_record_count(record),
                                       CRASH_EVERYTHING, 0, root),
                     0);
    ck_assert(holds(folder_path(folder, "crash/b"), "xbc"));
    ck_assert(!holds(folder_path(folder, "crash/a"), "abc"));
}
END_TEST

START_TEST(knows_no_file_whose_name_was_never_synced)
{
    weir_cleanup(folder_destroy) struct folder *folder = folder_new();
    weir_cleanup(file_record_destroy) struct file_record *record =
        record_renaming(folder);
    const char *root = folder_path(folder, "crash");

    ck_assert_int_eq(file_record_crash(record, 3, CRASH_NOTHING, 0, root), 0);
    ck_assert(!holds(folder_path(folder, "crash/a"), "abc"));
}
END_TEST

SPEC("tsdb files", gives_back_what_was_written, tells_where_nothing_was_written,
     says_what_cannot_be_done, fails_the_call_that_was_chosen,
     leaves_only_what_was_synced_after_a_power_loss,
     leaves_everything_after_a_kill, knows_no_file_whose_name_was_never_synced)
