/* ask_test.c - one question to several stores, and one answer */
#include <config.h>

#include "ask_world.h"

static const struct weir_select all = {.until_ns = 100 * NS_PER_S};

static int
select_all(struct world *self)
{
    ck_assert_int_eq(ask_select(self->ask, self, &all, hear, self->stores), 0);
    return run(self);
}

START_TEST(one_store_is_asked_alone_and_passed_through)
{
    static const struct stock stock[] = {
        {&load_b, 2, {1, 2}, {10, 20}}, {&load_a, 1, {1}, {7}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = stock;

    ck_assert_int_eq(select_all(world), 1);
    ck_assert(world->stores[0].alone);
    ck_assert_str_eq(world->text,
                     "load{host=\"b\"} 1=10 2=20\nload{host=\"a\"} 1=7");
}
END_TEST

START_TEST(several_stores_are_merged_by_series_and_time)
{
    static const struct stock first[] = {
        {&load_b, 2, {1, 4}, {1, 4}}, {&hits_a, 1, {9}, {90}}, {0}};
    static const struct stock second[] = {
        {&load_a, 1, {5}, {50}}, {&load_b, 3, {2, 3, 5}, {2, 3, 5}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = first;
    world->stores[1].stock = second;

    ck_assert_int_eq(select_all(world), 1);
    ck_assert(!world->stores[0].alone);
    ck_assert_str_eq(world->text, "hits_total{host=\"a\"} 9=90\n"
                                  "load{host=\"a\"} 5=50\n"
                                  "load{host=\"b\"} 1=1 2=2 3=3 4=4 5=5");
}
END_TEST

START_TEST(of_equal_times_the_first_store_wins)
{
    static const struct stock first[] = {{&load_a, 2, {1, 3}, {1, 3}}, {0}};
    static const struct stock second[] = {
        {&load_a, 3, {1, 2, 3}, {100, 2, 300}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = first;
    world->stores[1].stock = second;

    ck_assert_int_eq(select_all(world), 1);
    ck_assert_str_eq(world->text, "load{host=\"a\"} 1=1 2=2 3=3");
}
END_TEST

START_TEST(a_store_that_fails_is_named_in_a_warning)
{
    static const struct stock first[] = {{&load_a, 1, {1}, {1}}, {0}};
    static const struct stock second[] = {{&load_a, 1, {2}, {2}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = first;
    world->stores[1].stock = second;
    world->stores[0].rc = -EIO;

    ck_assert_int_eq(select_all(world), 1);
    ck_assert_str_eq(world->text, "load{host=\"a\"} 2=2");
    ck_assert_str_eq(world->notes, "warning main: Input/output error\n");
}
END_TEST

START_TEST(an_absent_store_is_named_in_a_warning)
{
    static const struct stock first[] = {{&load_a, 1, {1}, {1}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = first;
    store_stop(&world->stores[1]);

    ck_assert_int_eq(select_all(world), 1);
    ck_assert_str_eq(world->text, "load{host=\"a\"} 1=1");
    ck_assert_str_eq(world->notes,
                     "warning second: the store does not answer\n");
}
END_TEST

/* Asks anew. */
static int
select_again(struct world *self)
{
    self->rc = 0;
    self->text[0] = '\0';
    self->notes[0] = '\0';
    return select_all(self);
}

START_TEST(a_store_that_is_away_is_not_waited_for_until_it_is_back)
{
    static const struct stock first[] = {{&load_a, 1, {1}, {1}}, {0}};
    static const struct stock second[] = {{&load_a, 1, {2}, {2}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);
    world->stores[0].stock = first;
    world->stores[1].stock = second;
    store_stop(&world->stores[1]);
    (void)select_all(world);

    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(select_again(world), 1);
        ck_assert_str_eq(world->text, "load{host=\"a\"} 1=1");
        ck_assert_str_eq(world->notes, "warning second: the store is away\n");
    }

    store_bind(world, 1);
    while (select_again(world) == 1 && *world->notes)
        stage_run(world->stage, 10 * NS_PER_MS);
    ck_assert_str_eq(world->text, "load{host=\"a\"} 1=1 2=2");
}
END_TEST

START_TEST(when_all_stores_are_away_the_select_fails_and_says_so)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);
    store_stop(&world->stores[0]);
    store_stop(&world->stores[1]);

    ck_assert_int_eq(select_all(world), -ENOTCONN);
    ck_assert_int_eq(select_again(world), -ENOTCONN);

    ck_assert_ptr_eq(strstr(world->notes, "error "), world->notes);
    ck_assert_ptr_nonnull(strstr(world->notes, "main: the store is away"));
    ck_assert_ptr_nonnull(strstr(world->notes, "second: the store is away"));
}
END_TEST

START_TEST(when_all_stores_fail_the_select_does)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].rc = -EIO;
    world->stores[1].rc = -ENOENT;

    ck_assert_int_eq(select_all(world), -EIO);
    ck_assert_ptr_eq(strstr(world->notes, "error "), world->notes);
    ck_assert_ptr_nonnull(strstr(world->notes, "main: Input/output error"));
    ck_assert_ptr_nonnull(strstr(world->notes, "second: No such file"));
}
END_TEST

START_TEST(a_bound_that_one_store_exceeds_fails_the_select)
{
    static const struct stock stock[] = {{&load_a, 3, {1, 2, 3}, {1, 2, 3}},
                                         {0}};
    const struct weir_select what = {.until_ns = all.until_ns,
                                     .bounds = {.samples = 2}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[1].stock = stock;

    ck_assert_int_eq(ask_select(world->ask, world, &what, hear, world->stores),
                     0);
    ck_assert_int_eq(run(world), -E2BIG);
    ck_assert_str_eq(world->notes,
                     "error second: the answer has more than 2 samples\n");
}
END_TEST

START_TEST(label_values_of_all_stores_come_once_and_sorted)
{
    static const char *const first[] = {"fra1", "ams2", NULL};
    static const char *const second[] = {"nyc1", "fra1", NULL};
    const struct weir_select what = {.want = WEIR_LABEL_VALUES, .label = "dc"};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].texts = first;
    world->stores[1].texts = second;

    ck_assert_int_eq(ask_select(world->ask, world, &what, hear, world->stores),
                     0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_str_eq(world->text, "ams2\nfra1\nnyc1\n");
}
END_TEST

START_TEST(figures_of_several_stores_are_of_the_merged_samples)
{
    static const struct stock first[] = {{&load_a, 1, {12}, {4}}, {0}};
    static const struct stock second[] = {{&load_a, 2, {12, 14}, {100, 8}},
                                          {0}};
    const struct weir_select what = {.after_ns = 10 * NS_PER_S,
                                     .until_ns = 20 * NS_PER_S};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = first;
    world->stores[1].stock = second;

    ck_assert_int_eq(ask_summary(world->ask, world, &what, hear, world->stores),
                     0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_uint_eq(world->figure_count, 1);
    ck_assert_uint_eq(world->figures[0].count, 2);
    ck_assert_double_eq(world->figures[0].value[WEIR_FIGURE_MAX], 8);
}
END_TEST

static void
check_figures_of_one_store(bool evaluates)
{
    static const struct stock stock[] = {{&load_a, 3, {5, 12, 18}, {2, 4, 8}},
                                         {&load_b, 1, {5}, {2}},
                                         {&hits_a, 2, {11, 13}, {50, 4}},
                                         {0}};
    const struct weir_select what = {.after_ns = 10 * NS_PER_S,
                                     .until_ns = 20 * NS_PER_S};
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = stock;
    world->stores[0].evaluates = evaluates;

    ck_assert_int_eq(ask_summary(world->ask, world, &what, hear, world->stores),
                     0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_int_eq(world->stores[0].after_ns, 0);
    ck_assert_uint_eq(world->figure_count, 2);
    const struct weir_figures *load = &world->figures[0];
    ck_assert_double_eq(load->value[WEIR_FIGURE_AVG], 6);
    ck_assert_double_eq_tol(load->rate[WEIR_FIGURE_AVG], 0.4, 1e-12);
    const struct weir_figures *hit = &world->figures[1];
    ck_assert_double_eq_tol(hit->slope[WEIR_FIGURE_AVG], 2, 1e-12);
    ck_assert_uint_eq(hit->count, 2);
}

START_TEST(figures_of_one_store_are_told)
{
    check_figures_of_one_store(false);
}
END_TEST

START_TEST(figures_that_the_store_made_itself_are_the_same)
{
    check_figures_of_one_store(true);
}
END_TEST

START_TEST(what_only_pretends_to_be_figures_is_left_out)
{
    static const struct stock stock[] = {{&load_a, 3, {5, 12, 18}, {2, 4, 8}},
                                         {0}};
    const struct weir_select what = {.after_ns = 10 * NS_PER_S,
                                     .until_ns = 20 * NS_PER_S};
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = stock;
    world->stores[0].lies = true;

    ck_assert_int_eq(ask_summary(world->ask, world, &what, hear, world->stores),
                     0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_uint_eq(world->figure_count, 0);
}
END_TEST

START_TEST(who_hears_no_more_is_not_called_again)
{
    static const struct stock stock[] = {{&load_a, 1, {1}, {1}}, {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = world->stores[1].stock = stock;
    world->stop = true;

    ck_assert_int_eq(select_all(world), 1);
    stage_run(world->stage, 20 * NS_PER_MS);
    ck_assert_int_eq(world->lasts, 1);
}
END_TEST

START_TEST(without_stores_nothing_is_connected)
{
    weir_cleanup(world_destroy) struct world *world = world_new(0);

    ck_assert_int_eq(ask_select(world->ask, world, &all, hear, NULL),
                     -ENOTCONN);
    ck_assert_int_eq(ask_summary(world->ask, world, &all, hear, NULL),
                     -ENOTCONN);
}
END_TEST

START_TEST(what_runs_when_the_ask_ends_is_cancelled)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    ck_assert_int_eq(ask_select(world->ask, world, &all, hear, world->stores),
                     0);
    ask_destroy(&world->ask);

    ck_assert_int_eq(world->rc, -ECANCELED);
    ck_assert_int_eq(world->lasts, 1);
}
END_TEST

START_TEST(too_many_selects_are_refused)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(
            ask_select(world->ask, world, &all, hear, world->stores), 0);

    ck_assert_int_eq(ask_select(world->ask, world, &all, hear, world->stores),
                     -EAGAIN);
}
END_TEST

SPEC("asking all stores", one_store_is_asked_alone_and_passed_through,
     several_stores_are_merged_by_series_and_time,
     of_equal_times_the_first_store_wins,
     a_store_that_fails_is_named_in_a_warning,
     an_absent_store_is_named_in_a_warning,
     a_store_that_is_away_is_not_waited_for_until_it_is_back,
     when_all_stores_are_away_the_select_fails_and_says_so,
     when_all_stores_fail_the_select_does,
     a_bound_that_one_store_exceeds_fails_the_select,
     label_values_of_all_stores_come_once_and_sorted,
     figures_of_one_store_are_told,
     figures_that_the_store_made_itself_are_the_same,
     what_only_pretends_to_be_figures_is_left_out,
     figures_of_several_stores_are_of_the_merged_samples,
     who_hears_no_more_is_not_called_again, without_stores_nothing_is_connected,
     what_runs_when_the_ask_ends_is_cancelled, too_many_selects_are_refused)
