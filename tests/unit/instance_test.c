/* instance_test.c - how an instance opens, collects and closes */
#include <config.h>

#include "instance_odd.h"
#include "self.h"

START_TEST(a_failed_open_is_closed_and_leaves_its_reason)
{
    begin();
    odd->open_rc = -EACCES;

    ck_assert_int_eq(instance_open(instance), -EACCES);

    ck_assert(!instance_is_open(instance));
    ck_assert_str_eq(odd->notes, "oc");
    ck_assert_str_eq(instance_why(instance),
                     "cannot open 7: Permission denied");
    ck_assert_str_eq(instance_why(instance), "");
    end();
}
END_TEST

static void
fail_once(void *self)
{
    (void)self;
    odd->open_rc = odd->opened == 1 ? -EBUSY : 0;
}

START_TEST(a_failed_open_is_tried_again)
{
    begin();
    odd->on_open = fail_once;

    ck_assert_int_eq(instance_start(instance), 0);
    wait_for_cycles(3);
    ck_assert(instance_is_open(instance));
    stop();

    ck_assert_str_eq(odd->notes, "ococ");
    ck_assert(!instance_is_open(instance));
    end();
}
END_TEST

START_TEST(an_instance_that_ends_leaves_stale_markers)
{
    begin();
    ck_assert_int_eq(instance_start(instance), 0);
    wait_for_cycles(2);

    stop();

    ck_assert_str_eq(store.lines[store.line_count - 1], "odd_value stale\n");
    end();
}
END_TEST

START_TEST(a_process_that_ends_leaves_none)
{
    begin();
    ck_assert_int_eq(instance_start(instance), 0);
    wait_for_cycles(2);

    instance_be_quiet(instance);
    stop();

    ck_assert_ptr_null(strstr(store_text(&store), "stale"));
    end();
}
END_TEST

START_TEST(a_cycle_has_its_start_as_time_in_milliseconds)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);

    ck_assert_int_eq(instance_collect(instance, 5 * NS_PER_MS + 499999), 0);
    ck_assert_int_eq(store.time_ns, 5 * NS_PER_MS);
    ck_assert_int_eq(instance_collect(instance, 6 * NS_PER_MS + 500000), 0);
    ck_assert_int_eq(store.time_ns, 7 * NS_PER_MS);
    instance_close(instance);
    end();
}
END_TEST

START_TEST(a_failed_cycle_makes_its_series_stale)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);
    ck_assert_int_eq(instance_collect(instance, NS_PER_S), 0);
    (void)store_text(&store);

    odd->collect_rc = -EIO;
    ck_assert_int_eq(instance_collect(instance, 2 * NS_PER_S), -EIO);

    ck_assert_str_eq(store_text(&store), "odd_value stale\n");
    instance_close(instance);
    end();
}
END_TEST

START_TEST(what_is_collected_has_the_labels_instance_and_job)
{
    begin_with((const struct weir_label[]){{"dc", "fra"}, {"job", "mine"}, {0}},
               "host-1");
    ck_assert_int_eq(instance_open(instance), 0);
    ck_assert_int_eq(instance_collect(instance, NS_PER_S), 0);

    ck_assert_str_eq(
        store_text(&store),
        "odd_value{dc=\"fra\",instance=\"host-1\",job=\"mine\"} 0\n");
    instance_close(instance);
    end();
}
END_TEST

static struct weir_source *own_source;
static int told_rc;

static void
hear(void *self, void *arg, int rc, const char *why)
{
    (void)why;
    ck_assert_ptr_eq(self, odd);
    ck_assert_ptr_eq(arg, &told_rc);
    note(self, 'f');
    told_rc = rc;
}

static void
send_one(void *self)
{
    struct weir_batch *batch = weir_batch_begin(own_source, NS_PER_S);

    (void)self;
    weir_add(batch, &value, NULL, 1);
    ck_assert_int_eq(weir_batch_end(&batch, hear, &told_rc), 0);
}

static void
send_and_destroy(void *self)
{
    send_one(self);
    weir_source_destroy(&own_source);
    ck_assert_ptr_null(own_source);
    weir_source_destroy(&own_source);
}

START_TEST(who_waits_for_a_fate_is_told_before_the_plugin_closes)
{
    begin();
    store.memory = odd;
    odd->on_close = send_and_destroy;
    ck_assert_int_eq(instance_open(instance), 0);
    own_source = weir_source_new(odd, "own", NULL);
    send_one(odd);
    store_tell(&store, 0, 0, NULL);
    ck_assert_int_eq(told_rc, 0);
    send_one(odd);

    instance_close(instance);

    /* What was sent in close is told nobody. */
    ck_assert_str_eq(odd->notes, "offc");
    ck_assert_int_eq(told_rc, -ECANCELED);
    end();
}
END_TEST

START_TEST(stale_markers_come_after_all_that_they_end)
{
    begin();
    int64_t ahead = clock_wall_ns() / NS_PER_MS * NS_PER_MS + 3600 * NS_PER_S;
    ck_assert_int_eq(instance_open(instance), 0);
    ck_assert_int_eq(instance_collect(instance, ahead), 0);

    instance_close(instance);

    ck_assert_int_eq(store.time_ns, ahead + NS_PER_MS);
    end();
}
END_TEST

START_TEST(a_cycle_for_which_there_is_no_room_is_a_failure_that_is_counted)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);
    store.room = 0;

    ck_assert_int_eq(instance_collect(instance, NS_PER_S), 0);

    ck_assert_str_eq(instance_why(instance), "");
    store.room = 10;
    instance_close(instance);
    end();
}
END_TEST

START_TEST(the_instances_own_series_are_there_from_its_world_on)
{
    static const struct weir_metric told = {"weir_odd", WEIR_GAUGE, "", "Odd."};
    begin();
    struct store other;
    store_init(&other);
    struct weir_source *source = store_source(&other, NULL);
    weir_tell(odd, &told, 3);
    weir_tell(odd, &told, 4);

    struct weir_batch *batch = weir_batch_begin(source, NS_PER_S);
    self_collect(batch);
    (void)weir_batch_end(&batch, NULL, NULL);

    const char *text = store_text(&other);
    ck_assert_ptr_nonnull(
        strstr(text, "weir_odd{kind=\"input\",name=\"one\",plugin=\"odd\"} 4"));
    ck_assert_ptr_nonnull(strstr(text, "weir_failures_total{"));
    instance_destroy(&instance);
    batch = weir_batch_begin(source, 2 * NS_PER_S);
    self_collect(batch);
    (void)weir_batch_end(&batch, NULL, NULL);
    ck_assert_ptr_null(strstr(store_text(&other), "\"} 4"));
    source_abandon(&source);
    store_fini(&other);
    end();
}
END_TEST

SPEC("instances", a_failed_open_is_closed_and_leaves_its_reason,
     a_failed_open_is_tried_again, an_instance_that_ends_leaves_stale_markers,
     a_process_that_ends_leaves_none,
     a_cycle_has_its_start_as_time_in_milliseconds,
     a_failed_cycle_makes_its_series_stale,
     what_is_collected_has_the_labels_instance_and_job,
     who_waits_for_a_fate_is_told_before_the_plugin_closes,
     stale_markers_come_after_all_that_they_end,
     a_cycle_for_which_there_is_no_room_is_a_failure_that_is_counted,
     the_instances_own_series_are_there_from_its_world_on)
