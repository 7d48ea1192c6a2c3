/* verify_spec.h - what weir verify says, for tests */
#ifndef TSDB_VERIFY_SPEC_H
#define TSDB_VERIFY_SPEC_H

#include "verify.h"

/* Runs the command on 'path' ('option' before it, or NULL).  Returns its exit
 * status, and what it printed, which the caller frees. */
static inline int
run_verify(const char *option, const char *path, char **ret_text)
{
    static char name[] = "verify";
    char *argv[4] = {name, NULL};
    int argc = 1;
    FILE *file = tmpfile();
    int standard = dup(STDOUT_FILENO);

    ck_assert_ptr_nonnull(file);
    if (option)
        argv[argc++] = base_own(option);
    if (path)
        argv[argc++] = base_own(path);
    (void)fflush(stdout);
    ck_assert_int_ge(dup2(fileno(file), STDOUT_FILENO), 0);
    int status = verify_command(argc, argv);
    (void)fflush(stdout);
    ck_assert_int_ge(dup2(standard, STDOUT_FILENO), 0);
    (void)close(standard);

    *ret_text = xcalloc(1 << 16, 1);
    rewind(file);
    (void)fread(*ret_text, 1, (1 << 16) - 1, file);
    (void)fclose(file);
    return status;
}

#endif /* TSDB_VERIFY_SPEC_H */
