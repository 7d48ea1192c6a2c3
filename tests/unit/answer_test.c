/* answer_test.c - selects and answers, from an asker to a desk and back */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "link/answer.h"
#include "link/counter.h"
#include "link/part.h"
#include "link/question.h"
#include "query/digest.h"
#include "spec.h"

static const struct weir_metric metric = {"node_load1", WEIR_GAUGE, "",
                                          "Load."};

/* What the fake storage does. */
struct script {
    uint32_t series;
    uint32_t samples; /* of each series */
    uint32_t texts;
    bool evaluated;
    bool endless; /* goes on until the sink says stop */
    bool hangs;   /* gives nothing, until released */
    bool halts;   /* after half of the series, until released */
    int rc;
    const char *why; /* of 'rc'; or NULL */
    atomic_bool released;
    atomic_int running, stopped_with;
};

/* A store and an asker on one stage. */
struct world {
    struct stage *stage;
    struct crew *crew;
    const char *endpoint;
    struct socket *socket;
    struct desk *desk;
    struct counter *counter; /* or NULL: over the socket */
    struct asker *asker;
    struct script script;
    struct weir_select seen; /* texts and matchers are gone */
    char seen_value[64];
    bool seen_matches;

    /* What was heard. */
    uint64_t samples, series, texts, parts;
    bool in_order, evaluated;
    int rc; /* 0 until the last part */
    char why[256];
    uint64_t stop_after; /* parts; 0: never */
};

static int
give_series(struct weir_sink *sink, const struct script *script, uint32_t nth)
{
    char text[16];
    const struct weir_label labels[] = {{"nth", text}, {0}};
    const struct weir_series series = {&metric, "", labels};

    (void)snprintf(text, sizeof(text), "%06u", nth);
    int rc = weir_sink_series(sink, &series);
    for (uint32_t i = 0; i < script->samples && rc == 0;) {
        int64_t times_ns[1000];
        double values[1000];
        size_t count = 0;
        for (; count < ARRAY_SIZE(values) && i < script->samples; i++) {
            times_ns[count] = i;
            values[count++] = nth * 1000000.0 + i;
        }
        rc = weir_sink_samples(sink, times_ns, values, count);
    }
    return rc;
}

static void
nap(void)
{
    static const struct timespec moment = {0, NS_PER_MS};

    (void)nanosleep(&moment, NULL);
}

static int
give_all(struct weir_sink *sink, struct script *script)
{
    int rc = script->evaluated ? weir_sink_evaluated(sink) : 0;

    for (uint32_t i = 0; (script->endless || i < script->series) && rc == 0;
         i++) {
        while (script->halts && i == script->series / 2 && !script->released)
            nap();
        rc = give_series(sink, script, i);
    }
    for (uint32_t i = 0; i < script->texts && rc == 0; i++)
        rc = weir_sink_text(sink, "fra1");
    return rc;
}

/* Selects run on several threads. */
static void
see(struct world *world, const struct weir_select *what)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    (void)pthread_mutex_lock(&lock);
    world->seen = *what;
    if (what->matcher_count > 0) {
        (void)snprintf(world->seen_value, sizeof(world->seen_value), "%s",
                       what->matchers[0].value);
        world->seen_matches = weir_matches(&what->matchers[0], "node_load1");
    }
    (void)pthread_mutex_unlock(&lock);
}

static int
fake_select(void *arg, const struct weir_select *what, struct weir_sink *sink)
{
    struct world *world = arg;
    struct script *script = &world->script;

    see(world, what);
    script->running++;
    while (script->hangs && !script->released)
        nap();
    int rc = give_all(sink, script);
    script->stopped_with = rc;
    script->running--;
    if (rc >= 0 && script->why)
        return weir_sink_fail(sink, script->rc, "%s", script->why);
    return rc < 0 ? rc : script->rc;
}

static void
store_received(void *arg, const struct socket_peer *peer,
               const struct frame_view *view)
{
    struct world *world = arg;

    desk_take(world->desk, world->socket, peer, view);
}

