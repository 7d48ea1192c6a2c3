/* ask_query_test.c - a question in PromQL to stores, and its answer */
#include <config.h>

#include "ask_world.h"
#include "link/counter.h"

static const struct stock both[] = {
    {&load_b, 2, {10, 20}, {10, 20}}, {&load_a, 2, {10, 20}, {1, 2}}, {0}};

static int
ask_text(struct world *world, struct crew *crew, const char *text,
         int64_t step_s)
{
    const struct weir_question question = {
        .text = text,
        .start_ns = (step_s ? 10 : 25) * NS_PER_S,
        .end_ns = 25 * NS_PER_S,
        .step_ns = step_s * NS_PER_S,
    };

    ask_set_crew(world->ask, crew);
    return ask_query(world->ask, world, &question, hear, world->stores);
}

static int
answer_text(struct world *world, const char *text, int64_t step_s)
{
    ck_assert_int_eq(ask_text(world, world->crew, text, step_s), 0);
    ck_assert_int_eq(world->rc, 0);
    return run(world);
}

START_TEST(an_instant_is_answered_from_the_store)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = both;

    ck_assert_int_eq(answer_text(world, "load", 0), 1);
    ck_assert_str_eq(world->text,
                     "load{host=\"a\"} 25=2\nload{host=\"b\"} 25=20");
    ck_assert_int_eq(world->lasts, 1);
}
END_TEST

START_TEST(steps_are_answered_with_all_their_samples)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = both;

    ck_assert_int_eq(answer_text(world, "sum(load) * 2", 5), 1);
    ck_assert_str_eq(world->text, " 10=22 15=22 20=44 25=44");
}
END_TEST

/* Gives the series of the slice that is asked for. */
static int
give_slice(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct store_fake *store = arg;
    int rc = 0;

    ck_assert_uint_eq(what->slices, 2);
    for (uint32_t i = 0; store->stock[i].series && rc == 0; i++) {
        const struct stock one[] = {store->stock[i], {0}};
        if (i % 2 == what->slice)
            rc = give_stock(one, sink);
    }
    return rc;
}

START_TEST(many_series_of_a_store_are_gathered_in_halves)
{
    static const struct stock stock[] = {{&load_b, 1, {30600}, {5}},
                                         {&load_a, 2, {1800, 30000}, {1, 2}},
                                         {&hits_a, 1, {1800}, {7}},
                                         {0}};
    weir_cleanup(world_destroy) struct world *world = world_new(1);
    const struct weir_question question = {
        .text = "last_over_time({host=~'.+'}[1h])",
        .start_ns = 3600 * NS_PER_S,
        .end_ns = 43200 * NS_PER_S,
        .step_ns = 3600 * NS_PER_S,
    };

    const struct counter_settings settings = {.crew = world->crew,
                                              .select = give_slice,
                                              .arg = &world->stores[0],
                                              .can_slice = true};
    struct counter *counter = counter_open(places[0].endpoint, &settings);
    world->stores[0].stock = &stock[0];
    ck_assert_int_eq(
        ask_query(world->ask, world, &question, hear, world->stores), 0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_str_eq(world->text, "hits_total{host=\"a\"} 3600=7\n"
                                  "load{host=\"a\"} 3600=1 32400=2\n"
                                  "load{host=\"b\"} 32400=5");
    counter_close(&counter);
}
END_TEST

START_TEST(a_question_may_have_more_selects_than_run_at_once)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[1].stock = both;

    ck_assert_int_eq(
        answer_text(world,
                    "count(load) + count(load offset 1s) + "
                    "count(load offset 2s) + count(load offset 3s) + "
                    "count(load offset 4s) + count(load offset 5s)",
                    0),
        1);
    ck_assert_str_eq(world->text, " 25=12");
}
END_TEST

START_TEST(what_needs_no_store_is_answered_later_all_the_same)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    ck_assert_int_eq(answer_text(world, "1 + 1", 0), 1);
    ck_assert_str_eq(world->text, " 25=2");
}
END_TEST

START_TEST(a_wrong_question_is_told_so)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    ck_assert_int_eq(answer_text(world, "sum(", 0), -EINVAL);
    ck_assert_ptr_nonnull(strstr(world->notes, "error 1:5: parse error"));
}
END_TEST

START_TEST(a_store_that_fails_fails_the_question)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].rc = -EIO;

    ck_assert_int_eq(answer_text(world, "load + load offset 1s", 0), -EIO);
    ck_assert_int_eq(world->lasts, 1);
}
END_TEST

START_TEST(one_store_of_two_that_fails_is_a_warning)
{
    weir_cleanup(world_destroy) struct world *world = world_new(2);

    world->stores[0].stock = both;
    world->stores[1].rc = -EIO;

    ck_assert_int_eq(answer_text(world, "max(load)", 0), 1);
    ck_assert_str_eq(world->text, " 25=20");
    ck_assert_str_eq(world->notes, "warning second: Input/output error\n");
}
END_TEST

