/* keeper.c - which process holds a store, for whoever has to stop it */
#include <config.h>

#include "keeper.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"

enum { LOCKS_SIZE = 1 << 18 };

/* A line of /proc/locks is
 *     3: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF
 * Returns the process in the one that has 'place', or 0. */
static uint64_t
find_process(const char *locks, const char *place)
{
    const char *found = strstr(locks, place);
    uint64_t process = 0;

    if (!found)
        return 0;
    const char *at = found;
    while (at > locks && at[-1] != ' ')
        at--;
    return weir_scan_u64(&at, &process) && at == found ? process : 0;
}

void
keeper_find(const char *path, char *who, size_t size)
{
    weir_cleanup(weir_free) char *locks = xcalloc(LOCKS_SIZE, 1);
    char text[512], name[64] = "";
    struct stat file;

    (void)snprintf(who, size, "another process");
    (void)snprintf(text, sizeof(text), "%.490s/LOCK", path);
    if (stat(text, &file) < 0 ||
        weir_read_file("/proc/locks", locks, LOCKS_SIZE) < 0)
        return;
    (void)snprintf(text, sizeof(text), " %02x:%02x:%ju ", major(file.st_dev),
                   minor(file.st_dev), (uintmax_t)file.st_ino);
    uint64_t process = find_process(locks, text);
    if (!process)
        return;
    (void)snprintf(text, sizeof(text), "/proc/%" PRIu64 "/comm", process);
    if (weir_read_file(text, name, sizeof(name)) < 0)
        name[0] = '\0';
    name[strcspn(name, "\n")] = '\0';
    (void)snprintf(who, size, "process %" PRIu64 " (%.40s)", process, name);
}
