/* cli/holder.c - which process holds a lock */
#include <config.h>

#include "cli/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <weir/cleanup.h>

#include "base.h"
#include "cli/plain.h"
#include "number.h"

enum { COMMAND_SIZE = 200 };

/* Reads a line of /proc/locks, such as
 *     3: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF
 * Returns the process if its lock is on the file at 'place', else 0. */
static uint64_t
read_lock(char *line, const char *place)
{
    enum { KIND = 1, PROCESS = 4, PLACE = 5, FIELDS = 6 };
    char *fields[FIELDS];
    char *rest = NULL;
    uint64_t process = 0;

    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = strtok_r(i ? NULL : line, " \n", &rest);
        if (!fields[i])
            return 0;
    }
    if (strcmp(fields[KIND], "FLOCK") != 0 || strcmp(fields[PLACE], place) != 0)
        return 0;
    return number_scan_u64(fields[PROCESS], &process) ? process : 0;
}

static uint64_t
find_process(const struct stat *file)
{
    weir_cleanup(weir_fclose) FILE *locks = fopen("/proc/locks", "re");
    char line[256], place[64];
    uint64_t process = 0;

    (void)snprintf(place, sizeof(place), "%02x:%02x:%ju", major(file->st_dev),
                   minor(file->st_dev), (uintmax_t)file->st_ino);
    while (locks && process == 0 && fgets(line, sizeof(line), locks))
        process = read_lock(line, place);
    return process;
}

/* Reads what a process was started with, its arguments with blanks between. */
static void
read_command(uint64_t process, char command[COMMAND_SIZE])
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%" PRIu64 "/cmdline", process);
    weir_cleanup(weir_fclose) FILE *file = fopen(path, "re");
    size_t size = file ? fread(command, 1, COMMAND_SIZE - 1, file) : 0;
    command[size] = '\0';
    for (size_t i = 0; i + 1 < size; i++)
        if (!command[i])
            command[i] = ' ';
}

int
holder_find(const char *path, char *who, size_t size)
{
    char command[COMMAND_SIZE] = "";
    struct stat file = {0};
    weir_cleanup(weir_close) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    if (flock(fd, LOCK_SH | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return -errno;
    (void)fstat(fd, &file);
    uint64_t process = find_process(&file);
    if (process)
        read_command(process, command);
    weir_cleanup(weir_free) char *plain = plain_text(command, 0);
    if (process)
        (void)snprintf(who, size, "process %" PRIu64 " (%s)", process, plain);
    else
        (void)snprintf(who, size, "another process");
    return -EBUSY;
}
