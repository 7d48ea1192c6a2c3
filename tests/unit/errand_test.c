/* errand_test.c - what calls a plugin later: timers, watches, posts, requests,
 * work
 */
#include <config.h>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include "http/request.h"
#include "instance_odd.h"

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

static char digits[] = "012345";

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
    weir_post(odd, note_arg, &digits[1]);
    run();
    weir_post(odd, note_arg, &digits[2]);
    ck_assert_int_eq(weir_timer(odd, 0, 0, note_arg, &digits[3]), 0);
    instance_close(instance);
    ck_assert_int_eq(instance_open(instance), 0);
    weir_post(odd, note_arg, &digits[4]);
    run();
    weir_post(odd, note_arg, &digits[5]);
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
    pthread_t thread, done_by;
    atomic_uint done;
    atomic_bool begun, may_end;
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

static void
wait_for_work(void)
{
    while (instance_has_work(instance))
        (void)usleep(1000);
}

START_TEST(four_jobs_run_at_once_and_no_more)
{
    struct job jobs[5] = {0};
    begin();
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(weir_work(odd, do_job, job_done, &jobs[i]), 0);
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &jobs[4]), -EAGAIN);

    for (int i = 0; i < 5; i++)
        jobs[i].may_end = true;
    wait_for_work();
    ck_assert_int_eq(weir_work(odd, do_job, job_done, &jobs[4]), -EAGAIN);
    run();
    ck_assert_str_eq(odd->notes, "dddd");

    ck_assert_int_eq(weir_work(odd, do_job, job_done, &jobs[4]), 0);
    wait_for_work();
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

SPEC("errands", there_are_at_most_64_timers_and_1024_watches,
     a_timer_that_came_once_makes_room_for_another, a_watch_may_end_itself,
     what_was_posted_before_it_closed_does_not_come_after,
     a_request_reaches_its_handler_while_the_instance_is_open,
     a_request_that_waits_when_the_stage_ends_gets_a_503,
     a_route_that_is_taken_is_refused_with_a_reason,
     work_is_done_elsewhere_and_its_end_is_told_here,
     four_jobs_run_at_once_and_no_more, work_may_outlive_its_instance)