/* A name that was just given up is free a little later. */
static void
store_bind(struct world *self, socket_received *received)
{
    int rc = -EADDRINUSE;

    while (rc == -EADDRINUSE) {
        nap();
        rc = socket_bind(self->stage,
                         &(struct socket_place){.endpoint = self->endpoint},
                         received, self, &self->socket);
    }
    ck_assert_int_eq(rc, 0);
}

static void
store_start(struct world *self)
{
    store_bind(self, store_received);
    self->desk = desk_new(self->stage, self->crew, fake_select, self);
}

static void
store_stop(struct world *self)
{
    self->script.released = true;
    counter_close(&self->counter);
    desk_destroy(&self->desk);
    socket_destroy(&self->socket);
}

static struct world *
world_new(const char *endpoint)
{
    struct world *self = xcalloc(1, sizeof(*self));

    socket_setup();
    self->endpoint = endpoint;
    self->stage = stage_new("answer-test");
    self->crew = crew_new("answer-test", 2);
    self->in_order = true;
    store_start(self);
    ck_assert_int_eq(asker_open(self->stage, endpoint, NULL, &self->asker), 0);
    return self;
}

static void
world_destroy(struct world **self_p)
{
    struct world *self = *self_p;

    asker_destroy(&self->asker);
    store_stop(self);
    crew_destroy(&self->crew, clock_now_ns() + 10 * NS_PER_S);
    stage_destroy(&self->stage);
    free(self);
    *self_p = NULL;
}

static void
check_last_series(const struct weir_layout *layout)
{
    const struct weir_series *last = &layout->series[layout->count - 1];
    char text[16];

    (void)snprintf(text, sizeof(text), "%06u", layout->count - 1);
    ck_assert_str_eq(last->metric->name, metric.name);
    ck_assert_str_eq(last->metric->help, metric.help);
    ck_assert_str_eq(last->labels[0].value, text);
}

static void
check_samples(struct world *self, const struct weir_loose *samples)
{
    uint32_t each = self->script.samples;

    for (uint32_t i = 0; i < samples->count; i++, self->samples++) {
        uint64_t series = self->samples / each, time = self->samples % each;
        if (samples->index[i] != series ||
            samples->times_ns[i] != (int64_t)time ||
            samples->values[i] != (double)(series * 1000000 + time))
            self->in_order = false;
    }
    self->series = samples->layout->count;
    if (self->series > 0)
        check_last_series(samples->layout);
}

static bool
hear(void *arg, const struct answer_part *part)
{
    struct world *self = arg;

    ck_assert_int_eq(self->rc, 0);
    self->parts++;
    self->rc = part->rc;
    self->evaluated = part->evaluated;
    self->texts += part->text_count;
    for (size_t i = 0; i < part->text_count; i++)
        ck_assert_str_eq(part->texts[i], "fra1");
    if (part->rc < 0)
        (void)snprintf(self->why, sizeof(self->why), "%s", part->why);
    if (part->samples)
        check_samples(self, part->samples);
    return self->parts != self->stop_after;
}

static uint64_t
ask(struct world *self, const struct weir_select *what)
{
    uint64_t id = 0;

    ck_assert_int_eq(asker_ask(self->asker, what, hear, self, &id), 0);
    return id;
}

/* Runs the stage until the last part was heard. */
static int
answer_of(struct world *self, const struct weir_select *what)
{
    self->rc = 0;
    (void)ask(self, what);
    while (self->rc == 0)
        stage_run(self->stage, NS_PER_MS);
    return self->rc;
}

static const struct weir_select anything = {.until_ns = INT64_MAX};

/* For what goes on until it is stopped, however late that is. */
static const struct weir_select without_end = {
    .until_ns = INT64_MAX,
    .bounds = {.samples = UINT64_MAX,
               .memory_bytes = UINT64_MAX,
               .series = UINT32_MAX}};
static const char inproc[] = "inproc://answer-test";

