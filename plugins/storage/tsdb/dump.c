/* dump.c - prints all samples of a store, for tests: dump path=FOLDER */
#include <config.h>

#include "tsdb.c"

#include <weir/harness.h>

int
main(int argc, char **argv)
{
    const char *const settings[] = {argc > 1 ? argv[1] : "", NULL};
    const struct weir_select all = {.want = WEIR_SAMPLES,
                                    .until_ns = INT64_MAX};
    weir_cleanup(weir_harness_destroy) struct weir_harness *store = NULL;
    weir_cleanup(weir_free) char *text = NULL;

    if (weir_harness_open(&tsdb_LTX_weir_plugin, settings, &store) < 0) {
        (void)fprintf(stderr, "%s\n", weir_harness_why(NULL));
        return EXIT_FAILURE;
    }
    if (weir_harness_select(store, &all, &text) < 0)
        return EXIT_FAILURE;
    (void)fputs(text, stdout);
    return EXIT_SUCCESS;
}
