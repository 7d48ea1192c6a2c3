/* instance_test.c - one plugin and what its host does for it */
#include <config.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "clock.h"
#include "http/request.h"
#include "instance.h"
#include "self.h"
#include "source_store.h"

static const int64_t patience_ns = 20 * NS_PER_S;

/* The plugin of these tests: does as it is told, and notes a letter each. */
struct odd {
    char notes[64];
    int open_rc, collect_rc;
    unsigned opened; /* how often */
    atomic_uint collected;
    void (*on_open)(void *self);
    void (*on_close)(void *self);
};

static const struct weir_metric value = {"odd_value", WEIR_GAUGE, "", "Odd."};

static void
note(struct odd *self, char letter)
{
    size_t length = strlen(self->notes);

    ck_assert_uint_lt(length, sizeof(self->notes) - 1);
    self->notes[length] = letter;
}

static int
odd_open(void *self)
{
    struct odd *odd = self;

    note(odd, 'o');
    odd->opened++;
    if (odd->on_open)
        odd->on_open(self);
    if (odd->open_rc < 0)
        return weir_fail(self, odd->open_rc, "cannot open %d", 7);
    return 0;
}

static void
odd_close(void *self)
{
    struct odd *odd = self;

    if (odd->on_close)
        odd->on_close(self);
    note(self, 'c');
}

static int
odd_collect(void *self, struct weir_batch *out)
{
    struct odd *odd = self;

    weir_add(out, &value, NULL, odd->collected++);
    return odd->collect_rc;
}

static const struct weir_plugin plugin = {
    .help = "Odd.",
    .instance_size = sizeof(struct odd),
    .open = odd_open,
    .close = odd_close,
    .collect = odd_collect,
};
static const struct weir_head head = {WEIR_ABI, sizeof(plugin), WEIR_KIND_INPUT,
                                      &plugin};

static struct store store;
static struct instance *instance;
static struct odd *odd;
static struct crew *crew;

/* The route that was mounted last. */
static struct {
    struct http_route route;
    unsigned mounted, unmounted;
    int rc;
} routes;

static int
mount(void *arg, const struct http_route *route)
{
    (void)arg;
    if (routes.rc < 0)
        return routes.rc;
    routes.route = *route;
    routes.mounted++;
    return 0;
}

static void
unmount(void *arg)
{
    (void)arg;
    routes.unmounted++;
}

static void
begin_with(const struct weir_label *labels, const char *host)
{
    const struct instance_settings settings = {
        .head = &head,
        .plugin = "odd",
        .name = "one",
        .interval_ns = NS_PER_MS,
        .labels = labels,
        .host = host,
        .work = crew = crew_new("work", 4),
    };
    const struct instance_world world = {
        .outlet = &store.outlet, .mount = mount, .unmount = unmount};

    memset(&routes, 0, sizeof(routes));
    store_init(&store);
    instance = instance_new(&settings);
    instance_set_world(instance, &world);
    odd = instance_memory(instance);
}

static void
begin(void)
{
    begin_with(NULL, NULL);
}

static void
end(void)
{
    instance_destroy(&instance);
    ck_assert_ptr_null(instance);
    crew_destroy(&crew, clock_now_ns() + patience_ns);
    store_fini(&store);
}

static void
run(void)
{
    stage_run(instance_stage(instance), 2 * NS_PER_MS);
}

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
    struct odd *odd_ = self;
    odd_->open_rc = odd_->opened == 1 ? -EBUSY : 0;
}

static void
wait_for_cycles(unsigned count)
{
    int64_t until = clock_now_ns() + patience_ns;

    while (odd->collected < count && clock_now_ns() < until)
        (void)usleep(1000);
    ck_assert_uint_ge(odd->collected, count);
}