START_TEST(samples_arrive_in_order_and_complete)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.series = 7;
    world->script.samples = 100003;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert(world->in_order);
    ck_assert_uint_eq(world->samples, UINT64_C(7) * 100003);
    ck_assert_uint_eq(world->series, 7);
}
END_TEST

START_TEST(an_answer_over_tcp_is_the_same)
{
    weir_cleanup(world_destroy) struct world *world =
        world_new("tcp://127.0.0.1:29347");

    world->script.series = 3000;
    world->script.samples = 100;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert(world->in_order);
    ck_assert_uint_eq(world->samples, UINT64_C(300000));
    ck_assert_uint_eq(world->series, 3000);
}
END_TEST

START_TEST(many_series_without_samples_arrive)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.series = 50000;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert_uint_eq(world->series, 50000);
    ck_assert_uint_eq(world->samples, 0);
}
END_TEST

START_TEST(texts_arrive)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.texts = 100000;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert_uint_eq(world->texts, 100000);
}
END_TEST

START_TEST(the_store_sees_all_of_the_select)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_matcher matcher = {"__name__", WEIR_LIKE, "node_load.+",
                                         NULL};
    const struct weir_select what = {
        .want = WEIR_LABEL_VALUES,
        .label = "nth",
        .matchers = &matcher,
        .matcher_count = 1,
        .after_ns = -5,
        .until_ns = 77,
        .function = WEIR_RATE,
        .functions = 1U << WEIR_MIN | 1U << WEIR_RATE,
        .argument = 0.5,
        .range_ns = 60,
        .step_ns = 15,
        .alone = true,
        .bounds = {.samples = 11, .series = 12, .memory_bytes = 13000},
    };

    ck_assert_int_eq(answer_of(world, &what), 1);
    const struct weir_select *seen = &world->seen;
    ck_assert_int_eq(seen->want, WEIR_LABEL_VALUES);
    ck_assert_int_eq(seen->after_ns, -5);
    ck_assert_int_eq(seen->until_ns, 77);
    ck_assert_int_eq(seen->function, WEIR_RATE);
    ck_assert_uint_eq(seen->functions, 1U << WEIR_MIN | 1U << WEIR_RATE);
    ck_assert_double_eq(seen->argument, 0.5);
    ck_assert_int_eq(seen->range_ns, 60);
    ck_assert_int_eq(seen->step_ns, 15);
    ck_assert(seen->alone);
    ck_assert_uint_eq(seen->bounds.samples, 11);
    ck_assert_uint_eq(seen->bounds.series, 12);
    ck_assert_uint_eq(seen->bounds.memory_bytes, 13000);
    ck_assert_str_eq(world->seen_value, "node_load.+");
    ck_assert(world->seen_matches);
}
END_TEST

START_TEST(a_store_that_is_alone_may_evaluate)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_select alone = {.until_ns = 9, .alone = true};

    world->script.evaluated = true;

    ck_assert_int_eq(answer_of(world, &alone), 1);
    ck_assert(world->evaluated);
    ck_assert_int_eq(answer_of(world, &anything), -EINVAL);
}
END_TEST

START_TEST(a_digest_travels_in_place_of_samples)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_digest digest = {DIGEST_INSTANT, 5, {0, 1, 100}};
    const struct weir_select what = {
        .until_ns = INT64_MAX, .alone = true, .digest = &digest};

    world->script.series = 1;
    world->script.samples = 2500;

    ck_assert_int_eq(answer_of(world, &what), 1);
    ck_assert(world->evaluated);
    ck_assert(world->in_order);
    ck_assert_uint_eq(world->samples, 100);
}
END_TEST

