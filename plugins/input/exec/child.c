/* child.c - a program that runs beside us, with all that it starts */
#include <config.h>

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weir/cleanup.h>

enum { POLITE_MS = 100, RUDE_MS = 200 };

/* A pipe that the child writes and we read without waiting. */
static int
make_pipe(int ret_ends[2])
{
    if (pipe2(ret_ends, O_CLOEXEC) < 0)
        return -errno;
    (void)fcntl(ret_ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static void
close_end(int *fd_p)
{
    weir_close(fd_p);
    *fd_p = -1;
}

/* Our signals are blocked in all threads but one, and some are ignored; that is
 * nothing to hand on. */
static void
set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all;
    sigset_t none;

    (void)sigfillset(&all);
    (void)sigemptyset(&none);
    (void)posix_spawnattr_init(attributes);
    (void)posix_spawnattr_setpgroup(attributes, 0);
    (void)posix_spawnattr_setsigdefault(attributes, &all);
    (void)posix_spawnattr_setsigmask(attributes, &none);
    (void)posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                   POSIX_SPAWN_SETSIGDEF |
                                                   POSIX_SPAWN_SETSIGMASK);
}

static int
spawn(char *const argv[], int output, int errors, pid_t *ret_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;

    set_attributes(&attributes);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
                                           O_RDONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    (void)posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
    (void)posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    int error =
        posix_spawnp(ret_pid, argv[0], &files, &attributes, argv, environ);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    return -error;
}

/* Without a descriptor that tells when it ends, it may not run. */
static int
watch_end(pid_t pid, int *ret_fd)
{
    *ret_fd = pidfd_open(pid, 0);
    if (*ret_fd >= 0)
        return 0;

    int rc = -errno;
    (void)kill(-pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return rc;
}

int
child_start(char *const argv[], struct child *ret_child)
{
    int output[2] = {-1, -1};
    int errors[2] = {-1, -1};
    pid_t pid = 0;
    int ended = -1;

    int rc = make_pipe(output);
    if (rc == 0)
        rc = make_pipe(errors);
    if (rc == 0)
        rc = spawn(argv, output[1], errors[1], &pid);
    if (rc == 0)
        rc = watch_end(pid, &ended);
    close_end(&output[1]);
    close_end(&errors[1]);
    if (rc == 0) {
        *ret_child = (struct child){pid, ended, output[0], errors[0]};
        return 0;
    }
    close_end(&output[0]);
    close_end(&errors[0]);
    return rc;
}

/* The program's number stays taken until it is reaped, so the group is still
 * its own. */
void
child_signal(const struct child *self, int signal)
{
    (void)kill(-self->pid, signal);
}

static bool
has_ended(const struct child *self, int wait_ms)
{
    struct pollfd end = {self->ended, POLLIN, 0};

    return poll(&end, 1, wait_ms) > 0;
}

int
child_reap(struct child *self, int *ret_status)
{
    if (!has_ended(self, 0))
        return -EAGAIN;
    child_signal(self, SIGKILL);
    *ret_status = 0;
    (void)waitpid(self->pid, ret_status, WNOHANG);
    return 0;
}

void
child_close(struct child *self)
{
    close_end(&self->ended);
    close_end(&self->output);
    close_end(&self->errors);
}

void
child_end(struct child *self)
{
    int status = 0;

    child_signal(self, SIGTERM);
    if (!has_ended(self, POLITE_MS)) {
        child_signal(self, SIGKILL);
        (void)has_ended(self, RUDE_MS);
    }
    (void)child_reap(self, &status);
    child_close(self);
}

size_t
child_read(int *fd_p, char *buffer, size_t size)
{
    if (*fd_p < 0 || size == 0)
        return 0;

    ssize_t got = read(*fd_p, buffer, size);
    if (got > 0)
        return (size_t)got;
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
        close_end(fd_p);
    return 0;
}
