/* exec_test.c - what input exec promises */
#include <config.h>

#include "exec.c"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <weir/harness.h>
#include <weir/text.h>

#include "spec.h"

/* A shell script, with "$0.name" for files of its own, in a setting. */
struct script {
    struct spec_file *file;
    char setting[256];
};

static struct script *
script_new(const char *text)
{
    struct script *self = calloc(1, sizeof(*self));

    ck_assert_ptr_nonnull(self);
    self->file = spec_file_new("", text);
    (void)snprintf(self->setting, sizeof(self->setting),
                   "command = {\"/bin/sh\", \"%s\"}", self->file->path);
    return self;
}

static void
own_path(const struct script *self, const char *name, char path[256])
{
    (void)snprintf(path, 256, "%s.%s", self->file->path, name);
}

static void
script_destroy(struct script **script_p)
{
    static const char *const names[] = {"ran", "pid", "twice"};
    char path[256];

    for (size_t i = 0; i < WEIR_COUNT(names); i++) {
        own_path(*script_p, names[i], path);
        (void)unlink(path);
    }
    spec_file_destroy(&(*script_p)->file);
    free(*script_p);
    *script_p = NULL;
}

/* Returns the number in the script's file "pid"; or 0. */
static pid_t
pid_of(const struct script *script)
{
    char path[256];
    char text[64];
    uint64_t pid = 0;
    const char *rest = text;

    own_path(script, "pid", path);
    if (weir_read_file(path, text, sizeof(text)) <= 0 ||
        !weir_scan_u64(&rest, &pid))
        return 0;
    return (pid_t)pid;
}

/* One that has ended but was not reaped by its new parent is gone, too. */
static bool
is_gone(pid_t pid)
{
    char path[64];
    char text[512];

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    return weir_read_file(path, text, sizeof(text)) <= 0 ||
           strstr(text, ") Z ") != NULL;
}

static struct weir_harness *
run(const char *first, const char *second)
{
    const char *settings[] = {first, second, NULL};
    struct weir_harness *self = NULL;

    ck_assert_msg(weir_harness_open(&exec_LTX_weir_plugin, settings, &self) ==
                      0,
                  "%s", weir_harness_why(NULL));
    return self;
}

enum { TRIES = 3000, TRY_NS = 10000000 };

static void
wait_for_value(struct weir_harness *exec, const char *series, double value)
{
    for (int i = 0; i < TRIES; i++) {
        if (weir_harness_value(exec, series) == value)
            return;
        weir_harness_run(exec, TRY_NS);
    }
    ck_abort_msg("%s did not become %g", series, value);
}

static void
wait_until_stale(struct weir_harness *exec, const char *series)
{
    for (int i = 0; i < TRIES; i++) {
        if (weir_harness_has(exec, series) &&
            isnan(weir_harness_value(exec, series)))
            return;
        weir_harness_run(exec, TRY_NS);
    }
    ck_abort_msg("%s did not become stale", series);
}

static void
wait_until_gone(pid_t pid)
{
    for (int i = 0; i < TRIES && !is_gone(pid); i++)
        (void)usleep(TRY_NS / 1000);
    ck_assert(is_gone(pid));
}

/* Where what goes to the log can be read. */
struct hearing {
    int log, old;
};

static void
hearing_begin(struct hearing *self)
{
    char path[] = "/tmp/specXXXXXX";

    self->log = mkstemp(path);
    ck_assert_int_ge(self->log, 0);
    (void)unlink(path);
    self->old = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(self->log, STDERR_FILENO), 0);
}

/* Runs the harness until 'want' is in the log. */
static void
hearing_end(struct hearing *self, struct weir_harness *exec, const char *want)
{
    char text[8192] = "";
    bool heard = false;

    for (int i = 0; i < TRIES && !heard; i++) {
        weir_harness_run(exec, TRY_NS);
        (void)weir_read_fd(self->log, text, sizeof(text));
        heard = strstr(text, want) != NULL;
    }
    (void)dup2(self->old, STDERR_FILENO);
    (void)close(self->old);
    (void)close(self->log);
    ck_assert_msg(heard, "no \"%s\" in: %s", want, text);
}