START_TEST(a_digest_that_cannot_be_computed_is_garbage)
{
    static const struct weir_digest garbage[] = {
        {FUNCTION_ABS, 5, {0, 1, 100}},
        {FUNCTION_QUANTILE_OVER_TIME, 5, {0, 1, 100}},
        {DIGEST_INSTANT + 1, 5, {0, 1, 100}},
        {FUNCTION_RATE, 0, {0, 1, 100}},
        {FUNCTION_RATE, 5, {0, 0, 100}},
        {FUNCTION_RATE, 5, {0, 1, 0}},
        {FUNCTION_RATE, 5, {0, 1, DIGEST_STEPS_MOST + 1}},
        {FUNCTION_RATE, 5, {INT64_MAX, 1, 100}},
        {FUNCTION_RATE, 5, {0, INT64_MAX / 50, 100}},
    };
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    for (size_t i = 0; i < ARRAY_SIZE(garbage); i++) {
        const struct weir_select what = {
            .until_ns = INT64_MAX, .alone = true, .digest = &garbage[i]};
        ck_assert_int_eq(answer_of(world, &what), -EBADMSG);
    }
}
END_TEST

START_TEST(a_failure_of_the_store_is_told_with_its_reason)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.rc = -EIO;

    ck_assert_int_eq(answer_of(world, &anything), -EIO);
    ck_assert_str_eq(world->why, "Input/output error");
}
END_TEST

START_TEST(the_stores_own_words_are_told)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    world->script.rc = -EINVAL;
    world->script.why = "the pattern a+ takes too long";

    ck_assert_int_eq(answer_of(world, &anything), -EINVAL);

    ck_assert_str_eq(world->why, "the pattern a+ takes too long");
}
END_TEST

START_TEST(a_pattern_that_does_not_compile_is_refused)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_matcher matcher = {"a", WEIR_LIKE, "(", NULL};
    const struct weir_select what = {.matchers = &matcher, .matcher_count = 1};

    ck_assert_int_eq(answer_of(world, &what), -EINVAL);
    ck_assert_str_ne(world->why, "");
}
END_TEST

START_TEST(more_samples_than_the_bound_are_too_many)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_select what = {.bounds = {.samples = 1500}};

    world->script.series = 2;
    world->script.samples = 1000;

    ck_assert_int_eq(answer_of(world, &what), -E2BIG);
    ck_assert_int_eq(world->script.stopped_with, -EMSGSIZE);
    ck_assert_ptr_nonnull(strstr(world->why, "1500 samples"));
}
END_TEST

START_TEST(more_series_than_the_bound_are_too_many)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_select what = {.bounds = {.series = 3}};

    world->script.series = 4;

    ck_assert_int_eq(answer_of(world, &what), -E2BIG);
    ck_assert_ptr_nonnull(strstr(world->why, "3 series"));
}
END_TEST

START_TEST(more_memory_than_the_bound_is_too_much)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_select what = {.bounds = {.memory_bytes = 10000}};

    world->script.series = 4000;

    ck_assert_int_eq(answer_of(world, &what), -E2BIG);
}
END_TEST

START_TEST(cancelling_stops_the_select)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.endless = true;
    world->script.samples = 1000;
    uint64_t id = ask(world, &without_end);
    while (world->parts < 3)
        stage_run(world->stage, NS_PER_MS);
    asker_cancel(world->asker, id);
    uint64_t parts = world->parts;

    while (world->script.running > 0)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_int_eq(world->script.stopped_with, -ECANCELED);
    ck_assert_uint_eq(world->parts, parts);
}
END_TEST

START_TEST(hearing_no_more_stops_the_select)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.endless = true;
    world->script.samples = 1000;
    world->stop_after = 2;
    (void)ask(world, &without_end);
    while (world->parts < 2 || world->script.running > 0)
        stage_run(world->stage, NS_PER_MS);

    ck_assert_int_eq(world->script.stopped_with, -ECANCELED);
    ck_assert_uint_eq(world->parts, 2);
    ck_assert_int_eq(world->rc, 0);
}
END_TEST

START_TEST(a_select_ends_at_its_deadline)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    const struct weir_select what = {
        .bounds = {.deadline_ns = clock_now_ns() + 50 * NS_PER_MS}};

    world->script.hangs = true;

    ck_assert_int_eq(answer_of(world, &what), -ETIMEDOUT);
}
END_TEST

