/* exec.c - input: what a command prints
 *
 * Runs a command once an interval, or one that stays and prints as it likes.
 * Nothing here waits: pipes and the command's end are watched.  There is never
 * more than one of it, and it is ended with all that it started.
 */
#include <config.h>

#include "exec.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static const int64_t grace_ns = NS_PER_S; /* between SIGTERM and SIGKILL */
static const int64_t back_off_least_ns = NS_PER_S;
static const int64_t back_off_most_ns = 60 * NS_PER_S;

enum { READ_SIZE = 16384 };
enum mode { ONCE, STAY };

static const struct weir_option options[] = {
    WEIR_LIST(struct exec, command, NULL,
              "Program and arguments; a single text is run by /bin/sh."),
    WEIR_CHOICE(struct exec, mode, "once", "once stay",
                "Run it once an interval, or keep it running."),
    WEIR_CHOICE(struct exec, format, "prometheus", "prometheus influx",
                "What it prints: Prometheus text or InfluxDB lines."),
    WEIR_SIZE(struct exec, max_output, "1M",
              "Most that it may print in a cycle; above, it is killed."),
    {0},
};

/* The run ------------------------------------------------------------------ */

static int64_t
now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void
out_of_grace(void *instance, void *arg)
{
    const struct exec *self = instance;

    (void)arg;
    if (self->running && self->why_killed && now_ns() >= self->deadline_ns)
        child_signal(&self->child, SIGKILL);
}

/* Ends the run, politely first; its end is seen as any other. */
static void
end_run(struct exec *self, const char *why)
{
    if (self->why_killed)
        return;
    self->why_killed = why;
    self->deadline_ns = now_ns() + grace_ns;
    child_signal(&self->child, SIGTERM);
    if (weir_timer(self, grace_ns, 0, out_of_grace, NULL) < 0)
        child_signal(&self->child, SIGKILL);
}

/* A timer that was set for a run before finds a later deadline, and waits for
 * that: so one is enough, however short the runs are. */
static void
out_of_time(void *instance, void *arg)
{
    struct exec *self = instance;
    int64_t left_ns = self->deadline_ns - now_ns();

    self->timing = self->running && left_ns > 0 &&
                   weir_timer(self, left_ns, 0, out_of_time, arg) == 0;
    if (self->running && left_ns <= 0)
        end_run(self, "it took longer than its timeout");
}

static void
set_deadline(struct exec *self)
{
    self->deadline_ns = self->started_ns + weir_timeout_ns(self);
    if (!self->timing)
        self->timing = weir_timer(self, self->deadline_ns - self->started_ns, 0,
                                  out_of_time, NULL) == 0;
}

/* Takes what there is to read, READ_SIZE at most; returns whether there was
 * something. */
static bool
take_output(struct exec *self)
{
    char bytes[READ_SIZE];
    size_t size = child_read(&self->child.output, bytes, sizeof(bytes));

    if (self->why_killed || size == 0)
        return size > 0;
    if (self->max_output.bytes > 0 &&
        self->output.size + size > self->max_output.bytes) {
        end_run(self, "it printed more than max_output");
        return true;
    }
    if (output_add(&self->output, bytes, size) < 0)
        end_run(self, "there is no memory for its output");
    else if (self->mode == STAY)
        cycle_send_marked(self);
    return true;
}

static bool
take_complaint(struct exec *self)
{
    char bytes[READ_SIZE];
    size_t size = child_read(&self->child.errors, bytes, sizeof(bytes));

    complaint_add(&self->complaint, bytes, size);
    return size > 0;
}

static void
output_ready(void *instance, int fd, short events)
{
    struct exec *self = instance;

    (void)events;
    (void)take_output(self);
    if (self->child.output < 0)
        (void)weir_watch(self, fd, 0, NULL);
}

static void
errors_ready(void *instance, int fd, short events)
{
    struct exec *self = instance;

    (void)events;
    (void)take_complaint(self);
    if (self->child.errors < 0)
        (void)weir_watch(self, fd, 0, NULL);
}

/* Keeps why a run that has ended is a failed one, and returns that; or 0. */
static int
judge(struct exec *self, int status)
{
    const char *said = complaint_line(&self->complaint);
    const char *colon = *said ? ": " : "";

    if (self->why_killed)
        return weir_fail(self, -ETIMEDOUT, "%s%s%s", self->why_killed, colon,
                         said);
    if (WIFSIGNALED(status))
        return weir_fail(self, -EIO, "it was killed by signal %d%s%s",
                         WTERMSIG(status), colon, said);
    if (WEXITSTATUS(status) != 0 || self->mode == STAY)
        return weir_fail(self, -EIO, "it ended with status %d%s%s",
                         WEXITSTATUS(status), colon, said);
    return 0;
}