static void
stop(void)
{
    stage_ask_stop(instance_stage(instance));
    ck_assert(
        stage_join(instance_stage(instance), clock_now_ns() + patience_ns));
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

static void
do_nothing(void *self, void *arg)
{
    (void)self;
    (void)arg;
}

static void
do_nothing_ready(void *self, int fd, short events)
{
    (void)self;
    (void)fd;
    (void)events;
}

START_TEST(there_are_at_most_64_timers_and_1024_watches)
{
    begin();
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(weir_timer(odd, NS_PER_S, 0, do_nothing, NULL), 0);
    ck_assert_int_eq(weir_timer(odd, NS_PER_S, 0, do_nothing, NULL), -EDQUOT);

    for (int i = 0; i < 1024; i++)
        ck_assert_int_eq(weir_watch(odd, 2000 + i, POLLIN, do_nothing_ready),
                         0);
    ck_assert_int_eq(weir_watch(odd, 4000, POLLIN, do_nothing_ready), -EDQUOT);
    ck_assert_int_eq(weir_watch(odd, 2000, POLLOUT, do_nothing_ready), 0);
    ck_assert_int_eq(weir_watch(odd, 2000, 0, NULL), 0);
    ck_assert_int_eq(weir_watch(odd, 2000, 0, NULL), 0);
    ck_assert_int_eq(weir_watch(odd, 4000, POLLIN, do_nothing_ready), 0);
    instance_close(instance);
    end();
}
END_TEST

static void
note_arg(void *self, void *arg)
{
    note(self, *(const char *)arg);
}

static void
count_call(void *self, void *arg)
{
    (void)self;
    ++*(unsigned *)arg;
}

START_TEST(a_timer_that_came_once_makes_room_for_another)
{
    unsigned count = 0;
    begin();
    for (int i = 0; i < 64; i++)
        ck_assert_int_eq(weir_timer(odd, 0, 0, count_call, &count), 0);
    run();
    ck_assert_uint_eq(count, 64);

    ck_assert_int_eq(weir_timer(odd, 0, NS_PER_MS, count_call, &count), 0);
    while (count < 70)
        run();
    instance_close(instance);
    count = 0;
    run();
    ck_assert_uint_eq(count, 0);
    end();
}
END_TEST

static void
end_own_watch(void *self, int fd, short events)
{
    note(self, events == POLLIN ? 'w' : '?');
    ck_assert_int_eq(weir_watch(self, fd, 0, NULL), 0);
}

START_TEST(a_watch_may_end_itself)
{
    weir_cleanup(weir_close) int fd = eventfd(1, EFD_NONBLOCK);
    begin();

    ck_assert_int_eq(weir_watch(odd, fd, POLLIN, end_own_watch), 0);
    run();

    ck_assert_str_eq(odd->notes, "w");
    end();
}
END_TEST

START_TEST(what_was_posted_before_it_closed_does_not_come_after)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);
    weir_post(odd, note_arg, "1");
    run();
    weir_post(odd, note_arg, "2");
    ck_assert_int_eq(weir_timer(odd, 0, 0, note_arg, "3"), 0);
    instance_close(instance);
    ck_assert_int_eq(instance_open(instance), 0);
    weir_post(odd, note_arg, "4");
    run();
    weir_post(odd, note_arg, "5");
    instance_close(instance);

    ck_assert_str_eq(odd->notes, "o1co4c");
    end();
}
END_TEST

static void
handle(void *self, struct weir_request *request)
{
    note(self, 'h');
    weir_answer(&request, 200, "text/plain", "fine", 4);
}

static void
wake(void *arg, struct weir_request *request)
{
    (void)arg;
    (void)request;
}

static struct weir_request *
hand_over(void)
{
    struct weir_request *request = request_new("GET", "/odd", wake, NULL);

    routes.route.handover(routes.route.arg, request);
    return request;
}

static int
status_of(struct weir_request *request)
{
    struct request_answer answer = {0};

    ck_assert_int_ne(request_answer(request, &answer), REQUEST_OPEN);
    int status = answer.status;
    request_destroy(&request);
    return status;
}