START_TEST(a_store_that_works_long_is_not_taken_for_silent)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.hangs = true;
    (void)ask(world, &anything);
    stage_run(world->stage, 7 * NS_PER_S);
    ck_assert_int_eq(world->rc, 0);
    world->script.released = true;
    while (world->rc == 0)
        stage_run(world->stage, NS_PER_MS);

    ck_assert_int_eq(world->rc, 1);
}
END_TEST

START_TEST(a_store_may_halt_in_the_middle_of_an_answer)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.series = 50000;
    world->script.halts = true;
    (void)ask(world, &anything);
    stage_run(world->stage, 2 * NS_PER_S);
    ck_assert_int_eq(world->rc, 0);
    ck_assert_uint_gt(world->series, 0);
    world->script.released = true;
    while (world->rc == 0)
        stage_run(world->stage, NS_PER_MS);

    ck_assert_int_eq(world->rc, 1);
    ck_assert_uint_eq(world->series, 50000);
}
END_TEST

START_TEST(a_store_that_dies_is_noticed_and_asked_again_when_it_is_back)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.hangs = true;
    (void)ask(world, &anything);
    while (world->script.running == 0)
        stage_run(world->stage, NS_PER_MS);
    store_stop(world);
    store_start(world);
    while (world->rc == 0)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_int_eq(world->rc, -ENOTCONN);

    ck_assert_int_eq(answer_of(world, &anything), 1);
}
END_TEST

START_TEST(an_asker_has_a_limit_of_selects)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    uint64_t id = 0;

    for (int i = 0; i < 64; i++)
        (void)ask(world, &anything);

    ck_assert_int_eq(asker_ask(world->asker, &anything, hear, world, &id),
                     -EAGAIN);
}
END_TEST

START_TEST(leaving_ends_what_runs_and_what_waits)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    world->script.endless = true;
    world->script.samples = 10;
    for (int i = 0; i < 5; i++)
        (void)ask(world, &without_end);
    while (world->script.running == 0)
        stage_run(world->stage, NS_PER_MS);
    /* The world is destroyed with two that run and three that wait. */
}
END_TEST

/* Garbage, to the desk and to the asker ------------------------------------ */

static void
answer_garbage(void *arg, const struct socket_peer *peer,
               const struct frame_view *view)
{
    struct world *world = arg;
    const struct frame_head head = {.type = FRAME_ANSWER, .a = view->head.a};
    weir_cleanup(frame_release) struct frame *frame =
        frame_new(&head, "garbage", 7);

    ck_assert_int_eq(socket_send(world->socket, peer, frame), 0);
}

START_TEST(a_store_that_answers_garbage_is_told_as_such)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);

    store_stop(world);
    asker_destroy(&world->asker);
    store_bind(world, answer_garbage);
    ck_assert_int_eq(asker_open(world->stage, inproc, NULL, &world->asker), 0);

    ck_assert_int_eq(answer_of(world, &anything), -EBADMSG);
}
END_TEST

struct listener {
    int rc;
    uint64_t part;
};

static void
hear_refusal(void *arg, const struct socket_peer *peer,
             const struct frame_view *view)
{
    struct listener *listener = arg;
    struct part_reader *reader = part_reader_new(1, 1000);
    struct answer_part part = {0};

    (void)peer;
    ck_assert_int_eq(part_read(reader, view, &part), 0);
    listener->rc = part.rc;
    listener->part = view->head.b;
    part_reader_destroy(&reader);
}

