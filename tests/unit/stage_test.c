/* stage_test.c - a stage runs one call at a time, and in order */
#include <config.h>

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include <weir/cleanup.h>

#include "base.h"
#include "clock.h"
#include "spec.h"
#include "stage.h"
#include "timers.h"

static const int64_t patience_ns = 20 * NS_PER_S;

/* What calls did, a letter each. */
struct diary {
    struct stage *stage;
    char text[256];
    size_t length;
    int timer;
    int fd, other_fd;
};

static void
note(struct diary *self, char letter)
{
    ck_assert_uint_lt(self->length, sizeof(self->text) - 1);
    self->text[self->length++] = letter;
}

static void
note_a(void *arg)
{
    note(arg, 'a');
}

static void
note_b(void *arg)
{
    note(arg, 'b');
}

static void
finish(void *arg)
{
    struct diary *self = arg;

    note(self, '!');
    stage_ask_stop(self->stage);
}

static void
init(struct diary *self)
{
    *self = (struct diary){.stage = stage_new("diary"), .fd = -1};
}

/* Runs the stage on this thread until somebody finishes. */
static void
run(struct diary *self)
{
    stage_run(self->stage, patience_ns);
    ck_assert_int_eq(self->text[self->length - 1], '!');
    stage_destroy(&self->stage);
    ck_assert_ptr_null(self->stage);
}

START_TEST(posts_run_in_their_order)
{
    struct diary diary;
    init(&diary);

    stage_post(diary.stage, note_a, &diary);
    stage_post(diary.stage, note_b, &diary);
    stage_post(diary.stage, note_a, &diary);
    stage_post(diary.stage, finish, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "aba!");
}
END_TEST

static void
post_more(void *arg)
{
    struct diary *self = arg;

    note(self, 'p');
    stage_post(self->stage, finish, self);
    stage_post(self->stage, note_b, self);
}

START_TEST(after_a_stop_nothing_more_runs)
{
    struct diary diary;
    init(&diary);

    stage_post(diary.stage, post_more, &diary);
    stage_post(diary.stage, note_a, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "pa!");
}
END_TEST

START_TEST(a_post_that_is_dropped_says_so)
{
    struct diary diary;
    init(&diary);

    stage_post(diary.stage, finish, &diary);
    stage_post_or(diary.stage, note_a, note_b, &diary);
    stage_run(diary.stage, patience_ns);
    stage_post_or(diary.stage, note_a, note_b, &diary);
    stage_destroy(&diary.stage);

    ck_assert_str_eq(diary.text, "!bb");
}
END_TEST

START_TEST(a_timer_comes_once_or_again_and_again)
{
    struct diary diary;
    init(&diary);

    (void)stage_timer(diary.stage, 0, 0, note_a, &diary);
    (void)stage_timer(diary.stage, NS_PER_MS, NS_PER_MS, note_b, &diary);
    (void)stage_timer(diary.stage, 20 * NS_PER_MS, 0, finish, &diary);
    run(&diary);

    ck_assert_ptr_eq(strchr(diary.text, 'a'), strrchr(diary.text, 'a'));
    ck_assert_ptr_ne(strchr(diary.text, 'b'), NULL);
    ck_assert_ptr_ne(strchr(diary.text, 'b'), strrchr(diary.text, 'b'));
}
END_TEST

static void
stop_timer(void *arg)
{
    struct diary *self = arg;

    note(self, 's');
    stage_timer_stop(self->stage, self->timer);
}

START_TEST(a_timer_that_was_stopped_does_not_come)
{
    struct diary diary;
    init(&diary);

    (void)stage_timer(diary.stage, 0, 0, stop_timer, &diary);
    diary.timer = stage_timer(diary.stage, 0, NS_PER_MS, note_a, &diary);
    (void)stage_timer(diary.stage, 5 * NS_PER_MS, 0, finish, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "s!");
}
END_TEST

static void
again(void *arg)
{
    struct diary *self = arg;

    note(self, 'a');
    if (self->length == 100)
        finish(self);
    else
        for (int i = 0; i < 3; i++)
            (void)stage_timer(self->stage, i ? 20 * NS_PER_S : 0, 0, again,
                              self);
}

START_TEST(a_timer_may_make_timers)
{
    struct diary diary;
    init(&diary);

    (void)stage_timer(diary.stage, 0, 0, again, &diary);
    run(&diary);

    ck_assert_uint_eq(diary.length, 101);
}
END_TEST

START_TEST(a_timer_may_be_as_late_as_can_be)
{
    struct diary diary;
    init(&diary);

    (void)stage_timer(diary.stage, INT64_MAX, INT64_MAX, note_a, &diary);
    (void)stage_timer(diary.stage, 0, INT64_MAX, note_b, &diary);
    (void)stage_timer(diary.stage, NS_PER_MS, 0, finish, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "b!");
}
END_TEST

