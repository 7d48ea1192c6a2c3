/* replay.c - run a fuzzer over its corpus, without libFuzzer
 *
 * The corpus is tests/fuzz/corpus/NAME beside NAME_fuzz.c; this program is
 * NAME_replay.  Each file is tried as it is, cut off at many places, and with
 * bytes changed by chance; WEIR_SEED brings a run back.  What breaks, breaks
 * here or under a sanitizer.
 */
#include <config.h>

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weir/cleanup.h>
#include <weir/text.h>

#include "base.h"

enum {
    FILE_MOST = 1 << 16, /* bytes of a file of the corpus */
    CUTS = 50,           /* of each file */
    CHANGES = 200,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Hands over a copy of its own size, so that a byte too far is seen. */
static void
try(const uint8_t *bytes, size_t size)
{
    weir_cleanup(weir_free) uint8_t *copy = xcalloc(size, 1);

    memcpy(copy, bytes, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
}

static void
try_cut(const uint8_t *bytes, size_t size)
{
    size_t step = size / CUTS + 1;

    for (size_t length = 0; length < size; length += step)
        try(bytes, length);
}

static void
try_changed(const uint8_t *bytes, size_t size, unsigned *seed)
{
    weir_cleanup(weir_free) uint8_t *copy = xcalloc(size, 1);

    for (int i = 0; i < CHANGES && size; i++) {
        memcpy(copy, bytes, size);
        for (int count = rand_r(seed) % 4; count >= 0; count--)
            copy[(size_t)rand_r(seed) % size] = (uint8_t)rand_r(seed);
        try(copy, size);
    }
}

static bool
try_file(const char *folder, const char *name, unsigned *seed)
{
    weir_cleanup(weir_free) char *path = NULL;
    weir_cleanup(weir_free) char *text = xcalloc(FILE_MOST + 1, 1);

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return false;
    ssize_t size = weir_read_file(path, text, FILE_MOST + 1);
    if (size < 0)
        return false;
    try((const uint8_t *)text, (size_t)size);
    try_cut((const uint8_t *)text, (size_t)size);
    try_changed((const uint8_t *)text, (size_t)size, seed);
    return true;
}

/* Returns how many files the corpus has; counts those that cannot be read. */
static int
try_folder(const char *folder, unsigned *seed, int *ret_failed)
{
    DIR *files = opendir(folder);
    int count = 0;

    for (struct dirent *file; files && (file = readdir(files));) {
        if (file->d_name[0] == '.')
            continue;
        count++;
        *ret_failed += !try_file(folder, file->d_name, seed);
    }
    if (files)
        (void)closedir(files);
    return count;
}

/* Returns how long NAME is in NAME_replay. */
static size_t
name_length(const char *program)
{
    const char *ending = strrchr(program, '_');

    return ending ? (size_t)(ending - program) : strlen(program);
}

int
main(int argc, char **argv)
{
    const char *top = getenv("top_srcdir");
    const char *given = getenv("WEIR_SEED");
    unsigned seed = (unsigned)(given ? strtoul(given, NULL, 10)
                                     : (unsigned long)time(NULL));
    const char *slash = argc ? strrchr(argv[0], '/') : NULL;
    const char *program = slash ? slash + 1 : "lt-replay";
    char folder[4096];
    int failed = 0;

    if (strncmp(program, "lt-", 3) == 0) /* libtool's name for it */
        program += 3;
    (void)snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%.*s",
                   top ? top : ".", (int)name_length(program), program);
    printf("1..1\n# seed %u\n", seed);
    (void)fflush(stdout);
    int count = try_folder(folder, &seed, &failed);
    printf("%s 1 - survives the %d files of %s\n",
           count && !failed ? "ok" : "not ok", count, folder);
    return !count || failed;
}
