/* host_spec.h - trees of files for tests of input host to read
 *
 * The recorded tree lies in testdata/; a test that changes files works on a
 * copy of its own.
 */
#ifndef HOST_SPEC_H
#define HOST_SPEC_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include <weir/harness.h>

#include "spec.h"

enum { SETTINGS = 8, SETTING_SIZE = 256 };

/* A copy of the recorded tree, and settings that say so. */
struct tree {
    char path[64];
    char texts[SETTINGS][SETTING_SIZE];
    const char *settings[SETTINGS + 1];
    size_t count;
};

static inline const char *
tree_recorded(void)
{
    static char path[PATH_MAX];
    const char *source = getenv("top_srcdir");

    (void)snprintf(path, sizeof(path), "%s/plugins/input/host/testdata",
                   source ? source : ".");
    return path;
}

/* Adds a setting, such as "disable = {\"cpu\"}". */
static inline void __attribute__((format(printf, 2, 3)))
tree_set(struct tree *self, const char *format, ...)
{
    va_list values;

    ck_assert_uint_lt(self->count, SETTINGS);
    char *text = self->texts[self->count];
    va_start(values, format);
    (void)vsnprintf(text, SETTING_SIZE, format, values);
    va_end(values);
    self->settings[self->count++] = text;
}

/* Runs a line of shell. */
static inline void __attribute__((format(printf, 1, 2)))
tree_run(const char *format, ...)
{
    char command[4096];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(command, sizeof(command), format, values);
    va_end(values);
    /* A test's own words, in a test's own folder. */
    ck_assert_int_eq(system(command), 0); // NOLINT(cert-env33-c)
}

static inline struct tree *
tree_new(void)
{
    struct tree *self = calloc(1, sizeof(*self));
    ck_assert_ptr_nonnull(self);
    strcpy(self->path, "/tmp/hostXXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(self->path));
    tree_run("cp -R '%s/.' '%s' && chmod -R u+w '%s'", tree_recorded(),
             self->path, self->path);
    tree_set(self, "procfs = \"%s/proc\"", self->path);
    tree_set(self, "sysfs = \"%s/sys\"", self->path);
    tree_set(self, "rootfs = \"%s/root\"", self->path);
    tree_set(self, "udev = \"%s/udev\"", self->path);
    tree_set(self, "textfile_directory = \"%s/textfile\"", self->path);
    return self;
}

static inline void
tree_destroy(struct tree **self_p)
{
    if (*self_p)
        tree_run("rm -rf '%s'", (*self_p)->path);
    free(*self_p);
    *self_p = NULL;
}

/* Writes 'size' bytes into the file, in place. */
static inline void
tree_put(const struct tree *self, const char *name, const char *bytes,
         size_t size)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/%s", self->path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    (void)close(fd);
}

static inline void
tree_write(const struct tree *self, const char *name, const char *text)
{
    tree_put(self, name, text, strlen(text));
}

/* Puts another file in its place, as careful writers do. */
static inline void
tree_replace(const struct tree *self, const char *name, const char *text)
{
    char from[PATH_MAX];
    char to[PATH_MAX];

    tree_write(self, "fresh", text);
    (void)snprintf(from, sizeof(from), "%s/fresh", self->path);
    (void)snprintf(to, sizeof(to), "%s/%s", self->path, name);
    ck_assert_int_eq(rename(from, to), 0);
}

static inline void
tree_move(const struct tree *self, const char *name, const char *to)
{
    tree_run("cd '%s' && mv '%s' '%s'", self->path, name, to);
}

/* Collects as often as it takes to have what is asked beside the cycle. */
static inline void
collect(struct weir_harness *host)
{
    static int64_t time_ns;

    for (int i = 0; i < 2; i++) {
        time_ns += 1000000000;
        ck_assert_int_eq(weir_harness_collect(host, time_ns), 0);
        weir_harness_run(host, 2000000);
    }
}

#endif /* HOST_SPEC_H */