START_TEST(missed_turns_are_left_out_and_the_beat_is_kept)
{
    struct timers timers = {0};
    struct timer timer = {.due_ns = 100, .every_ns = 10};
    size_t at = 0;

    (void)timers_add(&timers, &timer);
    ck_assert_int_eq(timers_next_ns(&timers), 100);
    ck_assert(!timers_take(&timers, 99, &at, &timer));
    at = 0;
    ck_assert(timers_take(&timers, 137, &at, &timer));
    ck_assert(!timers_take(&timers, 137, &at, &timer));

    ck_assert_int_eq(timers_next_ns(&timers), 140);
    timers_stop(&timers, timer.number);
    ck_assert_int_eq(timers_next_ns(&timers), INT64_MAX);
    timers_fini(&timers);
}
END_TEST

START_TEST(numbers_of_timers_stay_positive)
{
    struct timers timers = {.last = INT_MAX - 1};
    struct timer timer = {.due_ns = 1};

    ck_assert_int_eq(timers_add(&timers, &timer), INT_MAX);
    ck_assert_int_eq(timers_add(&timers, &timer), 1);
    timers_fini(&timers);
}
END_TEST

static void
read_fd(void *arg, int fd, short events)
{
    struct diary *self = arg;
    eventfd_t count = 0;

    ck_assert_int_eq(events, POLLIN);
    ck_assert_int_eq(eventfd_read(fd, &count), 0);
    note(self, (char)('0' + count));
    if (self->length == 3)
        finish(self);
    else
        (void)eventfd_write(fd, count + 1);
}

START_TEST(a_watch_calls_as_long_as_there_is_something)
{
    weir_cleanup(weir_close) int fd = eventfd(1, EFD_NONBLOCK);
    struct diary diary;
    init(&diary);

    stage_watch(diary.stage, fd, POLLIN, read_fd, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "123!");
}
END_TEST

/* Ends the other watch, and watches another file under its number. */
static void
replace_other(void *arg, int fd, short events)
{
    struct diary *self = arg;
    eventfd_t count = 0;

    (void)events;
    ck_assert_int_eq(eventfd_read(fd, &count), 0);
    note(self, 'r');
    stage_watch(self->stage, self->other_fd, 0, NULL, NULL);
    weir_cleanup(weir_close) int empty = eventfd(0, EFD_NONBLOCK);
    ck_assert_int_eq(dup2(empty, self->other_fd), self->other_fd);
    stage_watch(self->stage, self->other_fd, POLLIN, read_fd, self);
    (void)stage_timer(self->stage, 2 * NS_PER_MS, 0, finish, self);
}

START_TEST(a_watch_does_not_hear_of_the_file_before_it)
{
    weir_cleanup(weir_close) int fd = eventfd(1, EFD_NONBLOCK);
    weir_cleanup(weir_close) int other = eventfd(1, EFD_NONBLOCK);
    struct diary diary;
    init(&diary);
    diary.other_fd = other;

    stage_watch(diary.stage, fd, POLLIN, replace_other, &diary);
    stage_watch(diary.stage, other, POLLIN, read_fd, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "r!");
}
END_TEST

static void
end_both(void *arg, int fd, short events)
{
    struct diary *self = arg;

    (void)fd;
    (void)events;
    note(self, 'e');
    stage_watch(self->stage, self->fd, 0, NULL, NULL);
    stage_watch(self->stage, self->other_fd, 0, NULL, NULL);
    (void)stage_timer(self->stage, 2 * NS_PER_MS, 0, finish, self);
}

START_TEST(a_watch_may_end_itself_and_others)
{
    weir_cleanup(weir_close) int fd = eventfd(1, EFD_NONBLOCK);
    weir_cleanup(weir_close) int other = eventfd(1, EFD_NONBLOCK);
    struct diary diary;
    init(&diary);
    diary.fd = fd;
    diary.other_fd = other;

    stage_watch(diary.stage, fd, POLLIN, end_both, &diary);
    stage_watch(diary.stage, other, POLLIN, end_both, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "e!");
}
END_TEST

static void
add_watches(void *arg, int fd, short events)
{
    struct diary *self = arg;

    (void)events;
    note(self, 'w');
    stage_watch(self->stage, fd, 0, NULL, NULL);
    for (int i = 0; i < 50; i++)
        stage_watch(self->stage, 1000 + i, POLLIN, read_fd, self);
    for (int i = 0; i < 50; i++)
        stage_watch(self->stage, 1000 + i, 0, NULL, NULL);
    stage_post(self->stage, finish, self);
}

START_TEST(a_watch_may_make_watches)
{
    weir_cleanup(weir_close) int fd = eventfd(1, EFD_NONBLOCK);
    struct diary diary;
    init(&diary);

    stage_watch(diary.stage, fd, POLLIN, add_watches, &diary);
    run(&diary);

    ck_assert_str_eq(diary.text, "w!");
}
END_TEST

