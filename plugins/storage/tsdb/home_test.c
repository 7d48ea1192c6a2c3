/* home_test.c - which folders storage tsdb takes */
#include <config.h>

#include "tsdb.c"

#include "tsdb_spec.h"

START_TEST(refuses_a_format_that_is_newer)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    write_format_file(&store, "weir tsdb 2 and who knows what\n");

    ck_assert_int_eq(try_reopen(&store), -ENOTSUP);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "format 2"));
}
END_TEST

START_TEST(refuses_what_is_no_store)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);

    write_format_file(&store, "something else\n");
    ck_assert_int_eq(try_reopen(&store), -EBADMSG);
    write_format_file(&store, "weir tsdb 1 0123\n");
    ck_assert_int_eq(try_reopen(&store), -EBADMSG);
}
END_TEST

START_TEST(refuses_a_second_holder)
{
    weir_cleanup(store_fini) struct store store = store_new(NULL);
    struct weir_harness *second = NULL;
    const char *settings[] = {store.setting, NULL};

    ck_assert_int_eq(
        weir_harness_open(&tsdb_LTX_weir_plugin, settings, &second), -EBUSY);
    ck_assert_ptr_nonnull(strstr(weir_harness_why(NULL), "another process"));
}
END_TEST

SPEC("the folder of storage tsdb", refuses_a_format_that_is_newer,
     refuses_what_is_no_store, refuses_a_second_holder)