/* Runs a script that prints "a 1" the first time, and then does 'then', until
 * the series is stale; 'want' is in the log. */
static void
check_failure(const char *then, const char *want)
{
    char text[512];
    struct hearing hearing;

    (void)snprintf(text, sizeof(text),
                   "if [ -e $0.ran ]; then %s; fi; : > $0.ran; echo a 1\n",
                   then);
    weir_cleanup(script_destroy) struct script *script = script_new(text);
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, "max_output = 100K");
    wait_for_value(exec, "a", 1);
    hearing_begin(&hearing);
    wait_until_stale(exec, "a");
    hearing_end(&hearing, exec, want);
}

START_TEST(gives_what_the_command_prints)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run("command = {\"echo\", \"users 3\"}", NULL);

    wait_for_value(exec, "users", 3);
}
END_TEST

START_TEST(runs_a_single_text_by_the_shell)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run("command = \"echo users 3; cat; echo guests 4\"", NULL);

    wait_for_value(exec, "guests", 4);
    ck_assert_double_eq(weir_harness_value(exec, "users"), 3);
}
END_TEST

START_TEST(runs_it_again_each_interval)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("echo x >> $0.ran; echo runs $(wc -l < $0.ran)\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, NULL);

    wait_for_value(exec, "runs", 1);
    wait_for_value(exec, "runs", 2);
}
END_TEST

START_TEST(reads_lines_of_influxdb)
{
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run("command = {\"echo\", \"disk,path=/ used=5i\"}", "format = influx");

    wait_for_value(exec, "disk_used{path=\"/\"}", 5);
}
END_TEST

START_TEST(a_status_that_is_not_zero_fails_the_cycle)
{
    check_failure("echo so so >&2; echo sad thing >&2; exit 3",
                  "it ended with status 3: sad thing");
}
END_TEST

START_TEST(a_signal_fails_the_cycle)
{
    check_failure("echo a 1; kill -9 $$", "it was killed by signal 9");
}
END_TEST

START_TEST(output_that_cannot_be_read_fails_the_cycle)
{
    check_failure("echo a 1; echo a; exit 0",
                  "line 2 of its output is not Prometheus text");
}
END_TEST

START_TEST(output_without_end_fails_the_cycle)
{
    check_failure("exec yes", "it printed more than max_output");
}
END_TEST

START_TEST(a_program_that_is_not_there_fails_the_cycle)
{
    struct hearing hearing;

    hearing_begin(&hearing);
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run("command = {\"/nonexistent\", \"x\"}", NULL);
    hearing_end(&hearing, exec, "cannot run /nonexistent: No such file");
}
END_TEST

START_TEST(on_time_out_the_whole_group_is_ended)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("if [ -e $0.ran ]; then\n"
                   "    trap '' TERM\n"
                   "    sleep 1000 & echo $! > $0.pid; wait; sleep 1000; fi\n"
                   ": > $0.ran; echo a 1\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, NULL);

    wait_for_value(exec, "a", 1);
    wait_until_stale(exec, "a");
    ck_assert_int_gt(pid_of(script), 0);
    wait_until_gone(pid_of(script));
}
END_TEST

START_TEST(there_are_never_two_at_once)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("trap '' TERM\n"
                   "if [ -e $0.pid ] && kill -0 $(cat $0.pid); then\n"
                   "    echo twice > $0.twice; fi\n"
                   "echo $$ > $0.pid; echo x >> $0.ran; sleep 1000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, NULL);
    char ran[256];
    char twice[256];
    char text[64];

    own_path(script, "ran", ran);
    own_path(script, "twice", twice);
    for (int i = 0; i < TRIES; i++) {
        if (weir_read_file(ran, text, sizeof(text)) >= 4)
            break;
        weir_harness_run(exec, TRY_NS);
    }
    ck_assert_int_eq(weir_read_file(twice, text, sizeof(text)), -ENOENT);
    ck_assert_int_ge(weir_read_file(ran, text, sizeof(text)), 4);
}
END_TEST