START_TEST(a_request_reaches_its_handler_while_the_instance_is_open)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);
    ck_assert_int_eq(weir_route(odd, "GET", "/odd", handle), 0);
    ck_assert_str_eq(routes.route.help, "Odd.");

    struct weir_request *first = hand_over();
    run();
    struct weir_request *second = hand_over();
    instance_close(instance);
    ck_assert_uint_gt(routes.unmounted, 0);
    run();

    ck_assert_str_eq(odd->notes, "ohc");
    ck_assert_int_eq(status_of(first), 200);
    ck_assert_int_eq(status_of(second), 503);
    end();
}
END_TEST

START_TEST(a_request_that_waits_when_the_stage_ends_gets_a_503)
{
    begin();
    ck_assert_int_eq(instance_open(instance), 0);
    ck_assert_int_eq(weir_route(odd, "GET", "/odd", handle), 0);
    struct weir_request *request = hand_over();
    instance_close(instance);
    end();

    ck_assert_int_eq(status_of(request), 503);
}
END_TEST

START_TEST(a_route_that_is_taken_is_refused_with_a_reason)
{
    begin();
    routes.rc = -EEXIST;

    ck_assert_int_eq(weir_route(odd, "GET", "/odd", handle), -EEXIST);

    ck_assert_str_eq(instance_why(instance),
                     "cannot serve GET /odd: File exists");
    end();
}
END_TEST

struct job {
    atomic_bool begun, may_end;
    pthread_t thread, done_by;
    atomic_uint done;
};

static void
do_job(void *arg)
{
    struct job *job = arg;

    job->thread = pthread_self();
    job->begun = true;
    while (!job->may_end)
        (void)usleep(1000);
}

static void
job_done(void *self, void *arg)
{
    struct job *job = arg;

    note(self, 'd');
    job->done_by = pthread_self();
    job->done++;
}

START_TEST(work_is_done_elsewhere_and_its_end_is_told_here)
{
    struct job job = {.may_end = true};
    begin();
    ck_assert_int_eq(instance_open(instance), 0);

    ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), 0);
    while (instance_has_work(instance))
        (void)usleep(1000);
    run();

    ck_assert_uint_eq(job.done, 1);
    ck_assert(pthread_equal(job.done_by, pthread_self()));
    ck_assert(!pthread_equal(job.thread, pthread_self()));
    instance_close(instance);
    end();
}
END_TEST

START_TEST(four_jobs_run_at_once_and_no_more)
{
    struct job job = {.may_end = false};
    begin();
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), 0);
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), -EAGAIN);

    job.may_end = true;
    while (instance_has_work(instance))
        (void)usleep(1000);
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), -EAGAIN);
    run();

    ck_assert_uint_eq(job.done, 4);
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), 0);
    end();
}
END_TEST

START_TEST(work_may_outlive_its_instance)
{
    struct job job = {.may_end = false};
    begin();
    ck_assert_int_eq(instance_start(instance), 0);
    wait_for_cycles(1);
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &job), 0);
    while (!job.begun)
        (void)usleep(1000);

    stop();
    instance_destroy(&instance);
    job.may_end = true;
    crew_destroy(&crew, clock_now_ns() + patience_ns);

    ck_assert_uint_eq(job.done, 0);
    store_fini(&store);
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
     a_cycle_for_which_there_is_no_room_is_a_failure_that_is_counted,
     what_is_collected_has_the_labels_instance_and_job,
     stale_markers_come_after_all_that_they_end,
     there_are_at_most_64_timers_and_1024_watches,
     a_timer_that_came_once_makes_room_for_another, a_watch_may_end_itself,
     what_was_posted_before_it_closed_does_not_come_after,
     a_request_reaches_its_handler_while_the_instance_is_open,
     a_request_that_waits_when_the_stage_ends_gets_a_503,
     a_route_that_is_taken_is_refused_with_a_reason,
     work_is_done_elsewhere_and_its_end_is_told_here,
     four_jobs_run_at_once_and_no_more, work_may_outlive_its_instance,
     who_waits_for_a_fate_is_told_before_the_plugin_closes,
     the_instances_own_series_are_there_from_its_world_on)
