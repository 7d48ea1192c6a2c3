/* spec.h - what every C test here needs
 *
 * A test file holds tests of libcheck whose names are sentences, and ends with
 * one SPEC(), which makes it a program that speaks TAP.  Each test runs in a
 * process of its own, so that one that dies fails alone; not so under
 * sanitizers, which want to see a whole life, nor when CK_FORK says no.
 *
 * Chance comes from spec_random(), begun with spec_seed(): the seed is printed,
 * and WEIR_SEED in the environment brings a run back.
 */
#ifndef SPEC_H
#define SPEC_H

#include <check.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SPEC_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPEC_SANITIZED 1
#endif
#endif

enum { SPEC_TIMEOUT_S = 60 };

/* Ends a test file: 'title' names its subject; the tests follow. */
#define SPEC(title, ...)                                                 \
    int main(void)                                                       \
    {                                                                    \
        const TTest *specs[] = {__VA_ARGS__};                            \
        return spec_run(title, specs, sizeof(specs) / sizeof(specs[0])); \
    }

/* Returns where chance begins; the same for all tests of a program. */
static inline uint64_t
spec_seed(void)
{
    const char *text = getenv("WEIR_SEED");

    return text ? strtoull(text, NULL, 10) : 1;
}

/* Moves '*state' on and returns 64 bits of chance: splitmix64. */
static inline uint64_t
spec_random(uint64_t *state)
{
    uint64_t bits = *state += UINT64_C(0x9e3779b97f4a7c15);

    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

/* The seed is made here, before tests are forked, so that they agree on it. */
static inline void
spec_print_seed(void)
{
    if (!getenv("WEIR_SEED")) {
        struct timespec now;
        char text[24];

        (void)clock_gettime(CLOCK_REALTIME, &now);
        (void)snprintf(text, sizeof(text), "%ld", now.tv_nsec ^ now.tv_sec);
        (void)setenv("WEIR_SEED", text, 1);
    }
    printf("# seed %" PRIu64 "\n", spec_seed());
    (void)fflush(stdout);
}

/* What SPEC() calls. */
static inline int
spec_run(const char *title, const TTest *const specs[], size_t count)
{
    TCase *group = tcase_create(title);
    tcase_set_timeout(group, SPEC_TIMEOUT_S);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(group, specs[i]);

    Suite *suite = suite_create(title);
    suite_add_tcase(suite, group);
    SRunner *runner = srunner_create(suite);
#ifdef SPEC_SANITIZED
    srunner_set_fork_status(runner, CK_NOFORK);
#endif
    srunner_set_tap(runner, "-");
    spec_print_seed();
    srunner_run_all(runner, CK_SILENT);

    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (!failed)
        return EXIT_SUCCESS;
    /* What a test left behind when it failed may keep exit() for ever. */
    (void)fflush(NULL);
    _exit(EXIT_FAILURE);
}

/* Returns "<prefix><temporary folder>/specXXXXXX", for mkstemp and mkdtemp, and
 * where the path begins in it; the caller frees it. */
static inline char *
spec_template(const char *prefix, char **ret_path)
{
    const char *folder = getenv("TMPDIR");
    char *text = NULL;

    int length = asprintf(&text, "%s%s/specXXXXXX", prefix ? prefix : "",
                          folder && folder[0] == '/' ? folder : "/tmp");
    ck_assert_int_gt(length, 0);
    *ret_path = text + (prefix ? strlen(prefix) : 0);
    return text;
}

static inline void
spec_write_fd(int fd, const void *bytes, size_t size)
{
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
    ck_assert_int_eq(close(fd), 0);
}

/* A temporary file. */
struct spec_file {
    char *setting;    /* "<prefix><path>", such as path=/tmp/spec12ab34 */
    const char *path; /* the end of it */
};

/* Makes a file with 'contents'; 'prefix' (or NULL) goes before its path in
 * 'setting'. */
static inline struct spec_file *
spec_file_new(const char *prefix, const char *contents)
{
    struct spec_file *self = calloc(1, sizeof(*self));
    char *path = NULL;

    ck_assert_ptr_nonnull(self);
    self->setting = spec_template(prefix, &path);
    spec_write_fd(mkstemp(path), contents, strlen(contents));
    self->path = path;
    return self;
}

/* Deletes the file as well. */
static inline void
spec_file_destroy(struct spec_file **self_p)
{
    struct spec_file *self = *self_p;

    if (!self)
        return;
    (void)unlink(self->path);
    free(self->setting);
    free(self);
    *self_p = NULL;
}

#endif /* SPEC_H */