static void start(void *instance, void *arg);

/* A command that should stay is started again, ever later if it never stays for
 * long. */
static void
start_again(struct exec *self)
{
    bool stayed = now_ns() - self->started_ns >= back_off_most_ns;
    int64_t wait_ns = stayed ? back_off_least_ns : self->back_off_ns;

    self->back_off_ns =
        2 * wait_ns < back_off_most_ns ? 2 * wait_ns : back_off_most_ns;
    (void)weir_timer(self, wait_ns, 0, start, NULL);
}

static void
finish(struct exec *self, int status)
{
    int rc = judge(self, status);

    if (rc < 0)
        cycle_fail(self, rc);
    else
        cycle_send(self, self->output.size, self->begun_ns);
    self->output.size = 0;
    if (self->mode == STAY)
        start_again(self);
}

static void
stop_watching(struct exec *self)
{
    const int fds[] = {self->child.ended, self->child.output,
                       self->child.errors};

    for (size_t i = 0; i < WEIR_COUNT(fds); i++) {
        if (fds[i] >= 0)
            (void)weir_watch(self, fds[i], 0, NULL);
    }
}

/* What is left of the group is killed first; what it wrote before is still in
 * the pipes, and no more than they hold is read. */
static void
run_ended(void *instance, int fd, short events)
{
    struct exec *self = instance;
    int status = 0;

    (void)fd;
    (void)events;
    if (child_reap(&self->child, &status) < 0)
        return;
    stop_watching(self);
    for (int i = 0; i < 64 && take_output(self); i++)
        ;
    for (int i = 0; i < 64 && take_complaint(self); i++)
        ;
    child_close(&self->child);
    self->running = false;
    finish(self, status);
}

/* Starting ----------------------------------------------------------------- */

/* A single text is a line for the shell. */
static int
start_child(struct exec *self)
{
    const struct weir_list *command = &self->command;
    const char *shell[] = {"/bin/sh", "-c", command->items[0], NULL};
    char **argv = calloc(command->count + WEIR_COUNT(shell), sizeof(*argv));

    if (!argv)
        return -ENOMEM;
    if (command->count == 1)
        memcpy(argv, shell, sizeof(shell));
    else
        memcpy(argv, command->items, command->count * sizeof(*argv));
    int rc = child_start(argv, &self->child);
    free(argv);
    return rc;
}

static void
watch_run(struct exec *self)
{
    (void)weir_watch(self, self->child.ended, POLLIN, run_ended);
    (void)weir_watch(self, self->child.output, POLLIN, output_ready);
    (void)weir_watch(self, self->child.errors, POLLIN, errors_ready);
    if (self->mode == ONCE && weir_timeout_ns(self) > 0)
        set_deadline(self);
}

static void
start(void *instance, void *arg)
{
    struct exec *self = instance;

    (void)arg;
    if (self->running)
        return;
    self->started_ns = now_ns();
    self->begun_ns = exec_wall_ns();
    self->why_killed = NULL;
    self->output.size = 0;
    self->looked = 0;
    self->marks_cycles = false;
    self->complaint = (struct complaint){0};
    int rc = start_child(self);
    if (rc == 0) {
        self->running = true;
        watch_run(self);
        return;
    }
    cycle_fail(self, weir_fail(self, rc, "cannot run %s: %s",
                               self->command.items[0], strerror(-rc)));
    if (self->mode == STAY)
        start_again(self);
}

/* The plugin --------------------------------------------------------------- */

static int
exec_check(void *instance)
{
    const struct exec *self = instance;

    if (self->command.count == 0 || self->command.items[0][0] == '\0')
        return weir_fail(instance, -EINVAL,
                         "command: say what to run, such as "
                         "{\"/usr/local/bin/figures\", \"--all\"}");
    return 0;
}

static int
exec_open(void *instance)
{
    struct exec *self = instance;
    int64_t interval_ns = weir_interval_ns(self);

    self->back_off_ns = back_off_least_ns;
    self->timing = false;
    self->source = weir_source_new(self, weir_instance_name(self), NULL);
    if (self->mode == ONCE)
        return weir_timer(self, 0, interval_ns, start, NULL);
    (void)weir_timer(self, 0, 0, start, NULL);
    return weir_timer(self, interval_ns, interval_ns, cycle_flush, NULL);
}

static void
exec_close(void *instance)
{
    struct exec *self = instance;

    if (self->running)
        child_end(&self->child);
    self->running = false;
    output_fini(&self->output);
    weir_source_destroy(&self->source);
}

WEIR_INPUT(exec) = {
    .help = "What a command prints, run once an interval or all the time.",
    .instance_size = sizeof(struct exec),
    .options = options,
    .check = exec_check,
    .open = exec_open,
    .close = exec_close,
};