START_TEST(what_the_command_left_behind_is_ended)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("sleep 1000 & echo $! > $0.pid; echo a 1\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, NULL);

    wait_for_value(exec, "a", 1);
    wait_until_gone(pid_of(script));
}
END_TEST

START_TEST(closing_ends_the_whole_group)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("sleep 1000 & echo $! > $0.pid; echo a 1; echo; wait\n");
    struct weir_harness *exec = run(script->setting, "mode = stay");

    wait_for_value(exec, "a", 1);
    weir_harness_destroy(&exec);
    wait_until_gone(pid_of(script));
}
END_TEST

START_TEST(a_command_that_stays_ends_cycles_with_empty_lines)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("echo a 1; echo b 1; echo; echo; echo a 2; echo '# EOF'\n"
                   "echo c 3; exec sleep 1000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, "mode = stay");

    wait_for_value(exec, "a", 2);
    ck_assert(isnan(weir_harness_value(exec, "b")));
    ck_assert(!weir_harness_has(exec, "c"));
}
END_TEST

START_TEST(a_command_that_ends_no_cycles_has_one_an_interval)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("echo a 1; printf 'b 2'; exec sleep 1000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, "mode = stay");

    wait_for_value(exec, "a", 1);
    ck_assert(!weir_harness_has(exec, "b"));
}
END_TEST

START_TEST(a_bad_cycle_of_a_command_that_stays_does_not_end_it)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("echo x >> $0.ran; echo ?; echo\n"
                   "echo runs $(wc -l < $0.ran); echo; exec sleep 1000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, "mode = stay");

    wait_for_value(exec, "runs", 1);
}
END_TEST

START_TEST(a_command_that_should_stay_is_started_again)
{
    weir_cleanup(script_destroy) struct script *script =
        script_new("echo x >> $0.ran; echo runs $(wc -l < $0.ran); echo\n"
                   "[ $(wc -l < $0.ran) = 2 ] && exec sleep 1000\n");
    weir_cleanup(weir_harness_destroy) struct weir_harness *exec =
        run(script->setting, "mode = stay");

    wait_for_value(exec, "runs", 2);
}
END_TEST

START_TEST(an_empty_command_is_refused)
{
    const char *settings[] = {"command = \"\"", NULL};
    struct weir_harness *exec = NULL;

    ck_assert_int_eq(weir_harness_open(&exec_LTX_weir_plugin, settings, &exec),
                     -EINVAL);
    ck_assert_msg(strstr(weir_harness_why(NULL), "say what to run") != NULL,
                  "%s", weir_harness_why(NULL));
}
END_TEST

SPEC("input exec", gives_what_the_command_prints,
     runs_a_single_text_by_the_shell, runs_it_again_each_interval,
     reads_lines_of_influxdb, a_status_that_is_not_zero_fails_the_cycle,
     a_signal_fails_the_cycle, output_that_cannot_be_read_fails_the_cycle,
     output_without_end_fails_the_cycle,
     a_program_that_is_not_there_fails_the_cycle,
     on_time_out_the_whole_group_is_ended, there_are_never_two_at_once,
     what_the_command_left_behind_is_ended, closing_ends_the_whole_group,
     a_command_that_stays_ends_cycles_with_empty_lines,
     a_command_that_ends_no_cycles_has_one_an_interval,
     a_bad_cycle_of_a_command_that_stays_does_not_end_it,
     a_command_that_should_stay_is_started_again, an_empty_command_is_refused)