START_TEST(a_select_that_is_garbage_is_refused)
{
    weir_cleanup(world_destroy) struct world *world = world_new(inproc);
    weir_cleanup(socket_destroy) struct socket *dealer = NULL;
    struct listener listener = {0};
    const struct frame_head head = {.type = FRAME_SELECT, .a = 1, .b = 1000};
    weir_cleanup(frame_release) struct frame *frame =
        frame_new(&head, "garbage", 7);

    ck_assert_int_eq(socket_connect(world->stage,
                                    &(struct socket_place){.endpoint = inproc},
                                    hear_refusal, &listener, &dealer),
                     0);
    ck_assert_int_eq(socket_send(dealer, NULL, frame), 0);
    while (listener.rc == 0)
        stage_run(world->stage, NS_PER_MS);

    ck_assert_int_eq(listener.rc, -EBADMSG);
    ck_assert_uint_eq(listener.part, 0);
}
END_TEST

/* Every byte of a part wrong in turn: it is read as something, or refused. */
START_TEST(a_part_with_any_byte_wrong_breaks_nothing)
{
    weir_cleanup(part_draft_destroy) struct part_draft *draft =
        part_draft_new();
    static const struct weir_label labels[] = {{"a", "b"}, {0}};
    static const struct weir_series series = {&metric, "", labels};
    static const int64_t times_ns[] = {1, 2, 3};
    static const double values[] = {1, 2, 3};

    part_draft_series(draft, &series);
    part_draft_samples(draft, times_ns, values, 3);
    part_draft_series(draft, &series);
    part_draft_text(draft, "text");
    weir_cleanup(frame_release) struct frame *frame =
        part_draft_take(draft, 1, 0, "", false);
    struct frame_view view = frame_look(frame);
    weir_cleanup(weir_free) unsigned char *bytes = xcalloc(view.size, 1);

    for (size_t at = 0; at < 255 * view.size; at++) {
        weir_cleanup(part_reader_destroy) struct part_reader *reader =
            part_reader_new(100, 100000);
        struct answer_part part;
        memcpy(bytes, view.body, view.size);
        bytes[at / 255] ^= (unsigned char)(at % 255 + 1);
        const struct frame_view wrong = {view.head, bytes, view.size};
        int rc = part_read(reader, &wrong, &part);
        ck_assert(rc == 0 || rc == -EBADMSG || rc == -E2BIG);
    }
    for (size_t size = 0; size < view.size; size++) {
        weir_cleanup(part_reader_destroy) struct part_reader *reader =
            part_reader_new(100, 100000);
        struct answer_part part;
        const struct frame_view cut = {view.head, view.body, size};
        ck_assert_int_eq(part_read(reader, &cut, &part), -EBADMSG);
    }
}
END_TEST

/* Without sockets ---------------------------------------------------------- */

static struct world *
world_here(void)
{
    struct world *self = world_new(inproc);

    self->counter = counter_open(
        inproc, &(struct counter_settings){
                    .crew = self->crew, .select = fake_select, .arg = self});
    return self;
}

/* Runs the stage until a select runs. */
static void
wait_for_select(struct world *world)
{
    while (world->script.running == 0)
        stage_run(world->stage, NS_PER_MS);
}

START_TEST(samples_arrive_in_order_within_a_process)
{
    weir_cleanup(world_destroy) struct world *world = world_here();

    world->script.series = 7;
    world->script.samples = 100003;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert(world->in_order);
    ck_assert_uint_eq(world->samples, UINT64_C(7) * 100003);
    ck_assert_uint_eq(world->series, 7);
}
END_TEST

START_TEST(the_stage_of_the_store_is_not_needed)
{
    weir_cleanup(world_destroy) struct world *world = world_here();

    desk_destroy(&world->desk);
    world->script.series = 1;
    world->script.samples = 10;

    ck_assert_int_eq(answer_of(world, &anything), 1);
    ck_assert_uint_eq(world->samples, 10);
}
END_TEST

START_TEST(a_failure_within_a_process_is_told)
{
    weir_cleanup(world_destroy) struct world *world = world_here();
    const struct weir_matcher matcher = {"a", WEIR_LIKE, "(", NULL};
    const struct weir_select what = {.matchers = &matcher, .matcher_count = 1};

    ck_assert_int_eq(answer_of(world, &what), -EINVAL);
    ck_assert_str_ne(world->why, "");
    world->script.rc = -EIO;
    ck_assert_int_eq(answer_of(world, &anything), -EIO);
    ck_assert_str_eq(world->why, "Input/output error");
}
END_TEST