/* 16,000 steps of two series are more than is done on the stage. */
static const char long_question[] = "sum(sum_over_time(load[16000s:1s]))";

START_TEST(what_is_long_is_evaluated_on_a_thread_of_the_crew)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);
    const struct weir_question question = {.text = "count(load)",
                                           .start_ns = 0,
                                           .end_ns = 30000 * NS_PER_S,
                                           .step_ns = NS_PER_S};

    world->stores[0].stock = both;

    ask_set_crew(world->ask, world->crew);
    ck_assert_int_eq(
        ask_query(world->ask, world, &question, hear, world->stores), 0);
    ck_assert_int_eq(run(world), 1);
    ck_assert_ptr_nonnull(strstr(world->text, " 10=2 11=2 12=2"));
}
END_TEST

START_TEST(more_questions_than_run_at_once_wait_for_their_turn)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = both;
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(ask_text(world, world->crew, "load", 0), 0);

    while (world->lasts < 100)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_int_eq(world->rc, 1);
}
END_TEST

START_TEST(what_runs_or_waits_when_the_ask_ends_is_cancelled)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);

    world->stores[0].stock = both;
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(ask_text(world, world->crew, long_question, 0), 0);
    stage_run(world->stage, 2 * NS_PER_MS);
    int before = world->lasts;

    ask_destroy(&world->ask);

    ck_assert_int_eq(world->lasts, 20);
    if (before < 20)
        ck_assert_int_eq(world->rc, -ECANCELED);
    stage_run(world->stage, 20 * NS_PER_MS);
    ck_assert_int_eq(world->lasts, 20);
}
END_TEST

START_TEST(a_question_for_which_there_is_no_room_is_refused)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);
    const struct weir_query_limits limits = {.at_once = 1, .waiting = 2};
    struct ask_figures figures = {0};

    ask_name(world->ask, "test", &figures);
    ask_limit(world->ask, &limits);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(ask_text(world, world->crew, "load", 0), 0);

    ck_assert_int_eq(ask_text(world, world->crew, "load", 0), -EAGAIN);
    ck_assert_uint_eq(figures.refused, 1);
    while (world->lasts < 3)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_uint_eq(figures.questions, 3);
    ck_assert_uint_eq(figures.failures, 0);
}
END_TEST

START_TEST(questions_together_take_no_more_memory_than_there_is)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);
    const struct weir_query_limits limits = {.memory_bytes = 128 << 10};

    world->stores[0].stock = both;
    ask_limit(world->ask, &limits);

    /* The answer alone has 20 bytes for each of 16,000 steps. */
    ck_assert_int_eq(answer_text(world, "vector(1) + 0 * time()", 0), 1);
    const struct weir_question question = {
        .text = "time()", .end_ns = 16000 * NS_PER_S, .step_ns = NS_PER_S};
    world->rc = 0;
    ck_assert_int_eq(
        ask_query(world->ask, world, &question, hear, world->stores), 0);
    ck_assert_int_eq(run(world), -EAGAIN);
    ck_assert_ptr_nonnull(strstr(world->notes, "have all the memory"));
}
END_TEST

START_TEST(what_takes_longer_than_slow_is_counted)
{
    weir_cleanup(world_destroy) struct world *world = world_new(1);
    const struct weir_query_limits limits = {.slow_ns = 1};
    struct ask_figures figures = {0};

    world->stores[0].stock = both;
    ask_name(world->ask, "test", &figures);
    ask_limit(world->ask, &limits);

    ck_assert_int_eq(answer_text(world, "load", 0), 1);
    ck_assert_uint_eq(figures.slow, 1);
    ck_assert_uint_gt(figures.wait_ns, 0);
    ck_assert_uint_gt(figures.gather_ns, 0);
}
END_TEST

SPEC("asking stores in PromQL", an_instant_is_answered_from_the_store,
     steps_are_answered_with_all_their_samples,
     many_series_of_a_store_are_gathered_in_halves,
     a_question_may_have_more_selects_than_run_at_once,
     what_needs_no_store_is_answered_later_all_the_same,
     a_wrong_question_is_told_so, a_store_that_fails_fails_the_question,
     one_store_of_two_that_fails_is_a_warning,
     what_is_long_is_evaluated_on_a_thread_of_the_crew,
     more_questions_than_run_at_once_wait_for_their_turn,
     what_runs_or_waits_when_the_ask_ends_is_cancelled,
     a_question_for_which_there_is_no_room_is_refused,
     questions_together_take_no_more_memory_than_there_is,
     what_takes_longer_than_slow_is_counted)