/* Visits ------------------------------------------------------------------- */

/* A stage with a thread, and what is visited there. */
struct host {
    struct stage *stage;
    atomic_int notes; /* that were made */
    pthread_t noted_by[4];
    atomic_bool held, release;
};

static void
note_thread(void *arg)
{
    struct host *self = arg;

    self->noted_by[self->notes] = pthread_self();
    self->notes++;
}

/* Would lose some, were two of it to run at a time. */
static void
count_note(void *arg)
{
    struct host *self = arg;
    int notes = self->notes;

    (void)sched_yield();
    self->notes = notes + 1;
}

static void
cause_more(void *arg)
{
    struct host *self = arg;

    note_thread(self);
    stage_post(self->stage, note_thread, self);
    (void)stage_timer(self->stage, 0, 0, note_thread, self);
}

static void
cause_later(void *arg)
{
    struct host *self = arg;

    (void)stage_timer(self->stage, NS_PER_MS, 0, note_thread, self);
}

static void
hold(void *arg)
{
    struct host *self = arg;

    self->held = true;
    while (!self->release)
        (void)sched_yield();
}

static void
start(struct host *self)
{
    *self = (struct host){.stage = stage_new("host")};
    ck_assert_int_eq(stage_start(self->stage, NULL, NULL, NULL), 0);
}

static void
stop(struct host *self)
{
    stage_ask_stop(self->stage);
    ck_assert(stage_join(self->stage, clock_now_ns() + patience_ns));
}

/* Visits as soon as the stage has nothing to do. */
static void
visit(struct host *self, stage_call *call)
{
    while (!stage_visit(self->stage, call, self))
        (void)sched_yield();
}

static void
wait_for_notes(const struct host *self, int count)
{
    while (self->notes < count)
        (void)sched_yield();
}

START_TEST(a_visitor_does_at_once_what_he_causes)
{
    struct host host;
    start(&host);

    visit(&host, cause_more);

    ck_assert_int_eq(host.notes, 3);
    for (int i = 0; i < 3; i++)
        ck_assert(pthread_equal(host.noted_by[i], pthread_self()));
    stop(&host);
    stage_destroy(&host.stage);
}
END_TEST

START_TEST(what_a_visitor_leaves_for_later_comes_on_the_stage)
{
    struct host host;
    start(&host);

    visit(&host, cause_later);
    wait_for_notes(&host, 1);

    ck_assert(!pthread_equal(host.noted_by[0], pthread_self()));
    stop(&host);
    stage_destroy(&host.stage);
}
END_TEST

START_TEST(a_stage_that_is_busy_or_has_gone_is_not_visited)
{
    struct host host;
    start(&host);

    stage_post(host.stage, hold, &host);
    while (!host.held)
        (void)sched_yield();
    ck_assert(!stage_visit(host.stage, note_thread, &host));
    host.release = true;
    stop(&host);
    ck_assert(!stage_visit(host.stage, note_thread, &host));

    ck_assert_int_eq(host.notes, 0);
    stage_destroy(&host.stage);
}
END_TEST

/* Posts of another thread, while this one visits again and again. */
static void *
post_many(void *arg)
{
    struct host *self = arg;

    for (int i = 0; i < 2000; i++)
        stage_post(self->stage, count_note, self);
    return NULL;
}

START_TEST(visits_and_posts_never_run_at_the_same_time)
{
    struct host host;
    pthread_t other;
    int visits = 0;
    start(&host);

    ck_assert_int_eq(pthread_create(&other, NULL, post_many, &host), 0);
    while (host.notes < 2000 + visits)
        visits += stage_visit(host.stage, count_note, &host);
    (void)pthread_join(other, NULL);

    ck_assert_int_eq(host.notes, 2000 + visits);
    stop(&host);
    stage_destroy(&host.stage);
}
END_TEST

SPEC("stages", posts_run_in_their_order, after_a_stop_nothing_more_runs,
     a_post_that_is_dropped_says_so, a_timer_comes_once_or_again_and_again,
     a_timer_that_was_stopped_does_not_come, a_timer_may_make_timers,
     a_timer_may_be_as_late_as_can_be,
     missed_turns_are_left_out_and_the_beat_is_kept,
     numbers_of_timers_stay_positive,
     a_watch_calls_as_long_as_there_is_something,
     a_watch_does_not_hear_of_the_file_before_it,
     a_watch_may_end_itself_and_others, a_watch_may_make_watches,
     a_visitor_does_at_once_what_he_causes,
     what_a_visitor_leaves_for_later_comes_on_the_stage,
     a_stage_that_is_busy_or_has_gone_is_not_visited,
     visits_and_posts_never_run_at_the_same_time)