START_TEST(cancelling_stops_a_select_within_the_process)
{
    weir_cleanup(world_destroy) struct world *world = world_here();

    world->script.endless = true;
    world->script.samples = 1000;
    uint64_t id = ask(world, &without_end);
    while (world->parts < 3)
        stage_run(world->stage, NS_PER_MS);
    asker_cancel(world->asker, id);
    uint64_t parts = world->parts;

    while (world->script.running > 0)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_int_eq(world->script.stopped_with, -ECANCELED);
    ck_assert_uint_eq(world->parts, parts);
}
END_TEST

START_TEST(a_select_ends_at_its_deadline_and_waits_for_nobody)
{
    weir_cleanup(world_destroy) struct world *world = world_here();
    const struct weir_select what = {
        .bounds = {.deadline_ns = clock_now_ns() + 50 * NS_PER_MS}};

    world->script.hangs = true;

    ck_assert_int_eq(answer_of(world, &what), -ETIMEDOUT);
    ck_assert_int_eq(world->script.running, 1);
}
END_TEST

START_TEST(a_store_that_closes_ends_its_selects_and_is_asked_again_later)
{
    weir_cleanup(world_destroy) struct world *world = world_here();

    world->script.endless = true;
    world->script.samples = 1000;
    (void)ask(world, &without_end);
    wait_for_select(world);
    counter_close(&world->counter);
    ck_assert_int_eq(world->script.running, 0);
    while (world->rc == 0)
        stage_run(world->stage, NS_PER_MS);
    ck_assert_int_eq(world->rc, -ENOTCONN);

    world->script.endless = false;
    world->counter = counter_open(
        inproc, &(struct counter_settings){
                    .crew = world->crew, .select = fake_select, .arg = world});
    ck_assert_int_eq(answer_of(world, &anything), 1);
}
END_TEST

START_TEST(leaving_ends_what_runs_within_the_process)
{
    weir_cleanup(world_destroy) struct world *world = world_here();

    world->script.endless = true;
    world->script.samples = 10;
    for (int i = 0; i < 5; i++)
        (void)ask(world, &without_end);
    wait_for_select(world);
    /* The world is destroyed with two that run and three that wait. */
}
END_TEST

SPEC("asking a store", samples_arrive_in_order_and_complete,
     an_answer_over_tcp_is_the_same, many_series_without_samples_arrive,
     texts_arrive, the_store_sees_all_of_the_select,
     a_store_that_is_alone_may_evaluate, a_digest_travels_in_place_of_samples,
     a_digest_that_cannot_be_computed_is_garbage,
     a_failure_of_the_store_is_told_with_its_reason,
     the_stores_own_words_are_told, a_pattern_that_does_not_compile_is_refused,
     more_samples_than_the_bound_are_too_many,
     more_series_than_the_bound_are_too_many,
     more_memory_than_the_bound_is_too_much, cancelling_stops_the_select,
     hearing_no_more_stops_the_select, a_select_ends_at_its_deadline,
     a_store_that_works_long_is_not_taken_for_silent,
     a_store_may_halt_in_the_middle_of_an_answer,
     a_store_that_dies_is_noticed_and_asked_again_when_it_is_back,
     an_asker_has_a_limit_of_selects, leaving_ends_what_runs_and_what_waits,
     a_store_that_answers_garbage_is_told_as_such,
     a_select_that_is_garbage_is_refused,
     a_part_with_any_byte_wrong_breaks_nothing,
     samples_arrive_in_order_within_a_process,
     the_stage_of_the_store_is_not_needed, a_failure_within_a_process_is_told,
     cancelling_stops_a_select_within_the_process,
     a_select_ends_at_its_deadline_and_waits_for_nobody,
     a_store_that_closes_ends_its_selects_and_is_asked_again_later,
     leaving_ends_what_runs_within_the_process)
